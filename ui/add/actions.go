package add

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Fill puts more IDs or links to those that stand there.
func (s *Sheet) Fill(text string) {
	if s.pasted(text) {
		return
	}
	if have := s.input.Text(); have != "" {
		text = have + "\n" + text
	}
	s.input.SetText(text)
}

// text is all that was given: the many, then the field.
func (s *Sheet) text() string { return strings.Join(append(s.bulk, s.input.Text()), "\n") }

// pasted takes a long text into the list of the many instead of the field,
// which would take seconds to lay it out.
func (s *Sheet) pasted(text string) bool {
	given := strings.Fields(text)
	if len(given) <= mostInField {
		return false
	}
	s.bulk = append(s.bulk, given...)
	s.showMany()
	return true
}

func (s *Sheet) showMany() {
	s.manyBox.Hidden = len(s.bulk) == 0
	s.input.Tall(fieldHigh)
	if len(s.bulk) > 0 {
		s.input.Tall(fieldLow)
	}
	s.many.SetLen(len(s.bulk))
	s.many.Refresh()
	s.read("")
}

func (s *Sheet) newRow() fyne.CanvasObject {
	return kit.NewLineRow(nil, func(r *kit.LineRow) {
		if r.At < len(s.bulk) {
			s.bulk = slices.Delete(s.bulk, r.At, r.At+1)
			s.showMany()
		}
	})
}

func (s *Sheet) bind(o fyne.CanvasObject, i int) {
	if i >= len(s.bulk) {
		return
	}
	r := o.(*kit.LineRow)
	r.At = i
	r.Set(cellsOf(s.bulk[i]))
}

// Closed reports whether the sheet has gone.
func (s *Sheet) Closed() bool { return s.handle.Closed() }

func (s *Sheet) paste() { s.Fill(fyne.CurrentApp().Clipboard().Content()) }

// wholeFolder puts the folder in the place of the first link into it.
func (s *Sheet) wholeFolder() {
	switch {
	case s.inner == nil:
	case s.inner.Line <= len(s.bulk): // each of the many is a line of its own
		s.bulk[s.inner.Line-1] = s.inner.Err.CID.Text
		s.showMany()
	default:
		t := *s.inner
		t.Line -= len(s.bulk)
		s.input.SetText(wholeFolder(s.input.Text(), t))
	}
}

// send asks the engine to keep what is in the sheet. The sheet goes once that
// is durable.
func (s *Sheet) send() {
	ids := s.chosen()
	if s.busy || missing(s.given, len(ids)) != "" {
		s.tell()
		return
	}
	request := pinsync.AddRequest{Pins: named(s.given.Pins, s.name.Text()), Accounts: ids, Hold: held}
	remember := s.remember.On()
	s.busy = true
	s.tell()
	kit.Go(s.d.Context, func(ctx context.Context) (pinsync.Accepted, error) {
		if remember {
			if err := s.d.Engine.Set(ctx, DefaultSetting, FormatDefault(ids)); err != nil {
				s.d.Log.Warn("the usual services were not remembered", "code", services.CodeOf(err))
			}
		}
		return s.d.Engine.Add(ctx, request)
	}, s.sent)
}

func (s *Sheet) sent(a pinsync.Accepted, err error) {
	s.busy = false
	if err != nil {
		s.tell()
		m := kit.Explain(err, "")
		s.status.SetText(m.Title)
		return
	}
	words, undo := outcome(a)
	s.handle.Close()
	if len(undo) == 0 {
		kit.Toast(s.d.Window.Canvas(), words, "", nil)
		return
	}
	kit.ToastTwo(s.d.Window.Canvas(), words, kit.T("add.show"), s.d.Show, kit.T("add.undo"), func() { s.undo(undo) })
}

func (s *Sheet) undo(ids []store.OperationID) {
	c := s.d.Window.Canvas()
	kit.Do(s.d.Context, func(ctx context.Context) error { return s.d.Engine.Cancel(ctx, ids) }, func(err error) {
		if err != nil {
			kit.Toast(c, kit.Explain(err, "").Title, "", nil)
			return
		}
		kit.Toast(c, kit.T("add.undone"), "", nil)
	})
}
