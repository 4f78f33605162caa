package sync

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Add writes an add operation for every pin and account, in one transaction.
// Refused are: what an account keeps already ("already-kept") or was asked for
// before ("already-asked"), "unknown-account", "not-a-cid", "name-too-long",
// "too-many-origins", "too-much-meta". Where a pin is kept and only waits to be
// deleted, that delete is cancelled.
func (e *Engine) Add(ctx context.Context, r AddRequest) (Accepted, error) {
	if err := e.asking.take(ctx); err != nil {
		return Accepted{}, stopped("add", err)
	}
	defer e.asking.give()
	was, err := e.standFor(ctx, r)
	if err != nil {
		return Accepted{}, err
	}
	var taken Accepted
	var ops []store.Operation
	due := dueAfter(r.Hold)
	for _, id := range r.Accounts {
		for _, pin := range r.Pins {
			err := was.addable(id, pin)
			if err == nil {
				err = e.wanted(ctx, was, id, pin)
			}
			if err != nil && err.Code == services.CodeStorage {
				return Accepted{}, err
			}
			if err != nil {
				taken.Refused = append(taken.Refused, Refusal{Account: id, CID: pin.CID, Err: err})
				continue
			}
			ops = append(ops, store.Operation{Account: id, Kind: store.OpAdd, Pin: pin, NextAt: due})
		}
	}
	taken.Operations, err = e.write(ctx, ops)
	return taken, err
}

// Rename gives a pin another name at its service: by a new pin of the same CID,
// after which the old one is deleted once the new one is pinned; in place, by POST
// /pins/{requestid}, where that is proved to be safe or the person wants it; and
// where the requestid is the CID by a new POST of it (quirk 17), which deletes
// nothing. What it is then is read back. Refused as Delete does, and for
// "name-too-long", "already-named" and "already-asked".
func (e *Engine) Rename(ctx context.Context, p PinRef, name string) (Accepted, error) {
	if err := e.asking.take(ctx); err != nil {
		return Accepted{}, stopped("replace", err)
	}
	defer e.asking.give()
	was, err := e.stand(ctx)
	if err != nil {
		return Accepted{}, err
	}
	op, refused := e.about(ctx, was, store.OpRename, p)
	if refused == nil && utf8.RuneCountInString(name) > services.MaxName {
		refused = refusal("replace", "name-too-long")
	}
	if refused == nil && op.Pin.Name == name && !op.Pin.CID.IsZero() {
		refused = refusal("replace", "already-named")
	}
	if refused != nil {
		if refused.Code == services.CodeStorage {
			return Accepted{}, refused
		}
		return Accepted{Refused: []Refusal{{Account: p.Account, CID: p.CID, RequestID: p.RequestID, Err: refused}}}, nil
	}
	if err := e.supersede(ctx, was, op); err != nil {
		return Accepted{}, err
	}
	op.Pin = services.Pin{CID: op.Pin.CID, Name: name, Meta: op.Pin.Meta}
	ops, err := e.write(ctx, []store.Operation{op})
	return Accepted{Operations: ops}, err
}

// Delete stops keeping pins, by requestid. An add that was not sent yet has
// none: named by its CID it is cancelled. Refused are: "unknown-account",
// "empty-id", "changed" (the pin is not what the person saw), "already-asked".
func (e *Engine) Delete(ctx context.Context, pins []PinRef, hold time.Duration) (Accepted, error) {
	if err := e.asking.take(ctx); err != nil {
		return Accepted{}, stopped("delete", err)
	}
	defer e.asking.give()
	was, err := e.stand(ctx)
	if err != nil {
		return Accepted{}, err
	}
	var taken Accepted
	var ops []store.Operation
	due := dueAfter(hold)
	for _, p := range pins {
		if p.RequestID == "" && !p.CID.IsZero() {
			done, err := e.unask(ctx, was, p)
			if err != nil {
				return taken, err
			}
			if done != nil {
				taken.Operations = append(taken.Operations, done...)
				continue
			}
		}
		op, refused := e.about(ctx, was, store.OpDelete, p)
		switch {
		case refused != nil && refused.Code == services.CodeStorage:
			return taken, refused
		case refused != nil:
			taken.Refused = append(taken.Refused, Refusal{Account: p.Account, CID: p.CID, RequestID: p.RequestID, Err: refused})
			continue
		}
		if err := e.supersede(ctx, was, op); err != nil {
			return taken, err
		}
		op.NextAt = due
		ops = append(ops, op)
		was.note(op)
	}
	ops, err = e.write(ctx, ops)
	taken.Operations = append(taken.Operations, ops...)
	return taken, err
}

// write makes operations durable, shows them, and wakes who carries them out.
func (e *Engine) write(ctx context.Context, ops []store.Operation) ([]store.Operation, error) {
	if len(ops) == 0 {
		return nil, nil
	}
	ops, err := e.c.User.AddOperations(ctx, ops)
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		wake(e.place(op.Account).work)
	}
	e.moved.Post()
	return ops, e.c.Cache.SetPending(context.WithoutCancel(ctx), ops, false)
}

// Retry makes stuck or waiting operations due now. One that is not open is
// CodeUsage, Reason "closed", an unknown one CodeNotFound, Reason "operation";
// the others are made due all the same.
func (e *Engine) Retry(ctx context.Context, ids []store.OperationID) error {
	return e.tell(ctx, ids, wish{kind: evRetry})
}

// Cancel takes back what was not sent yet; what may have arrived is looked for
// and undone if found (an add that was already kept before is left alone). One
// that is closed already is CodeUsage, Reason "closed".
func (e *Engine) Cancel(ctx context.Context, ids []store.OperationID) error {
	return e.tell(ctx, ids, wish{kind: evCancel})
}

func dueAfter(hold time.Duration) time.Time {
	if hold <= 0 {
		return time.Time{}
	}
	return time.Now().Add(hold)
}
