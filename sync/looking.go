package sync

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// look looks for what came of an operation that may have arrived.
func (e *Engine) look(ctx context.Context, c carrier, p *place, op store.Operation) event {
	if op.Kind != store.OpAdd && !askedAnew(op) {
		return c.lookAtPin(ctx, op)
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return event{err: services.AsError(err)}
	}
	ops := lookedForToo(op, open, time.Now())
	events, err := c.lookForAdds(ctx, ops)
	if err != nil {
		return event{err: services.AsError(err)}
	}
	for i, other := range ops[1:] {
		// One listing settles them all.
		ev := events[i+1]
		ev.at = time.Now()
		if err := e.settle(ctx, p, other, ev); err != nil {
			return event{err: services.AsError(err)}
		}
		events[0].learnt = append(events[0].learnt, ev.learnt...)
	}
	return events[0]
}

// lookAtPin sees whether a rename in place or delete that is not wanted any more
// took place.
func (c carrier) lookAtPin(ctx context.Context, op store.Operation) event {
	ev := event{kind: evLooked, action: doLook, complete: true}
	pin, err := c.svc.Get(ctx, op.RequestID)
	gone := services.CodeOf(err) == services.CodeNotFound
	switch {
	case err != nil && !gone:
		return event{err: services.AsError(err)}
	case gone && op.Kind == store.OpRename:
		ev.kind = evGone // it is to be looked for by another name
		return ev
	case op.Kind == store.OpDelete && gone, op.Kind == store.OpRename && err == nil && sameName(pin, op.Pin.Name):
		ev.found = foundOurs
	}
	ev.pin = pin
	return ev
}

// lookedForToo is op and the account's other operations whose pin is to be looked
// for now: one listing settles them all.
func lookedForToo(op store.Operation, open []store.Operation, now time.Time) []store.Operation {
	ops := []store.Operation{op}
	for _, o := range open {
		cancelled := o.State == store.OpCancelling && o.Made == "" && (o.Kind == store.OpAdd && o.RequestID == "" || o.Kind != store.OpAdd && askedAnew(o))
		missing := o.State == store.OpAmbiguous && o.Kind == store.OpAdd || lost(o) && o.State == store.OpAmbiguous || cancelled
		if o.ID != op.ID && o.Account == op.Account && missing && !o.NextAt.After(now) {
			ops = append(ops, o)
		}
	}
	return ops
}

// lookForAdds lists the CIDs of the operations, of every status, and decides by
// what came back: a pin that carries the key is ours; else one that was not
// there before, or lives, may be it. The last look, after which an add is sent
// again, believes no filter that nothing speaks for (quirk 11: it may as well
// show nothing at all). A look that has to read all there is may have to wait for
// its turn: the events it would have answered are evLater.
func (c carrier) lookForAdds(ctx context.Context, ops []store.Operation) ([]event, error) {
	var cids []services.CID
	for _, op := range ops {
		if !slices.ContainsFunc(cids, func(c services.CID) bool { return c.Key == op.Pin.CID.Key }) {
			cids = append(cids, op.Pin.CID)
		}
	}
	until := c.turns.busy(time.Now())
	later := event{kind: evLater, until: until, unsent: true}
	if len(cids) > services.MaxCIDs || c.profile.Disproved(services.FactCIDFilter) {
		if !until.IsZero() {
			return slices.Repeat([]event{later}, len(ops)), nil
		}
		return c.lookThrough(ctx, ops, nil)
	}
	events, err := c.lookThrough(ctx, ops, cids)
	if takesNoCIDs(err) {
		if !until.IsZero() {
			return slices.Repeat([]event{later}, len(ops)), nil
		}
		return c.lookThrough(ctx, ops, nil)
	}
	if err != nil || c.profile.Proved(services.FactCIDFilter) || slices.ContainsFunc(events, found) {
		return events, err
	}
	learnt := events[0].learnt
	unsure := false
	for i, op := range ops {
		if lastLook(op) && events[i].complete {
			unsure, events[i] = true, later
		}
	}
	if unsure && until.IsZero() {
		if events, err = c.lookThrough(ctx, ops, nil); err != nil {
			return nil, err
		}
	}
	events[0].learnt = append(learnt, events[0].learnt...)
	return events, nil
}

// takesNoCIDs reports whether a list by CIDs may have failed because of those: some
// services answer 500 to a query they do not like.
func takesNoCIDs(err error) bool {
	switch services.CodeOf(err) {
	case services.CodeInvalid, services.CodeNotFound, services.CodeServer:
		return true
	}
	return false
}

func found(ev event) bool { return ev.found != foundNothing }

// lookThrough lists the CIDs, or everything, for the operations' pins.
func (c carrier) lookThrough(ctx context.Context, ops []store.Operation, cids []services.CID) ([]event, error) {
	events := make([]event, len(ops))
	seen := make(map[string][]services.PinStatus, len(ops))
	res, learnt, err := c.walk(ctx, cids, c.turns, func(page listing.Page) error {
		for _, pin := range page.Pins {
			for i, op := range ops {
				f, err := c.match(ctx, op, pin)
				if err != nil {
					return err
				}
				if f > events[i].found {
					events[i].found, events[i].pin = f, pin
				}
				if pin.Pin.CID.Key == op.Pin.CID.Key {
					seen[op.Key] = append(seen[op.Key], pin)
				}
			}
		}
		if !slices.ContainsFunc(events, func(ev event) bool { return ev.found != foundOurs }) {
			return listing.Stop
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, op := range ops {
		events[i].kind, events[i].action, events[i].complete = evLooked, doLook, res.Complete
		events[i].learnt = learntOfLook(op, seen[op.Key])
	}
	events[0].learnt = append(learnt, events[0].learnt...)
	return events, nil
}

// walk lists the CIDs, or everything. learnt says where a list of some brought
// others; then it, too, was of everything, and took a turn.
func (c carrier) walk(ctx context.Context, cids []services.CID, turns *pace, visit func(listing.Page) error) (res listing.Result, learnt []services.Finding, err error) {
	began := time.Now()
	res, err = walk(ctx, c.svc, listing.Options{CIDs: cids, Profile: c.profile}, visit)
	learnt = slices.DeleteFunc(res.Findings, func(f services.Finding) bool { return f.Fact != services.FactCIDFilter })
	if len(cids) == 0 || len(learnt) > 0 {
		turns.took(time.Since(began))
	}
	return res, learnt, err
}

// walk is listing.Walk that asks for each CID as it is written and in its
// canonical spelling: some services keep another than they were given, and
// compare texts.
func walk(ctx context.Context, svc services.Service, o listing.Options, visit func(listing.Page) error) (res listing.Result, err error) {
	var spelled []services.CID
	for _, c := range o.CIDs {
		spelled = append(spelled, c)
		if c.Valid() && c.Text != c.Key {
			spelled = append(spelled, services.CID{Text: c.Key, Key: c.Key})
		}
	}
	if len(spelled) <= services.MaxCIDs {
		o.CIDs = spelled
		return listing.Walk(ctx, svc, o, visit)
	}
	res.Complete = true
	for some := range slices.Chunk(spelled, services.MaxCIDs) {
		o.CIDs = some
		part, err := listing.Walk(ctx, svc, o, visit)
		res.Complete = res.Complete && part.Complete
		res.Findings = append(res.Findings, part.Findings...)
		if err != nil {
			return res, err
		}
	}
	return res, nil
}

// pace gives turns to looks that read a whole account: those that are due meanwhile
// share the next one. nil gives one to each.
type pace struct {
	mu  sync.Mutex
	end time.Time
}

// busy is until when no other is to begin, zero where it may.
func (p *pace) busy(now time.Time) time.Time {
	if p == nil {
		return time.Time{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.end.After(now) {
		return time.Time{}
	}
	return p.end
}

// took notes how long one has taken: the next begins no sooner than four times as
// long from now, so that a budget is left to what else there is to do.
func (p *pace) took(d time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end = time.Now().Add(4 * d).Truncate(time.Millisecond) // as it is stored
}
