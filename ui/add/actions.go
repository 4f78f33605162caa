package add

import (
	"context"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// send asks the engine to keep what is in the sheet. The sheet goes once that
// is durable.
func (s *Sheet) send() {
	chosen, _ := s.places.chosen()
	if s.busy || s.wish().missing(len(chosen)) != "" {
		s.tell()
		return
	}
	files := s.files.request()
	files.Accounts, files.Hold = chosen, held
	pins := pinsync.AddRequest{Pins: s.ids.pins(), Accounts: chosen, Hold: held}
	remember := s.places.remember.On()
	s.busy = true
	s.tell()
	kit.Go(s.d.Context, func(ctx context.Context) (all pinsync.Accepted, err error) {
		if remember {
			if err := s.d.Engine.Set(ctx, DefaultSetting, FormatDefault(chosen)); err != nil {
				s.d.Log.Warn("the usual services were not remembered", "code", services.CodeOf(err))
			}
		}
		take := func(a pinsync.Accepted, err error) error {
			all.Operations, all.Refused = append(all.Operations, a.Operations...), append(all.Refused, a.Refused...)
			return err
		}
		if len(files.Paths) > 0 {
			if err := take(s.d.Engine.Import(ctx, files)); err != nil {
				return all, err
			}
		}
		if len(pins.Pins) > 0 {
			err = take(s.d.Engine.Add(ctx, pins))
		}
		return all, err
	}, s.sent)
}

func (s *Sheet) sent(a pinsync.Accepted, err error) {
	s.busy = false
	if err != nil {
		if len(a.Operations) > 0 {
			s.files.clear() // these are taken; the IDs stay for another try
		}
		s.failed(err)
		return
	}
	why := untaken(a.Refused)
	a.Refused = slices.DeleteFunc(a.Refused, func(r pinsync.Refusal) bool { return why[r.Path] != nil })
	words, undo := outcome(a)
	if len(why) == 0 {
		s.handle.Close()
	} else {
		s.lead(tabFiles)
		s.ids.clear()
		s.files.refused(why)
	}
	if words == "" {
		return // the rows say it
	}
	if len(undo) == 0 {
		kit.Toast(s.d.Window.Canvas(), words, "", nil)
		return
	}
	kit.ToastTwo(s.d.Window.Canvas(), words, kit.T("add.show"), s.d.Show, kit.T("add.undo"), func() { s.undo(undo) })
}

// untaken is what could not be taken as a whole, whoever was to keep it: its
// lines stay in the sheet and say why.
func untaken(refused []pinsync.Refusal) map[store.Path]*services.Error {
	why := map[store.Path]*services.Error{}
	for _, r := range refused {
		if r.Path != "" && r.Account == 0 {
			why[r.Path] = r.Err
		}
	}
	return why
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
