package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// delete ends a pin, if its requestid still names what the person saw at the
// service too: some keep it when the content is replaced (quirk 19), and a list is
// old when a delete is resumed days later. One that cannot say what it is now is
// not kept from deleting it.
func (c carrier) delete(ctx context.Context, op store.Operation) (event, error) {
	ev := event{kind: evAnswered, action: doDelete}
	if err := c.unchanged(ctx, op); err != nil {
		ev.unsent = true
		return ev, err
	}
	now, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case err != nil && services.AsError(err).Temporary():
		ev.unsent = true
		return ev, err
	case err == nil && now.Pin.CID.Valid() && !op.Pin.CID.IsZero() && now.Pin.CID.Key != op.Pin.CID.Key:
		ev.unsent = true
		return ev, refusal("delete", textChanged)
	}
	ev.learnt, err = c.end(ctx, op, op.RequestID, op.Pin.CID)
	return ev, err
}

// end deletes a pin and looks whether it is gone (quirk 41), unless the service is
// known to do what it says. The error of one that is not is Reason textStill; that
// the service does not delete is learnt of the last try, since some answer before
// they have done it.
func (c carrier) end(ctx context.Context, op store.Operation, requestID string, was services.CID) (learnt []services.Finding, err error) {
	if err := c.svc.Delete(ctx, requestID); err != nil || c.profile.Proved(services.FactDelete) {
		return nil, err
	}
	now, err := c.svc.Get(ctx, requestID)
	switch {
	case err == nil && (was.IsZero() || now.Pin.CID.Key == was.Key):
		if stills(op) == len(stillGaps) {
			learnt = append(learnt, fact(services.FactDelete, services.Disproved, "deleted, still there"))
		}
		return learnt, &services.Error{Code: services.CodeServer, Op: "delete", Reason: textStill}
	case services.CodeOf(err) == services.CodeNotFound && !c.profile.Disproved(services.FactDelete):
		return []services.Finding{fact(services.FactDelete, services.Proved, "deleted, answers 404")}, nil
	case err != nil && services.AsError(err).Temporary():
		return nil, err
	}
	return nil, nil // or it cannot say
}

// unchanged checks that, as far as we know, the requestid names what the person
// saw.
func (c carrier) unchanged(ctx context.Context, op store.Operation) error {
	if op.RequestID == "" {
		return refusal("delete", "empty-id")
	}
	pin, ok, err := c.known.pin(ctx, op.RequestID)
	if err == nil && ok && !op.Pin.CID.IsZero() && pin.Pin.CID.Key != op.Pin.CID.Key {
		err = refusal("delete", textChanged)
	}
	return err
}

// stillGaps are the waits before a pin that is said to be deleted and still there
// is deleted once more. After that the person is told.
var stillGaps = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute}

// stills is how many times in a row an operation's pin was deleted and is still
// there. Of one whose LastText says what is being done, LastCode is "" then.
func stills(op store.Operation) int {
	if op.LastText == textStill || (releasing(op) || takingBack(op)) && op.LastCode == "" {
		return op.Attempts
	}
	return 0
}

// still is an operation whose pin was to go and has not.
func still(op store.Operation, ev event) store.Operation {
	op.Attempts = stills(op)
	switch {
	case op.Attempts < len(stillGaps):
		op.NextAt = ev.at.Add(stillGaps[op.Attempts])
		op.Attempts++
		if op.State == store.OpSent {
			op.State = store.OpWaiting
		}
		if op.LastCode = ""; !releasing(op) && !takingBack(op) {
			op.LastCode, op.LastText = ev.err.Code, textStill
		}
		return op
	case op.State == store.OpCancelling && (op.Kind != store.OpAdd || ev.action != doUndo):
		return closed(said(op, ev.err), store.OpCancelled, ev.at)
	}
	return stuck(op, ev.err.Code, textStill)
}
