package sync

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// Refresh begins a full check of the accounts (none: all) and returns at once.
// It asks even a service that is being left alone after failures.
func (e *Engine) Refresh(ctx context.Context, ids []services.AccountID) error {
	accounts, err := e.accounts(ctx, "list", ids)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		p := e.place(a.ID)
		p.refresh()
		wake(p.poll)
		wake(p.work)
	}
	return nil
}

// Sync finds out what changed at the accounts (none: all that are not paused) and
// waits for it. It reads no more than it takes to be sure: what it cannot see is
// a pin renamed in place. It works without Run too. The results are in the order
// asked for; what a service answered is in each.
func (e *Engine) Sync(ctx context.Context, ids []services.AccountID) ([]SyncResult, error) {
	return e.readThem(ctx, ids, readEnough)
}

// SyncFull is Sync that reads every pin.
func (e *Engine) SyncFull(ctx context.Context, ids []services.AccountID) ([]SyncResult, error) {
	return e.readThem(ctx, ids, readAll)
}

func (e *Engine) readThem(ctx context.Context, ids []services.AccountID, want reach) ([]SyncResult, error) {
	accounts, err := e.accounts(ctx, "list", ids)
	if err != nil {
		return nil, err
	}
	if err := e.recover(ctx); err != nil {
		return nil, err
	}
	results := make([]SyncResult, len(accounts))
	g, gctx := errgroup.WithContext(ctx)
	for i, a := range accounts {
		g.Go(func() error {
			p := e.place(a.ID)
			p.reopen()
			var err error
			results[i], err = e.pass(gctx, p, a, want)
			return err
		})
	}
	err = g.Wait()
	if err == nil && ctx.Err() != nil {
		err = stopped("list", ctx.Err())
	}
	return results, err
}

// Work sends every due operation of every account, once each, and returns when
// they are settled or only wait for time or the person. It is for a process
// that has no Run.
func (e *Engine) Work(ctx context.Context) error {
	if err := e.recover(ctx); err != nil {
		return err
	}
	if _, err := e.readDue(ctx); err != nil {
		return err
	}
	accounts, err := e.accounts(ctx, "add", nil)
	if err != nil {
		return err
	}
	end, err := e.giveMeanwhile(ctx)
	if err != nil {
		return err
	}
	defer end()
	g, gctx := errgroup.WithContext(ctx)
	for _, a := range accounts {
		g.Go(func() error {
			_, err := e.carry(gctx, e.place(a.ID), a)
			return err
		})
	}
	err = g.Wait()
	if err == nil && ctx.Err() != nil {
		err = stopped("add", ctx.Err())
	}
	return err
}

// carry carries out what is due of an account, uploads included, and says when to
// come back.
func (e *Engine) carry(ctx context.Context, p *place, a services.Account) (time.Time, error) {
	if due, err := e.drain(ctx, ctx, p, a); err != nil {
		return due, err
	}
	if due, err := e.empty(ctx, ctx, p, a); err != nil {
		return due, err
	}
	return e.drain(ctx, ctx, p, a)
}

// recover finds, once in a process, what the last one left: operations it was
// sending may have arrived; and the list learns of all open ones.
func (e *Engine) recover(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.recovered {
		return nil
	}
	if err := e.remember(ctx, time.Now()); err != nil {
		return err
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return err
	}
	for i, op := range open {
		if op.State != store.OpSent {
			continue
		}
		open[i] = left(op, time.Now())
		if _, err := e.c.User.Update(ctx, open[i], op.State); err != nil {
			return err
		}
	}
	if err := e.restored(ctx, open); err != nil {
		return err
	}
	if err := e.c.Cache.SetPending(ctx, open, true); err != nil {
		return err
	}
	e.recovered = true
	return nil
}

// Wait returns the operations once all are closed or stuck, or pinned is true
// and the pins they led to are pinned or failed, or ctx ends. In a process
// without Run it carries them out itself. Ids nobody knows are left out.
func (e *Engine) Wait(ctx context.Context, ids []store.OperationID, pinned bool) ([]store.Operation, error) {
	moved, cancel := e.moved.Subscribe()
	defer cancel()
	for {
		ops, open, err := e.settled(context.WithoutCancel(ctx), ids, pinned)
		if err != nil || open == len(ids) || ctx.Err() != nil {
			return ops, err
		}
		if e.isRunning() {
			if err := e.awaitEach(ctx, moved, ids[open:], pinned); err != nil {
				return ops, err
			}
			continue // once more, to say how things stand
		}
		again, err := e.drive(ctx, ops)
		if err != nil && ctx.Err() == nil {
			return ops, err
		}
		wait(ctx, moved, again)
	}
}

// awaitEach waits for the operations one after the other, while Run runs: each
// notice is a reason to look at one of them, not at all.
func (e *Engine) awaitEach(ctx context.Context, moved <-chan struct{}, ids []store.OperationID, pinned bool) error {
	for len(ids) > 0 && ctx.Err() == nil && e.isRunning() {
		_, _, over, err := e.over(context.WithoutCancel(ctx), ids[0], pinned)
		switch {
		case err != nil:
			return err
		case over:
			ids = ids[1:]
		default:
			wait(ctx, moved, time.Now().Add(landing))
		}
	}
	return nil
}

func (e *Engine) isRunning() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// landing is how long the answer to an operation that is done may take from
// user.db, which commits first, to cache.db.
const landing = 5 * time.Second

// settled reads the operations and says whether there is anything to wait for;
// open is the place of the first there is.
func (e *Engine) settled(ctx context.Context, ids []store.OperationID, pinned bool) (ops []store.Operation, open int, err error) {
	open = len(ids)
	for i, id := range ids {
		op, ok, done, err := e.over(ctx, id, pinned)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			ops = append(ops, op)
		}
		if !done {
			open = min(open, i)
		}
	}
	return ops, open, nil
}

// over reads an operation, and reports whether there is nothing of it to wait for.
func (e *Engine) over(ctx context.Context, id store.OperationID, pinned bool) (op store.Operation, ok, over bool, err error) {
	op, ok, err = e.c.User.Operation(ctx, id)
	switch {
	case err != nil || !ok:
		return op, false, true, err
	case op.State.Open() && op.State != store.OpStuck:
		return op, true, false, nil
	case !pinned || op.Kind != store.OpAdd || op.State != store.OpDone || op.RequestID == "":
		return op, true, true, nil
	}
	pin, known, err := e.c.Cache.Pin(ctx, op.Account, op.RequestID)
	if err == nil && !known { // not written down yet, or taken away again since
		return op, true, time.Since(op.DoneAt) >= landing, nil
	}
	return op, true, !pin.Status.Pending() && pin.Status != services.Unknown, err
}

// drive does by hand what Run would do for the operations, and says when to
// come back.
func (e *Engine) drive(ctx context.Context, ops []store.Operation) (time.Time, error) {
	if err := e.recover(ctx); err != nil {
		return time.Time{}, err
	}
	var ids []services.AccountID
	for _, op := range ops {
		if !slices.Contains(ids, op.Account) {
			ids = append(ids, op.Account)
		}
	}
	accounts, err := e.accounts(ctx, "add", ids)
	if err != nil {
		return time.Time{}, err
	}
	again, err := e.readDue(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	for _, a := range accounts {
		g.Go(func() error {
			at, err := e.driveOne(gctx, a)
			mu.Lock()
			defer mu.Unlock()
			if !at.IsZero() && (again.IsZero() || at.Before(again)) {
				again = at
			}
			return err
		})
	}
	return again, g.Wait()
}

func (e *Engine) driveOne(ctx context.Context, a services.Account) (time.Time, error) {
	p := e.place(a.ID)
	due, err := e.carry(ctx, p, a)
	if err != nil {
		return due, err
	}
	if err := e.plannedPending(ctx, p); err != nil {
		return due, err
	}
	look := p.pendingAt()
	if !look.IsZero() && !look.After(time.Now()) && !p.closedUntil().After(time.Now()) {
		if err := e.lookPending(ctx, p, a); err != nil {
			return due, err
		}
		look = p.pendingAt()
	}
	if !look.IsZero() {
		if until := p.closedUntil(); until.After(look) {
			look = until
		}
	}
	if due.IsZero() || !look.IsZero() && look.Before(due) {
		due = look
	}
	return due, nil
}

func (p *place) pendingAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.schedule.pending
}

// Show asks the services for a CID's pins (all accounts), or for a requestid.
// What they said is remembered. The second result is the failures of those
// that could not be asked.
func (e *Engine) Show(ctx context.Context, cidOrRequestID string) ([]store.Pin, []Refusal, error) {
	accounts, err := e.accounts(ctx, "get", nil)
	if err != nil {
		return nil, nil, err
	}
	found := make([][]services.PinStatus, len(accounts))
	failures := make([]Refusal, len(accounts))
	var g errgroup.Group
	for i, a := range accounts {
		g.Go(func() error {
			var err error
			found[i], err = e.showAt(ctx, a, cidOrRequestID)
			failures[i] = Refusal{Account: a.ID, Err: services.AsError(err)}
			return nil
		})
	}
	_ = g.Wait() // they report in failures
	now := time.Now()
	var pins []store.Pin
	for i, a := range accounts {
		if err := e.keepShown(ctx, a.ID, now, found[i]); err != nil {
			return nil, nil, err
		}
		for _, pin := range found[i] {
			pins = append(pins, store.Pin{Account: a.ID, PinStatus: pin, SeenAt: now})
		}
	}
	return pins, slices.DeleteFunc(failures, func(f Refusal) bool { return f.Err == nil }), nil
}

// keepShown remembers what a service showed, unless its account was forgotten
// while it was asked.
func (e *Engine) keepShown(ctx context.Context, id services.AccountID, at time.Time, found []services.PinStatus) error {
	if len(found) == 0 {
		return nil
	}
	e.showing.RLock()
	defer e.showing.RUnlock()
	_, err := e.account(ctx, "get", id)
	if services.CodeOf(err) == services.CodeUsage {
		return nil
	}
	if err == nil {
		_, err = e.c.Cache.Put(ctx, id, at, e.place(id).believed(found...)...)
	}
	return err
}

// showAt asks one account: for the pins of a CID, else for the requestid.
func (e *Engine) showAt(ctx context.Context, a services.Account, text string) ([]services.PinStatus, error) {
	svc, err := e.service(ctx, e.place(a.ID), a)
	if err != nil {
		return nil, err
	}
	c, err := services.ParseCID(text)
	if err != nil {
		pin, err := svc.Get(ctx, text)
		if services.CodeOf(err) == services.CodeNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return []services.PinStatus{pin}, nil
	}
	var pins []services.PinStatus
	_, err = walk(ctx, svc, listing.Options{CIDs: []services.CID{c}}, func(page listing.Page) error {
		for _, pin := range page.Pins {
			if pin.Pin.CID.Key == c.Key {
				pins = append(pins, pin)
			}
		}
		return nil
	})
	return pins, err
}
