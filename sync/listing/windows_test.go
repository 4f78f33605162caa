package listing_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// vouched is the profile of a service that keeps what windows need, and counts.
func vouched() services.Profile {
	return services.Profile{}.Learn(
		services.Finding{Fact: services.FactOrder, Belief: services.Proved, Evidence: "e", At: epoch},
		services.Finding{Fact: services.FactBefore, Belief: services.Proved, Evidence: "e", At: epoch},
		services.Finding{Fact: services.FactCount, Belief: services.Proved, Evidence: "e", At: epoch},
	)
}

// spread gives the pins other stamps, newest first: at(0) is the newest, at(1)
// the oldest.
func spread(pins []services.PinStatus, at func(float64) time.Duration) {
	for i := range pins {
		pins[i].Created = epoch.Add(-at(float64(i) / float64(len(pins)))).Truncate(time.Millisecond)
	}
}

func TestWalk_ReadsInSeveralPlacesAtOnce(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, c := range []struct {
		name     string
		profile  services.Profile
		at       func(float64) time.Duration
		set      func(*pager)
		waiting  time.Duration // at most
		requests int           // at most
	}{
		{name: "evenly made", profile: vouched(), at: func(x float64) time.Duration { return time.Duration(x * float64(year)) }, waiting: 1300 * time.Millisecond, requests: 130},
		{name: "evenly made, nothing known", at: func(x float64) time.Duration { return time.Duration(x * float64(year)) }, waiting: 1400 * time.Millisecond, requests: 130},
		{name: "counts are the page's", profile: vouched(), at: func(x float64) time.Duration { return time.Duration(x * float64(year)) }, set: func(p *pager) { p.count = "page" }, waiting: 1500 * time.Millisecond, requests: 140},
		{name: "more and more", profile: vouched(), at: func(x float64) time.Duration { return time.Duration((math.Exp(4*x) - 1) / 53 * float64(year)) }, waiting: 1500 * time.Millisecond, requests: 150},
		{name: "in bursts", profile: vouched(), at: func(x float64) time.Duration {
			return time.Duration(math.Floor(x*9)*float64(year)/9) + time.Duration(x*float64(time.Hour))
		}, waiting: 2 * time.Second, requests: 160},
		{name: "pages of 500", profile: vouched(), at: func(x float64) time.Duration { return time.Duration(x * float64(year)) }, set: func(p *pager) { p.cap = 500 }, waiting: 2600 * time.Millisecond, requests: 240},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 1)), 100_000, 1, time.Second, time.Millisecond), shown: time.Millisecond, latency: 50 * time.Millisecond}
				spread(p.pins, c.at)
				if c.set != nil {
					c.set(p)
				}
				p.inOrder = newestFirst(p.pins)
				began := time.Now()
				seen, res := walk(t, p, listing.Options{Profile: c.profile, Parallel: 8})
				took := time.Since(began)
				t.Logf("%d pins, %d requests, %v of waiting", len(seen), res.Requests, took)
				if !res.Complete || len(seen) != len(p.pins) {
					t.Errorf("complete %v, %d of %d", res.Complete, len(seen), len(p.pins))
				}
				if took > c.waiting || res.Requests > c.requests || p.most > 8 {
					t.Errorf("%v, %d requests, %d at once; want %v, %d, 8", took, res.Requests, p.most, c.waiting, c.requests)
				}
			})
		})
	}
}

// One after the other means that visit is between them.
func TestWalk_AsksOneAfterTheOtherUnlessAllowed(t *testing.T) {
	p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 1)), 5000, 1, time.Second, time.Millisecond), shown: 1}
	visited := 0
	res, err := listing.Walk(context.Background(), p, listing.Options{Profile: vouched()}, func(listing.Page) error {
		if visited++; p.asked != visited {
			t.Errorf("visit %d after %d requests", visited, p.asked)
		}
		return nil
	})
	if err != nil || !res.Complete || p.most != 1 {
		t.Errorf("got %+v, %v, %d at once", res, err, p.most)
	}
}

// What contradicts a profile is found out, un-learnt, and costs no pin.
func TestWalk_FallsBackWhereTheProfileIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*pager)
		fact services.Fact
	}{
		{"before ignored", func(p *pager) { p.ignoreBefore = true }, services.FactBefore},
		{"no order", reverse, services.FactOrder},
		{"before begins to be ignored", func(p *pager) { p.before = func(p *pager, asked int) { p.ignoreBefore = asked > 3 } }, services.FactBefore},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 1)), 20_000, 1, time.Second, time.Millisecond), shown: time.Millisecond}
			c.set(p)
			seen, res := walk(t, p, listing.Options{Profile: vouched(), Parallel: 8})
			if res.Complete && len(seen) != len(p.pins) {
				t.Errorf("complete with %d of %d", len(seen), len(p.pins))
			}
			if got := vouched().Learn(res.Findings...); got.Proved(c.fact) {
				t.Errorf("%s is still %+v", c.fact, got[c.fact])
			}
		})
	}
}

// A profile of a time when pages were not capped and counts were of all, of a
// service that caps pages now and gives each page's own length.
func TestWalk_AStaleProfileEndsNoWalk(t *testing.T) {
	for _, c := range []struct {
		name string
		ties int
		fact services.Fact
		set  func(*pager)
	}{
		{"counts", 1, services.FactCount, func(*pager) {}},
		{"counts, no order", 1, services.FactCount, shuffle},
		{"order of few stamps", 100_000, services.FactOrder, func(p *pager) {
			for i := range p.pins {
				p.pins[i].Created = epoch.Add(-time.Duration(i/200) * time.Second)
			}
			reverse(p)
		}},
	} {
		for _, parallel := range []int{1, 8} {
			t.Run(fmt.Sprintf("%s/%d", c.name, parallel), func(t *testing.T) {
				p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 1)), 500, c.ties, 50*time.Millisecond, time.Millisecond), shown: time.Millisecond, cap: 50, count: "page"}
				c.set(p)
				seen, res := walk(t, p, listing.Options{Profile: vouched(), Parallel: parallel})
				if res.Complete && len(seen) != len(p.pins) {
					t.Errorf("complete with %d of %d in %d requests", len(seen), len(p.pins), res.Requests)
				}
				if got := vouched().Learn(res.Findings...); got.Proved(c.fact) {
					t.Errorf("%s is still %+v", c.fact, got[c.fact])
				}
			})
		}
	}
}

// ready is a service whose answers cost nothing: what is measured is the walk.
type ready struct {
	services.Service
	pins []services.PinStatus
}

func (r *ready) List(_ context.Context, q services.Query) (services.Page, error) {
	from := 0
	if !q.Before.IsZero() {
		from = sort.Search(len(r.pins), func(i int) bool { return r.pins[i].Created.Before(q.Before) })
	}
	left := r.pins[from:]
	return services.Page{Count: int64(len(left)), Results: left[:min(q.Limit, len(left))]}, nil
}

func BenchmarkWalk(b *testing.B) {
	svc := &ready{pins: stamps(rand.New(rand.NewPCG(1, 1)), 100_000, 1, time.Second, time.Millisecond)}
	b.ReportAllocs()
	pages := 0
	for b.Loop() {
		res, err := listing.Walk(context.Background(), svc, listing.Options{}, func(listing.Page) error { return nil })
		if err != nil || !res.Complete {
			b.Fatal(res, err)
		}
		pages += res.Requests
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(pages), "µs/page")
}
