package listing

import (
	"time"

	"github.com/pintray/pintray/services"
)

// window is a part of the account by creation time; zero ends are open.
type window struct{ after, before time.Time }

// page is what one answer was like.
type page struct {
	at     window
	pins   []services.PinStatus
	ids    []id
	fresh  []services.PinStatus // not seen before
	len    int
	count  int64
	oldest time.Time
	newest time.Time
	second time.Time // the oldest stamp but one
	back   time.Time // a stamp an eighth of the page above its end

	limit    int
	tick     time.Duration
	edge     time.Time // of the job
	overlap  int       // pins seen before that are not older than the edge
	lowest   time.Time // of those, the oldest
	knownOld time.Time // the oldest and the newest pin seen before
	knownNew time.Time
	unsorted bool // not newest first
}

// beyond reports whether the page holds pins outside the window asked for, by
// more than services are off: some cut `after` to whole seconds, some round
// `before` up by a tick.
func (p *page) beyond() bool {
	if p.oldest.IsZero() {
		return false
	}
	return !p.at.before.IsZero() && p.newest.After(p.at.before.Add(p.tick)) ||
		!p.at.after.IsZero() && p.oldest.Before(p.at.after.Truncate(time.Second))
}

// only reports whether every pin has the status.
func (p *page) only(s services.Status) bool {
	for _, pin := range p.pins {
		if pin.Status != s {
			return false
		}
	}
	return true
}

// note goes through an answer: what is new, in which order, and what that says
// of the service.
func (w *walker) note(a answer) *page {
	pins := a.page.Results
	p := &page{at: a.at, pins: pins, ids: make([]id, len(pins)), len: len(pins), count: a.page.Count, limit: a.limit, edge: a.edge}
	w.answers++
	clear(w.here)
	twice := 0
	var last time.Time
	for i := range pins {
		k, t := w.id(pins[i]), pins[i].Created
		p.ids[i] = k
		known := !w.seen.add(k)
		_, here := w.here[k]
		switch {
		case !known:
			w.here[k] = struct{}{}
			p.fresh = append(p.fresh, pins[i])
		case here:
			twice++ // two pins under one requestid (quirk 20)
		case !t.IsZero():
			p.knownOld, p.knownNew = earlier(p.knownOld, t), later(p.knownNew, t)
			if !a.edge.IsZero() && !t.Before(a.edge) {
				p.overlap++
				p.lowest = earlier(p.lowest, t)
			}
		}
		if t.IsZero() {
			w.dateless = true
			continue
		}
		w.shown = min(w.shown, precision(t))
		switch {
		case last.IsZero() || t.Equal(last):
		case t.After(last):
			p.unsorted = true
			w.facts.unsorted(last, t)
		default:
			p.second = last
			w.stamps++
		}
		last = t
		p.oldest, p.newest = earlier(p.oldest, t), later(p.newest, t)
	}
	if p.len > 0 {
		p.back = later(pins[p.len*7/8].Created, p.second)
	}
	w.res.Pins = int64(w.seen.n)
	w.counts.note(p, twice)
	w.longest = max(w.longest, p.len)
	p.tick = w.shown
	w.noteBounds(p)
	return p
}

// noteBounds learns from a page what its bounds were worth.
func (w *walker) noteBounds(p *page) {
	switch {
	case p.at.before.IsZero() || p.len == 0:
	case !p.newest.Before(p.at.before):
		w.inclusive = true
	case p.edge.IsZero() || p.overlap == 0:
	case w.shown < time.Second && p.at.before.Truncate(time.Second).After(p.edge):
		// Cut to seconds it would have been the same.
	default:
		w.precise = true
	}
	if p.len > p.limit {
		w.facts.long(p.limit, p.len)
	}
	w.facts.cids(w.cids, p.fresh)
}

// precision is how fine a stamp is: seconds, milliseconds, microseconds or
// finer.
func precision(t time.Time) time.Duration {
	switch n := t.Nanosecond(); {
	case n == 0:
		return time.Second
	case n%1e6 == 0:
		return time.Millisecond
	case n%1e3 == 0:
		return time.Microsecond
	}
	return 1
}

// tick is the overlap of two pages: what the service shows of its time
// stamps, one millisecond at least as long as that gets on.
func (w *walker) tick() time.Duration {
	if w.coarse {
		return time.Second
	}
	return max(w.shown, w.grain)
}

// over is the least `before` that has everything of the stamp and older.
func (w *walker) over(t time.Time) time.Time {
	switch {
	case w.coarse:
		return t.Truncate(time.Second).Add(time.Second)
	case w.inclusive:
		return t.Add(w.tick() - 1)
	}
	return t.Add(w.tick())
}

// from is the `after` that has everything of the stamp and newer.
func (w *walker) from(t time.Time) time.Time {
	return w.stamp(t).Add(-1)
}

// stamp is where the stamp begins: what `before` and `after` cannot tell apart
// is one.
func (w *walker) stamp(t time.Time) time.Time {
	if w.coarse {
		return t.Truncate(time.Second)
	}
	return t
}

// below is the `before` that leaves out the stamp, and nothing that is older.
func (w *walker) below(t time.Time) time.Time {
	t = w.stamp(t)
	if w.inclusive {
		return t.Add(-1)
	}
	return t
}
