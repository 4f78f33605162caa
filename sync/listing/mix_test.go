package listing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// churn adds and removes pins between a pager's answers, and remembers which.
type churn struct {
	r       *rand.Rand
	every   int // answers
	next    int
	touched map[string]bool
}

func (c *churn) before(p *pager, asked int) {
	if asked%c.every != 0 || len(p.pins) == 0 {
		return
	}
	gone := c.r.IntN(len(p.pins))
	c.touched[p.pins[gone].RequestID] = true
	p.pins = slices.Delete(p.pins, gone, gone+1)
	newest := epoch
	for _, pin := range p.pins {
		if pin.Created.After(newest) {
			newest = pin.Created
		}
	}
	c.next++
	pin := services.PinStatus{RequestID: fmt.Sprintf("new%d", c.next), Status: services.Queued, Created: newest.Add(time.Second)}
	pin.Pin.CID = services.CID{Text: pin.RequestID, Key: "?" + pin.RequestID}
	c.touched[pin.RequestID] = true
	at := 0
	if c.r.IntN(2) == 0 && p.shuffled {
		at = c.r.IntN(len(p.pins) + 1)
	}
	p.pins = slices.Insert(p.pins, at, pin)
}

// missing is how many pins were not seen that were there all the time.
func missing(all []services.PinStatus, seen, touched map[string]bool, late func(services.PinStatus) bool) int {
	n := 0
	for _, pin := range all {
		if !seen[pin.RequestID] && !touched[pin.RequestID] && (late == nil || late(pin)) {
			n++
		}
	}
	return n
}

// pinned makes every pin pinned: the status is no help then.
func pinned(p *pager) {
	for i := range p.pins {
		p.pins[i].Status = services.Pinned
	}
}

func shuffle(p *pager) {
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(p.pins), func(i, j int) { p.pins[i], p.pins[j] = p.pins[j], p.pins[i] })
	p.shuffled = true
}

func TestWalk_ReadsAllOfTenThousand(t *testing.T) {
	const ms = time.Millisecond
	hidden := func(s services.PinStatus) bool { return s.RequestID[len(s.RequestID)-1]%3 > 0 }
	for _, c := range []struct {
		name  string
		ties  int
		unit  time.Duration
		set   []func(*pager)
		churn bool
		more  bool // the pages are smaller: more than 400 requests
	}{
		{name: "a spec service"},
		{name: "ties", ties: 700},
		{name: "ties, all pinned", ties: 700, set: []func(*pager){pinned}},
		{name: "ties in every second, all pinned", ties: 700, unit: time.Second, set: []func(*pager){pinned}},
		{name: "no order", set: []func(*pager){shuffle}},
		{name: "no order, ties, whole seconds", ties: 700, unit: time.Second, set: []func(*pager){shuffle, pinned}},
		{name: "no order, ties, inclusive", ties: 700, set: []func(*pager){shuffle, pinned, func(p *pager) { p.inclusive = true }}},
		{name: "no order, ties, inclusive, whole seconds", ties: 700, unit: time.Second, set: []func(*pager){shuffle, pinned, func(p *pager) { p.inclusive = true }}},
		{name: "no order, count of the page", ties: 20, set: []func(*pager){shuffle, func(p *pager) { p.count = "page" }}},
		{name: "no order, count plus one", ties: 20, set: []func(*pager){shuffle, func(p *pager) { p.count = "plus-one" }}},
		{name: "no order, count of everything", ties: 20, set: []func(*pager){shuffle, func(p *pager) { p.count = "all" }}},
		{name: "no order, coming and going", set: []func(*pager){shuffle}, churn: true},
		{name: "no order, count of the page, coming and going", set: []func(*pager){shuffle, func(p *pager) { p.count = "page" }}, churn: true},
		{name: "oldest first", set: []func(*pager){reverse}},
		{name: "inclusive", ties: 30, set: []func(*pager){func(p *pager) { p.inclusive = true }}},
		{name: "inclusive, ties, all pinned", ties: 700, unit: time.Second, set: []func(*pager){pinned, func(p *pager) { p.inclusive = true }}},
		{name: "count plus one", set: []func(*pager){func(p *pager) { p.count = "plus-one" }}},
		{name: "count of the page", set: []func(*pager){func(p *pager) { p.count = "page" }}},
		{name: "count of everything", set: []func(*pager){func(p *pager) { p.count = "all" }}},
		{name: "whole seconds", ties: 30, unit: time.Second},
		{name: "bounds cut to seconds", unit: 100 * ms, set: []func(*pager){func(p *pager) { p.wholeSeconds = true }}},
		{name: "pages of 100", set: []func(*pager){func(p *pager) { p.cap = 100 }}},
		{name: "pages of 100, count of the page, ties", ties: 60, set: []func(*pager){func(p *pager) { p.cap, p.count = 100, "page" }}},
		{name: "pages of 100, inclusive, coming and going", ties: 30, set: []func(*pager){func(p *pager) { p.cap, p.inclusive = 100, true }}, churn: true},
		{name: "short pages", set: []func(*pager){func(p *pager) { p.late = hidden }}},
		{name: "short pages, count of the page", set: []func(*pager){func(p *pager) { p.late, p.count = hidden, "page" }}},
		{name: "short pages, count of the page, no order", set: []func(*pager){shuffle, func(p *pager) { p.late, p.count = hidden, "page" }}},
		{name: "short pages, no order", set: []func(*pager){shuffle, func(p *pager) { p.late = hidden }}},
		{name: "coming and going", churn: true},
		{name: "coming and going, count of everything", set: []func(*pager){func(p *pager) { p.count = "all" }}, churn: true},
		{name: "coming and going, ties, whole seconds", ties: 30, unit: time.Second, churn: true},
		{name: "coming and going, pages of 100, count plus one", set: []func(*pager){func(p *pager) { p.cap, p.count = 100, "plus-one" }}, churn: true},
		{name: "no order, pages of 100", more: true, ties: 30, set: []func(*pager){shuffle, func(p *pager) { p.cap = 100 }}},
		{name: "no order, pages of 100, count of the page, inclusive, whole seconds", more: true, ties: 30, unit: time.Second, set: []func(*pager){shuffle, func(p *pager) { p.cap, p.inclusive, p.count = 100, true, "page" }}},
	} {
		for _, parallel := range []int{1, 8} {
			t.Run(fmt.Sprintf("%s/%d", c.name, parallel), bubble(func(t *testing.T) {
				unit := max(c.unit, ms)
				p := &pager{pins: stamps(rand.New(rand.NewPCG(3, 3)), 10_000, max(c.ties, 1), max(unit, 200*ms), unit), shown: unit}
				for _, set := range c.set {
					set(p)
				}
				p.inOrder = newestFirst(p.pins)
				p.latency = 50 * ms // answers come as they do over a network, not by chance
				all := slices.Clone(p.pins)
				ch := &churn{r: rand.New(rand.NewPCG(4, 4)), every: 2, touched: map[string]bool{}}
				if c.churn {
					p.before = ch.before
				}
				seen, res := walk(t, p, listing.Options{Parallel: parallel})
				lost := missing(all, seen, ch.touched, p.late)
				if !res.Complete || lost > 0 {
					t.Errorf("complete %v, %d lost, %d requests", res.Complete, lost, res.Requests)
				}
				if res.Requests > 400 && !c.more {
					t.Errorf("%d requests", res.Requests)
				}
			}))
		}
	}
}

// bubble lets no real time go by.
func bubble(f func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, f) }
}

// A service with any mixture of misdeeds is read to its end or called not
// complete.
func TestWalk_NeverLosesSilentlyWhateverIsMixed(t *testing.T) {
	complete, total := 0, 0
	for seed := range uint64(seeds) {
		p, ch := mixed(seed)
		r := rand.New(rand.NewPCG(seed, 100))
		all := slices.Clone(p.pins)
		o := listing.Options{Parallel: []int{1, 8}[r.IntN(2)]}
		o.Profile = []services.Profile{nil, vouched(), allProved}[r.IntN(3)]
		seen := map[string]bool{}
		res, err := listing.Walk(context.Background(), p, o, func(page listing.Page) error {
			for _, pin := range page.Pins {
				seen[pin.RequestID] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		total++
		if res.Complete {
			complete++
		}
		lost := missing(all, seen, ch.touched, p.late)
		untold := p.cap > 0 && p.count == "page" && (p.ignoreBefore || heap(all) > p.cap) // see Walk
		untold = untold || p.late != nil && p.count != ""
		if res.Complete && lost > 0 && !untold {
			t.Errorf("seed %d: complete, %d of %d lost in %d requests: %s, %+v", seed, lost, len(all), res.Requests, describe(p), o)
		}
	}
	t.Logf("%d of %d walks complete", complete, total)
	if complete < total/2 {
		t.Errorf("only %d of %d walks were complete", complete, total)
	}
}

// heap is how many pins share a time stamp at most, as far as bounds cut to
// seconds can tell.
func heap(pins []services.PinStatus) int {
	n, most := map[time.Time]int{}, 0
	for _, pin := range pins {
		at := pin.Created.Truncate(time.Second)
		n[at]++
		most = max(most, n[at])
	}
	return most
}

// seeds is how many mixtures are tried.
const seeds = 500

// mixed makes a service of the seed.
func mixed(seed uint64) (*pager, *churn) {
	r := rand.New(rand.NewPCG(seed, 99))
	one := func(n int) bool { return r.IntN(n) == 0 }
	unit := []time.Duration{time.Microsecond, time.Millisecond, time.Second}[r.IntN(3)]
	p := &pager{
		pins:         stamps(r, r.IntN(600), 1+r.IntN(40), 50*unit, unit),
		shown:        []time.Duration{1, time.Millisecond, time.Second}[r.IntN(3)],
		inclusive:    one(4),
		wholeSeconds: one(5),
		ignoreBefore: one(20),
		ignoreAfter:  one(8),
		ignoreStatus: one(3),
		count:        []string{"", "", "", "page", "plus-one", "all", "none"}[r.IntN(7)],
	}
	if !one(4) {
		p.cap = 30 + r.IntN(50)
	}
	if one(6) {
		p.late = func(s services.PinStatus) bool { return s.RequestID[len(s.RequestID)-1]%3 > 0 }
	}
	if one(2) {
		pinned(p)
	}
	switch r.IntN(5) {
	case 0:
		r.Shuffle(len(p.pins), func(i, j int) { p.pins[i], p.pins[j] = p.pins[j], p.pins[i] })
		p.shuffled = true
	case 1:
		reverse(p)
		p.shuffled = true
	}
	ch := &churn{r: rand.New(rand.NewPCG(seed, 98)), every: 1 + r.IntN(4), touched: map[string]bool{}}
	if one(3) {
		p.before = ch.before
	}
	return p, ch
}
