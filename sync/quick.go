package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/sync/listing"
)

// reach is how much of an account is to be read.
type reach int

const (
	// readSome takes the quick look, and has what it leaves open planned.
	readSome reach = iota
	// readEnough takes the quick look, and reads everything at once where that
	// leaves something open.
	readEnough
	// readAll reads everything.
	readAll
)

const (
	// fullLast is how long a full check may be ago.
	fullLast = 7 * 24 * time.Hour
	// quickRequests is what a quick look of an unchanged account takes. One that
	// can be read in full for as much is.
	quickRequests = 3
	// lagAllowed is how much older than the newest known pin a new one may be:
	// services list them late (quirk 40).
	lagAllowed = time.Hour
	// clocksApart is how much the clock of a service may be behind ours.
	clocksApart = time.Hour
	// actedLately is for how long after one of our own operations a count that is
	// off may be the service's lag.
	actedLately = 10 * time.Minute
)

// outcome is what a quick look says of the account.
type outcome int

const (
	// lookUntold: it cannot say whether anything is gone.
	lookUntold outcome = iota
	// lookDisturbed: we changed the account meanwhile; the next look will tell.
	lookDisturbed
	// lookChanged: pins came or went that it did not see.
	lookChanged
	// lookVouched: nothing changed but what it saw.
	lookVouched
)

// weigh says what a quick look proves. It vouches for the account, so that all
// pins count as checked when it began, only where
//
//   - the service's count is proved to be right, and is as many pins as are
//     known to be there, those that were just seen included;
//   - every pin created since the newest known one was seen, so that one that is
//     gone cannot hide behind one that came;
//   - the queued, pinning and failed were read to their end: no other can be
//     anything but pinned. That the service lists them by status has shown (it
//     listed some, and left out pinned ones), or else shows in this look: they and
//     the pinned are as many as there are in all. Where they are not, something
//     changed that only reading everything can tell.
//
// It does not vouch for names: a pin renamed in place is noticed by a full check.
// before and after are how the account stood in the cache, before and after what
// was seen was written down as so many new pins.
func weigh(q listing.QuickResult, before, after cache.Standing, added int) outcome {
	switch {
	case q.Total < 0 || !q.TotalProved || !q.NewComplete || !q.UnfinishedComplete && !q.UnfinishedOff:
		return lookUntold
	case after.Pins != before.Pins+int64(added):
		return lookDisturbed
	case q.Total != after.Pins || q.UnfinishedOff:
		return lookChanged
	}
	return lookVouched
}

// isFull decides whether a check has to read everything, before anything is
// asked.
func (p *place) isFull(want reach, s cache.Standing, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	due := p.schedule.full
	switch {
	case want == readAll, s.FullAt.IsZero(), s.Incomplete, now.Sub(s.FullAt) >= fullLast:
		return true
	case want == readEnough && p.untold:
		return true
	case !due.IsZero() && !now.Before(due):
		return true
	}
	return p.costLocked(s) <= quickRequests
}

// costLocked is how many requests a full check takes: as many as the last one,
// or a guess.
func (p *place) costLocked(s cache.Standing) int {
	if p.cost > 0 {
		return p.cost
	}
	return int(s.Pins/services.MaxLimit) + 2
}

// newSince is the time after which all pins are new ones, or may be: services
// list them late. What was there long before the last check was seen by it,
// however many were made together then.
func newSince(s cache.Standing, now time.Time) time.Time {
	checked := s.CheckedAt
	if checked.After(now) {
		checked = now // the clock was set back
	}
	since := s.Newest
	if since.IsZero() || checked.IsZero() {
		return time.Time{}
	}
	if since.After(checked) {
		since = checked // a date to come, even of a pin long gone, must hide nothing
	}
	return latest(since.Add(-lagAllowed), checked.Add(-lagAllowed-clocksApart))
}

// quick takes the quick look at an account, as it stands. It returns an error
// of the store only.
func (e *Engine) quick(ctx context.Context, r *visit, s cache.Standing) (outcome, error) {
	since := newSince(s, r.began)
	broken, added := error(nil), 0 // broken: the store failed
	q, err := listing.Quick(ctx, &steady{Service: r.svc}, since, r.profile, func(page listing.Page) error {
		var put cache.PageResult
		put, broken = e.c.Cache.Look(ctx, r.p.id, time.Now(), r.p.living(page.Pins, r.began)...)
		if broken != nil {
			return broken
		}
		e.fetch(r.p.id, page.Pins...)
		added += put.New
		r.res.Added += put.New
		r.res.Changed += put.Changed
		broken = e.observeFailed(ctx, put)
		return broken
	})
	r.res.Requests += q.Requests
	if broken != nil {
		return lookUntold, broken
	}
	if err != nil {
		r.res.Err = services.AsError(err)
		return lookUntold, nil
	}
	if err := e.learnAt(ctx, r.p, r.account, q.Findings...); err != nil {
		return lookUntold, err
	}
	if err := e.askForRisen(ctx, r, false); err != nil {
		return lookUntold, err
	}
	after, err := e.c.Cache.Standing(ctx, r.p.id)
	if err != nil {
		return lookUntold, err
	}
	r.res.Pins = after.Pins
	v := weigh(q, s, after, added)
	if v == lookVouched {
		r.res.Complete = true
		if err := e.c.Cache.Vouch(context.WithoutCancel(ctx), r.p.id, r.began); err != nil {
			return v, err
		}
	}
	if err := e.askFailed(ctx, r, q); err != nil || r.res.Err != nil {
		return v, err
	}
	return v, e.readWell(ctx, r.p, q.Latency)
}

// askFailed asks for pins known as failed that are so no longer, a few at each
// look: those under way are followed on their own clock.
func (e *Engine) askFailed(ctx context.Context, r *visit, q listing.QuickResult) error {
	if !q.UnfinishedComplete {
		return nil
	}
	known, err := e.c.Cache.Unfinished(ctx, r.p.id, listing.ManyUnfinished)
	if err != nil {
		return err
	}
	still := make(map[string]bool, len(q.Unfinished))
	for _, id := range q.Unfinished {
		still[id] = true
	}
	asked := 0
	for _, pin := range known {
		if pin.Status != services.Failed || still[pin.RequestID] || asked == askSingly {
			continue
		}
		asked++
		r.res.Requests++
		n, failure, err := e.askOne(ctx, r.svc, r.p, pin)
		if err != nil {
			return err
		}
		if failure != nil {
			r.res.Err = failure
			return nil
		}
		r.res.Changed += n
	}
	return nil
}
