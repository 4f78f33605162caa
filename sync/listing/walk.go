// Package listing reads all pins of an account through GET /pins, and says
// whether it saw all of them. The API's paging is by time stamp and services
// differ in all that can differ (quirks 6 to 16 and 23 to 27), so everything is
// decided by what came back, never by what was asked for.
//
// The engine's passes and look-ups call it. It starts no goroutine, and returns
// when its context ends.
package listing

import (
	"context"
	"errors"
	"time"

	"github.com/pintray/pintray/services"
)

// Stop is returned by a visit function that has seen enough. Walk then returns
// without an error, not complete.
var Stop = errors.New("seen enough")

// Options says what to list. The zero value is everything, in pages as large
// as the API allows.
type Options struct {
	// CIDs asks for these only. A service may ignore it (quirk 11), so what is
	// visited may be anything.
	CIDs []services.CID
	// Limit is the size of page to ask for first, 0 for services.MaxLimit. It is
	// widened to that where a smaller page cannot get on.
	Limit int
	// Profile is what is known of the account's service.
	Profile services.Profile
	// Parallel is how many requests may be under way at once, where the pages of
	// the account may be asked for side by side; 0 and 1 are one after the other.
	Parallel int
}

// Page is what one request brought that was not there before.
type Page struct {
	Pins []services.PinStatus
	// Expected is how many pins there are in all, as far as known: the
	// service's own count (often wrong, quirk 8), but never less than were seen.
	Expected int64
}

// Result is how a walk went.
type Result struct {
	Pins     int64 // different requestids seen
	Requests int
	// Complete: the service was read to its end with no sign of a gap. What a
	// complete walk did not see is probably gone.
	Complete bool
	// Latency is how long the first request took.
	Latency time.Duration
	// Findings is what the walk proved or disproved that Options.Profile does not
	// hold already. They are for services.Profile.Learn.
	Findings []services.Finding
}

// Walk lists the account, one request after the other, and calls visit with
// every page's new pins in the order they came. Each next page is asked from
// the oldest pin seen plus one visible tick, so that it must bring that pin
// again: a page that does not shows a gap. A page that brings nothing new ends
// the walk. Where pages are not in order of time the walk goes on by halving
// windows of time.
//
// The one thing it cannot tell is a service that caps pages below the limit,
// gives a page's own length as the count, and either ignores `before` or has
// more pins of one time stamp than fit its page. Where a count is no help, an
// account whose pins all share one time stamp is called not complete.
//
// An error is one of the service's, or visit's.
func Walk(ctx context.Context, svc services.Service, o Options, visit func(Page) error) (Result, error) {
	w := newWalker(svc, o, visit)
	err := w.serial(ctx)
	if errors.Is(err, Stop) {
		w.gap, err = true, nil
	}
	w.res.Complete = err == nil && !w.gap
	return w.res, err
}

// serial walks from the newest pin to the oldest.
func (w *walker) serial(ctx context.Context) error {
	var at window
	var edge time.Time // the oldest pin of the page before
	for {
		p, err := w.ask(ctx, at, services.AllStatuses())
		switch {
		case err != nil:
			return err
		case p.unsorted:
			return w.bisect(ctx, p)
		case p.len == 0 && at.before.IsZero():
			w.gap = p.count > 1 // quirk 7: a count and no results; quirk 8: one too many
			return nil
		case w.oldest.IsZero(), w.unpaged, p.beyond(at):
			// No time stamps to page by, or `before` is ignored (quirk 27).
			w.unpaged = true
			if w.widen() {
				at = window{}
				continue
			}
			w.gap = w.gap || w.longest >= w.limit || w.res.Pins > int64(w.longest) || w.doubtful(w.longest)
			return nil
		case !at.before.IsZero() && !at.jump && !p.overlaps && !w.coarse:
			// The pin we came from is not there: `before` may be cut to whole
			// seconds (quirk 24).
			w.coarse = true
			at = window{before: edge.Add(w.tick())}
			continue
		case !at.before.IsZero() && !at.jump && !p.overlaps:
			w.gap = true // or that pin was deleted just now
		case at.jump && p.fresh > 0 && w.suspect:
			w.gap = w.gap || w.cut // the page before had been cut short
		}
		if p.fresh > 0 || p.oldest.Before(edge) && p.len > 0 {
			edge = earlier(edge, p.oldest)
			at = window{before: edge.Add(w.tick())}
			continue
		}
		at, err = w.bottom(ctx, at, edge, p)
		if err != nil || at.before.IsZero() {
			w.gap = w.gap || w.dateless && w.res.Pins > int64(w.firstLen)
			return err
		}
	}
}

// bottom decides what a page without anything new or older means. It returns
// the window to go on with, or the zero one where the walk is over.
func (w *walker) bottom(ctx context.Context, at window, edge time.Time, p page) (window, error) {
	older := window{before: edge, jump: true}
	switch {
	case at.jump && p.len > 0 && !w.jumped.Equal(edge):
		// An inclusive `before` (quirk 24) brought the same tick again.
		w.jumped, w.gap = edge, w.gap || !w.suspect
		return window{before: edge.Add(-w.tick()), jump: true}, nil
	case at.jump:
		w.gap = w.gap || w.cut && !w.countExact() || w.suspect && w.doubtful(0)
		return window{}, nil
	case p.len >= w.limit:
		if w.widen() {
			return at, nil
		}
		// More pins of one tick than fit a page (06 section 4.4).
		whole, err := w.slice(ctx, at, edge)
		w.gap = w.gap || !whole
		return older, err
	case p.len >= max(w.longest, leastCap) && !w.countExact():
		// It may have been cut short. Looking further down may show more.
		w.suspect, w.cut = true, true
		return older, nil
	case !w.countAgrees() && !w.countLies():
		// The count of an empty page shows by how much it is off.
		w.suspect = true
		return older, nil
	}
	return window{}, nil
}

// slice reads one tick status by status, and says whether it saw all of it.
func (w *walker) slice(ctx context.Context, at window, tick time.Time) (whole bool, err error) {
	whole = true
	for _, s := range services.AllStatuses() {
		p, err := w.ask(ctx, at, []services.Status{s})
		if err != nil {
			return false, err
		}
		ended := p.len < w.limit || p.oldest.Before(tick)
		whole = whole && ended && p.only(s) && !p.unsorted && !p.beyond(at)
	}
	return whole, nil
}
