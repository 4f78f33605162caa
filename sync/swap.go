package sync

import (
	"cmp"
	"context"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// anew asks for the pin that is to take another's place, if the other is still
// what the person saw. The other stays.
func (c carrier) anew(ctx context.Context, op store.Operation) (event, error) {
	ev := event{kind: evAnswered, action: doNew}
	was := op.Was
	if op.Kind == store.OpRename {
		was = op.Pin.CID
	}
	now, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound && op.Posts > 1:
		// One we made before took its place, and is gone too; or another did.
		if other, lookErr := c.another(ctx, op); lookErr != nil || other {
			ev.unsent = true
			return ev, cmp.Or(lookErr, err)
		}
		now.Pin = services.Pin{CID: op.Pin.CID, Meta: op.Pin.Meta}
	case err != nil:
		ev.unsent = true
		return ev, err
	case now.Pin.CID.Key != was.Key:
		ev.unsent = true
		return ev, refusal("replace", textChanged)
	}
	pin := op.Pin
	if op.Kind == store.OpRename {
		if err == nil && sameName(now, op.Pin.Name) {
			ev.pin = now
			return ev, nil
		}
		pin = now.Pin
		pin.Name = op.Pin.Name
	}
	kept, err := c.known.pins(ctx, pin.CID)
	if err != nil {
		ev.unsent = true
		return ev, err
	}
	if op.Kind == store.OpReplace {
		// It may have come from elsewhere since this was asked for.
		if seen := seenIn(op, kept); seen.found != foundNothing {
			return seen, nil
		}
	}
	ways := [][]string{pin.Origins}
	if len(pin.Origins) > 0 {
		ways = append(ways, nil)
	}
	if ev.pin, err = c.add(ctx, op, pin, ways); err != nil {
		return ev, err
	}
	listed, err := c.known.listed(ctx)
	ev.known = ev.pin.RequestID != op.RequestID && there{was: kept, listed: listed}.before(op, ev.pin)
	ev.learnt = learntOfAdd(op, ev.pin, ev.known || ev.pin.RequestID == op.RequestID)
	if err == nil && ev.pin.RequestID == op.RequestID {
		if back, err := c.svc.Get(ctx, op.RequestID); err == nil {
			ev.pin = back // what it says now counts (quirk 19)
		}
	}
	return ev, err
}

// another reports whether the account is known to keep the pin's CID under
// another requestid.
func (c carrier) another(ctx context.Context, op store.Operation) (bool, error) {
	kept, err := c.known.pins(ctx, op.Pin.CID)
	return slices.ContainsFunc(kept, func(p store.Pin) bool {
		return p.RequestID != op.RequestID && p.Status != services.Failed && !p.Aside
	}), err
}

// watch sees whether the pin that is to take another's place is pinned.
func (c carrier) watch(ctx context.Context, op store.Operation) (event, error) {
	ev := event{kind: evAnswered, action: doWatch}
	pin, err := c.svc.Get(ctx, op.Made)
	switch {
	case services.CodeOf(err) == services.CodeNotFound:
		ev.kind = evGone
		return ev, nil
	case err != nil:
		return ev, err
	case pin.Pin.CID.Key != op.Pin.CID.Key:
		return ev, refusal("replace", textChanged)
	case pin.Status != services.Pinned:
		ev.kind = evNotYet
		ev.stalled = c.stalled(ctx, op, pin)
	}
	ev.pin = pin
	return ev, nil
}

// stalled reports whether a rename's new pin is never begun (quirk 39): it has
// been queued for long, and what it is to take the place of is pinned.
func (c carrier) stalled(ctx context.Context, op store.Operation, pin services.PinStatus) bool {
	if op.Kind != store.OpRename || pin.Status != services.Queued || op.Attempts < stalledAfter {
		return false
	}
	old, err := c.svc.Get(ctx, op.RequestID)
	return err == nil && old.Status == services.Pinned
}

// release lets go of the pin whose place is taken, if what takes it is pinned
// now, and the other still is what it was.
func (c carrier) release(ctx context.Context, op attempt) (event, error) {
	ev, err := c.watch(ctx, op.Operation)
	ev.action = doRelease
	if err != nil || ev.kind != evAnswered {
		ev.unsent = err != nil
		return ev, err
	}
	was := op.Was
	if op.Kind == store.OpRename {
		was = op.Pin.CID
	}
	old, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound:
		if op.Attempts == 0 && op.Kind == store.OpRename && op.Posts == 1 {
			ev.learnt = append(ev.learnt, fact(services.FactManyIDs, services.Disproved, "added again, the first answers 404"))
		}
		ev.replaced = op.RequestID
		return ev, nil
	case err != nil:
		ev.unsent = true
		return ev, err
	case old.Pin.CID.Key != was.Key:
		ev.unsent = true
		return ev, refusal("replace", textChanged)
	}
	if same, err := c.asKnown(ctx, old); err != nil || !same {
		ev.unsent, ev.now = true, old
		return ev, cmp.Or(err, error(refusal("replace", textChanged)))
	}
	if op.Kind == store.OpRename && !isCID(op.RequestID, was) {
		ev.learnt = append(ev.learnt, fact(services.FactManyIDs, services.Proved, "added again, both answer"))
	}
	learnt, err := c.end(ctx, op.Operation, op.RequestID, was)
	ev.learnt = append(ev.learnt, learnt...)
	if err != nil && services.CodeOf(err) != services.CodeNotFound {
		return ev, err
	}
	ev.replaced = op.RequestID
	return c.stays(ctx, op.Operation, ev)
}

// stays sees whether the pin that took another's place outlived it: where a delete
// lets go of the content of all its pins (quirk 42) it is asked for once more.
func (c carrier) stays(ctx context.Context, op store.Operation, ev event) (event, error) {
	now, err := c.svc.Get(ctx, op.Made)
	lost := services.CodeOf(err) == services.CodeNotFound || err == nil && now.Status == services.Failed
	if !lost {
		return ev, nil // or it cannot say: the next check will
	}
	pin, err := c.add(ctx, op, ev.pin.Pin, [][]string{nil})
	if err != nil {
		ev.kind, ev.pin = evGone, services.PinStatus{} // it is looked for, and asked for
		return ev, nil
	}
	ev.pin = pin
	return ev, nil
}

// unmake deletes the pin that was to take another's place, unless it has: some
// services end the other by themselves (quirk 21).
func (c carrier) unmake(ctx context.Context, op store.Operation) (event, error) {
	ev := event{kind: evAnswered, action: doUndo}
	_, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case err == nil:
		return c.undo(ctx, op, op.Made)
	case services.CodeOf(err) != services.CodeNotFound:
		ev.unsent = true
		return ev, err
	}
	ev.action, ev.replaced = doRelease, op.RequestID
	ev.pin, err = c.svc.Get(ctx, op.Made)
	if services.CodeOf(err) == services.CodeNotFound {
		return event{kind: evAnswered, action: doUndo}, nil // neither is there
	}
	return ev, err
}

// rename gives the pin its new name in place and returns it as read back. It
// begins with what the pin is now, so it may be carried out again when it is not
// known how far the last try came: where that one may have done away with the pin,
// what it made is to be looked for. replaced is the requestid that is no more;
// unsent is true where an error kept it from asking for the new name at all.
func (c carrier) rename(ctx context.Context, op attempt) (event, error) {
	ev := event{kind: evAnswered, action: doRename}
	now, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound && op.again:
		ev.kind = evGone
		return ev, nil
	case err != nil:
		ev.unsent = true
		return ev, err
	case !op.Pin.CID.IsZero() && now.Pin.CID.Key != op.Pin.CID.Key:
		ev.unsent = true
		return ev, refusal("replace", textChanged)
	case sameName(now, op.Pin.Name):
		ev.pin = now
		return ev, nil
	}
	pin := marked(now.Pin, op.Key)
	pin.Name = op.Pin.Name
	overwrite := isCID(op.RequestID, pin.CID)
	if overwrite {
		// Replacing would unpin the data there (quirk 17); a new POST of the same
		// CID takes the old one's place (quirk 20). Nothing is deleted.
		ev.pin, err = c.svc.Add(ctx, pin)
	} else {
		ev.pin, err = c.svc.Replace(ctx, op.RequestID, pin)
	}
	if err != nil {
		return ev, err
	}
	if ev.pin.RequestID == "" {
		ev.pin.RequestID = op.RequestID
	}
	back, err := c.svc.Get(ctx, ev.pin.RequestID)
	switch {
	case err == nil:
		ev.pin = back // what it says now counts, not what it answered (quirk 19)
	case services.CodeOf(err) == services.CodeNotFound && !overwrite:
		if ev, err = c.half(ctx, op.Operation, pin, ev); err != nil {
			return ev, err
		}
	}
	if !overwrite {
		ev.learnt = append(ev.learnt, learntOfReplace(ev.pin, op.Pin.Name))
	}
	if ev.pin.RequestID != op.RequestID && !overwrite {
		ev.replaced = op.RequestID
	}
	return ev, nil
}

// half makes good a replace that was taken, and did only half of it (quirk 18):
// what it says it made is not there. Where the old one is, it may still come.
func (c carrier) half(ctx context.Context, op store.Operation, pin services.Pin, ev event) (event, error) {
	_, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case err == nil:
		return ev, &services.Error{Code: services.CodeServer, Op: "replace"}
	case services.CodeOf(err) != services.CodeNotFound:
		return ev, err
	}
	ev.learnt = append(ev.learnt, fact(services.FactReplace, services.Disproved, "replaced by the same CID, answers 404"))
	ev.anew = true
	ev.pin, err = c.svc.Add(ctx, pin)
	return ev, err
}
