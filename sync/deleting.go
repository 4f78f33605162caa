package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// sureFor is how long what a list showed of a pin is believed when it is to be
// deleted, at a service that is known to do what it says.
const sureFor = time.Hour

// delete ends a pin, if its requestid still names what the person saw at the
// service too: some keep it when the content is replaced (quirk 19). One that
// cannot say what it is now is not kept from deleting it.
func (c carrier) delete(ctx context.Context, op store.Operation) (event, error) {
	ev := event{kind: evAnswered, action: doDelete}
	seen, err := c.unchanged(ctx, op)
	if err != nil {
		ev.unsent = true
		return ev, err
	}
	if !c.profile.Proved(services.FactDelete) || op.LastText == textStill || op.SentAt.Sub(seen) >= sureFor {
		now, err := c.svc.Get(ctx, op.RequestID)
		switch {
		case err != nil && services.AsError(err).Temporary():
			ev.unsent = true
			return ev, err
		case err == nil && now.Pin.CID.Valid() && !op.Pin.CID.IsZero() && now.Pin.CID.Key != op.Pin.CID.Key:
			ev.unsent = true
			return ev, refusal("delete", textChanged)
		}
	}
	ev.learnt, err = c.end(ctx, op.RequestID, op.Pin.CID)
	return ev, err
}

// end deletes a pin and looks whether it is gone (quirk 41), unless the service is
// known to do what it says. The error of one that is not is Reason textStill.
func (c carrier) end(ctx context.Context, requestID string, was services.CID) ([]services.Finding, error) {
	if err := c.svc.Delete(ctx, requestID); err != nil || c.profile.Proved(services.FactDelete) {
		return nil, err
	}
	now, err := c.svc.Get(ctx, requestID)
	switch {
	case err == nil && (was.IsZero() || now.Pin.CID.Key == was.Key):
		return []services.Finding{fact(services.FactDelete, services.Disproved, "deleted, still there")},
			&services.Error{Code: services.CodeServer, Op: "delete", Reason: textStill}
	case services.CodeOf(err) == services.CodeNotFound && !c.profile.Disproved(services.FactDelete):
		return []services.Finding{fact(services.FactDelete, services.Proved, "deleted, answers 404")}, nil
	case err != nil && services.AsError(err).Temporary():
		return nil, err
	}
	return nil, nil // or it cannot say
}

// unchanged checks that, as far as we know, the requestid names what the person
// saw, and returns when that was seen last.
func (c carrier) unchanged(ctx context.Context, op store.Operation) (time.Time, error) {
	if op.RequestID == "" {
		return time.Time{}, refusal("delete", "empty-id")
	}
	pin, ok, err := c.known.pin(ctx, op.RequestID)
	if err == nil && ok && !op.Pin.CID.IsZero() && pin.Pin.CID.Key != op.Pin.CID.Key {
		err = refusal("delete", textChanged)
	}
	return pin.SeenAt, err
}

// stillGaps are the waits before a pin that is said to be deleted and still there
// is deleted once more. After that the person is told.
var stillGaps = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute}

// still is an operation whose pin was to go and has not.
func still(op store.Operation, ev event) store.Operation {
	busy := releasing(op) || takingBack(op)
	if op.Kind == store.OpDelete && op.LastText != textStill {
		op.Attempts = 0
	}
	switch {
	case op.Attempts < len(stillGaps):
		op.NextAt = ev.at.Add(stillGaps[op.Attempts])
		op.Attempts++
		if op.State == store.OpSent {
			op.State = store.OpWaiting
		}
		if op.LastCode = ev.err.Code; !busy {
			op.LastText = textStill
		}
		return op
	case op.State == store.OpCancelling && (op.Kind != store.OpAdd || ev.action != doUndo):
		return closed(said(op, ev.err), store.OpCancelled, ev.at)
	case takingBack(op):
		return stuck(op, services.CodeInvalid, textNotPinned) // both are kept
	}
	return stuck(op, ev.err.Code, textStill)
}
