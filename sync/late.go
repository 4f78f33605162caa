package sync

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// A service may carry out a request long after nobody looks for it any more.
// What was asked for twice may then be kept twice, and what is not wanted may
// come after all. Such operations are looked at some more times after they were
// closed: one list call for ten of them, or one walk for all that are due where the
// service lists everything, whatever it is asked for (quirk 11).

// lateAfter is when, from when an operation was closed.
var lateAfter = [...]time.Duration{2 * time.Minute, 10 * time.Minute, 35 * time.Minute, 65 * time.Minute}

// suspect reports whether something of a closed operation may still arrive.
func suspect(op store.Operation) bool {
	found := op.RequestID != "" && op.Kind == store.OpAdd && !op.Adopted || op.Made != ""
	switch op.State {
	case store.OpDone:
		return op.Posts > 1 || op.Posts == 1 && op.Adopted // its own may come yet
	case store.OpCancelled:
		return op.Posts > 1 || op.Posts == 1 && !found
	}
	return false
}

// late is the suspects of an account.
type late struct {
	mu    sync.Mutex
	ops   map[store.OperationID]lateLook
	turns pace
}

type lateLook struct {
	op    store.Operation
	step  int
	again time.Time // of a look that was not made, zero for none
}

func (l lateLook) at() time.Time {
	if !l.again.IsZero() {
		return l.again
	}
	return l.op.DoneAt.Add(lateAfter[l.step])
}

// note takes up an operation that was closed.
func (l *late) note(op store.Operation, now time.Time) {
	if suspect(op) {
		l.put(op, now, now)
	}
}

// put has an operation looked at; where a look should have been made already, at
// that time.
func (l *late) put(op store.Operation, now, again time.Time) {
	look := lateLook{op: op}
	for look.step < len(lateAfter)-1 && !op.DoneAt.Add(lateAfter[look.step+1]).After(now) {
		look.step++
	}
	if !look.at().After(now) {
		look.again = again
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ops == nil {
		l.ops = make(map[store.OperationID]lateLook)
	}
	l.ops[op.ID] = look
}

// take returns operations that are due, as many as one list call answers, and notes
// that they were looked at; or when the next ones are, zero for never. whole: each
// look is a walk that answers all.
func (l *late) take(now time.Time, whole bool) (due []store.Operation, next time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ops) == 0 {
		return nil, time.Time{}
	}
	if until := l.turns.busy(now); whole && !until.IsZero() {
		return nil, until
	}
	looks := slices.SortedFunc(maps.Values(l.ops), func(a, b lateLook) int {
		return cmp.Or(a.at().Compare(b.at()), cmp.Compare(a.op.ID, b.op.ID))
	})
	for _, look := range looks {
		if look.at().After(now) || !whole && len(due) == services.MaxCIDs {
			return due, look.at()
		}
		due = append(due, look.op)
		look.again = time.Time{}
		if look.step++; look.step < len(lateAfter) {
			l.ops[look.op.ID] = look
		} else {
			delete(l.ops, look.op.ID)
		}
	}
	return due, time.Time{}
}

// putBack takes up again what could not be looked at.
func (l *late) putBack(ops []store.Operation, now time.Time) {
	for _, op := range ops {
		l.put(op, now, now.Add(time.Minute))
	}
}

// afterwards is what is to be done about a closed operation.
type afterwards struct {
	pinned []string             // of a cancelled one, the requestids of its CID
	keep   services.PinStatus   // of a done one, the pin that stays
	drop   []services.PinStatus // pins of ours that are one too many
	twice  bool                 // it may be kept twice, but not surely by us
}

// judgeLate decides it by the pins of the operation's CID. Dropped is only what
// carries the operation's key under the name it asked for (a rename in place
// keeps the key, and the person wants what it made); where it is wanted, only the
// younger of two, or what comes when another took the first one's place or was
// adopted, while the one that stays is pinned and the service is known to make two
// pins of one CID.
// Of a rename or replace that was cancelled, never the pin it acted on, nor the one
// in its place once that may have been deleted, and no rename's that is the last of
// its CID.
func judgeLate(op store.Operation, pins []services.PinStatus, p services.Profile) afterwards {
	var ours, live []services.PinStatus
	var other services.PinStatus   // one that is pinned and not of this operation
	var adopted services.PinStatus // the one it led to, if that is another's
	first := false                 // the one it led to is there
	var pinned []string
	old := op.Kind != store.OpRename
	for _, pin := range pins {
		old = old || pin.RequestID == op.RequestID
		if pin.Pin.CID.Key != op.Pin.CID.Key || pin.Status == services.Failed || isCID(pin.RequestID, pin.Pin.CID) {
			continue
		}
		live = append(live, pin)
		first = first || pin.RequestID == op.RequestID
		if pin.Status == services.Pinned {
			pinned = append(pinned, pin.RequestID)
		}
		switch {
		case op.Adopted && pin.RequestID == op.RequestID:
			adopted = pin
		case pin.Pin.Meta[metaKey] == op.Key && sameName(pin, op.Pin.Name):
			ours = append(ours, pin)
		case pin.Status == services.Pinned:
			other = pin
		}
	}
	slices.SortFunc(ours, func(a, b services.PinStatus) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.RequestID, b.RequestID))
	})
	switch {
	case op.State == store.OpCancelled && op.Kind != store.OpAdd && (old || releasing(op)):
		return afterwards{drop: unwantedLate(op, ours, live), pinned: pinned}
	case op.State == store.OpCancelled && old:
		return afterwards{drop: ours, pinned: pinned}
	case op.State != store.OpDone:
		return afterwards{twice: len(ours) > 0 && other.RequestID != ""}
	case len(ours) == 0 || !p.Proved(services.FactManyIDs):
	case !first && other.RequestID != "":
		return afterwards{keep: other, drop: ours}
	case adopted.Status == services.Pinned:
		return afterwards{keep: adopted, drop: ours}
	case len(ours) > 1:
		// The oldest that is pinned: some begin no second one (quirk 39).
		if i := slices.IndexFunc(ours, func(p services.PinStatus) bool { return p.Status == services.Pinned }); i >= 0 {
			return afterwards{keep: ours[i], drop: slices.Delete(slices.Clone(ours), i, i+1)}
		}
	}
	recent := 0
	for _, pin := range live {
		if pin.Created.IsZero() || pin.Created.After(op.SentAt.Add(-longBefore)) {
			recent++
		}
	}
	return afterwards{twice: recent > 1}
}

// unwantedLate is which of the pins a cancelled rename or replace made are to go.
func unwantedLate(op store.Operation, ours, live []services.PinStatus) []services.PinStatus {
	kept := false // the one that stays in the place of what may have been deleted
	ours = slices.DeleteFunc(slices.Clone(ours), func(p services.PinStatus) bool {
		made := releasing(op) && p.RequestID == op.Made
		kept = kept || made && p.Status == services.Pinned
		return made || p.RequestID == op.RequestID
	})
	if releasing(op) && !kept || op.Kind == store.OpRename && len(live) == len(ours) {
		return nil
	}
	return ours
}

// lookLate lists the CIDs of closed operations, or everything where that is what a
// list of them is, and judges each.
func (c carrier) lookLate(ctx context.Context, ops []store.Operation, turns *pace) ([]afterwards, []services.Finding, error) {
	var cids []services.CID
	seen := make(map[string][]services.PinStatus)
	for _, op := range ops {
		seen[op.Pin.CID.Key] = nil
		cids = append(cids, op.Pin.CID)
	}
	if c.profile.Disproved(services.FactCIDFilter) {
		cids = nil
	}
	visit := func(page listing.Page) error {
		for _, pin := range page.Pins {
			if list, wanted := seen[pin.Pin.CID.Key]; wanted {
				seen[pin.Pin.CID.Key] = append(list, pin)
			}
		}
		return nil
	}
	_, learnt, err := c.walk(ctx, cids, turns, visit)
	if len(cids) > 0 && takesNoCIDs(err) {
		for key := range seen {
			seen[key] = nil
		}
		_, learnt, err = c.walk(ctx, nil, turns, visit)
	}
	if err != nil {
		return nil, nil, err
	}
	for _, op := range ops {
		learnt = append(learnt, learntOfLook(op, seen[op.Pin.CID.Key])...)
	}
	profile := c.profile.Learn(learnt...)
	verdicts := make([]afterwards, len(ops))
	for i, op := range ops {
		pins := seen[op.Pin.CID.Key]
		verdicts[i] = judgeLate(op, pins, profile)
	}
	return verdicts, learnt, nil
}

// lookLate looks at suspects that are due. done is false where none are; next is
// when there is something to do then.
func (e *Engine) lookLate(ctx context.Context, p *place, a services.Account, now time.Time) (done bool, next time.Time, err error) {
	profile, err := e.c.Cache.Profile(ctx, p.id)
	if err != nil {
		return false, time.Time{}, err
	}
	ops, next := p.late.take(now, profile.Disproved(services.FactCIDFilter))
	if len(ops) == 0 {
		due, err := e.c.User.NextDue(ctx, p.id)
		if due.IsZero() || !next.IsZero() && next.Before(due) {
			due = next
		}
		return false, due, err
	}
	svc, err := e.service(ctx, p, a)
	if err != nil {
		p.late.putBack(ops, now)
		return true, time.Time{}, e.failed(ctx, p, services.AsError(err))
	}
	c, err := e.carrierOf(ctx, svc, a)
	if err != nil {
		return true, time.Time{}, err
	}
	verdicts, learnt, err := c.lookLate(ctx, ops, &p.late.turns)
	if err != nil {
		p.late.putBack(ops, now)
		if ctx.Err() != nil {
			return true, time.Time{}, nil
		}
		return true, time.Time{}, e.failed(ctx, p, services.AsError(err))
	}
	if err := e.learnAt(ctx, p, a, at(learnt, now)...); err != nil {
		return true, time.Time{}, err
	}
	for i, op := range ops {
		if err := e.tellTwice(ctx, op, verdicts[i]); err != nil {
			return true, time.Time{}, err
		}
		if err := e.dropLate(ctx, p, op, verdicts[i]); err != nil {
			return true, time.Time{}, err
		}
	}
	return true, time.Time{}, e.reached(ctx, p)
}

// tellTwice tells the person, once, of what may be kept twice and is not surely
// ours to take away.
func (e *Engine) tellTwice(ctx context.Context, op store.Operation, v afterwards) error {
	if !v.twice {
		return nil
	}
	return e.c.User.ObserveOnce(context.WithoutCancel(ctx), store.Observation{
		At: time.Now(), Account: op.Account, Kind: "twice", CID: op.Pin.CID, Name: op.Pin.Name, Count: 1,
	})
}

// wantedAnew says which pins of a cancelled operation's CID are the person's wish
// after all: those another operation led to since, under whatever key, any where
// none of those is there any more (quirk 21), and any while one is open that may
// yet take it for its own. open are the CID's.
func wantedAnew(op store.Operation, v afterwards, open []store.Operation, led []string) func(requestID string) bool {
	all := slices.ContainsFunc(open, func(o store.Operation) bool {
		// A rename that is stuck takes nothing: what it acts on stays.
		idle := o.Kind == store.OpRename && o.State == store.OpStuck
		return o.ID != op.ID && o.Kind != store.OpDelete && !idle
	})
	all = all || len(led) > 0 && !slices.ContainsFunc(led, func(id string) bool { return slices.Contains(v.pinned, id) })
	return func(id string) bool {
		return op.State == store.OpCancelled && (all || slices.Contains(led, id))
	}
}

// dropLate asks for what is one too many to be deleted.
func (e *Engine) dropLate(ctx context.Context, p *place, op store.Operation, v afterwards) error {
	if len(v.drop) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	now, ok, err := e.c.User.Operation(ctx, op.ID)
	if err != nil || !ok {
		return err
	}
	open, err := e.c.User.OpenOf(ctx, op.Account, op.Pin.CID)
	if err != nil {
		return err
	}
	led, err := e.c.User.LedTo(ctx, op.Account, op.Pin.CID, op.Created)
	if err != nil {
		return err
	}
	wanted := wantedAnew(now, v, open, led)
	var deletes []store.Operation
	for _, pin := range v.drop {
		if wanted(pin.RequestID) {
			continue
		}
		asked, err := e.deleting(ctx, store.Operation{Account: op.Account, RequestID: pin.RequestID, Pin: services.Pin{CID: pin.Pin.CID}})
		if err != nil {
			return err
		}
		if asked {
			continue
		}
		if pin.RequestID == now.RequestID && now.State == store.OpDone {
			now.RequestID = v.keep.RequestID
			if err := e.redirect(ctx, op.Account, pin.RequestID, v.keep.RequestID); err != nil {
				return err
			}
			if _, err := e.c.User.Update(ctx, now, now.State); err != nil {
				return err
			}
		}
		deletes = append(deletes, store.Operation{
			Account: op.Account, Kind: store.OpDelete, RequestID: pin.RequestID,
			Pin: services.Pin{CID: pin.Pin.CID, Name: pin.Pin.Name},
		})
	}
	e.c.Log.Info("kept twice", "account", p.id, "op", op.Kind, "operation", op.ID, "too_many", len(deletes))
	_, err = e.write(ctx, deletes)
	return err
}
