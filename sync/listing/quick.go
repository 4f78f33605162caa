package listing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
)

// ManyUnfinished is how many queued, pinning and failed pins Quick reads at
// most.
const ManyUnfinished = 3000

// newest is how many pins Quick asks for first: they bring the total, too.
const newest = 100

// QuickResult is what a quick look could tell. The zero values say that it
// cannot tell: then only Walk can.
type QuickResult struct {
	// Total is how many pins the account has by the service's count, -1 where
	// that cannot be believed.
	Total int64
	// TotalProved: Total may be compared with an earlier one.
	TotalProved bool
	// NewComplete: every pin created after since was visited.
	NewComplete bool
	// Unfinished are the requestids of the queued, pinning and failed pins that
	// were visited.
	Unfinished []string
	// UnfinishedComplete: Unfinished is all there are. A pin known as unfinished
	// that is not among them is so no longer, or gone.
	UnfinishedComplete bool
	// UnfinishedOff: by their counts, those and the pinned are not all there is.
	UnfinishedOff bool
	// UnfinishedMany: there are more than ManyUnfinished; only some were read.
	UnfinishedMany bool
	Requests       int
	// Latency is how long the first request took.
	Latency time.Duration
	// Findings is what was proved or disproved that the profile does not hold.
	Findings []services.Finding
}

// quick is one quick look.
type quick struct {
	svc     services.Service
	profile services.Profile
	visit   func(Page) error
	res     QuickResult
	states  map[string]services.Status // as last visited
	told    bool                       // some count was of more than its page
}

// Quick looks for what a poll must not miss: pins created after since, the
// whole list of those queued, pinning or failed, and how many pins there are.
// It calls visit with what it sees, never at the same time; a pin may be
// visited twice. It makes at most three requests where nothing is new and what
// is unfinished fits a page.
//
// It tells only what the profile vouches for: the total needs FactCount, what
// is new FactOrder, or else FactAfter and FactCount, and what is unfinished
// FactStatusFilter, or that they and the pinned add up to the total. What is
// disproved is not asked for.
//
// An error is the service's, or visit's.
func Quick(ctx context.Context, svc services.Service, since time.Time, profile services.Profile, visit func(Page) error) (QuickResult, error) {
	q := &quick{svc: svc, profile: profile, visit: visit, states: make(map[string]services.Status)}
	q.res.Total = -1
	err := q.look(ctx, since)
	if errors.Is(err, Stop) {
		err = nil
	}
	for requestID, status := range q.states {
		if unfinished(status) {
			q.res.Unfinished = append(q.res.Unfinished, requestID)
		}
	}
	slices.Sort(q.res.Unfinished)
	return q.res, err
}

func (q *quick) look(ctx context.Context, since time.Time) error {
	var err error
	switch p := q.profile; {
	case p.Proved(services.FactOrder):
		err = q.down(ctx, since)
	case p.Proved(services.FactAfter, services.FactCount):
		if err = q.count(ctx); err == nil {
			err = q.window(ctx, since)
		}
	case p.Proved(services.FactCount):
		err = q.count(ctx)
	}
	if err != nil || q.profile.Disproved(services.FactStatusFilter) {
		return err
	}
	return q.unfinished(ctx)
}

// walker is one that gives up where it would take more than a few pages.
func (q *quick) walker(o Options, visit func(Page) error) *walker {
	o.Profile = q.profile
	w := newWalker(q.svc, o, visit)
	w.shallow, w.told = true, q.told
	w.begin()
	return w
}

// run takes a walker to its end.
func (q *quick) run(ctx context.Context, w *walker) (whole bool, err error) {
	err = w.run(ctx)
	q.noted(w)
	return err == nil && w.whole(), err
}

// noted takes over what a walker learnt.
func (q *quick) noted(w *walker) {
	if q.res.Requests == 0 {
		q.res.Latency = w.res.Latency
	}
	q.res.Requests += w.res.Requests
	q.told = q.told || w.counts.first > int64(w.counts.firstLen)
	found := w.learnt()
	q.res.Findings = append(q.res.Findings, found...)
	q.profile = q.profile.Learn(found...)
}

// see visits pins.
func (q *quick) see(page Page) error {
	for _, pin := range page.Pins {
		q.states[pin.RequestID] = pin.Status
	}
	return q.visit(page)
}

// down reads the newest pins, down to since, and the total on the way.
func (q *quick) down(ctx context.Context, since time.Time) error {
	var w *walker
	w = q.walker(Options{Limit: newest}, func(page Page) error {
		w.limit = services.MaxLimit // there is more than a glance is worth
		return q.see(page)
	})
	w.since = since
	whole, err := q.run(ctx, w)
	q.res.NewComplete = whole
	q.total(w)
	return err
}

// window reads what is newer than since where lists are in no order.
func (q *quick) window(ctx context.Context, since time.Time) error {
	w := q.walker(Options{}, q.see)
	w.todo[0].at.after = since
	w.todo[0].take = func(p *page) {
		if p.beyond() {
			w.facts.ignored(p)
		}
		w.ended = w.saysAll(p) && !p.beyond()
	}
	whole, err := q.run(ctx, w)
	q.res.NewComplete = whole && q.profile.Proved(services.FactAfter, services.FactCount)
	return err
}

// count asks for the total.
func (q *quick) count(ctx context.Context) error {
	w := q.walker(Options{Limit: 1}, q.see)
	w.todo[0].take = func(*page) {}
	_, err := q.run(ctx, w)
	q.total(w)
	return err
}

func (q *quick) total(w *walker) {
	if w.answers > 0 && q.profile.Proved(services.FactCount) {
		q.res.Total, q.res.TotalProved = w.counts.first, true
	}
}

func unfinished(s services.Status) bool { return s.Pending() || s == services.Failed }

// unfinished reads all that is queued, pinning or failed.
func (q *quick) unfinished(ctx context.Context) error {
	var before []string // the unfinished among the newest
	pinned := false
	for requestID, status := range q.states {
		pinned = pinned || status == services.Pinned
		if unfinished(status) {
			before = append(before, requestID)
		}
	}
	listed := make(map[string]bool)
	var w *walker
	w = q.walker(Options{}, func(page Page) error {
		if err := q.see(page); err != nil {
			return err
		}
		for _, pin := range page.Pins {
			listed[pin.RequestID] = true
			if pin.Status == services.Pinned {
				w.facts.deny(services.FactStatusFilter, "status=queued,pinning,failed had pinned")
				return Stop
			}
		}
		exact := q.profile.Proved(services.FactCount)
		if exact && w.counts.first > ManyUnfinished || w.res.Pins > ManyUnfinished {
			q.res.UnfinishedMany = true
			return Stop
		}
		return nil
	})
	w.status = []services.Status{services.Queued, services.Pinning, services.Failed}
	w.todo[0].status = w.status
	whole, err := q.run(ctx, w)
	if err != nil {
		return err
	}
	missing := 0
	for _, requestID := range before {
		if !listed[requestID] {
			missing++
		}
	}
	switch {
	case q.profile.Disproved(services.FactStatusFilter), q.res.UnfinishedMany, !whole, missing > 0:
		return nil // a missing one may have been pinned just now
	case !q.profile.Proved(services.FactStatusFilter):
		if evidence, ok := keptApart(len(listed), pinned); ok {
			f := services.Finding{Fact: services.FactStatusFilter, Belief: services.Proved, Evidence: evidence, At: time.Now()}
			q.res.Findings = append(q.res.Findings, f)
			q.profile = q.profile.Learn(f)
		}
	}
	if q.res.UnfinishedComplete = q.profile.Proved(services.FactStatusFilter); q.res.UnfinishedComplete {
		return nil
	}
	return q.addUp(ctx, int64(len(listed)))
}

// addUp decides about the unfinished that were listed where nothing proves that a
// status is kept, as where all is pinned: they are all there are if they and the
// pinned, by their count, are as many as there are in all.
func (q *quick) addUp(ctx context.Context, listed int64) error {
	if !q.res.TotalProved {
		return nil
	}
	var pinned int64
	if listed != q.res.Total {
		w := q.walker(Options{Limit: 1}, q.see)
		w.status = []services.Status{services.Pinned}
		w.todo[0].status = w.status
		w.todo[0].take = func(p *page) {
			if !p.only(services.Pinned) {
				w.facts.statuses(services.Pinned)
			}
		}
		if _, err := q.run(ctx, w); err != nil {
			return err
		}
		pinned = w.counts.first
	}
	if q.profile.Disproved(services.FactStatusFilter) || !q.profile.Proved(services.FactCount) {
		return nil
	}
	q.res.UnfinishedComplete = listed+pinned == q.res.Total
	q.res.UnfinishedOff = !q.res.UnfinishedComplete
	return nil
}
