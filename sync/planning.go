package sync

import (
	"context"
	"math/rand/v2"
	"time"
)

// heed lets a check that begins now be the one somebody asked for.
func (p *place) heed(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.heed(now)
}

// planNext sets the time of the account's next check, and whether that is to read
// everything. A failed one is tried again as soon as the breaker lets it.
func (e *Engine) planNext(ctx context.Context, r *visit) error {
	stands, err := e.c.Cache.Standing(ctx, r.p.id)
	if err != nil {
		return err
	}
	p, now := r.p, time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer wake(p.poll)
	p.unread = r.res.Err != nil
	if p.unread {
		p.schedule.check = time.Time{}
		return nil
	}
	if r.full && r.res.Complete {
		p.cost = r.walked
	}
	// Full checks use a fifth of the budget at most, counted from the last one.
	cost := p.costLocked(stands)
	soon := now.Add(interval(r.account, quickRequests, rand.Float64()))
	again := stands.FullAt.Add(interval(r.account, cost, rand.Float64()))
	if r.full {
		p.untold = p.untold && !r.news
		p.off = false
		again = now.Add(interval(r.account, max(cost, r.walked), rand.Float64()))
	}
	full, check := time.Time{}, soon
	switch {
	case r.full && (!r.res.Complete || cost <= quickRequests):
		full, check = again, again
	case r.full && (r.doubts || p.untold):
		full = again
	case r.full || r.outcome == lookVouched:
		p.off = false
	case r.outcome == lookDisturbed:
		check = now.Add(recheck)
	case r.outcome == lookChanged && !p.off && now.Sub(p.acted) < actedLately:
		p.off = true // it may not count what we did a moment ago
		check = now.Add(recheck)
	case r.outcome == lookChanged:
		full = again
	default:
		p.untold = true
		full = again
	}
	p.schedule.plan(check, full)
	return nil
}
