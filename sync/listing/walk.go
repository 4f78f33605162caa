// Package listing reads all pins of an account through GET /pins, and says
// whether it saw all of them. The API's paging is by time stamp and services
// differ in all that can differ (quirks 6 to 16 and 23 to 27), so everything is
// decided by what came back, never by what was asked for. What that shows of
// the service is handed back as findings.
//
// The engine's passes and look-ups call it. No goroutine outlives a call, and
// every call returns when its context ends.
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
	// Parallel is how many requests may be under way at once; 0 and 1 are one
	// after the other, with visit in between. With more, visit runs while the
	// next requests are under way, and where order and before are vouched for
	// the account is read in several places at once.
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

// Walk lists the account and calls visit with every page's new pins, the
// newest page first. visit is never called by two at once.
//
// A walk goes down from the newest pin: each next page is asked so that it must
// bring the oldest pin of the page before again, so one that does not shows a
// gap. It ends where nothing is older. Where FactOrder and FactBefore are proved
// (by the profile, or by the first pages of this walk) and Options.Parallel
// allows, walks begin at several points in time at once, and each ends where it
// meets the pins of the one below: they hold together by the same overlaps, so
// nothing rests on FactAfter, FactCount or FactLimit; counts only say where it
// pays to begin. What contradicts the proof is a finding, and the walk begins
// again as a single one. Where pages are not in order of time it goes on by
// halving windows of time.
//
// Pins that come or go meanwhile may or may not be visited, and cost the others
// nothing. Not complete is a walk where more pins of one time stamp and status
// than a page holds cannot be told apart, where the service ignores what is
// asked for, or where its counts say that more is there.
//
// Two things it cannot tell. One is a service that caps pages below the limit,
// gives a page's own length as the count, and either ignores `before` or has
// more pins of one time stamp than fit its page. The other is one that lists in
// no order, leaves pins of a page out after cutting it (quirk 15), and whose
// counts are no help: a short page looks like a whole window; the first few are
// looked into, the others only where that showed something. Where a count is no help
// (it is tried with a smaller page), an account whose pins all share one time stamp
// is called not complete.
//
// An error is one of the service's, or visit's.
func Walk(ctx context.Context, svc services.Service, o Options, visit func(Page) error) (Result, error) {
	w := newWalker(svc, o, visit)
	w.begin()
	err := w.run(ctx)
	stopped := errors.Is(err, Stop)
	if stopped {
		err = nil
	}
	w.res.Complete = err == nil && !stopped && w.whole()
	w.res.Findings = w.learnt()
	return w.res, err
}
