package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/user"
)

// checked is what is known of an account when its folders' pins were last held
// against it.
type checked struct {
	at       time.Time // its last complete listing
	observed int64     // the latest thing seen to have changed, anywhere
}

// followLosses takes back what a manifest says to be safe of pins that a service
// does not keep any more, and says it again of those that are back. It looks when
// there may be something: after a complete listing, or what was seen to change.
func (e *Engine) followLosses(ctx context.Context) error {
	accounts, err := e.c.User.Accounts(ctx)
	if err != nil {
		return err
	}
	observed, err := e.c.User.Observed(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		at, err := e.c.Cache.CheckedAt(ctx, a.ID)
		if err != nil {
			return err
		}
		now := checked{at, observed}
		if at.IsZero() || e.folders.heldAgainst(a.ID, now) {
			continue // a list that was never read to its end says nothing of what is not in it
		}
		if err := e.followLossesAt(ctx, a.ID); err != nil {
			return err
		}
		e.folders.hold(a.ID, now)
	}
	return nil
}

func (l *folderLoop) heldAgainst(id services.AccountID, now checked) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.checked[id] == now
}

func (l *folderLoop) hold(id services.AccountID, now checked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checked[id] = now
}

func (e *Engine) followLossesAt(ctx context.Context, account services.AccountID) error {
	for after := int64(0); ctx.Err() == nil; {
		pins, err := e.c.User.MadePins(ctx, account, after, followStep)
		if err != nil || len(pins) == 0 {
			return err
		}
		after = pins[len(pins)-1].Item
		var moves []user.PinMove
		not, err := e.notPinned(ctx, account, pins)
		if err != nil {
			return err
		}
		for _, p := range pins {
			m := user.PinMove{Was: p.FolderPin, Now: p.FolderPin}
			if err := e.lossOf(ctx, p, not[p.RequestID], &m); err != nil {
				return err
			}
			if m.Now != m.Was {
				moves = append(moves, m)
				e.folders.outdated(p.Folder)
			}
		}
		if _, err := e.c.User.MovePins(ctx, moves, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// notPinned is which of the pins' requestids are not pinned.
func (e *Engine) notPinned(ctx context.Context, account services.AccountID, pins []user.OpenFolderPin) (map[string]bool, error) {
	ids := make([]string, len(pins))
	for i, p := range pins {
		ids[i] = p.RequestID
	}
	list, err := e.c.Cache.Unpinned(ctx, account, ids)
	not := make(map[string]bool, len(list))
	for _, id := range list {
		not[id] = true
	}
	return not, err
}

// lossOf says whether a pin that was safe is lost, or one that was lost is back.
// An account may keep the content under another requestid (quirk 21); that one is
// nobody's of ours. What is on its way again is not lost.
func (e *Engine) lossOf(ctx context.Context, p user.OpenFolderPin, not bool, m *user.PinMove) error {
	if !not && p.Lost {
		m.Now.Lost, m.Now.Safe = false, time.Now()
	}
	if !not || p.Safe.IsZero() && !p.Lost {
		return nil
	}
	kept, err := e.keeps(ctx, p.Account, p.CID)
	switch {
	case err != nil:
		return err
	case kept.Status == services.Pinned:
		m.Now.RequestID, m.Now.Ours, m.Now.Lost = kept.RequestID, false, false
		if m.Now.Safe.IsZero() {
			m.Now.Safe = time.Now()
		}
	case kept.RequestID == "" || !kept.Status.Pending():
		m.Now.Lost, m.Now.Safe = true, time.Time{}
	}
	return nil
}
