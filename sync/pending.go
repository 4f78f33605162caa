package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// askSingly is up to how many pending pins are asked for one by one; more take
// a list call.
const askSingly = 5

// lookPending looks at the account's queued and pinning pins. The error is the
// store's.
func (e *Engine) lookPending(ctx context.Context, p *place, a services.Account) error {
	if err := p.passing.take(ctx); err != nil {
		return nil
	}
	defer p.passing.give()
	ctx, cancel := p.within(ctx)
	defer cancel()
	began := time.Now()
	pins, err := e.c.Cache.PendingPins(ctx, a.ID, services.MaxLimit)
	if err != nil {
		return storeError(ctx, err)
	}
	changed := 0
	if len(pins) > 0 {
		var failure *services.Error
		changed, failure, err = e.askPending(ctx, p, a, pins, began)
		if err != nil {
			return storeError(ctx, err)
		}
		if failure != nil {
			if ctx.Err() != nil {
				return nil
			}
			p.lookedAt(time.Now(), true, false)
			return e.failed(ctx, p, failure)
		}
		if err := e.reached(ctx, p); err != nil {
			return err
		}
	}
	left, err := e.c.Cache.PendingPins(ctx, a.ID, 1)
	if err != nil {
		return storeError(ctx, err)
	}
	p.lookedAt(time.Now(), len(left) > 0, changed > 0)
	e.moved.Post()
	return nil
}

func (p *place) lookedAt(now time.Time, left, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.seen(now, left, changed)
}

// plannedPending plans a look at pending pins where there are some and none is
// planned.
func (e *Engine) plannedPending(ctx context.Context, p *place) error {
	left, err := e.c.Cache.PendingPins(ctx, p.id, 1)
	if err != nil {
		return storeError(ctx, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case len(left) == 0:
		p.schedule.pending = time.Time{}
	case p.schedule.pending.IsZero():
		p.schedule.expect(time.Now())
		wake(p.poll)
	}
	return nil
}

// askPending asks how far the pins have come: each where they are few, else
// the unfinished and the failed in one list call, and where that leaves some
// out, the newest of every status in another. What neither shows is asked for
// a few at a time; the full check sees the rest.
func (e *Engine) askPending(ctx context.Context, p *place, a services.Account, pins []store.Pin, began time.Time) (changed int, failure *services.Error, err error) {
	svc, err := e.service(ctx, p, a)
	if err != nil {
		return 0, services.AsError(err), nil
	}
	rest := make(map[string]store.Pin, len(pins))
	for _, pin := range pins {
		rest[pin.RequestID] = pin
	}
	unfinished := []services.Status{services.Queued, services.Pinning, services.Failed}
	for _, status := range [][]services.Status{unfinished, services.AllStatuses()} {
		if len(rest) <= askSingly {
			break
		}
		page, err := svc.List(ctx, services.Query{Status: status, Limit: services.MaxLimit})
		if err != nil {
			return changed, services.AsError(err), nil
		}
		var known []services.PinStatus
		for _, pin := range p.living(page.Results, began) {
			if _, ok := rest[pin.RequestID]; ok {
				known = append(known, pin)
				delete(rest, pin.RequestID)
			}
		}
		n, err := e.putPending(ctx, p, known)
		if err != nil {
			return changed, nil, err
		}
		changed += n
	}
	singly := 0
	for _, pin := range pins {
		if _, ok := rest[pin.RequestID]; !ok || singly == askSingly {
			continue
		}
		singly++
		n, failure, err := e.askOne(ctx, svc, p, pin)
		changed += n
		if failure != nil || err != nil {
			return changed, failure, err
		}
	}
	return changed, nil, nil
}

func (e *Engine) askOne(ctx context.Context, svc services.Service, p *place, pin store.Pin) (changed int, failure *services.Error, err error) {
	now, err := svc.Get(ctx, pin.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound:
		return e.askByCID(ctx, svc, p, pin)
	case err != nil:
		return 0, services.AsError(err), nil
	}
	n, err := e.putPending(ctx, p, []services.PinStatus{now})
	return n, nil, err
}

// askByCID looks for a pin whose requestid is no more: services give content
// another one (quirk 21). Only a list of nothing but that content is believed
// to be all of it; else the next full check finds out.
func (e *Engine) askByCID(ctx context.Context, svc services.Service, p *place, pin store.Pin) (changed int, failure *services.Error, err error) {
	began := time.Now()
	page, err := svc.List(ctx, services.Query{
		CIDs: []services.CID{pin.Pin.CID}, Status: services.AllStatuses(), Limit: services.MaxLimit,
	})
	if err != nil {
		return 0, services.AsError(err), nil
	}
	for _, other := range page.Results {
		if other.Pin.CID.Key != pin.Pin.CID.Key || other.RequestID == pin.RequestID {
			return 0, nil, nil
		}
	}
	if _, err := e.putPending(ctx, p, p.living(page.Results, began)); err != nil {
		return 0, nil, err
	}
	missing, err := e.notOurDoing(ctx, []store.Pin{pin})
	if err != nil {
		return 0, nil, err
	}
	return 1, nil, e.lost(ctx, p, missing, new(SyncResult))
}

func (e *Engine) putPending(ctx context.Context, p *place, pins []services.PinStatus) (changed int, err error) {
	if len(pins) == 0 {
		return 0, nil
	}
	put, err := e.c.Cache.Put(ctx, p.id, time.Now(), p.believed(pins...)...)
	if err != nil {
		return 0, err
	}
	e.fetch(p.id, pins...)
	return put.Changed, e.observeFailed(ctx, put)
}
