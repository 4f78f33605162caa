package items

import (
	"context"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// source is what the screen reads, as it reads it.
type source interface {
	Open(ctx context.Context, f store.Filter) (listing, error)
	Counts(ctx context.Context, f store.Filter) (store.ItemCounts, error)
	Item(ctx context.Context, id store.ItemID) (store.Item, bool, error)
	Pins(ctx context.Context, c services.CID) ([]store.Pin, error)
	History(ctx context.Context, i store.Item) ([]store.Operation, error)
	Source(ctx context.Context, id store.SourceID) (store.Source, bool, error)
}

// listing is store.Listing.
type listing interface {
	Len() int
	Rows(ctx context.Context, from, n int) ([]store.Item, error)
	IDs(ctx context.Context, from, n int) ([]store.ItemID, error)
	Position(ctx context.Context, id store.ItemID) (pos int, ok bool, err error)
}

// reader is a store.Reader as a source.
type reader struct{ *store.Reader }

func (r reader) Open(ctx context.Context, f store.Filter) (listing, error) {
	l, err := r.Items(ctx, f)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (r reader) Pins(ctx context.Context, c services.CID) (pins []store.Pin, err error) {
	for p, err := range r.EachPin(ctx, store.PinFilter{CID: c}) {
		if err != nil {
			return nil, err
		}
		pins = append(pins, p)
	}
	return pins, nil
}

func (r reader) History(ctx context.Context, i store.Item) ([]store.Operation, error) {
	return r.Operations(ctx, store.OperationFilter{CID: i.CID, Source: i.Source, Limit: 20})
}

const (
	pageRows  = 128
	pagesMost = 48
)

// pages is the rows at hand of one listing. It belongs to the UI thread. A row
// that is not at hand is asked for with its whole page, one page at a time: what
// a fast drag of the bar passes by is not read, so what shows at its end is not
// kept waiting. Whoever is told that a page came asks again for what still lacks.
type pages struct {
	ctx  context.Context // ends with the listing
	end  context.CancelFunc
	l    listing
	held map[int][]store.Item
	used []int        // page numbers, the one used last at the end
	lost map[int]bool // pages that could not be read
	asks bool         // a page is being read
	came func(error)  // told when a page came
}

func newPages(ctx context.Context, l listing, came func(error)) *pages {
	p := &pages{l: l, held: map[int][]store.Item{}, lost: map[int]bool{}, came: came}
	p.ctx, p.end = context.WithCancel(ctx)
	return p
}

// at is row i if it is at hand; else it is asked for.
func (p *pages) at(i int) (store.Item, bool) {
	n := i / pageRows
	rows, ok := p.held[n]
	if !ok {
		p.ask(n)
		return store.Item{}, false
	}
	p.touch(n)
	if at := i % pageRows; at < len(rows) {
		return rows[at], true
	}
	return store.Item{}, false
}

func (p *pages) ask(n int) {
	if p.asks || p.lost[n] {
		return
	}
	p.asks = true
	kit.Go(p.ctx, func(ctx context.Context) ([]store.Item, error) {
		return p.l.Rows(ctx, n*pageRows, pageRows)
	}, func(rows []store.Item, err error) {
		p.asks = false
		if err != nil {
			p.lost[n] = true
		} else {
			p.put(n, rows)
		}
		p.came(err)
	})
}

func (p *pages) put(n int, rows []store.Item) {
	p.held[n] = rows
	p.touch(n)
	for len(p.used) > pagesMost {
		delete(p.held, p.used[0])
		p.used = p.used[1:]
	}
}

func (p *pages) touch(n int) {
	if k := len(p.used); k > 0 && p.used[k-1] == n {
		return
	}
	for i, u := range p.used {
		if u == n {
			p.used = append(p.used[:i], p.used[i+1:]...)
			break
		}
	}
	p.used = append(p.used, n)
}

// find is the item of an ID if its row is at hand.
func (p *pages) find(id store.ItemID) (store.Item, bool) {
	for _, rows := range p.held {
		for _, r := range rows {
			if r.ID == id {
				return r, true
			}
		}
	}
	return store.Item{}, false
}

// places tells where in the list an item is; what is not at hand is after all
// that is.
func (p *pages) places() func(store.ItemID) int {
	at := map[store.ItemID]int{}
	for n, rows := range p.held {
		for i, r := range rows {
			at[r.ID] = n*pageRows + i
		}
	}
	return func(id store.ItemID) int {
		if place, ok := at[id]; ok {
			return place
		}
		return p.l.Len()
	}
}

// read opens a listing with the pages that rows from to to need, so that a
// change of the list does not flash.
func read(ctx context.Context, s source, f store.Filter, from, to int, anchor store.ItemID) (answer, error) {
	var a answer
	var err error
	if a.counts, err = s.Counts(ctx, f); err != nil {
		return a, err
	}
	if a.l, err = s.Open(ctx, f); err != nil {
		return a, err
	}
	if anchor != 0 {
		if pos, ok, err := a.l.Position(ctx, anchor); err != nil {
			return a, err
		} else if ok {
			a.shift = pos - from
			from, to = pos, to+a.shift
		}
	}
	a.held = map[int][]store.Item{}
	for n := max(0, from) / pageRows; n <= max(0, to-1)/pageRows && n*pageRows < a.l.Len(); n++ {
		rows, err := a.l.Rows(ctx, n*pageRows, pageRows)
		if err != nil {
			return a, err
		}
		a.held[n] = rows
	}
	return a, nil
}

// answer is a listing with its first pages.
type answer struct {
	l      listing
	counts store.ItemCounts
	held   map[int][]store.Item
	shift  int // how far the row at the upper edge has moved
}
