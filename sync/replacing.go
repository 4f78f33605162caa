package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Replace puts another pin in a pin's place: the new one is added, and the old
// one deleted once that is pinned. If it never is, both are kept and the person
// decides. A pin of the same CID is Rename. Refused as Delete does, and as Add
// does.
func (e *Engine) Replace(ctx context.Context, p PinRef, pin services.Pin, hold time.Duration) (Accepted, error) {
	if !p.CID.IsZero() && p.CID.Key == pin.CID.Key {
		return e.Rename(ctx, p, pin.Name)
	}
	if err := e.asking.take(ctx); err != nil {
		return Accepted{}, stopped("replace", err)
	}
	defer e.asking.give()
	was, err := e.stand(ctx)
	if err != nil {
		return Accepted{}, err
	}
	op, refused := e.about(ctx, was, store.OpReplace, p)
	if refused == nil && op.Pin.CID.IsZero() {
		refused = refusal("replace", textChanged) // nobody knows what it is
	}
	if refused == nil {
		refused = was.addable(p.Account, pin)
	}
	if refused == nil {
		refused = e.wanted(ctx, was, p.Account, pin)
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
	op.Was, op.Pin, op.NextAt = op.Pin.CID, pin, dueAfter(hold)
	ops, err := e.write(ctx, []store.Operation{op})
	return Accepted{Operations: ops}, err
}
