package listing

import (
	"slices"
	"time"

	"github.com/pintray/pintray/services"
)

// part is a window of time of an account whose pages are in no order.
type part struct {
	at window
	// shown are pins that a wider window has shown and this one must show again.
	shown []id
	again bool // asked a second time, with wider bounds
	check bool // only to see that the wider window was whole
	first bool // a half of everything
}

// bisect reads a service whose pages are in no order of time (quirk 23): a
// window that may hold more than came back is halved at the middle of what
// came, until none may. What a wider window showed a narrower one must show
// again. p is what showed the disorder.
func (w *walker) bisect(p *page) {
	w.anew()
	w.halving, w.ended, w.grain = true, true, 1
	if p.at == (window{}) && p.limit == services.MaxLimit {
		w.halve(part{}, p)
		return
	}
	w.widen()
	w.look(part{})
}

// look asks for a window.
func (w *walker) look(t part) {
	w.want(job{at: t.at, take: func(p *page) { w.halve(t, p) }})
}

// halve takes the answer for a window, and asks for parts of it where it may
// hold more.
func (w *walker) halve(t part, p *page) {
	if p.beyond() {
		w.facts.ignored(p)
		w.gap = true
		return
	}
	if w.answers > w.patience() {
		w.gap = true
		return
	}
	if t.check && len(p.fresh) > 0 {
		w.facts.capped(p.limit, p.len, true) // the wider window was called whole
		w.fickle = true
	}
	root, full := t.at == window{}, w.full(p)
	good := w.counts.good()
	if full && w.outside(t.at, p) {
		if w.coarse {
			w.gap = true // bounds are not kept
			return
		}
		w.coarse = true
	}
	switch {
	case !full && !root && w.misses(t, p):
	case root || full:
		w.parts(t, p, false)
	case good && p.count <= int64(p.len) || p.len < 2 || (t.check || t.first) && len(p.fresh) == 0:
	default:
		// Whole by its length. Whether lengths can be believed is looked at for
		// the first few, and everywhere once one could not.
		if w.leaves++; w.leaves <= 4 || w.fickle && !good {
			w.parts(t, p, true)
		}
	}
}

// outside reports whether a page has pins that are not of its window, be it by
// less than a second.
func (w *walker) outside(at window, p *page) bool {
	return !at.after.IsZero() && !p.oldest.Add(w.shown-1).After(at.after) && !p.oldest.IsZero()
}

// full reports whether a window may hold more than its page.
func (w *walker) full(p *page) bool {
	more := p.count > int64(p.len)
	switch {
	case w.counts.good():
		// What counts but is not shown (quirk 15) would have been on the page.
		return more && (w.fickle || p.count > int64(w.longest))
	case more && !w.counts.lies(w.res.Pins) && p.count != w.counts.first:
		return true
	}
	return w.maybeCut(p)
}

// misses deals with a whole window that does not show what a wider one did:
// its bounds may be cut to whole seconds (quirk 24), or the pins were deleted
// just now. It reports whether the window is asked for again.
func (w *walker) misses(t part, p *page) bool {
	missing := 0
	for _, k := range t.shown {
		if !slices.Contains(p.ids, k) {
			missing++
		}
	}
	switch {
	case !t.again && missing > 0:
		t.again = true
		if !t.at.after.IsZero() {
			t.at.after = t.at.after.Truncate(time.Second).Add(-1)
		}
		if !t.at.before.IsZero() {
			t.at.before = t.at.before.Truncate(time.Second).Add(time.Second)
		}
		w.look(t)
		return true
	case t.again && missing == 0:
		w.coarse = true
	case missing > 1+len(t.shown)/8:
		w.gap = true
	}
	return false
}

// parts asks for the parts of a window. Both halves hold the stamp in the
// middle; where that alone fills the page it is a part of its own.
func (w *walker) parts(t part, p *page, check bool) {
	stamps := make([]time.Time, 0, p.len)
	for _, pin := range p.pins {
		if c := pin.Created; !c.IsZero() && (t.at.after.IsZero() || c.Add(w.shown-1).After(t.at.after)) && (t.at.before.IsZero() || !c.After(t.at.before)) {
			stamps = append(stamps, pin.Created)
		}
	}
	if len(stamps) == 0 {
		w.gap = w.gap || p.len > 0 || p.count > 0
		return
	}
	slices.SortFunc(stamps, time.Time.Compare)
	m := stamps[len(stamps)/2]
	ties := 0
	for _, s := range stamps {
		if s.Equal(m) {
			ties++
		}
	}
	tick := t.at.within(window{w.from(m), w.over(m)})
	left, right := t.at.within(window{before: w.over(m)}), t.at.within(window{after: w.from(m)})
	switch {
	case check && tick == t.at:
		w.gap = w.gap || w.fickle && 2*p.len > w.longest // nothing tells whether it was cut
		return
	case check && left != t.at && right != t.at:
	case tick == t.at:
		w.statuses(t.at, p)
		return
	case 4*ties > p.len || left == t.at || right == t.at:
		left = t.at.within(window{before: w.below(m)})
		right = t.at.within(window{after: m.Add(w.tick() - 1)})
		w.look(w.part(tick, p, check))
	}
	if left != t.at {
		w.look(w.part(left, p, check))
	}
	if check && right.before.IsZero() {
		w.tops++ // new pins would keep it busy for ever
	}
	if right != t.at && !(check && right.before.IsZero() && w.tops > 30) {
		w.look(w.part(right, p, check))
	}
}

// part is a part of a window whose page is p.
func (w *walker) part(at window, p *page, check bool) part {
	t := part{at: at, check: check, first: p.at == window{}}
	for i, pin := range p.pins {
		if c := pin.Created; (at.after.IsZero() || c.After(at.after)) && (at.before.IsZero() || !c.Add(w.tick()).After(at.before)) {
			t.shown = append(t.shown, p.ids[i])
		}
	}
	return t
}

// within is the part of the window that is in the other, too.
func (at window) within(other window) window {
	return window{later(at.after, other.after), earlier(at.before, other.before)}
}

// statuses reads a window of one stamp that may hold more than a page status by
// status.
func (w *walker) statuses(at window, p *page) {
	left, met := len(w.status), 0
	for _, s := range w.status {
		w.want(job{at: at, status: []services.Status{s}, take: func(q *page) {
			met += q.len
			left--
			if !q.only(s) {
				w.facts.statuses(s)
				w.gap = true
			}
			whole := !w.full(q) && !(w.fickle && !w.counts.good() && 2*q.len > w.longest)
			w.gap = w.gap || !whole || q.beyond() || left == 0 && met < p.len-p.len/8
		}})
	}
}

// patience bounds the requests of a service that never gets on.
func (w *walker) patience() int {
	return 60 + 30*w.seen.n/max(w.longest, 1)
}
