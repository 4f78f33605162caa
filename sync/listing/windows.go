package listing

import (
	"slices"
	"time"

	"github.com/pintray/pintray/services"
)

// worth is how many pages must be left of a way for a second one to begin
// there: about half a page is read twice where they meet.
const worth = 2

// vouched reports whether a way may begin anywhere: lists are newest first and
// `before` begins them where it says.
func (w *walker) vouched() bool {
	order := w.known.Proved(services.FactOrder) || w.stamps >= enough && !w.known.Disproved(services.FactOrder)
	before := w.known.Proved(services.FactBefore) || w.precise && !w.known.Disproved(services.FactBefore)
	return order && before && w.parallel > 1 && !w.single && !w.coarse && w.longest > leastCap
}

// split begins another way down in the longest stretch that is left, so that a
// request can be made that would have to wait. It reports whether it did.
func (w *walker) split() bool {
	if len(w.chains) == 0 || !w.vouched() || 8*w.wasted > w.answers+32 {
		return false
	}
	c := slices.MaxFunc(w.chains, func(a, b *chain) int { return int(w.left(a) - w.left(b)) })
	left, full := w.left(c), float64(w.longest)
	top := c.hi
	if c.started {
		top = c.edge
	}
	bottom := w.ends(c, top, left)
	if left < worth*full || !top.After(bottom) {
		return false
	}
	// Half of what is left below the page that is under way.
	part := 0.5 + full/left/2
	m := top.Add(-time.Duration(float64(top.Sub(bottom)) * part)).Truncate(time.Millisecond)
	if !m.After(bottom) || !m.Before(top) {
		return false
	}
	n := &chain{hi: m, above: c, below: c.below, rest: left * (1 - part)}
	c.rest = left * part
	if n.below != nil {
		n.below.above = n
	}
	c.below = n
	w.chains = append(w.chains, n)
	w.want(job{at: window{before: m}, take: func(p *page) { w.start(n, p) }})
	return true
}

// left estimates how many pins there are between what a way has read and where
// the next begins.
func (w *walker) left(c *chain) float64 {
	switch {
	case !c.started:
		return c.rest
	case w.foretells(c.last):
		return max(float64(c.last.count-int64(c.last.len))-c.below.mass(), 0)
	case c.below != nil:
		return w.density(c) * c.edge.Sub(c.below.head()).Seconds()
	case !w.floor.IsZero():
		return w.density(c) * c.edge.Sub(w.floor).Seconds()
	}
	return float64(max(int(w.res.Pins), 4*w.longest))
}

// foretells reports whether the count of a page is thought to be how many pins
// there are from it down.
func (w *walker) foretells(p chainPage) bool {
	known := w.known.Proved(services.FactCount) && (p.count > int64(p.len) || p.len < p.limit)
	return w.counts.low == "" && (w.counts.foretold > 0 || known)
}

// mass estimates how many pins there are from the way's begin to the bottom.
func (c *chain) mass() float64 {
	switch {
	case c == nil:
		return 0
	case c.started:
		return float64(c.total)
	}
	return c.rest + c.below.mass()
}

// head is the newest point in time the way may hold a pin of.
func (c *chain) head() time.Time {
	if c.started {
		return c.top
	}
	return c.hi
}

// ends estimates how far down a way that has so much left goes from the top.
func (w *walker) ends(c *chain, top time.Time, left float64) time.Time {
	switch {
	case c.below != nil:
		return c.below.head()
	case !w.floor.IsZero():
		return w.floor
	}
	seconds := min(left/w.density(c), float64(w.horizon(top)))
	return top.Add(-time.Duration(seconds * float64(time.Second)))
}

// horizon is how many seconds there are down to the first pin there can be.
func (w *walker) horizon(top time.Time) int64 { return max(top.Unix(), 1) }

// density is how many pins a second the way's last page had, or the walk's
// newest.
func (w *walker) density(c *chain) float64 {
	for ; c != nil; c = c.above {
		if c.started && c.last.len > 1 {
			span := max(c.last.newest.Sub(c.last.oldest), w.tick())
			return float64(c.last.len) / span.Seconds()
		}
	}
	return 1
}

// end is the end of the way that has come to the bottom.
func (w *walker) end(c *chain) {
	w.finish(c)
	c.bottom, w.ended = true, true
	for b := c.below; b != nil; b = b.below {
		if b.started {
			w.again(services.FactBefore, "nothing older than "+stamp(c.edge)+", but "+stamp(b.top))
			return
		}
	}
	if c.hi.IsZero() && w.stamps < enough && !(w.shallow && w.known.Proved(services.FactOrder)) && w.longest >= leastCap && !w.unpaged {
		w.upwards(c.top)
	}
}

// finish ends a way.
func (w *walker) finish(c *chain) {
	c.done = true
	w.chains = slices.DeleteFunc(w.chains, func(other *chain) bool { return other == c })
}

// drop forgets a way that has nothing of its own.
func (w *walker) drop(c *chain) {
	w.wasted++
	w.finish(c)
	if c.above != nil {
		c.above.below = c.below
	}
	if c.below != nil {
		c.below.above = c.above
	}
}

// again gives up walking in several places, where that has shown something
// that cannot be, and walks from the top one page after the other.
func (w *walker) again(f services.Fact, evidence string) {
	w.facts.withdraw(f, evidence)
	w.anew()
	w.single = true
	w.begin()
}
