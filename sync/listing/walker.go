package listing

import (
	"context"
	"hash/maphash"
	"time"

	"github.com/pintray/pintray/services"
)

// slack is how far outside a window a pin may be before the window counts as
// ignored: services cut `before` and `after` to whole seconds.
const slack = time.Second

// leastCap is the smallest page a service may be suspected to cap its pages
// at: the API's own default.
const leastCap = 10

// window is a part of the account by creation time; zero ends are open.
type window struct {
	after, before time.Time
	jump          bool // before skips a tick on purpose: no overlap to expect
}

// page is what one answer was like.
type page struct {
	pins     []services.PinStatus
	len      int
	fresh    int // pins not seen before
	count    int64
	overlaps bool // brought a pin seen before
	unsorted bool // not newest first
	oldest   time.Time
	newest   time.Time
}

// beyond reports whether the page holds pins outside the window asked for.
func (p page) beyond(at window) bool {
	if p.oldest.IsZero() {
		return false
	}
	return !at.before.IsZero() && p.newest.After(at.before.Add(slack)) ||
		!at.after.IsZero() && p.oldest.Before(at.after.Add(-slack))
}

// only reports whether every pin has the status.
func (p page) only(s services.Status) bool {
	for _, pin := range p.pins {
		if pin.Status != s {
			return false
		}
	}
	return true
}

// id is a requestid in 16 bytes: a million of them fit in memory.
type id [2]uint64

type walker struct {
	svc   services.Service
	cids  []services.CID
	limit int
	visit func(Page) error
	res   Result
	gap   bool // some pins may not have been seen

	seeds [2]maphash.Seed
	seen  map[id]struct{}

	oldest  time.Time // of all pins seen
	jumped  time.Time // the tick that was stepped over for an inclusive `before`
	longest int       // the longest page so far
	coarse  bool      // `before` may be cut to whole seconds
	millis  bool      // some time stamp was not in whole seconds
	suspect bool      // the bottom page may not have been all there is,
	cut     bool      // because it was as long as any

	unpaged  bool // `before` is ignored
	dateless bool // some pin had no time stamp

	firstLen   int
	firstCount int64
	twice      int64 // pins listed twice in one answer (quirk 20)
	notPlusOne bool  // some count was not its page's length plus one (quirk 8)
	lengths    bool  // pages of different lengths were seen
	emptyCount bool  // an empty page had a count
}

func newWalker(svc services.Service, o Options, visit func(Page) error) *walker {
	if o.Limit <= 0 || o.Limit > services.MaxLimit {
		o.Limit = services.MaxLimit
	}
	return &walker{
		svc: svc, cids: o.CIDs, limit: o.Limit, visit: visit,
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		seen:  make(map[id]struct{}),
	}
}

// ask makes one request, notes what it shows, and visits what is new.
func (w *walker) ask(ctx context.Context, at window, status []services.Status) (page, error) {
	began := time.Now()
	got, err := w.svc.List(ctx, services.Query{
		CIDs: w.cids, Status: status, Before: at.before, After: at.after, Limit: w.limit,
	})
	w.res.Requests++
	if err != nil {
		return page{}, err
	}
	if w.res.Requests == 1 {
		w.res.Latency = time.Since(began)
		w.firstLen, w.firstCount = len(got.Results), got.Count
	}
	p := page{pins: got.Results, len: len(got.Results), count: got.Count}
	fresh := w.note(&p)
	w.noteCount(p)
	w.longest = max(w.longest, p.len)
	if len(fresh) == 0 {
		return p, nil
	}
	return p, w.visit(Page{Pins: fresh, Expected: max(w.firstCount, w.res.Pins)})
}

// note goes through an answer and returns the pins not seen before.
func (w *walker) note(p *page) (fresh []services.PinStatus) {
	before := len(w.seen)
	known := make(map[id]struct{}, p.len) // new ones of this answer
	var last time.Time
	for _, pin := range p.pins {
		k := w.id(pin)
		if _, ok := w.seen[k]; !ok {
			w.seen[k], known[k] = struct{}{}, struct{}{}
			fresh = append(fresh, pin)
		} else if _, ok := known[k]; ok {
			w.twice++
		} else {
			p.overlaps = true
		}
		t := pin.Created
		if t.IsZero() {
			w.dateless = true
			continue
		}
		w.millis = w.millis || t.Nanosecond() != 0
		p.unsorted = p.unsorted || !last.IsZero() && t.After(last)
		last = t
		p.oldest, p.newest = earlier(p.oldest, t), later(p.newest, t)
	}
	w.oldest = earlier(w.oldest, p.oldest)
	p.fresh = len(w.seen) - before
	w.res.Pins = int64(len(w.seen))
	return fresh
}

// id is the pin's requestid, or its CID where a service leaves that empty
// (quirk 22).
func (w *walker) id(p services.PinStatus) id {
	text := p.RequestID
	if text == "" {
		text = "\x00" + p.Pin.CID.Text
	}
	return id{maphash.String(w.seeds[0], text), maphash.String(w.seeds[1], text)}
}

// noteCount learns how much the service's count is worth.
func (w *walker) noteCount(p page) {
	w.notPlusOne = w.notPlusOne || p.count != int64(p.len)+1
	w.lengths = w.lengths || p.len != w.firstLen
	w.emptyCount = w.emptyCount || p.len == 0 && p.count > 0
}

// plusOne reports whether the count is known to be each page's length plus one.
func (w *walker) plusOne() bool { return !w.notPlusOne && w.lengths }

// countExact reports whether the first count is what was seen, and not just
// because every count is its page's length plus one.
func (w *walker) countExact() bool {
	return w.firstCount == w.res.Pins+w.twice && (w.notPlusOne || w.res.Requests == 1)
}

// countAgrees reports whether the first count says that all was seen.
func (w *walker) countAgrees() bool {
	return w.countExact() || w.firstCount == w.res.Pins+w.twice+1 && w.plusOne()
}

// countLies reports whether the service's count is known to mean something
// else: fewer than were seen, always one more than the page, or some on an
// empty page.
func (w *walker) countLies() bool {
	return w.firstCount < w.res.Pins+w.twice || w.plusOne() || w.emptyCount
}

// doubtful reports whether the count speaks against having seen all, of a page
// of n pins that nothing could be asked beyond.
func (w *walker) doubtful(n int) bool {
	return n >= leastCap && !w.countExact() || !w.countAgrees() && !w.countLies()
}

// widen asks for the largest pages from now on; false where it did already.
func (w *walker) widen() bool {
	if w.limit == services.MaxLimit {
		return false
	}
	w.limit = services.MaxLimit
	return true
}

// tick is the overlap of two pages: what the service shows of its time
// stamps, one millisecond at least.
func (w *walker) tick() time.Duration {
	switch {
	case w.coarse:
		return 2 * time.Second
	case w.millis:
		return time.Millisecond
	}
	return time.Second
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
