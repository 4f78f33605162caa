package sync

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// simEngine is what the engine does around the protocol, in simulated time: what
// is durable, what is not, and what a crash at any step leaves of it. The
// deciding code (next, carrier, late) is the engine's own.
type simEngine struct {
	svc   *simService
	r     *rand.Rand
	now   time.Time
	blind bool // sends again whatever went wrong, without looking
	calm  bool // no more crashes

	// user.db
	ops []store.Operation
	// cache.db
	cache   map[string]store.Pin
	read    time.Time // the end of the last complete check
	profile services.Profile
	// memory
	tombs map[string]time.Time
	late  late

	pass    time.Time
	steps   int
	crashes int
	trace   uint64
}

func (e *simEngine) pins(_ context.Context, c services.CID) (list []store.Pin, err error) {
	for _, p := range e.cache {
		at := e.tombs[p.RequestID]
		if p.Pin.CID.Key == c.Key && (at.IsZero() || p.SeenAt.After(at)) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b store.Pin) int { return a.Created.Compare(b.Created) })
	return list, nil
}

func (e *simEngine) pin(_ context.Context, id string) (store.Pin, bool, error) {
	p, ok := e.cache[id]
	return p, ok, nil
}

func (e *simEngine) led(_ context.Context, c services.CID, since time.Time) ([]string, error) {
	return e.ledTo(c, since), nil
}

// ledTo is user.DB.LedTo.
func (e *simEngine) ledTo(c services.CID, since time.Time) (ids []string) {
	deleted := map[string]bool{}
	for _, o := range slices.Backward(e.ops) {
		switch {
		case o.Pin.CID.Key != c.Key || o.State != store.OpDone:
		case o.Kind == store.OpDelete:
			deleted[o.RequestID] = true
		case o.RequestID != "" && !deleted[o.RequestID] && !o.DoneAt.Before(since) && len(ids) < 3 && !slices.Contains(ids, o.RequestID):
			ids = append(ids, o.RequestID)
		}
	}
	return ids
}

func (e *simEngine) checked(context.Context) (time.Time, error) {
	if e.blind {
		return e.now, nil // it does not look before it sends either
	}
	return e.read, nil
}

func (e *simEngine) listed(context.Context) (bool, error) { return e.blind || !e.read.IsZero(), nil }

// crash is a stop at this very step, now and then.
func (e *simEngine) crash() bool {
	if e.calm || e.r.IntN(60) != 0 {
		return false
	}
	e.crashes++
	e.tombs, e.late = map[string]time.Time{}, late{}
	e.note("crash")
	for i, o := range e.ops {
		if o.State == store.OpSent {
			e.ops[i] = left(o, e.now)
			if e.blind {
				e.ops[i].State = store.OpWaiting
			}
		}
		if !o.State.Open() && o.DoneAt.After(e.now.Add(-tombFor)) {
			e.late.note(o, e.now)
			if o.Kind == store.OpDelete && o.State == store.OpDone {
				e.tombs[o.RequestID] = o.DoneAt
			}
		}
	}
	return true
}

func (e *simEngine) note(what string, args ...any) {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %d %s", e.trace, e.now.UnixNano(), what)
	for _, a := range args {
		_, _ = io.WriteString(h, fmt.Sprint(" ", a))
	}
	e.trace = h.Sum64()
}

// ask writes an operation.
func (e *simEngine) ask(op store.Operation) store.OperationID {
	op.ID = store.OperationID(len(e.ops) + 1)
	op.Key = fmt.Sprintf("key%d", op.ID)
	op.Account, op.State, op.Created = 1, store.OpWaiting, e.now
	if op.NextAt.IsZero() {
		op.NextAt = e.now
	}
	e.ops = append(e.ops, op)
	return op.ID
}

// tell brings a wish to an operation.
func (e *simEngine) tell(id store.OperationID, kind eventKind) {
	op := e.ops[id-1]
	if op.State.Open() {
		e.ops[id-1], _ = next(op, event{kind: kind, at: e.now})
		e.late.note(e.ops[id-1], e.now)
	}
}

// update is user.DB.Update.
func (e *simEngine) update(op store.Operation, from store.State) bool {
	if e.ops[op.ID-1].State != from {
		return false
	}
	e.ops[op.ID-1] = op
	return true
}

// claim is user.DB.Claim and NextDue: the oldest operation that is due and
// overtakes nothing, or when there is one.
func (e *simEngine) claim() (op store.Operation, ok bool, due time.Time) {
	busy := map[string]bool{}
	for _, o := range e.ops {
		if !o.State.Open() || o.State == store.OpStuck {
			continue
		}
		free := !busy[o.Pin.CID.Key] && (o.RequestID == "" || !busy[o.RequestID])
		busy[o.Pin.CID.Key] = true
		if o.RequestID != "" {
			busy[o.RequestID] = true
		}
		switch {
		case !free:
		case !o.NextAt.After(e.now):
			return o, true, due
		case due.IsZero() || o.NextAt.Before(due):
			due = o.NextAt
		}
	}
	return op, false, due
}

// step does what is due, if anything is, or says when something will be.
func (e *simEngine) step() (did bool, due time.Time) {
	if !e.now.Before(e.pass) {
		e.readAll()
		return true, due
	}
	op, ok, due := e.claim()
	if !ok {
		ops, next := e.late.take(e.now, e.profile.Disproved(services.FactCIDFilter))
		if len(ops) > 0 && !e.blind {
			e.steps++
			e.lookLate(ops)
			return true, due
		}
		if due.IsZero() || !next.IsZero() && next.Before(due) {
			due = next
		}
		return false, due
	}
	e.steps++
	e.carryOut(op)
	return true, due
}

func (e *simEngine) carrier() carrier {
	return carrier{svc: e.svc, profile: e.profile, known: e, ways: func(context.Context, store.Operation) ([][]string, error) {
		return [][]string{nil}, nil
	}}
}

func (e *simEngine) carryOut(op store.Operation) {
	ctx := context.Background()
	c := e.carrier()
	ready, do := next(op, event{kind: evDue, at: e.now, anew: byNew(op, c.profile)})
	e.note("due", op.ID, op.State, do)
	if ready.State != op.State {
		if e.crash() || !e.update(ready, op.State) || e.crash() {
			return
		}
	}
	var ev event
	var err error
	var others []store.Operation
	var also []event
	switch {
	case do == doLook && op.Kind != store.OpAdd && !askedAnew(op):
		ev = c.lookAtPin(ctx, ready)
		err = errOf(ev)
	case do == doLook:
		all := lookedForToo(ready, e.ops, e.now)
		var events []event
		if events, err = c.lookForAdds(ctx, all); err == nil {
			ev, others, also = events[0], all[1:], events[1:]
		}
	default:
		ev, err = c.carry(ctx, attempt{ready, !op.SentAt.IsZero()}, do)
	}
	if e.crash() {
		return // after the call, before anything is written down
	}
	for i, o := range others {
		also[i].at = e.now
		e.settle(o, also[i])
	}
	ev.at, ev.roll = e.now, e.r.Float64()
	if err != nil {
		ev = failed(ev, do, err)
		if e.blind && do == doAdd {
			surely := *ev.err
			surely.NotSent = true
			ev.err = &surely
		}
	}
	ev.before = op.SentAt
	e.settle(ready, ev)
}

func (e *simEngine) settle(op store.Operation, ev event) {
	if ev.replaced != "" && ev.pin.RequestID != "" && op.Kind == store.OpRename {
		for i, o := range e.ops {
			if o.RequestID == ev.replaced && (o.State == store.OpWaiting || o.State == store.OpStuck) {
				e.ops[i].RequestID = ev.pin.RequestID
			}
		}
	}
	after, _ := next(op, ev)
	gone := goneBy(op, after, ev)
	if gone != "" {
		e.tombs[gone] = e.now
	}
	if !e.update(after, op.State) {
		return
	}
	e.note("moved", op.ID, after.State, after.LastCode, after.LastText)
	if e.crash() {
		return // between user.db and cache.db
	}
	if pin := ev.pin; pin.RequestID != "" && !ev.unsent {
		delete(e.tombs, pin.RequestID)
		e.cache[pin.RequestID] = store.Pin{Account: 1, PinStatus: pin, SeenAt: e.now}
	}
	if gone != "" {
		delete(e.cache, gone)
	}
	for i := range ev.learnt {
		ev.learnt[i].At = e.now
	}
	e.profile = e.profile.Learn(ev.learnt...)
	e.late.note(after, e.now)
}

func (e *simEngine) lookLate(ops []store.Operation) {
	verdicts, learnt, err := e.carrier().lookLate(context.Background(), ops, nil)
	e.note("late", len(ops), err)
	if err != nil {
		e.late.putBack(ops, e.now)
		return
	}
	if e.crash() {
		return
	}
	e.profile = e.profile.Learn(at(learnt, e.now)...)
	for i, op := range ops {
		now := e.ops[op.ID-1]
		open := slices.DeleteFunc(slices.Clone(e.ops), func(o store.Operation) bool {
			return !o.State.Open() || o.Pin.CID.Key != op.Pin.CID.Key
		})
		wanted := wantedAnew(now, verdicts[i], open, e.ledTo(op.Pin.CID, op.Created))
		for _, pin := range verdicts[i].drop {
			if wanted(pin.RequestID) {
				continue
			}
			if slices.ContainsFunc(e.ops, func(o store.Operation) bool {
				return o.State.Open() && o.Kind == store.OpDelete && o.RequestID == pin.RequestID
			}) {
				continue
			}
			if now.State == store.OpDone && now.RequestID == pin.RequestID {
				now.RequestID = verdicts[i].keep.RequestID
				e.update(now, now.State)
			}
			e.ask(store.Operation{Kind: store.OpDelete, RequestID: pin.RequestID, Pin: services.Pin{CID: pin.Pin.CID, Name: pin.Pin.Name}})
		}
	}
}

// readAll is a full check, and what it does about pins that were not listed.
func (e *simEngine) readAll() {
	e.pass = e.now.Add(time.Duration(5+e.r.IntN(20)) * time.Minute)
	if e.calm {
		e.pass = e.now.Add(8 * time.Hour)
	}
	seen := map[string]bool{}
	res, err := listing.Walk(context.Background(), e.svc, listing.Options{}, func(page listing.Page) error {
		for _, pin := range page.Pins {
			seen[pin.RequestID] = true
			if at, ok := e.tombs[pin.RequestID]; !ok || at.Before(e.now) {
				e.cache[pin.RequestID] = store.Pin{Account: 1, PinStatus: pin, SeenAt: e.now}
			}
		}
		return nil
	})
	e.note("pass", len(seen), res.Complete, err)
	if err != nil || !res.Complete {
		return
	}
	e.read = e.now
	var missing []string
	for id := range e.cache {
		if !seen[id] {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	for _, id := range missing {
		if _, err := e.svc.Get(context.Background(), id); services.CodeOf(err) == services.CodeNotFound {
			delete(e.cache, id)
		}
	}
}
