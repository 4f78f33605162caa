package listing

import (
	"time"

	"github.com/pintray/pintray/services"
)

// chain is one way down from a point in time. A serial walk is one; a walk in
// several places at once has more, each of which ends where it meets the next.
type chain struct {
	hi           time.Time // `before` of its first request, zero for the newest pin
	above, below *chain

	started bool
	done    bool
	bottom  bool      // nothing is older than its edge
	top     time.Time // the newest stamp of its first page
	total   int64     // the count of its first page
	edge    time.Time // the oldest stamp read
	last    chainPage
	rest    float64 // pins thought to be left, as long as it has not started

	sliced  time.Time // the stamp that was read status by status
	deep    time.Time // the oldest stamp seen in doing so
	stepped time.Time // the stamp that was stepped over
}

// chainPage is what a chain remembers of its last page.
type chainPage struct {
	len, limit                   int
	count                        int64
	newest, oldest, second, back time.Time
}

// begin starts the way down from the newest pin.
func (w *walker) begin() {
	c := &chain{}
	w.chains = []*chain{c}
	w.want(job{take: func(p *page) { w.start(c, p) }})
}

// start takes the first page of a way down.
func (w *walker) start(c *chain, p *page) {
	switch {
	case c.hi.IsZero() && w.saysAll(p):
		w.counts.last = p.count
		w.end(c) // all there is, in whatever order
		return
	case w.odd(c, p):
		return
	case p.len == 0 && c.hi.IsZero():
		w.gap = p.count > 1 // quirk 7: a count and no results; quirk 8: one too many
		w.end(c)
		return
	case p.len == 0:
		w.floor = later(w.floor, c.hi)
		w.drop(c)
		return
	}
	c.started, c.top, c.total = true, p.newest, p.count
	if a := c.above; a != nil && !a.edge.IsZero() && !a.edge.After(c.top) {
		switch {
		case len(p.fresh) == 0 && (a.done || !a.edge.After(p.oldest)):
			w.drop(c) // the way above has read all this
			return
		case !a.done && !p.knownNew.Before(a.edge):
			w.finish(a)
		}
	}
	if a := c.above; a != nil && a.done && a.bottom {
		w.again(services.FactBefore, "nothing older than "+stamp(a.edge)+", and then "+stamp(c.top))
		return
	}
	w.on(c, p)
}

// odd deals with a page that shows that there is no way down. It reports
// whether it was one.
func (w *walker) odd(c *chain, p *page) bool {
	switch {
	case c.done:
	case w.shallow && (p.unsorted || p.len > 0 && p.oldest.IsZero() || p.beyond()):
		w.anew()
	case p.unsorted:
		w.bisect(p)
	case p.len > 0 && p.oldest.IsZero(), p.beyond():
		w.unpageable(p)
	default:
		return false
	}
	return true
}

// step asks for the next page of a way down.
func (w *walker) step(c *chain) {
	before, second := w.over(c.edge), c.last.second
	if w.precise && !w.coarse && !w.inclusive && second.After(c.edge) && c.last.oldest.Equal(c.edge) {
		before = second // as much, and it shows whether `before` is exclusive
	}
	w.want(job{at: window{before: before}, edge: c.edge, take: func(p *page) {
		switch {
		case w.odd(c, p):
		case p.overlap == 0:
			w.wider(c)
		default:
			w.exclusive = w.exclusive || before.Equal(second) && p.newest.Before(second)
			w.down(c, p)
		}
	}})
}

// wider asks again for a page that did not bring the pin we came from: it may
// have been deleted just now, or `before` is cut to whole seconds (quirk 24).
func (w *walker) wider(c *chain) {
	from := later(c.last.back, c.edge).Truncate(time.Second).Add(time.Second)
	w.want(job{at: window{before: from}, edge: c.edge, take: func(p *page) {
		switch {
		case w.odd(c, p):
			return
		case p.overlap == 0 && len(w.chains) > 1:
			w.again(services.FactBefore, "before="+stamp(from)+" without "+stamp(c.edge))
			return
		case p.len == 0: // not one is left of what was there, down from the edge
			w.gap = true
			w.under(c)
			return
		case p.overlap == 0:
			w.gap = true
		case p.lowest.Equal(c.edge):
			w.coarse = true
		}
		w.down(c, p)
	}})
}

// down takes a page that hangs together with the one before.
func (w *walker) down(c *chain, p *page) {
	w.counts.follow(c.last, p)
	if len(p.fresh) == 0 && !p.oldest.Before(c.edge) {
		w.bottom(c, p)
		return
	}
	if n := c.last.len; n < c.last.limit && len(p.fresh) > 0 {
		w.facts.capped(c.last.limit, n, n < min(w.longest, c.last.limit))
	}
	w.on(c, p)
}

// on goes on from a page that brought something, or ends the way.
func (w *walker) on(c *chain, p *page) {
	c.edge = earlier(c.edge, p.oldest)
	c.last = chainPage{p.len, p.limit, p.count, p.newest, p.oldest, p.second, p.back}
	switch {
	case w.meets(c, p):
		w.finish(c)
	case !w.since.IsZero() && p.oldest.Before(w.since):
		w.end(c)
	case w.saysAll(p):
		w.counts.last = p.count
		w.end(c)
	default:
		w.step(c)
	}
}

// meets reports whether the page went down to what the way below began with.
func (w *walker) meets(c *chain, p *page) bool {
	b := c.below
	return b != nil && b.started && !p.oldest.After(b.top) && !p.knownOld.IsZero() && !p.knownOld.After(b.top)
}

// bottom decides what a page without anything new or older means.
func (w *walker) bottom(c *chain, p *page) {
	again := func() { w.step(c) }
	cut, says := w.maybeCut(p), p.count == int64(p.len)
	switch {
	case w.meets(c, p):
		w.finish(c)
	case cut && p.len >= p.limit && w.widen():
		again()
	case w.inclusive && p.at.before.After(w.over(c.edge)):
		c.last.second = time.Time{}
		again() // a tighter bound leaves out the stamp above
	case cut && !w.coarse && w.shown < w.tick():
		w.grain = 1
		c.last.second = time.Time{}
		again()
	case cut && !w.tried && p.count == int64(p.len) && p.len < p.limit && p.len%5 > 0:
		w.tryCount(c, p)
	case cut && !w.saysAll(p):
		w.slice(c, p)
	case !cut && !w.facts.hidden() && (says || w.counts.lies(w.res.Pins)), cut:
		w.counts.last = p.count
		w.end(c)
	default:
		w.under(c)
	}
}

// tryCount asks for less than a short page of one stamp had: a count that stays
// is not just the page's length, and says that the stamp was seen whole. It
// spares the account that was filled within a second. A page of a round length
// may be as many as the service ever counts.
func (w *walker) tryCount(c *chain, p *page) {
	w.tried = true
	w.want(job{at: p.at, limit: p.len / 2, take: func(q *page) {
		switch {
		case w.odd(c, q):
		case q.len > 0 && q.len <= q.limit && q.count == p.count && len(q.fresh) == 0:
			w.under(c)
		default:
			w.bottom(c, p)
		}
	}})
}

// under looks for anything older than the stamp the way has come to.
func (w *walker) under(c *chain) {
	edge := c.edge
	at := window{before: w.below(edge)}
	w.want(job{at: at, take: func(p *page) {
		switch {
		case w.odd(c, p):
		case p.len == 0 && c.deep.Before(edge) && !c.deep.IsZero() && !w.coarse:
			// But there were: `before` is cut to whole seconds (quirk 24).
			w.coarse = true
			c.sliced = time.Time{}
			w.slice(c, p)
		case p.len == 0:
			w.gap = w.gap || c.deep.Before(w.stamp(edge)) && !c.deep.IsZero()
			w.empty(c, p)
		case !p.oldest.Before(w.stamp(edge)): // the same stamp again: `before` is inclusive
			if c.stepped.Equal(edge) {
				w.gap = true
				w.end(c)
				return
			}
			c.stepped, w.inclusive = edge, true
			w.under(c)
		case !c.sliced.Equal(edge): // there is more, and the page was short
			w.facts.capped(p.limit, c.last.len, true)
			w.slice(c, p)
		default:
			w.on(c, p)
		}
	}})
}

// empty decides what it means that nothing is older.
func (w *walker) empty(c *chain, p *page) {
	if b := c.below; b != nil && b.started {
		w.again(services.FactBefore, "nothing older than "+stamp(c.edge)+", but "+stamp(b.top))
		return
	}
	seen := w.res.Pins + w.counts.twice
	switch {
	case p.count == 0, w.counts.first <= seen, p.count == 1 && w.counts.plusOne():
	case p.count <= int64(w.longest):
		// What counts but is not shown (quirk 15) would have been on this page.
		w.deeper(c)
	default:
		// A count of everything may have grown meanwhile, a list of everything
		// not.
		w.want(job{take: func(p *page) { w.claimed = p.count }})
	}
	w.end(c)
}

// deeper looks for pins further down, where a count says that there are and a
// page that there are none (quirk 7).
func (w *walker) deeper(c *chain) {
	for _, by := range []time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour} {
		w.want(job{at: window{before: c.edge.Add(-by)}, take: func(p *page) { w.gap = w.gap || p.len > 0 }})
	}
}

// slice reads the stamp a way has come to status by status: more pins may have
// it than a page holds (06 section 4.4).
func (w *walker) slice(c *chain, p *page) {
	edge := c.edge
	if c.sliced.Equal(edge) {
		w.under(c)
		return
	}
	c.sliced = edge
	had := 0
	for _, pin := range p.pins {
		if pin.Created.Equal(edge) {
			had++
		}
	}
	left, met, whole := len(w.status), 0, true
	for _, s := range w.status {
		w.want(job{at: window{before: w.over(edge)}, status: []services.Status{s}, edge: edge, take: func(q *page) {
			met += q.overlap
			c.deep = earlier(c.deep, q.oldest)
			left--
			ended := !w.maybeCut(q) && !(w.counts.good() && q.count > int64(max(q.len, w.longest))) || q.oldest.Before(w.stamp(edge))
			if !q.only(s) {
				w.facts.statuses(s)
				ended = false
			}
			whole = whole && ended && !q.unsorted && !q.beyond()
			if left > 0 || c.done {
				return
			}
			w.gap = w.gap || !whole || met < had-had/8
			w.under(c)
		}})
	}
}

// unpageable reads what can be read where pages cannot follow each other: there
// are no stamps, or `before` is ignored (quirk 27).
func (w *walker) unpageable(p *page) {
	if p.beyond() {
		w.facts.ignored(p)
	}
	first := !w.unpaged
	w.anew()
	w.unpaged, w.ended = true, true
	if first && w.widen() {
		w.want(job{take: w.unpageable})
		return
	}
	w.gap = w.longest >= p.limit || w.res.Pins > int64(w.longest) || w.counts.doubtful(w.longest, w.res.Pins)
}

// upwards looks for what a first page left out, where too few stamps were seen
// to say that lists are newest first.
func (w *walker) upwards(top time.Time) {
	for _, after := range []time.Time{w.from(top), top.Add(w.tick() - 1)} {
		w.want(job{at: window{after: after}, take: func(p *page) {
			switch {
			case p.unsorted, len(p.fresh) > 0:
				w.facts.deny(services.FactOrder, "created %s not on the first page, which began with %s", stamp(p.newest), stamp(top))
				w.bisect(p)
			case w.outside(p.at, p) && w.maybeCut(p): // `after` is ignored
				w.facts.ignored(p)
				w.gap = w.gap || !w.counts.exact(w.res.Pins)
			}
		}})
	}
}

// whole reports whether the walk has seen all there is.
func (w *walker) whole() bool {
	if w.halving && w.counts.first > w.res.Pins+w.counts.twice && !w.counts.good() && !w.counts.lies(w.res.Pins) {
		return false
	}
	return w.ended && !w.gap && w.claimed <= w.res.Pins+w.counts.twice && !(w.dateless && w.res.Pins > int64(w.counts.firstLen))
}

// saysAll reports whether the page's count says that nothing is older. That a
// count is not just its page's own length must have shown in this walk, or for
// a quick look in the look: the profile may be out of date.
func (w *walker) saysAll(p *page) bool {
	if p.count != int64(p.len) || p.len >= p.limit || w.counts.low != "" {
		return false
	}
	known := w.shallow && w.known.Proved(services.FactCount)
	return w.counts.foretold > 0 || known && (w.told || p.len < leastCap)
}
