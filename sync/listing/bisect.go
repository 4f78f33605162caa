package listing

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
)

// bisect reads a service whose pages are in no order of time (quirk 23): a
// window that may hold more than came back is halved at the middle of what
// came, until none may. first is the answer for the window of everything.
func (w *walker) bisect(ctx context.Context, first page) error {
	if w.widen() {
		var err error
		if first, err = w.ask(ctx, window{}, services.AllStatuses()); err != nil {
			return err
		}
	}
	type part struct {
		at window
		p  page
	}
	todo := []part{{p: first}}
	for len(todo) > 0 {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if t.p.beyond(t.at) {
			w.gap = true // `before` or `after` is ignored
			continue
		}
		left, right, ok := w.halves(t.at, t.p)
		if !ok || w.res.Requests > w.patience() {
			w.cut = w.cut || t.p.len >= max(w.longest, leastCap)
			w.gap = w.gap || t.p.len >= w.limit || w.res.Requests > w.patience()
			continue
		}
		for _, half := range []window{left, right} {
			shortest := w.longest
			p, err := w.ask(ctx, half, services.AllStatuses())
			if err != nil {
				return err
			}
			if p.len >= shortest || p.len >= w.limit {
				todo = append(todo, part{half, p})
			}
		}
	}
	w.gap = w.gap || w.dateless || w.cut && !w.countExact() || w.doubtful(0)
	return nil
}

// halves cuts a window at the middle of what it showed, overlapping by a tick.
// ok is false where it is too narrow to cut.
func (w *walker) halves(at window, p page) (left, right window, ok bool) {
	tick := w.tick()
	if p.newest.Sub(p.oldest) <= 2*tick {
		return left, right, false
	}
	times := make([]time.Time, 0, p.len)
	for _, pin := range p.pins {
		if !pin.Created.IsZero() {
			times = append(times, pin.Created)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	middle := times[len(times)/2]
	middle = later(middle, p.oldest.Add(tick))
	middle = earlier(middle, p.newest.Add(-tick))
	return window{after: at.after, before: middle.Add(tick)}, window{after: middle.Add(-tick), before: at.before}, true
}

// patience bounds the requests of a service that never gets on.
func (w *walker) patience() int {
	return 64 + 40*len(w.seen)/max(w.longest, 1)
}
