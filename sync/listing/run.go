package listing

import (
	"cmp"
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

// job is one request to be made, and what to do with its answer.
type job struct {
	at     window
	status []services.Status
	limit  int // 0 is the walk's own
	// edge is the oldest stamp read so far on the way down: pins seen before
	// that are not older are the overlap.
	edge time.Time
	take func(*page)
}

// answer is what came of a job.
type answer struct {
	job
	era   int
	limit int
	page  services.Page
	took  time.Duration
	err   error
}

// want puts a request in the queue.
func (w *walker) want(j job) {
	if j.status == nil {
		j.status = w.status
	}
	w.todo = append(w.todo, j)
}

// run makes the requests that are wanted, as many at once as may be, until
// there are none. All that is decided is decided here, on one goroutine; the
// others only carry requests, and have ended when it returns.
func (w *walker) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	answers := make(chan answer, max(w.parallel, 1))
	flying := 0
	defer func() {
		cancel()
		for range flying {
			<-answers
		}
	}()
	var unseen *page // of visit
	for {
		if unseen != nil && w.parallel <= 1 {
			if err := w.show(unseen); err != nil {
				return err
			}
			unseen = nil
		}
		for flying < max(w.parallel, 1) && (len(w.todo) > 0 || w.split()) {
			a := answer{job: w.todo[0], era: w.era, limit: cmp.Or(w.todo[0].limit, w.limit)}
			w.todo = w.todo[1:]
			flying++
			w.res.Requests++
			q := services.Query{CIDs: w.cids, Status: a.status, Before: a.at.before, After: a.at.after, Limit: a.limit}
			go func() {
				began := time.Now()
				a.page, a.err = w.svc.List(ctx, q)
				a.took = time.Since(began)
				answers <- a
			}()
		}
		if unseen != nil {
			if err := w.show(unseen); err != nil {
				return err
			}
		}
		if flying == 0 {
			if w.recount(); len(w.todo) > 0 {
				unseen = nil
				continue
			}
			return nil
		}
		a := <-answers
		flying--
		if a.err != nil {
			return a.err
		}
		unseen = w.answered(a)
	}
}

// recount asks for everything once more where the ways down brought fewer pins
// than were counted: a list whose first page only happens to be newest first is in
// no order.
func (w *walker) recount() {
	missing := w.counts.first > w.res.Pins+w.counts.twice+1 && !w.counts.lies(w.res.Pins)
	if !missing || w.recounted || w.halving || w.shallow || w.gap || !w.ended || len(w.cids) > 0 {
		return
	}
	w.recounted = true
	w.want(job{take: func(p *page) {
		if p.count > w.res.Pins+w.counts.twice+1 {
			w.facts.deny(services.FactOrder, "newest first down to the end, and %d of %d seen", w.res.Pins, p.count)
			w.bisect(p)
		}
	}})
}

// answered takes one answer in and decides what to ask next.
func (w *walker) answered(a answer) *page {
	p := w.note(a)
	if w.answers == 1 {
		w.res.Latency = a.took
	}
	if a.era == w.era { // else the way it belongs to was given up
		a.take(p)
	}
	return p
}

// show visits what a page brought.
func (w *walker) show(p *page) error {
	if len(p.fresh) == 0 {
		return nil
	}
	return w.visit(Page{Pins: p.fresh, Expected: max(w.counts.first, w.res.Pins)})
}

// anew gives up all that is under way. What was seen stays seen.
func (w *walker) anew() {
	w.era++
	w.todo = nil
	w.chains = nil
	w.gap, w.ended = false, false
}
