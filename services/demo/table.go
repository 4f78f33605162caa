package demo

import (
	"container/heap"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// record is one pin request, oldest first in table.records; its place there is
// what its requestid stands for, so none ever moves.
type record struct {
	created int64         // unix microseconds, never falling along the table
	own     *services.Pin // nil: made up from its place
	status  services.Status
	gone    bool
}

// chunkSize is how many records are counted together.
const chunkSize = 1024

// chunk counts the live records of one stretch by status, so that a list skips
// and counts without looking at each.
type chunk [services.Failed + 1]int32

// table is the pins of a service. Its owner's lock guards it.
type table struct {
	options Options
	maker   maker
	start   time.Time // when it was made up
	made    int       // records[:made] are made up
	records []record
	taken   []int64 // by the clock, when each of records[made:] was taken
	chunks  []chunk
	moving  moves
	byKey   map[string][]int // places of own pins, by CID key
}

func newTable(o Options, start time.Time) *table {
	t := &table{
		options: o, maker: newMaker(o), start: start.Truncate(time.Microsecond),
		made: o.Pins, byKey: map[string][]int{},
	}
	t.records = make([]record, 0, o.Pins)
	for i := range o.Pins {
		t.append(record{created: t.maker.created(i, t.start), status: t.maker.status(i)})
	}
	return t
}

func (t *table) append(r record) (pos int) {
	pos = len(t.records)
	t.records = append(t.records, r)
	if pos/chunkSize == len(t.chunks) {
		t.chunks = append(t.chunks, chunk{})
	}
	if !r.gone {
		t.chunks[pos/chunkSize][r.status]++
	}
	return pos
}

// add takes a pin at now, or a microsecond after the last one.
func (t *table) add(p services.Pin, now time.Time) services.PinStatus {
	if t.options.RequestIDIsCID {
		for _, pos := range t.places(p.CID) {
			t.remove(pos)
		}
	}
	created := now.UnixMicro()
	if n := len(t.records); n > 0 {
		created = max(created, t.records[n-1].created+1)
	}
	pos := t.take(p, created, now.UnixMicro())
	t.advance(now)
	return t.pinStatus(pos, t.records[pos])
}

// take puts a pin of its own into the table. taken may lie before created, where
// several are taken within a microsecond.
func (t *table) take(p services.Pin, created, taken int64) (pos int) {
	t.taken = append(t.taken, taken)
	pos = t.append(record{created: created, own: &p, status: services.Queued})
	t.byKey[p.CID.Key] = append(t.byKey[p.CID.Key], pos)
	heap.Push(&t.moving, move{taken + t.options.Queued.Microseconds(), pos})
	return pos
}

func (t *table) remove(pos int) {
	r := &t.records[pos]
	if !r.gone {
		r.gone = true
		t.chunks[pos/chunkSize][r.status]--
	}
}

// advance lets every pin come as far as it has by now.
func (t *table) advance(now time.Time) {
	for len(t.moving) > 0 && t.moving[0].at <= now.UnixMicro() {
		m := heap.Pop(&t.moving).(move)
		next := services.Pinned
		if t.records[m.pos].status == services.Queued && t.options.Pinning > 0 {
			next = services.Pinning
			heap.Push(&t.moving, move{m.at + t.options.Pinning.Microseconds(), m.pos})
		}
		r := &t.records[m.pos]
		if !r.gone {
			t.chunks[m.pos/chunkSize][r.status]--
			t.chunks[m.pos/chunkSize][next]++
		}
		r.status = next
	}
}

// find is the live pin a requestid names.
func (t *table) find(id string) (pos int, ok bool) {
	if t.options.RequestIDIsCID {
		places := t.places(services.WireCID(id))
		if len(places) == 0 {
			return 0, false
		}
		return places[0], true
	}
	pos, ok = t.maker.place(id)
	return pos, ok && pos < len(t.records) && !t.records[pos].gone
}

// places is where the live pins of a CID are, newest first.
func (t *table) places(c services.CID) []int {
	var out []int
	for _, pos := range slices.Backward(t.byKey[c.Key]) {
		out = append(out, pos)
	}
	if pos, ok := t.maker.placeOfCID(c); ok && pos < t.made {
		out = append(out, pos)
	}
	return slices.DeleteFunc(out, func(pos int) bool { return t.records[pos].gone })
}

func (t *table) pinStatus(pos int, r record) services.PinStatus {
	st := services.PinStatus{
		Status: r.status, Created: time.UnixMicro(r.created).UTC(), Delegates: t.maker.delegates(),
	}
	if r.own != nil {
		st.Pin = *r.own
	} else {
		st.Pin = t.maker.pin(pos)
	}
	st.Info = t.maker.info(pos, r.status)
	st.RequestID = t.maker.requestID(pos)
	if t.options.RequestIDIsCID {
		st.RequestID = st.Pin.CID.Text
	}
	return st
}

// list answers q, of which Limit and Status are set. New pins are in it once
// they were taken at or before seen.
func (t *table) list(q services.Query, seen time.Time) services.Page {
	low, high := t.window(q, seen)
	if len(q.CIDs) > 0 || q.Name != "" || len(q.Meta) > 0 {
		return t.filtered(q, low, high)
	}
	var page services.Page
	for pos := high - 1; pos >= low && len(page.Results) < q.Limit; pos-- {
		if c := pos / chunkSize; t.chunks[c].of(q.Status) == 0 {
			pos = c * chunkSize
			continue
		}
		if r := t.records[pos]; wanted(r, q.Status) {
			page.Results = append(page.Results, t.pinStatus(pos, r))
		}
	}
	page.Count = t.count(q.Status, low, high)
	return page
}

// window is the stretch of the table between q.After and q.Before.
func (t *table) window(q services.Query, seen time.Time) (low, high int) {
	atOrAfter := func(micro int64) int {
		return sort.Search(len(t.records), func(i int) bool { return t.records[i].created >= micro })
	}
	high = t.made + sort.Search(len(t.taken), func(i int) bool { return t.taken[i] > seen.UnixMicro() })
	if !q.Before.IsZero() { // a fraction of a microsecond counts as one more
		high = min(high, atOrAfter(q.Before.Add(time.Microsecond-1).UnixMicro()))
	}
	if !q.After.IsZero() {
		low = atOrAfter(q.After.UnixMicro() + 1)
	}
	return low, high
}

// filtered looks at the pins of the CIDs asked for, else at every one.
func (t *table) filtered(q services.Query, low, high int) services.Page {
	var page services.Page
	look := func(pos int) {
		r := t.records[pos]
		if pos < low || pos >= high || !wanted(r, q.Status) {
			return
		}
		pin := r.own
		if pin == nil {
			made := t.maker.pin(pos)
			pin = &made
		}
		if !nameMatches(q, pin.Name) || !metaMatches(q.Meta, pin.Meta) {
			return
		}
		if page.Count++; len(page.Results) < q.Limit {
			page.Results = append(page.Results, t.pinStatus(pos, r))
		}
	}
	if len(q.CIDs) == 0 {
		for pos := high - 1; pos >= low; pos-- {
			look(pos)
		}
		return page
	}
	var places []int
	for _, c := range q.CIDs {
		places = append(places, t.places(c)...)
	}
	slices.Sort(places)
	for _, pos := range slices.Backward(slices.Compact(places)) {
		look(pos)
	}
	return page
}

func (t *table) count(status []services.Status, low, high int) (n int64) {
	for pos := low; pos < high; {
		if pos%chunkSize == 0 && pos+chunkSize <= high {
			n += t.chunks[pos/chunkSize].of(status)
			pos += chunkSize
			continue
		}
		if wanted(t.records[pos], status) {
			n++
		}
		pos++
	}
	return n
}

func (c *chunk) of(status []services.Status) (n int64) {
	for s, live := range c {
		if live > 0 && slices.Contains(status, services.Status(s)) {
			n += int64(live)
		}
	}
	return n
}

func wanted(r record, status []services.Status) bool {
	return !r.gone && slices.Contains(status, r.status)
}

func nameMatches(q services.Query, name string) bool {
	if q.Name == "" {
		return true
	}
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

// metaMatches: every pair asked for is there; there may be more (rule 10).
func metaMatches(want, have map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// move is a pin due to reach its next status.
type move struct {
	at  int64
	pos int
}

// moves is a heap, the earliest first.
type moves []move

func (m moves) Len() int           { return len(m) }
func (m moves) Less(i, j int) bool { return m[i].at < m[j].at }
func (m moves) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *moves) Push(x any)        { *m = append(*m, x.(move)) }
func (m *moves) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
