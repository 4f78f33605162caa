package sync

import (
	"context"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/sync/listing"
)

// atOnce is how many list calls of a full check are under way together, where
// nothing bounds their number, and fewAtOnce where a budget does.
const (
	atOnce    = 8
	fewAtOnce = 4
)

// visit is one check of an account under way.
type visit struct {
	p       *place
	account services.Account
	svc     services.Service
	profile services.Profile
	began   time.Time
	res     SyncResult
	full    bool    // everything was read, or tried to
	walked  int     // requests that took
	doubts  bool    // pins are missing that nobody could be asked for
	outcome outcome // of the quick look, where that was all
	news    bool    // something new was learnt of the service
}

// pass is one check of an account: everything, or only as much as tells what
// changed. The error is the store's; how the service took it is in the result.
func (e *Engine) pass(ctx context.Context, p *place, a services.Account, want reach) (SyncResult, error) {
	r := &visit{p: p, account: a, res: SyncResult{Account: a.ID}}
	if err := p.passing.take(ctx); err != nil {
		r.res.Err = stopped("list", err)
		return r.res, nil
	}
	defer p.passing.give()
	ctx, cancel := p.within(ctx)
	defer cancel()
	r.began = time.Now()
	p.heed(r.began)
	err := e.readAccount(ctx, r, want)
	r.res.Duration = time.Since(r.began)
	if err != nil {
		return r.res, storeError(ctx, err)
	}
	if r.res.Err != nil && ctx.Err() != nil {
		return r.res, nil // we were stopped: nothing is learnt of the service
	}
	if err := e.planNext(ctx, r); err != nil {
		return r.res, storeError(ctx, err)
	}
	if r.res.Err != nil {
		e.c.Log.Info("check failed", "account", a.ID, "op", "list", "code", r.res.Err.Code, "error", r.res.Err.Error())
		return r.res, e.failed(ctx, p, r.res.Err)
	}
	e.c.Log.Info("check done", "account", a.ID, "op", "list", "full", r.full, "pins", r.res.Pins,
		"requests", r.res.Requests, "complete", r.res.Complete, "duration", r.res.Duration)
	e.moved.Post()
	return r.res, e.plannedPending(ctx, p)
}

// readAccount reads as much of the account as it takes. It returns an error of
// the store only.
func (e *Engine) readAccount(ctx context.Context, r *visit, want reach) error {
	var err error
	if r.svc, err = e.service(ctx, r.p, r.account); err != nil {
		r.res.Err = services.AsError(err)
		return nil
	}
	if r.profile, err = e.c.Cache.Profile(ctx, r.p.id); err != nil {
		return err
	}
	stands, err := e.c.Cache.Standing(ctx, r.p.id)
	if err != nil {
		return err
	}
	if !r.p.isFull(want, stands, r.began) {
		r.outcome, err = e.quick(ctx, r, stands)
		if err != nil || r.res.Err != nil || want != readEnough || r.outcome == lookVouched {
			return err
		}
	}
	r.full = true
	return e.readFull(ctx, r)
}

// readFull lists all of the account into the cache.
func (e *Engine) readFull(ctx context.Context, r *visit) error {
	was, err := e.c.Cache.Missing(ctx, r.p.id)
	if err != nil {
		return err
	}
	// Begun with the first answer: a check that reaches nobody changes nothing.
	begin := sync.OnceValues(func() (*cache.Pass, error) { return e.c.Cache.Begin(ctx, r.p.id) })
	began, broken := false, error(nil) // broken: the store failed
	options := listing.Options{Profile: r.profile, Parallel: fewAtOnce}
	if services.LimitsOf(r.account).Lists == 0 {
		options.Parallel = atOnce
	}
	walked, err := listing.Walk(ctx, &steady{Service: r.svc}, options, func(page listing.Page) error {
		began = true
		broken = e.writePage(ctx, r, begin, page)
		return broken
	})
	r.res.Pins, r.res.Complete = walked.Pins, walked.Complete
	r.walked = walked.Requests
	r.res.Requests += walked.Requests
	if err != nil && broken == nil {
		r.res.Err = services.AsError(err)
	}
	var missing []store.Pin
	if began || r.res.Err == nil {
		if missing, err = finish(ctx, begin, walked.Complete); broken == nil {
			broken = err
		}
	}
	if broken != nil {
		return broken
	}
	r.news = len(walked.Findings) > 0
	if err := e.learnAt(ctx, r.p, r.account, walked.Findings...); err != nil || r.res.Err != nil {
		return err
	}
	if err := e.askForRisen(ctx, r, walked.Complete); err != nil {
		return err
	}
	if walked.Complete {
		if err := e.confirm(ctx, r, missing, was); err != nil {
			return err
		}
	}
	return e.readWell(ctx, r.p, walked.Latency)
}

// writePage stores one page of a pass.
func (e *Engine) writePage(ctx context.Context, r *visit, begin func() (*cache.Pass, error), page listing.Page) error {
	pass, err := begin()
	if err != nil {
		return err
	}
	put, err := pass.Put(ctx, r.p.living(page.Pins, r.began), time.Now(), page.Expected)
	if err != nil {
		return err
	}
	e.fetch(r.p.id, page.Pins...)
	r.res.Added += put.New
	r.res.Changed += put.Changed
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

// readWell notes that the account could be read to the end of what it gives.
func (e *Engine) readWell(ctx context.Context, p *place, latency time.Duration) error {
	if err := e.reached(ctx, p); err != nil {
		return err
	}
	p.mu.Lock()
	p.noted = nil
	p.mu.Unlock()
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, nil, latency, p.limitedUntil())
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
