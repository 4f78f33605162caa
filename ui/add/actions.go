package add

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Fill puts more IDs or links into the field, below what stands there.
func (s *Sheet) Fill(text string) {
	if have := s.input.Text(); have != "" {
		text = have + "\n" + text
	}
	s.input.SetText(text)
}

// Closed reports whether the sheet has gone.
func (s *Sheet) Closed() bool { return s.handle.Closed() }

func (s *Sheet) paste() { s.Fill(fyne.CurrentApp().Clipboard().Content()) }

// wholeFolder puts the folder in the place of the first link into it.
func (s *Sheet) wholeFolder() {
	if s.inner != nil {
		s.input.SetText(wholeFolder(s.input.Text(), *s.inner))
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
