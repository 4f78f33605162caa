package listing_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// proved is a profile of the facts.
func proved(facts ...services.Fact) services.Profile {
	p := services.Profile{}
	for _, f := range facts {
		p = p.Learn(services.Finding{Fact: f, Belief: services.Proved, Evidence: "e", At: epoch})
	}
	return p
}

var allProved = proved(services.FactOrder, services.FactCount, services.FactAfter, services.FactBefore, services.FactStatusFilter)

// mostlyPinned is n pins of which every nth is unfinished.
func mostlyPinned(n, nth int) []services.PinStatus {
	pins := account(n, time.Millisecond)
	for i := range pins {
		pins[i].Status = services.Pinned
		if i%nth == nth-1 {
			pins[i].Status = []services.Status{services.Queued, services.Pinning, services.Failed}[i/nth%3]
		}
	}
	return pins
}

func TestQuick_TellsWhatTheProfileVouchesFor(t *testing.T) {
	for _, c := range []struct {
		name       string
		n, nth     int
		since      int // the pin whose stamp it is
		profile    services.Profile
		set        func(*pager)
		requests   int
		total      int64 // -1: cannot tell
		newCannot  bool
		unfinished int // -1: cannot tell
		many       bool
		disproved  services.Fact
		off        bool // what is unfinished and what is pinned are not all there is
	}{
		{name: "nothing new", n: 10_000, nth: 1000, since: 5, profile: allProved, requests: 2, total: 10_000, unfinished: 10},
		{name: "an account of a page", n: 60, nth: 7, since: 5, profile: allProved, requests: 2, total: 60, unfinished: 8},
		{name: "empty", n: 0, nth: 1, profile: allProved, requests: 2, total: 0, unfinished: 0},
		{name: "nothing unfinished", n: 5000, nth: 6000, since: 5, profile: allProved, requests: 2, total: 5000, unfinished: 0},
		{name: "many new", n: 10_000, nth: 1000, since: 2500, profile: allProved, requests: 5, total: 10_000, unfinished: 10},
		{name: "two pages unfinished", n: 6000, nth: 4, since: 5, profile: allProved, requests: 4, total: 6000, unfinished: 1500},
		{name: "more unfinished than it reads", n: 10_000, nth: 2, since: 5, profile: allProved, requests: 2, total: 10_000, unfinished: -1, many: true},
		{name: "in no order (23), after vouched for", n: 5000, nth: 1000, since: 5, set: reverse, requests: 3, total: 5000, unfinished: 5,
			profile: proved(services.FactCount, services.FactAfter, services.FactStatusFilter)},
		{name: "in no order, against the profile", n: 5000, nth: 1000, since: 5, set: reverse, requests: 2, total: 5000, newCannot: true, unfinished: 5,
			profile: allProved, disproved: services.FactOrder},
		{name: "in no order, nothing vouched for", n: 5000, nth: 1000, since: 5, set: reverse, requests: 1, total: -1, newCannot: true, unfinished: -1},
		{name: "nothing known", n: 5000, nth: 1000, since: 5, requests: 2, total: -1, newCannot: true, unfinished: -1},
		{name: "status ignored (14), against the profile", n: 5000, nth: 1000, since: 5, set: func(p *pager) { p.ignoreStatus = true }, requests: 2,
			profile: allProved, total: 5000, unfinished: -1, disproved: services.FactStatusFilter},
		{name: "all pinned, status not vouched for", n: 5000, nth: 6000, since: 5, profile: proved(services.FactOrder, services.FactCount), requests: 3,
			total: 5000, unfinished: 0},
		{name: "all pinned, status ignored (14)", n: 5000, nth: 6000, since: 5, set: func(p *pager) { p.ignoreStatus = true }, requests: 2,
			profile: proved(services.FactOrder, services.FactCount), total: 5000, unfinished: -1, disproved: services.FactStatusFilter},
		{name: "a failed one is not listed by status", n: 5000, nth: 6000, since: 5, profile: proved(services.FactOrder, services.FactCount), requests: 3,
			set: func(p *pager) { p.noFailed = true; p.pins[4000].Status = services.Failed }, total: 5000, unfinished: -1, off: true},
		{name: "none pinned", n: 500, nth: 1, since: 5, profile: proved(services.FactOrder, services.FactCount), requests: 2, total: 500, unfinished: 500},
		{name: "count is the page's (8)", n: 5000, nth: 1000, since: 5, set: func(p *pager) { p.count = "page" }, requests: 3, profile: proved(services.FactOrder, services.FactStatusFilter), total: -1, unfinished: 5},
		{name: "no count (8), against the profile", n: 5000, nth: 1000, since: 5, set: func(p *pager) { p.count = "none" }, requests: 3, profile: allProved,
			total: -1, unfinished: 5, disproved: services.FactCount},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pager{pins: mostlyPinned(c.n, c.nth), shown: time.Millisecond}
			var since time.Time
			if c.n > 0 {
				since = p.pins[c.since].Created
			}
			newer := map[string]bool{}
			var open []string
			for _, pin := range p.pins {
				if pin.Created.After(since) {
					newer[pin.RequestID] = true
				}
				if pin.Status != services.Pinned {
					open = append(open, pin.RequestID)
				}
			}
			slices.Sort(open)
			if c.set != nil {
				c.set(p)
			}
			got, err := listing.Quick(context.Background(), p, since, c.profile, func(page listing.Page) error {
				for _, pin := range page.Pins {
					delete(newer, pin.RequestID)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Requests != p.asked || got.Requests > c.requests {
				t.Errorf("%d requests, made %d, want at most %d", got.Requests, p.asked, c.requests)
			}
			if got.Total != c.total || got.TotalProved != (c.total >= 0) {
				t.Errorf("total %d, proved %v, want %d", got.Total, got.TotalProved, c.total)
			}
			if got.NewComplete == c.newCannot || got.NewComplete && len(newer) > 0 {
				t.Errorf("new complete %v, %d not visited", got.NewComplete, len(newer))
			}
			if got.UnfinishedComplete != (c.unfinished >= 0) || got.UnfinishedMany != c.many || got.UnfinishedOff != c.off {
				t.Errorf("unfinished complete %v, many %v, off %v", got.UnfinishedComplete, got.UnfinishedMany, got.UnfinishedOff)
			}
			if got.UnfinishedComplete && !slices.Equal(got.Unfinished, open) {
				t.Errorf("%d unfinished, want %d", len(got.Unfinished), c.unfinished)
			}
			if c.disproved != "" && !c.profile.Learn(got.Findings...).Disproved(c.disproved) {
				t.Errorf("findings %v do not disprove %s", got.Findings, c.disproved)
			}
		})
	}
}

func TestQuick_EndsWithTheVisitorsError(t *testing.T) {
	p := &pager{pins: mostlyPinned(500, 10), shown: time.Millisecond}
	full := errors.New("disk full")
	if _, err := listing.Quick(context.Background(), p, epoch, allProved, func(listing.Page) error { return full }); err != full {
		t.Errorf("got %v", err)
	}
	got, err := listing.Quick(context.Background(), p, epoch, allProved, func(listing.Page) error { return listing.Stop })
	if err != nil || got.NewComplete || got.UnfinishedComplete {
		t.Errorf("got %+v, %v", got, err)
	}
}
