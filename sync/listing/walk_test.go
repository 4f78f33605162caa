package listing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// walk lists p and returns the different requestids seen.
func walk(t testing.TB, p services.Service, o listing.Options) (map[string]bool, listing.Result) {
	t.Helper()
	seen := map[string]bool{}
	res, err := listing.Walk(context.Background(), p, o, func(page listing.Page) error {
		for _, pin := range page.Pins {
			if seen[pin.RequestID] {
				t.Errorf("%s visited twice", pin.RequestID)
			}
			seen[pin.RequestID] = true
		}
		if page.Expected < int64(len(seen)) {
			t.Errorf("expected %d after %d", page.Expected, len(seen))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if res.Pins != int64(len(seen)) {
		t.Errorf("Pins is %d, visited %d", res.Pins, len(seen))
	}
	return seen, res
}

func TestWalk_ServicesAsTheyAre(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name     string
		n, ties  int
		unit     time.Duration // of the stored stamps
		set      func(*pager)
		reverse  bool // oldest first
		shuffle  bool
		limit    int
		partly   bool // may miss some, and must say so
		requests int  // at most, 0: not checked
	}{
		{name: "empty", requests: 1},
		{name: "one", n: 1, requests: 2},
		{name: "one, whole seconds", n: 1, unit: time.Second, requests: 2},
		{name: "a page", n: 999, requests: 2},
		{name: "exactly a page", n: 1000, requests: 3},
		{name: "several pages", n: 4321, requests: 7},
		{name: "one, count plus one", n: 1, set: func(p *pager) { p.count = "plus-one" }, requests: 3},
		{name: "count plus one", n: 2500, set: func(p *pager) { p.count = "plus-one" }, requests: 6},
		{name: "count is the page's", n: 2500, set: func(p *pager) { p.count = "page" }, requests: 6},
		{name: "no count", n: 2500, set: func(p *pager) { p.count = "none" }},
		{name: "one, no count", n: 1, set: func(p *pager) { p.count = "none" }},
		{name: "count of everything", n: 2500, set: func(p *pager) { p.count = "all" }},
		{name: "37 of each stamp, whole seconds", n: 5000, ties: 37, unit: time.Second, set: func(p *pager) { p.shown = time.Second }},
		{name: "ties and small pages", n: 300, ties: 40, limit: 10},
		{name: "shown in seconds, stored finer", n: 3000, unit: time.Microsecond, set: func(p *pager) { p.shown = time.Second }},
		{name: "stored in microseconds, shown in ms", n: 3000, unit: time.Microsecond, set: func(p *pager) { p.shown = ms }},
		{name: "inclusive before", n: 3000, ties: 5, set: func(p *pager) { p.inclusive = true }},
		{name: "before cut to seconds", n: 3000, unit: ms, set: func(p *pager) { p.wholeSeconds = true }},
		{name: "capped pages", n: 777, ties: 3, set: func(p *pager) { p.cap = 50 }},
		{name: "capped pages, count is the page's", n: 777, ties: 3, set: func(p *pager) { p.cap, p.count = 50, "page" }},
		{name: "capped, one tick holds more than a page", n: 200, ties: 1000, set: func(p *pager) { p.cap = 50 }, partly: true},
		{name: "capped below all of one tick", n: 51, ties: 100000, set: func(p *pager) { p.cap = 50 }, partly: true},
		{name: "small pages of one tick", n: 60, ties: 100000, limit: 20},
		{name: "one tick holds more than the API's page", n: 2500, ties: 100000, partly: false},
		{name: "the same, status filter ignored", n: 2500, ties: 100000, set: func(p *pager) { p.ignoreStatus = true }, partly: true},
		{name: "before ignored, one page", n: 500, set: func(p *pager) { p.ignoreBefore = true }},
		{name: "before ignored, small pages", n: 500, limit: 100, set: func(p *pager) { p.ignoreBefore = true }},
		{name: "before ignored, more than a page", n: 1500, set: func(p *pager) { p.ignoreBefore = true }, partly: true},
		{name: "before ignored, capped", n: 150, set: func(p *pager) { p.ignoreBefore, p.cap = true, 100 }, partly: true},
		{name: "oldest first", n: 2500, reverse: true},
		{name: "oldest first, capped", n: 900, reverse: true, set: func(p *pager) { p.cap = 100 }},
		{name: "unsorted, one page", n: 44, shuffle: true, requests: 4},
		{name: "unsorted", n: 3000, shuffle: true},
		{name: "unsorted, small pages", n: 1245, ties: 4, unit: time.Second, shuffle: true, limit: 10},
		{name: "unsorted, inclusive, count of everything", n: 3000, shuffle: true, set: func(p *pager) { p.inclusive, p.count = true, "all" }, partly: true},
		{name: "unsorted, after ignored", n: 3000, shuffle: true, set: func(p *pager) { p.ignoreAfter = true }, partly: true},
		{name: "unsorted, before ignored", n: 3000, shuffle: true, set: func(p *pager) { p.ignoreBefore = true }, partly: true},
		{name: "filtered after the limit", n: 3000, set: func(p *pager) {
			p.late = func(s services.PinStatus) bool { return s.RequestID[5]%2 == 0 }
		}, partly: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(len(c.name))))
			unit := max(c.unit, ms)
			if c.unit == time.Microsecond {
				unit = c.unit
			}
			p := &pager{pins: stamps(r, c.n, max(c.ties, 1), max(unit, 200*ms), unit), shown: 1}
			if c.set != nil {
				c.set(p)
			}
			if c.reverse {
				slices.Reverse(p.pins)
			}
			if c.shuffle {
				r.Shuffle(len(p.pins), func(i, j int) { p.pins[i], p.pins[j] = p.pins[j], p.pins[i] })
			}
			want := c.n
			seen, res := walk(t, p, listing.Options{Limit: c.limit})
			switch {
			case res.Complete && len(seen) != want && p.late == nil:
				t.Errorf("complete with %d of %d", len(seen), want)
			case !res.Complete && !c.partly:
				t.Errorf("not complete: %d of %d in %d requests", len(seen), want, res.Requests)
			}
			if c.requests > 0 && res.Requests > c.requests {
				t.Errorf("%d requests, want at most %d", res.Requests, c.requests)
			}
		})
	}
}

// What a walk calls complete is complete, whatever the service does at once.
func TestWalk_NeverLosesSilently(t *testing.T) {
	complete, total := 0, 0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 42))
		pick := func(n int) bool { return r.IntN(n) == 0 }
		unit := []time.Duration{time.Microsecond, time.Millisecond, time.Second}[r.IntN(3)]
		p := &pager{
			pins:         stamps(r, r.IntN(400), 1+r.IntN(40), 3*unit, unit),
			shown:        []time.Duration{1, time.Millisecond, time.Second}[r.IntN(3)],
			inclusive:    pick(3),
			wholeSeconds: pick(4),
			ignoreBefore: pick(8),
			ignoreAfter:  pick(4),
			ignoreStatus: pick(2),
			count:        []string{"", "", "page", "plus-one", "all", "none"}[r.IntN(6)],
		}
		if pick(3) {
			p.cap = 10 + r.IntN(60)
		}
		switch r.IntN(4) {
		case 0:
			r.Shuffle(len(p.pins), func(i, j int) { p.pins[i], p.pins[j] = p.pins[j], p.pins[i] })
		case 1:
			slices.Reverse(p.pins)
		}
		seen, res := walk(t, p, listing.Options{Limit: []int{0, 10, 50}[r.IntN(3)]})
		total++
		if res.Complete {
			complete++
		}
		untold := p.cap > 0 && p.count == "page" && len(seen) == p.cap // see Walk
		if res.Complete && len(seen) != len(p.pins) && !untold {
			t.Errorf("seed %d: complete with %d of %d: %s", seed, len(seen), len(p.pins), describe(p))
		}
		if res.Requests > 100+10*len(p.pins) {
			t.Errorf("seed %d: %d requests for %d pins: %s", seed, res.Requests, len(p.pins), describe(p))
		}
	}
	t.Logf("%d of %d walks complete", complete, total)
	if complete < total/2 {
		t.Errorf("only %d of %d walks were complete", complete, total)
	}
}

// A service that keeps the order and the filters of the spec is always read to
// its end, however many pins share a time stamp.
func TestWalk_ReadsEverySpecServiceToItsEnd(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		unit := []time.Duration{time.Microsecond, time.Millisecond, time.Second}[r.IntN(3)]
		p := &pager{
			pins:      stamps(r, 100+r.IntN(400), 1+r.IntN(40), max(3*unit, 2*time.Second), unit),
			shown:     []time.Duration{1, time.Millisecond, time.Second}[r.IntN(3)],
			inclusive: r.IntN(2) == 0,
			count:     []string{"", "page", "plus-one", "none"}[r.IntN(4)],
		}
		seen, res := walk(t, p, listing.Options{Limit: []int{0, 10}[r.IntN(2)]})
		if (!res.Complete && !oneTick(p)) || len(seen) != len(p.pins) {
			t.Errorf("seed %d: complete %v, %d of %d: %s", seed, res.Complete, len(seen), len(p.pins), describe(p))
		}
	}
}

// oneTick reports whether all pins are so close that nothing but the count can
// tell a whole page from one cut short.
func oneTick(p *pager) bool {
	return len(p.pins) > 0 && p.pins[0].Created.Sub(p.pins[len(p.pins)-1].Created) <= max(p.shown, time.Millisecond)
}

func describe(p *pager) string {
	return fmt.Sprintf("%d pins, shown %v, cap %d, inclusive %v, whole seconds %v, ignores before %v after %v status %v, late %v, count %q",
		len(p.pins), p.shown, p.cap, p.inclusive, p.wholeSeconds, p.ignoreBefore, p.ignoreAfter, p.ignoreStatus, p.late != nil, p.count)
}

func TestWalk_StopsWhereTheVisitorHasSeenEnough(t *testing.T) {
	p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 1)), 3000, 1, time.Second, time.Millisecond), shown: 1}
	res, err := listing.Walk(context.Background(), p, listing.Options{}, func(listing.Page) error { return listing.Stop })
	if err != nil || res.Complete || res.Requests != 1 {
		t.Errorf("got %+v, %v", res, err)
	}
	broken := errors.New("disk full")
	if _, err := listing.Walk(context.Background(), p, listing.Options{}, func(listing.Page) error { return broken }); err != broken {
		t.Errorf("got %v, want the visitor's error", err)
	}
}

func TestWalk_LooksUpACID(t *testing.T) {
	pins := stamps(rand.New(rand.NewPCG(1, 1)), 3000, 1, time.Second, time.Millisecond)
	p := &pager{pins: pins, shown: 1}
	seen, res := walk(t, p, listing.Options{CIDs: []services.CID{pins[2000].Pin.CID}})
	if !res.Complete || len(seen) != 1 || !seen[pins[2000].RequestID] {
		t.Errorf("got %v, %+v", seen, res)
	}
	p.ignoreCID = true // quirk 11: then everything is listed
	if seen, res = walk(t, p, listing.Options{CIDs: []services.CID{pins[2000].Pin.CID}}); !res.Complete || len(seen) != 3000 {
		t.Errorf("got %d, %+v", len(seen), res)
	}
}

// IPFS Cluster, after a list of content was added at once: whole seconds, an
// inclusive `before`, all of one status.
func TestWalk_AnAccountFilledWithinASecondIsSeenWhole(t *testing.T) {
	for _, n := range []int{1, 9, 12, 401} {
		p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 2)), n, 1, time.Second, time.Second), inclusive: true, shown: time.Second}
		for i := range p.pins {
			p.pins[i].Created, p.pins[i].Status = epoch, services.Pinned
		}
		seen, res := walk(t, p, listing.Options{})
		if len(seen) != n || !res.Complete || res.Requests > 7 {
			t.Errorf("%d of %d pins, complete %v, in %d requests", len(seen), n, res.Complete, res.Requests)
		}
		p.count = "page" // says nothing of what a page left out
		if seen, res := walk(t, p, listing.Options{}); len(seen) != n || res.Complete && n >= 10 {
			t.Errorf("count of the page: %d of %d pins, complete %v", len(seen), n, res.Complete)
		}
	}
}

// A service that counts what a capped query brought, before the limit cut it.
type cappedCount struct {
	services.Service
	most int
}

func (c cappedCount) List(ctx context.Context, q services.Query) (services.Page, error) {
	limit := q.Limit
	q.Limit = c.most
	page, err := c.Service.List(ctx, q)
	page.Count = int64(len(page.Results))
	page.Results = page.Results[:min(limit, len(page.Results))]
	return page, err
}

func TestWalk_ACappedCountIsNotTheWhole(t *testing.T) {
	for _, n := range []int{250, 1001} {
		p := &pager{pins: stamps(rand.New(rand.NewPCG(1, 2)), n, 1, time.Second, time.Second), inclusive: true, shown: time.Second}
		for i := range p.pins {
			p.pins[i].Created, p.pins[i].Status = epoch, services.Pinned
		}
		if seen, res := walk(t, cappedCount{p, 100}, listing.Options{}); res.Complete && len(seen) != n {
			t.Errorf("%d of %d pins called complete in %d requests", len(seen), n, res.Requests)
		}
	}
}

// What is removed between two requests may leave nothing of what a walk came
// from; it ends all the same.
func TestWalk_EndsWhateverGoesMeanwhile(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := &pager{
			pins: stamps(r, r.IntN(40), 1+r.IntN(40), time.Second, time.Duration(1+r.IntN(1000))*time.Millisecond), shown: time.Millisecond,
			cap: r.IntN(3) * 7, inclusive: r.IntN(3) == 0, wholeSeconds: r.IntN(3) == 0, ignoreBefore: r.IntN(8) == 0, ignoreAfter: r.IntN(8) == 0,
			count: []string{"", "page", "plus-one", "all", "none"}[r.IntN(5)],
		}
		if r.IntN(3) == 0 {
			r.Shuffle(len(p.pins), func(i, j int) { p.pins[i], p.pins[j] = p.pins[j], p.pins[i] })
		}
		p.before = func(p *pager, asked int) {
			if asked > 1000 {
				panic(fmt.Sprintf("seed %d: more than 1000 requests", seed))
			}
			if asked > 1 && r.IntN(3) == 0 {
				p.pins = p.pins[r.IntN(len(p.pins)+1):]
			}
		}
		if _, err := listing.Walk(t.Context(), p, listing.Options{Parallel: 1 + int(seed%2)*7}, func(listing.Page) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}
