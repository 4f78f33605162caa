package listing

import (
	"hash/maphash"
	"time"

	"github.com/pintray/pintray/services"
)

// leastCap is the smallest page a service may be suspected to cap its pages
// at: the API's own default.
const leastCap = 10

// walker is the state of one walk. It belongs to one goroutine.
type walker struct {
	svc      services.Service
	cids     []services.CID
	status   []services.Status
	since    time.Time // how far down to go, zero for all the way
	limit    int
	known    services.Profile
	parallel int
	visit    func(Page) error
	res      Result

	todo      []job
	era       int // of the way gone; answers of an earlier one are only noted
	answers   int
	shallow   bool  // to give up where there is no way down
	told      bool  // a look just before had a count of more than its page
	claimed   int64 // pins there are in all, by the count, where nothing more could be found
	gap       bool  // some pins may not have been seen
	ended     bool  // something was read to its end
	recounted bool  // everything was asked for once more
	halving   bool  // not by ways down, but by halving windows

	seed maphash.Seed
	seen idSet
	here map[id]struct{} // first seen in the page at hand

	chains []*chain  // the ways down, none of them at its end
	single bool      // no splitting any more: something did not fit
	floor  time.Time // nothing was older when it was asked
	wasted int       // ways that began where another had been
	tops   int       // windows open to the top that were looked into again
	fickle bool      // a window that was taken for whole was not
	leaves int       // windows taken for whole while halving

	longest   int           // the longest page so far
	stamps    int           // how often the stamp changed from a pin to the next
	shown     time.Duration // how fine stamps are
	grain     time.Duration // how fine bounds need to be
	coarse    bool          // `before` may be cut to whole seconds (quirk 24)
	inclusive bool          // pins at `before` were there (quirk 24)
	precise   bool          // `before` left in what is a tick older
	exclusive bool          // `before` left out a pin it names
	dateless  bool          // some pin had no stamp
	unpaged   bool          // `before` is ignored (quirk 27)
	tried     bool          // whether the count is more than its page's length

	counts counts
	facts  facts
}

func newWalker(svc services.Service, o Options, visit func(Page) error) *walker {
	if o.Limit <= 0 || o.Limit > services.MaxLimit {
		o.Limit = services.MaxLimit
	}
	return &walker{
		svc: svc, cids: o.CIDs, status: services.AllStatuses(), limit: o.Limit,
		known: o.Profile, parallel: o.Parallel, visit: visit,
		seed:  maphash.MakeSeed(),
		shown: time.Second, grain: time.Millisecond,
		here: make(map[id]struct{}),
	}
}

// id is the pin's requestid, or its CID where a service leaves that empty
// (quirk 22).
func (w *walker) id(p services.PinStatus) id {
	text := p.RequestID
	if text == "" {
		text = "\x00" + p.Pin.CID.Text
	}
	return max(id(maphash.String(w.seed, text)), 1) // 0 is none
}

// widen asks for the largest pages from now on; false where it did already.
func (w *walker) widen() bool {
	if w.limit == services.MaxLimit {
		return false
	}
	w.limit = services.MaxLimit
	return true
}

// maybeCut reports whether a page may have left something out for its length.
func (w *walker) maybeCut(p *page) bool {
	return p.len >= p.limit || p.len >= max(w.longest, leastCap)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
