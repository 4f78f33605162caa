package listing

import (
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
)

// enough is how many stamps must be in order, or whole seconds, before that is
// no accident: the chance is one in 40,320, or less.
const enough = 8

// facts gathers what a walk showed of the service: the first counterexample of
// each fact, and what did not fit.
type facts struct {
	against map[services.Fact]string
	odd     map[services.Fact]string
	cut     bool // pages ended early, others later, though more was behind them (quirk 15)
}

// deny takes a counterexample.
func (f *facts) deny(fact services.Fact, format string, args ...any) {
	if f.against == nil {
		f.against = make(map[services.Fact]string)
	}
	if _, ok := f.against[fact]; !ok {
		f.against[fact] = fmt.Sprintf(format, args...)
	}
}

// withdraw takes what did not fit.
func (f *facts) withdraw(fact services.Fact, evidence string) {
	if f.odd == nil {
		f.odd = make(map[services.Fact]string)
	}
	f.odd[fact] = evidence
}

func (f *facts) unsorted(first, then time.Time) {
	f.deny(services.FactOrder, "created %s before %s", stamp(first), stamp(then))
}

// ignored: the page has pins outside its window.
func (f *facts) ignored(p *page) {
	if !p.at.before.IsZero() && p.newest.After(p.at.before) {
		f.deny(services.FactBefore, "before=%s created %s", stamp(p.at.before), stamp(p.newest))
	}
	if !p.at.after.IsZero() && p.oldest.Before(p.at.after) {
		f.deny(services.FactAfter, "after=%s created %s", stamp(p.at.after), stamp(p.oldest))
	}
}

func (f *facts) long(limit, n int) {
	f.deny(services.FactLimit, "limit=%d results=%d", limit, n)
}

// capped: a page of n ended before its limit though more was behind it; early
// is before others did.
func (f *facts) capped(limit, n int, early bool) {
	f.cut = f.cut || early
	f.deny(services.FactLimit, "limit=%d results=%d, more followed", limit, n)
}

// hidden reports whether pages ended early though more was behind them.
func (f *facts) hidden() bool { return f.cut }

func (f *facts) statuses(s services.Status) {
	f.deny(services.FactStatusFilter, "status=%s had others", s)
}

// keptApart says what proves that a status is kept: some were listed that are not
// pinned, and none of the pinned there are. An empty list proves nothing: a
// service may list failed ones only among all.
func keptApart(listed int, pinned bool) (evidence string, ok bool) {
	return fmt.Sprintf("status=queued,pinning,failed results=%d, none pinned", listed), listed > 0 && pinned
}

// cids checks what a list of some CIDs brought.
func (f *facts) cids(asked []services.CID, got []services.PinStatus) {
	if len(asked) == 0 {
		return
	}
next:
	for _, pin := range got {
		for _, c := range asked {
			if pin.Pin.CID.Key == c.Key {
				continue next
			}
		}
		f.deny(services.FactCIDFilter, "cid=%s had %s", asked[0].Text, pin.Pin.CID.Text)
		return
	}
}

// learnt is what the walk proved or disproved that is not known.
func (w *walker) learnt() []services.Finding {
	w.judge()
	var found []services.Finding
	for _, fact := range services.Facts() {
		f := services.Finding{Fact: fact, At: time.Now()}
		against, denied := w.facts.against[fact]
		odd, withdrawn := w.facts.odd[fact]
		spoke, proved := w.proofs()[fact]
		switch {
		case denied:
			f.Belief, f.Evidence = services.Disproved, against
		case withdrawn:
			f.Belief, f.Evidence = services.Undecided, odd
		case proved:
			f.Belief, f.Evidence = services.Proved, spoke
		}
		if f.Evidence != "" && f.Belief != w.known[fact].Belief {
			found = append(found, f)
		}
	}
	return found
}

// judge denies what only the whole walk can.
func (w *walker) judge() {
	c := &w.counts
	if w.inclusive {
		w.facts.deny(services.FactBefore, "a pin created at before")
	}
	if w.coarse {
		w.facts.deny(services.FactBefore, "before cut to seconds")
	}
	switch {
	case c.low != "":
		w.facts.deny(services.FactCount, "%s", c.low)
	case c.empty > 0:
		w.facts.deny(services.FactCount, "count=%d results=0", c.empty)
	case c.plusOne():
		w.facts.deny(services.FactCount, "count=%d results=%d, always one more", c.first, c.firstLen)
	}
	if said := c.first; said == int64(c.firstLen) && w.res.Pins > said+leastCap {
		w.facts.withdraw(services.FactCount, fmt.Sprintf("count=%d results=%d, and %d were there", said, c.firstLen, w.res.Pins))
	}
	if w.shown == time.Second && w.stamps >= enough {
		w.facts.deny(services.FactCreated, "%d stamps in whole seconds", w.stamps+1)
	}
}

// proofs is what the walk speaks for, where nothing spoke against it.
func (w *walker) proofs() map[services.Fact]string {
	spoke := make(map[services.Fact]string)
	if w.stamps >= enough {
		spoke[services.FactOrder] = fmt.Sprintf("%d steps down, none up", w.stamps)
	}
	if w.precise && w.exclusive {
		spoke[services.FactBefore] = "the pin at before left out, the one below there"
	}
	if c := w.counts; c.foretold > 0 && w.whole() && c.first == w.res.Pins+c.twice && c.first > int64(c.firstLen) {
		spoke[services.FactCount] = fmt.Sprintf("count=%d, as many were there", c.first)
	}
	if w.longest == services.MaxLimit {
		spoke[services.FactLimit] = fmt.Sprintf("limit=%d results=%d", w.longest, w.longest)
	}
	if w.shown < time.Second {
		spoke[services.FactCreated] = "created in steps of " + w.shown.String()
	}
	return spoke
}

// figures is a page as evidence.
func figures(p *page) string { return fmt.Sprintf("count=%d results=%d", p.count, p.len) }

func (c chainPage) figures() string { return fmt.Sprintf("count=%d results=%d", c.count, c.len) }

// stamp is a point in time as the API writes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
