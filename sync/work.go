package sync

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// drain does what is due of an account until nothing is, or its service is not
// to be asked for a while. It returns when to come back, zero for: when woken.
// ctx ends the taking up of new ones, calls ends those in flight.
func (e *Engine) drain(ctx, calls context.Context, p *place, a services.Account) (time.Time, error) {
	if err := p.working.take(ctx); err != nil {
		return time.Time{}, nil
	}
	defer p.working.give()
	calls, cancel := p.within(calls)
	defer cancel()
	for ctx.Err() == nil && p.life.Err() == nil {
		now := time.Now()
		until, err := e.paused(ctx)
		if err != nil || until.After(now) {
			return until, storeError(ctx, err)
		}
		if until := p.closedUntil(); until.After(now) {
			return until, nil
		}
		op, ok, err := e.c.User.Claim(ctx, p.id, now)
		if err != nil {
			return time.Time{}, storeError(ctx, err)
		}
		if !ok {
			done, due, err := e.lookLate(calls, p, a, now)
			if err != nil || !done {
				return due, storeError(ctx, err)
			}
			continue
		}
		if err := e.carryOut(calls, p, a, op); err != nil {
			return time.Time{}, storeError(calls, err)
		}
	}
	return time.Time{}, nil
}

// storeError is err, or nil where it only says that ctx ended.
func storeError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// carryOut does the next step of one operation and writes down what came of it.
func (e *Engine) carryOut(ctx context.Context, p *place, a services.Account, op store.Operation) error {
	svc, err := e.service(ctx, p, a)
	if err != nil {
		se := services.AsError(err)
		if err := e.failed(ctx, p, se); err != nil {
			return err
		}
		ev := event{kind: evRefused, at: time.Now(), roll: rand.Float64(), err: notSent(se), before: op.SentAt}
		if op.State != store.OpWaiting {
			ev.action = doLook
		}
		return e.settle(ctx, p, op, ev)
	}
	c, err := e.carrierOf(ctx, svc, a)
	if err != nil {
		return err
	}
	due := event{kind: evDue, at: time.Now(), upload: e.toUpload(ctx, p, a, op), anew: byNew(op, c.profile)}
	ready, do := next(op, due)
	if ready.State != op.State || do == doUpload {
		// Durable before anything is sent.
		if ok, err := e.c.User.Update(ctx, ready, op.State); err != nil || !ok {
			return err
		}
		e.moved.Post()
	}
	if do == doUpload {
		p.post(ready, op.SentAt) // it must not hold up the others
		return nil
	}
	ev := e.do(ctx, c, p, attempt{ready, !op.SentAt.IsZero()}, do)
	ev.before = op.SentAt
	if err := e.heard(ctx, p, ev); err != nil {
		return err
	}
	if err := e.settle(ctx, p, ready, ev); err != nil {
		return err
	}
	return e.learnAt(context.WithoutCancel(ctx), p, a, at(ev.learnt, due.at)...)
}

// settle writes down what an event made of an operation, and what follows for
// the cache. It does so even when ctx has ended: the call was made.
func (e *Engine) settle(ctx context.Context, p *place, op store.Operation, ev event) error {
	ctx = context.WithoutCancel(ctx)
	if ev.replaced != "" && ev.pin.RequestID != "" && (op.Kind == store.OpRename || op.Kind == store.OpReaddress) {
		if err := e.redirect(ctx, op.Account, ev.replaced, ev.pin.RequestID); err != nil {
			return err
		}
	}
	after, ok := op, false
	for tries := 0; !ok; tries++ {
		var err error
		after, _ = next(op, ev)
		if gone := goneBy(op, after, ev); gone != "" {
			p.bury(gone, ev.at) // first: nobody is to take it for one that is kept
		}
		if ok, err = e.c.User.Update(ctx, after, op.State); err != nil {
			return err
		}
		if ok {
			break
		}
		// Somebody cancelled it meanwhile.
		now, found, err := e.c.User.Operation(ctx, op.ID)
		if err != nil || !found || !now.State.Open() || tries == 3 {
			return err
		}
		op = now
	}
	if op.Kind == store.OpReaddress && after.State == store.OpDone {
		if err := e.wasTold(ctx, op, after, &ev); err != nil {
			return err
		}
	}
	if err := e.follow(ctx, p, after, ev, goneBy(op, after, ev)); err != nil {
		return err
	}
	p.late.note(after, ev.at)
	if after.State == store.OpStuck && (after.LastCode == services.CodeAuth || after.LastCode == services.CodePlan) {
		if err := e.holdBack(ctx, after, ev); err != nil {
			return err
		}
	}
	e.c.Log.Info("operation moved", "account", p.id, "op", after.Kind, "operation", after.ID, "state", after.State, "code", after.LastCode)
	e.moved.Post()
	return nil
}

// redirect lets what was asked of a pin that a rename replaced be done to the
// one in its place: a delete that waited for the rename would find nothing.
func (e *Engine) redirect(ctx context.Context, account services.AccountID, from, to string) error {
	if err := e.c.User.Redirect(ctx, account, from, to); err != nil {
		return err
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return err
	}
	for _, op := range open {
		if op.Account != account || op.RequestID != from || op.State != store.OpWaiting && op.State != store.OpStuck {
			continue
		}
		op.RequestID = to
		if _, err := e.c.User.Update(ctx, op, op.State); err != nil {
			return err
		}
	}
	return nil
}

// follow brings the cache after an operation; gone is the requestid that is no
// more, "" none.
func (e *Engine) follow(ctx context.Context, p *place, op store.Operation, ev event, gone string) error {
	if p.life.Err() != nil {
		return nil
	}
	if pin := ev.pin; pin.RequestID != "" && !ev.unsent {
		p.unbury(pin.RequestID)
		if e.giver != nil && op.Source != 0 && len(pin.Delegates) > 0 {
			e.giver.Connect(handover.Key{Account: op.Account, Source: op.Source}, pin.Delegates)
		}
		if pin.Status == services.Failed && firstOf(op, ev) {
			p.doubt(pin.RequestID, op.SentAt)
		}
		pin = p.believed(pin)[0]
		if _, err := e.c.Cache.Put(ctx, p.id, ev.at, pin); err != nil {
			return err
		}
		if pin.Status != services.Pinned && pin.Status != services.Failed {
			p.expect(ev.at)
		}
	}
	if ev.now.RequestID != "" {
		if _, err := e.c.Cache.Put(ctx, p.id, ev.at, p.believed(ev.now)...); err != nil {
			return err
		}
	}
	if gone != "" {
		if err := e.c.Cache.Remove(ctx, p.id, gone); err != nil {
			return err
		}
	}
	return e.c.Cache.SetPending(ctx, []store.Operation{op}, false)
}

// firstOf reports whether an event brings the first that is said of a pin an
// operation made.
func firstOf(op store.Operation, ev event) bool {
	if ev.known || op.Adopted {
		return false
	}
	return ev.action == doAdd || ev.action == doNew || ev.action == doUpload || ev.action == doLook && ev.found == foundOurs
}

// goneBy is the requestid that is no more after an event made an operation of
// what it was, "" none.
func goneBy(was, op store.Operation, ev event) string {
	undone := ev.action == doUndo && (ev.kind == evAnswered || services.CodeOf(errOf(ev)) == services.CodeNotFound)
	switch {
	case op.Kind == store.OpDelete && op.State == store.OpDone:
		return op.RequestID
	case op.Kind == store.OpAdd && undone && op.State == store.OpCancelled:
		return op.RequestID
	case op.Kind != store.OpAdd && undone:
		return was.Made
	case ev.replaced != "" && ev.pin.RequestID != "":
		return ev.replaced
	}
	return ""
}

// holdBack keeps the account's other waiting operations from running into the
// same refusal one by one: all of them where the key was refused, those of the
// same kind where it, or the plan, does not allow this.
func (e *Engine) holdBack(ctx context.Context, refused store.Operation, ev event) error {
	all := keyRefused(ev.err)
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return err
	}
	var held []store.Operation
	for _, op := range open {
		same := all || op.Kind == refused.Kind
		if op.Account == refused.Account && op.State == store.OpWaiting && same {
			held = append(held, stuck(op, refused.LastCode, refused.LastText))
		}
	}
	if len(held) == 0 {
		return nil
	}
	if held, err = e.c.User.UpdateAll(ctx, held, store.OpWaiting); err != nil {
		return err
	}
	return e.c.Cache.SetPending(ctx, held, false)
}

// heard learns from an operation's call how the service is doing.
func (e *Engine) heard(ctx context.Context, p *place, ev event) error {
	switch {
	case ev.err == nil && ev.unsent:
		return nil
	case ev.err == nil:
		return e.reached(ctx, p)
	case ev.err.Reason == textStill:
		return e.reached(ctx, p) // it answers, and does not do it
	case ctx.Err() != nil || ev.err.NotSent && lasting(ev.err):
		return nil // we were stopped, or did not ask it
	}
	switch ev.err.Code {
	case services.CodeSource:
		return nil // it is our own file
	case services.CodeInvalid, services.CodeNotFound, services.CodePlan:
		return e.reached(ctx, p)
	case services.CodeAuth:
		if !keyRefused(ev.err) {
			return e.reached(ctx, p) // a key that may only read
		}
	}
	return e.failed(ctx, p, ev.err)
}

// keyRefused tells a key that is no good from one that may not do this.
func keyRefused(err *services.Error) bool {
	return err != nil && err.Code == services.CodeAuth && err.HTTP != http.StatusForbidden
}

// notSent is err of a call that was not made.
func notSent(err *services.Error) *services.Error {
	c := *err
	c.NotSent = true
	return &c
}
