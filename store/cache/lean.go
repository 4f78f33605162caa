package cache

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/fold"
	"github.com/pintray/pintray/store/internal/sqlite"
)

const (
	heldPins = 25_000      // so many are sorted and written at the latest,
	heldTime = time.Second // or after so long where nothing is being written,
	heldStep = 10_000      // or so many; they are one transaction: others wait for it

	// together is how many rows one INSERT of a first load writes: one by one,
	// most of the time goes into asking for it.
	together = 50
)

// held are pages of a lean pass that are not written yet.
type held struct {
	pins     []pin
	known    map[string]bool // their requestids, and those of the page before them
	last     []services.PinStatus
	since    time.Time // when the first of them came
	at       time.Time // when the last of them came
	expected int64
}

// add holds a page. Pages overlap, so a pin may stand in two.
func (h *held) add(account services.AccountID, page []services.PinStatus, at time.Time, expected int64) PageResult {
	var res PageResult
	if h.known == nil {
		h.known = make(map[string]bool, heldPins)
	}
	if len(h.pins) == 0 {
		h.since = at
	}
	for _, ps := range page {
		if !h.known[ps.RequestID] {
			h.known[ps.RequestID] = true
			res.New++
		}
		row := rowOf(account, ps)
		row.folded = fold.Name(row.name) // here, where nobody waits for it
		h.pins = append(h.pins, row)
	}
	h.last, h.at, h.expected = page, at, expected
	return res
}

// due reports whether what is held is to be written now. Who has written is not
// left waiting, and nobody waits for who writes before there is much to write.
func (p *Pass) due(at time.Time) bool {
	n := len(p.held.pins)
	writing := p.flushing != nil && len(p.flushing) == 0
	return n >= heldPins || !writing && (n >= heldStep || at.Sub(p.held.since) >= heldTime)
}

// take leaves nothing held.
func (h *held) take() {
	h.pins = make([]pin, 0, len(h.pins))
	clear(h.known)
	for _, ps := range h.last {
		h.known[ps.RequestID] = true
	}
}

// flush writes what is held, beside whoever reads the next pages. The error is
// that of the flush before it.
func (p *Pass) flush(ctx context.Context) error {
	if len(p.held.pins) == 0 {
		return p.flushed()
	}
	pins, at, expected := sorted(p.held.pins), p.held.at, p.held.expected
	if err := p.flushed(); err != nil {
		return err
	}
	p.held.take()
	done := make(chan error, 1)
	p.flushing = done
	go func() { done <- p.write(ctx, pins, at, expected) }()
	return nil
}

// flushed waits for the flush that is under way.
func (p *Pass) flushed() error {
	if p.flushing == nil {
		return nil
	}
	defer func() { p.flushing = nil }()
	return <-p.flushing
}

// write writes pages that were held, and lets others in between.
func (p *Pass) write(ctx context.Context, sorted []*pin, at time.Time, expected int64) error {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	for step := range slices.Chunk(sorted, heldStep) {
		err := p.d.writeLocked(ctx, "put", func(w *write) error {
			if err := w.putNew(p, at, step); err != nil {
				return err
			}
			return p.progress(w, len(step), expected)
		})
		if err != nil {
			return err
		}
		p.d.letIn()
	}
	return nil
}

// sorted are the pins in the order of the largest index: neighbours there are
// written together. Of two answers about one pin the later one stays the later
// one.
func sorted(pins []pin) []*pin {
	list := make([]*pin, len(pins))
	for i := range pins {
		list[i] = &pins[i]
	}
	slices.SortStableFunc(list, func(a, b *pin) int { return strings.Compare(a.key, b.key) })
	return list
}

// putNew is putPins for pins of which nearly all are new.
func (w *write) putNew(p *Pass, at time.Time, pins []*pin) error {
	w.lean = true
	place, err := w.place(p.account)
	if err != nil {
		return err
	}
	note := pinNote{at: at, pass: place.pass}
	var last int64
	if err := w.d.row("SELECT COALESCE(MAX(id), 0) FROM pins").Scan(&last); err != nil {
		return err
	}
	for rows := range slices.Chunk(pins, together) {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if last, err = w.insertPins(rows, last, note); err != nil {
			return err
		}
		for _, row := range rows {
			if row.id == 0 {
				if row.id, _, err = w.putPin(new(PageResult), *row, note); err != nil {
					return err
				}
			}
			p.seen.add(row.id)
		}
	}
	return nil
}

// insertPins makes rows, which get their ids; those that are there already get
// none. last is the last id before and after.
func (w *write) insertPins(rows []*pin, last int64, n pinNote) (int64, error) {
	seen, args := sqlite.Micros(n.at), w.d.values[:0]
	for _, p := range rows {
		args = args.with(int64(p.account), p.requestID, p.cid, p.key, int64(p.status), p.name, p.created, p.size, p.meta, p.info,
			seen, n.pass, p.digest)
	}
	ids, last, err := w.d.insertMany(newRows{
		insert: `INSERT OR IGNORE INTO pins (account, requestid, cid, cid_key, status, name, created, size, meta, info,
			seen_at, seen_pass, digest, missing) VALUES `,
		row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", n: len(rows), args: args,
		made: "SELECT requestid, id FROM pins WHERE id > ?", key: func(i int) string { return rows[i].requestID },
	}, last)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		if rows[i].id = ids[i]; ids[i] != 0 {
			if err := w.added(rows[i]); err != nil {
				return 0, err
			}
		}
	}
	return last, nil
}

// insertItems makes the items of the CIDs that came with new pins only. The rest
// is left to settleItem, as are those that have an item already.
func (w *write) insertItems() (rest []*touch, err error) {
	rest = make([]*touch, 0, len(w.order))
	fresh := make([]*touch, 0, len(w.order))
	for _, t := range w.order {
		if t.more {
			rest = append(rest, t)
		} else {
			fresh = append(fresh, t)
		}
	}
	var last int64
	if err := w.d.row("SELECT COALESCE(MAX(id), 0) FROM items").Scan(&last); err != nil {
		return nil, err
	}
	for some := range slices.Chunk(fresh, together) {
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
		items := make([]item, len(some))
		for i, t := range some {
			if items[i], err = w.summarize(t.key, t.added, nil); err != nil {
				return nil, err
			}
		}
		if last, err = w.insertSome(some, items, last); err != nil {
			return nil, err
		}
		for i, it := range items {
			if it.id == 0 {
				rest = append(rest, some[i])
				continue
			}
			w.count(it, 1) // searchSome follows
		}
	}
	return rest, nil
}

// insertSome makes items as insertPins makes pins.
func (w *write) insertSome(some []*touch, items []item, last int64) (int64, error) {
	args := w.d.values[:0]
	for i, it := range items {
		args = args.with(it.cid, some[i].key, it.name, it.nameKey, it.size, it.added, int64(it.state), int64(it.copies), int64(it.places), it.mask)
	}
	ids, last, err := w.d.insertMany(newRows{
		insert: "INSERT OR IGNORE INTO items (cid, cid_key, name, name_key, size, added, state, copies, places, mask) VALUES ",
		row:    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", n: len(items), args: args,
		made: "SELECT cid_key, id FROM items WHERE id > ?", key: func(i int) string { return some[i].key },
	}, last)
	for i := range ids {
		items[i].id = ids[i]
	}
	return last, err
}
