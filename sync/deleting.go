package sync

import (
	"cmp"
	"context"
	"slices"
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
	case err == nil && now.Pin.CID.Valid():
		if same, err := c.asSeen(ctx, op, now); err != nil || !same {
			ev.unsent, ev.now = true, now
			return ev, cmp.Or(err, error(refusal("delete", textChanged)))
		}
	}
	ev.learnt, err = c.end(ctx, op, op.RequestID, op.Pin.CID)
	return ev, err
}

// asSeen reports whether a pin that is to be deleted still is what the person
// saw: the same content under the same name, of the same add, and not one that
// could not be kept then and is now. What is not known of it speaks for nothing.
func (c carrier) asSeen(ctx context.Context, op store.Operation, now services.PinStatus) (bool, error) {
	if op.Pin.CID.IsZero() {
		return true, nil // only its requestid was named
	}
	key, was := now.Pin.Meta[metaKey], op.Pin.Meta[metaKey]
	if now.Pin.CID.Key != op.Pin.CID.Key {
		return false, nil
	}
	if !sameName(now, op.Pin.Name) || key != "" && was != "" && key != was {
		// What the person asked of it before, which was done since, is no surprise.
		led, err := c.known.led(ctx, op.Pin.CID, op.Created)
		if err != nil || !slices.Contains(led, now.RequestID) {
			return false, err
		}
	}
	return c.asKnown(ctx, now)
}

// asKnown reports whether a pin still is what it was when it was last looked at,
// and not one that could not be kept then and is now.
func (c carrier) asKnown(ctx context.Context, now services.PinStatus) (bool, error) {
	last, known, err := c.known.pin(ctx, now.RequestID)
	if err != nil || !known {
		return err == nil, err
	}
	kept := last.Status == services.Failed && now.Status == services.Pinned
	return sameName(now, last.Pin.Name) && !kept && !createdAgain(last.PinStatus, now), nil
}

// createdAgain reports whether a pin was created anew since it was last looked at.
// Some say the time more exactly in one answer than in another (quirk 26).
func createdAgain(last, now services.PinStatus) bool {
	return last.Created.Year() > 1 && now.Created.Sub(last.Created) > time.Minute
}

// undo deletes a pin that an operation made, and nothing else: a requestid that is
// the CID, or is asked of another service than the one that gave it, may name
// somebody else's by now. Where that cannot be told, nothing is deleted.
func (c carrier) undo(ctx context.Context, op store.Operation, requestID string) (event, error) {
	ev := event{kind: evAnswered, action: doUndo}
	now, err := c.svc.Get(ctx, requestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound: // it is not shown yet, or is gone
	case err != nil:
		ev.unsent = true
		return ev, err
	default:
		if ours, err := c.stillOurs(ctx, op, now); err != nil || !ours {
			ev.unsent, ev.now = true, now
			return ev, cmp.Or(err, error(refusal("delete", textChanged)))
		}
	}
	ev.learnt, err = c.end(ctx, op, requestID, op.Pin.CID)
	return ev, err
}

// stillOurs reports whether a pin is what an operation made, and nothing else was
// made of it since.
func (c carrier) stillOurs(ctx context.Context, op store.Operation, now services.PinStatus) (bool, error) {
	last, known, err := c.known.pin(ctx, now.RequestID)
	key := now.Pin.Meta[metaKey]
	switch {
	case err != nil:
		return false, err
	case now.Pin.CID.Key != op.Pin.CID.Key, !sameName(now, op.Pin.Name), predates(op, now):
		return false, nil
	case key != op.Key && (key != "" || c.profile.Proved(services.FactMeta)):
		return false, nil
	}
	return !known || !createdAgain(last.PinStatus, now), nil
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
