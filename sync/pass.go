package sync

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/sync/listing"
)

// confirmMost is how many missing pins are asked for one by one. More than that
// are believed gone only when a second complete pass misses them too.
const confirmMost = 100

// massChange is how many lost pins make one observation instead of many.
const massChange = 20

// pass is one full check of an account: all its pins, written down page by
// page. The error is the store's; how the service took it is in the result.
func (e *Engine) pass(ctx context.Context, p *place, a services.Account) (SyncResult, error) {
	res := SyncResult{Account: a.ID}
	if err := p.passing.take(ctx); err != nil {
		res.Err = stopped("list", err)
		return res, nil
	}
	defer p.passing.give()
	ctx, cancel := p.within(ctx)
	defer cancel()
	began := time.Now()
	err := e.readAll(ctx, p, a, began, &res)
	res.Duration = time.Since(began)
	if err != nil {
		return res, storeError(ctx, err)
	}
	if res.Err != nil && ctx.Err() != nil {
		return res, nil // we were stopped: nothing is learnt of the service
	}
	p.planned(a, res)
	if res.Err != nil {
		e.c.Log.Info("check failed", "account", a.ID, "op", "list", "code", res.Err.Code, "error", res.Err.Error())
		return res, e.failed(ctx, p, res.Err)
	}
	e.c.Log.Info("check done", "account", a.ID, "op", "list", "pins", res.Pins, "requests", res.Requests,
		"complete", res.Complete, "duration", res.Duration)
	e.moved.Post()
	return res, e.plannedPending(ctx, p)
}

// planned sets the time of the next full check. A failed one is tried again as
// soon as the breaker lets it.
func (p *place) planned(a services.Account, res SyncResult) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.want = false
	p.unread = res.Err != nil
	p.schedule.full = time.Time{}
	if res.Err == nil {
		p.schedule.full = time.Now().Add(fullInterval(a, res.Requests, rand.Float64()))
	}
	wake(p.poll)
}

// readAll lists the account into the cache. It returns an error of the store
// only.
func (e *Engine) readAll(ctx context.Context, p *place, a services.Account, start time.Time, res *SyncResult) error {
	svc, err := e.service(ctx, p, a)
	if err != nil {
		res.Err = services.AsError(err)
		return nil
	}
	// Begun with the first answer: a check that reaches nobody changes nothing.
	begin := sync.OnceValues(func() (*cache.Pass, error) { return e.c.Cache.Begin(ctx, a.ID) })
	began, broken := false, error(nil) // broken: the store failed
	walked, err := listing.Walk(ctx, &steady{Service: svc}, listing.Options{}, func(page listing.Page) error {
		began = true
		broken = e.writePage(ctx, p, begin, page, start, res)
		return broken
	})
	res.Pins, res.Requests, res.Complete = walked.Pins, walked.Requests, walked.Complete
	if err != nil && broken == nil {
		res.Err = services.AsError(err)
	}
	var missing []store.Pin
	if began || res.Err == nil {
		if missing, err = finish(ctx, begin, walked.Complete); broken == nil {
			broken = err
		}
	}
	if broken != nil || res.Err != nil {
		return broken
	}
	if walked.Complete {
		if err := e.confirm(ctx, svc, p, missing, res); err != nil {
			return err
		}
	}
	return e.read(ctx, p, walked.Latency)
}

// writePage stores one page of a pass.
func (e *Engine) writePage(ctx context.Context, p *place, begin func() (*cache.Pass, error), page listing.Page, start time.Time, res *SyncResult) error {
	pass, err := begin()
	if err != nil {
		return err
	}
	put, err := pass.Put(ctx, p.living(page.Pins, start), time.Now(), page.Expected)
	if err != nil {
		return err
	}
	e.fetch(p.id, page.Pins...)
	res.Added += put.New
	res.Changed += put.Changed
	if pass.First() {
		return nil
	}
	return e.observeFailed(ctx, put)
}

func finish(ctx context.Context, begin func() (*cache.Pass, error), complete bool) ([]store.Pin, error) {
	pass, err := begin()
	if err != nil {
		return nil, err
	}
	return pass.Finish(context.WithoutCancel(ctx), complete, time.Now())
}

// read notes that the account could be read to the end of what it gives.
func (e *Engine) read(ctx context.Context, p *place, latency time.Duration) error {
	if err := e.reached(ctx, p); err != nil {
		return err
	}
	p.mu.Lock()
	p.noted = nil
	p.mu.Unlock()
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, nil, latency, time.Time{})
}

// observeFailed stores which pins a service gave up on since the last look.
func (e *Engine) observeFailed(ctx context.Context, put cache.PageResult) error {
	for _, pin := range put.WentFailed {
		err := e.c.User.Observe(ctx, store.Observation{
			At: time.Now(), Account: pin.Account, Kind: "failed", CID: pin.Pin.CID, Name: pin.Pin.Name, Count: 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirm asks for pins that a complete pass did not see, and takes out those
// that are surely gone: a few by asking for each, many by a second complete
// pass (a service that lost its list for a moment must not empty ours).
func (e *Engine) confirm(ctx context.Context, svc services.Service, p *place, missing []store.Pin, res *SyncResult) error {
	missing, err := e.notOurDoing(ctx, missing)
	if err != nil {
		return err
	}
	if len(missing) > confirmMost {
		return e.suspect(ctx, p, missing, res)
	}
	p.mu.Lock()
	p.suspects = nil
	p.mu.Unlock()
	var gone []store.Pin
	for _, pin := range missing {
		found, err := svc.Get(ctx, pin.RequestID)
		res.Requests++
		switch {
		case services.CodeOf(err) == services.CodeNotFound:
			gone = append(gone, pin)
		case err != nil:
			// Not known: the next pass misses it again.
			return e.lost(ctx, p, gone, res)
		default:
			put, err := e.c.Cache.Put(ctx, p.id, time.Now(), found)
			if err != nil {
				return err
			}
			if err := e.observeFailed(ctx, put); err != nil {
				return err
			}
		}
	}
	return e.lost(ctx, p, gone, res)
}

// notOurDoing leaves out pins an open operation is about to delete or replace.
func (e *Engine) notOurDoing(ctx context.Context, missing []store.Pin) ([]store.Pin, error) {
	if len(missing) == 0 {
		return nil, nil
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return nil, err
	}
	about := make(map[pinKey]bool, len(open))
	for _, op := range open {
		if op.State != store.OpWaiting && op.State != store.OpStuck {
			about[pinKey{op.Account, op.RequestID}] = true
		}
	}
	var rest []store.Pin
	for _, pin := range missing {
		if !about[pinKey{pin.Account, pin.RequestID}] {
			rest = append(rest, pin)
		}
	}
	return rest, nil
}

// suspect remembers many missing pins, and takes out those that were missing
// in the complete pass before, too.
func (e *Engine) suspect(ctx context.Context, p *place, missing []store.Pin, res *SyncResult) error {
	now := make(map[string]bool, len(missing))
	var gone []store.Pin
	p.mu.Lock()
	first := p.suspects == nil
	for _, pin := range missing {
		if p.suspects[pin.RequestID] {
			gone = append(gone, pin)
		} else {
			now[pin.RequestID] = true
		}
	}
	p.suspects = now
	p.mu.Unlock()
	if first {
		return e.observeMass(ctx, p, len(missing))
	}
	return e.takeOut(ctx, p, gone, res)
}

func (e *Engine) observeMass(ctx context.Context, p *place, n int) error {
	return e.c.User.Observe(ctx, store.Observation{At: time.Now(), Account: p.id, Kind: "mass-change", Count: int64(n)})
}

// takeOut removes pins from the cache.
func (e *Engine) takeOut(ctx context.Context, p *place, gone []store.Pin, res *SyncResult) error {
	if len(gone) == 0 {
		return nil
	}
	ids := make([]string, len(gone))
	for i, pin := range gone {
		ids[i] = pin.RequestID
	}
	res.Removed += len(ids)
	return e.c.Cache.Remove(ctx, p.id, ids...)
}

// lost takes out pins that are confirmed gone and observes it, except where we
// deleted them ourselves or the account has the content under another
// requestid (quirk 21).
func (e *Engine) lost(ctx context.Context, p *place, gone []store.Pin, res *SyncResult) error {
	if err := e.takeOut(ctx, p, gone, res); err != nil {
		return err
	}
	var lost []store.Pin
	for _, pin := range gone {
		if !p.buriedAt(pin.RequestID).IsZero() {
			continue
		}
		others, err := e.c.Cache.PinsOf(ctx, p.id, pin.Pin.CID)
		if err != nil {
			return err
		}
		if len(others) == 0 {
			lost = append(lost, pin)
		}
	}
	if len(lost) > massChange {
		return e.observeMass(ctx, p, len(lost))
	}
	for _, pin := range lost {
		err := e.c.User.Observe(ctx, store.Observation{
			At: time.Now(), Account: p.id, Kind: "lost", CID: pin.Pin.CID, Name: pin.Pin.Name, Count: 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
