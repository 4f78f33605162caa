package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// remember brings what is in memory only back from what was closed: which pins
// are gone though the cache may not have heard of it, and what may still arrive.
// The time in which nobody looked does not count. mu is held.
func (e *Engine) remember(ctx context.Context, now time.Time) error {
	accounts, err := e.c.User.Accounts(ctx)
	if err != nil {
		return err
	}
	since, first := make(map[services.AccountID]time.Time), now
	for _, a := range accounts {
		looked, err := e.c.Cache.CheckedAt(ctx, a.ID)
		if err != nil {
			return err
		}
		if looked.IsZero() || looked.After(now) {
			looked = now
		}
		since[a.ID] = looked.Add(-tombFor)
		if looked.Before(first) {
			first = looked
		}
	}
	ops, err := e.c.User.ClosedSince(ctx, first.Add(-tombFor))
	if err != nil {
		return err
	}
	for _, op := range ops {
		if op.DoneAt.Before(since[op.Account]) {
			continue
		}
		p := e.placeLocked(op.Account)
		p.late.note(op, now)
		deleted := op.Kind == store.OpDelete && op.State == store.OpDone
		undone := op.Kind == store.OpAdd && op.State == store.OpCancelled && !op.AlreadyKept && !op.Adopted
		if op.RequestID != "" && op.Kind == store.OpAdd && op.State == store.OpDone {
			p.doubt(op.RequestID, op.SentAt) // who knows what was said of it
		}
		if op.RequestID != "" && (deleted || undone) {
			p.bury(op.RequestID, op.DoneAt)
		}
	}
	return nil
}

// restored begins anew with what was open in a user.db that was put back or
// copied: who knows what was sent of it. mu is held.
func (e *Engine) restored(ctx context.Context, open []store.Operation) error {
	moved, err := e.c.User.Moved(ctx)
	if err != nil || !moved {
		return err
	}
	for i, op := range open {
		after, _ := next(op, event{kind: evMoved, at: time.Now()})
		if after.State == op.State && after.Posts == op.Posts {
			continue
		}
		if _, err := e.c.User.Update(ctx, after, op.State); err != nil {
			return err
		}
		open[i] = after
	}
	return e.c.User.Settled(ctx)
}
