package listing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// pager is a service that can only list, with a switch for every misdeed.
type pager struct {
	services.Service
	pins []services.PinStatus // in the order it goes through them; Created as stored

	shown        time.Duration // precision of `created` in answers
	cap          int           // longest page, 0 for none
	inclusive    bool          // quirk 24
	wholeSeconds bool          // `before` is cut to seconds, quirk 24
	ignoreBefore bool          // quirk 27
	ignoreAfter  bool
	ignoreStatus bool                          // quirk 14
	ignoreCID    bool                          // quirk 11
	ignoreName   bool                          // quirk 12
	ignoreMeta   bool                          // quirk 13
	ignoreLimit  bool                          // quirk 10
	noFailed     bool                          // lists failed ones only among all
	late         func(services.PinStatus) bool // filter after the limit, quirk 15
	count        string                        // "", "page", "plus-one", "all", "none", quirk 8
	shuffled     bool
	inOrder      bool // newest first: found without going through all
	latency      time.Duration
	before       func(p *pager, asked int) // called before each answer is made

	mu    sync.Mutex
	asked int
	most  int // requests under way at once
	now   int
}

func (p *pager) List(_ context.Context, q services.Query) (services.Page, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	p.now++
	p.most = max(p.most, p.now)
	if p.latency > 0 {
		p.mu.Unlock()
		time.Sleep(p.latency)
		p.mu.Lock()
	}
	p.now--
	if p.before != nil {
		p.before(p, p.asked)
	}
	limit := q.Limit
	if p.ignoreLimit {
		limit = len(p.pins)
	}
	if p.cap > 0 {
		limit = min(limit, p.cap)
	}
	if p.wholeSeconds {
		q.Before, q.After = q.Before.Truncate(time.Second), q.After.Truncate(time.Second)
	}
	match, n := p.match(q, limit)
	out := services.Page{Count: int64(n)}
	for _, pin := range match {
		if p.late == nil || p.late(pin) {
			pin.Created = pin.Created.Truncate(p.shown)
			out.Results = append(out.Results, pin)
		}
	}
	switch p.count {
	case "page":
		out.Count = int64(len(out.Results))
	case "plus-one":
		out.Count = int64(len(out.Results)) + 1
	case "all":
		out.Count = int64(len(p.pins))
	case "none":
		out.Count = 0
	}
	return out, nil
}

// match is the first pins that match, and how many do.
func (p *pager) match(q services.Query, limit int) (match []services.PinStatus, n int) {
	if all := len(q.Status) == len(services.AllStatuses()); p.inOrder && all && q.After.IsZero() && len(q.CIDs) == 0 && q.Name == "" && len(q.Meta) == 0 {
		from := sort.Search(len(p.pins), func(i int) bool { return p.matches(&p.pins[i], &q) })
		n = len(p.pins) - from
		return p.pins[from:][:min(limit, n)], n
	}
	for i := range p.pins {
		if p.matches(&p.pins[i], &q) {
			if n++; n <= limit {
				match = append(match, p.pins[i])
			}
		}
	}
	return match, n
}

// newestFirst reports whether the pins are in order of time.
func newestFirst(pins []services.PinStatus) bool {
	return slices.IsSortedFunc(pins, func(a, b services.PinStatus) int { return b.Created.Compare(a.Created) })
}

func (p *pager) matches(pin *services.PinStatus, q *services.Query) bool {
	before := pin.Created.Before(q.Before) || p.inclusive && pin.Created.Equal(q.Before)
	after := pin.Created.After(q.After) || p.inclusive && pin.Created.Equal(q.After)
	return (q.Before.IsZero() || p.ignoreBefore || before) &&
		(q.After.IsZero() || p.ignoreAfter || after) &&
		(p.ignoreStatus || slices.Contains(q.Status, pin.Status)) &&
		!(p.noFailed && pin.Status == services.Failed && len(q.Status) < len(services.AllStatuses())) &&
		(p.ignoreName || q.Name == "" || named(pin.Pin.Name, q)) &&
		(p.ignoreMeta || has(pin.Pin.Meta, q.Meta)) &&
		(p.ignoreCID || len(q.CIDs) == 0 || slices.ContainsFunc(q.CIDs, func(c services.CID) bool { return c.Key == pin.Pin.CID.Key }))
}

func named(name string, q *services.Query) bool {
	switch q.Match {
	case services.MatchIExact:
		return strings.EqualFold(name, q.Name)
	case services.MatchPartial:
		return strings.Contains(name, q.Name)
	case services.MatchIPartial:
		return strings.Contains(strings.ToLower(name), strings.ToLower(q.Name))
	}
	return name == q.Name
}

func has(meta, asked map[string]string) bool {
	for k, v := range asked {
		if meta[k] != v {
			return false
		}
	}
	return true
}

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// stamps makes n pins, newest first, of which up to ties share a time stamp,
// the stamps about gap apart and multiples of unit.
func stamps(r *rand.Rand, n, ties int, gap, unit time.Duration) []services.PinStatus {
	pins := make([]services.PinStatus, 0, n)
	at := epoch
	for len(pins) < n {
		for range min(1+r.IntN(ties), n-len(pins)) {
			pins = append(pins, services.PinStatus{
				RequestID: fmt.Sprintf("r%05d", len(pins)),
				Status:    services.AllStatuses()[r.IntN(4)],
				Created:   at,
				Pin:       services.Pin{CID: services.CID{Text: fmt.Sprint("c", len(pins)), Key: fmt.Sprint("?c", len(pins))}},
			})
		}
		at = at.Add(-unit * time.Duration(1+r.Int64N(int64(2*gap/unit))))
	}
	return pins
}
