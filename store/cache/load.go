package cache

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// leanFrom is how many pins a first load must bring, and how many times as many
// as are listed already, before rebuilding indexes is cheaper than keeping them.
const leanFrom = 5_000

// lateIndexes are built after a large first load: in one sorted run each,
// instead of a million times in no order.
var lateIndexes = []struct{ name, on string }{
	{"items_name", "items(name_key, id, state, copies, mask)"},
	{"items_size", "items(size, id, state, copies, mask)"},
	{"items_copies", "items(copies, id, state, mask)"},
	{"items_state", "items(state, copies)"},
}

// lighten turns a first load lean once its first page is in the list and it
// turns out to be large. d.mu is held.
func (p *Pass) lighten(ctx context.Context, expected int64) error {
	if p.lean || !p.first || p.pages == 0 {
		return nil
	}
	var listed int64
	if err := p.d.row("SELECT COALESCE(SUM(n), 0) FROM item_counts WHERE account = 0").Scan(&listed); err != nil {
		return err
	}
	if expected < leanFrom || expected < 2*listed {
		return nil
	}
	err := p.d.inTx(ctx, func() error {
		for _, ix := range lateIndexes {
			if _, err := p.d.conn.ExecContext(ctx, "DROP INDEX IF EXISTS "+ix.name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.lean = true
	p.d.loading++
	return nil
}

const (
	heldPins = 10_000      // so many are written together at the latest,
	heldTime = time.Second // or after so long
)

// held are pages of a lean pass that are not written yet.
type held struct {
	pins     []services.PinStatus
	known    map[string]bool // their requestids, and those of the page before them
	last     []services.PinStatus
	since    time.Time // when the first of them came
	at       time.Time // when the last of them came
	expected int64
}

// add holds a page. Pages overlap, so a pin may stand in two.
func (h *held) add(page []services.PinStatus, at time.Time, expected int64) PageResult {
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
	}
	h.pins, h.last, h.at, h.expected = append(h.pins, page...), page, at, expected
	return res
}

func (h *held) due(at time.Time) bool {
	return len(h.pins) >= heldPins || at.Sub(h.since) >= heldTime
}

// flush writes what is held. d.mu is held.
func (p *Pass) flush(ctx context.Context) error {
	h := &p.held
	if len(h.pins) == 0 {
		return nil
	}
	// Sorted, neighbours in the largest index are written together. Of two answers
	// about one pin the later one stays the later one.
	slices.SortStableFunc(h.pins, func(a, b services.PinStatus) int {
		return strings.Compare(a.Pin.CID.Key, b.Pin.CID.Key)
	})
	if _, err := p.put(ctx, h.pins, h.at, h.expected); err != nil {
		return err
	}
	clear(h.known)
	for _, ps := range h.last {
		h.known[ps.RequestID] = true
	}
	h.pins = h.pins[:0]
	return nil
}

// end is the end of a pass's lean way. d.mu is held.
func (p *Pass) end() {
	if p.lean {
		p.lean = false
		p.d.loading--
		p.d.unbuilt = true
	}
}

// build builds what lean loads left out, once the last of them is over. d.mu
// is held.
func (d *DB) build(ctx context.Context) error {
	if !d.unbuilt || d.loading > 0 {
		return nil
	}
	if err := d.indexAll(ctx); err != nil {
		return err
	}
	if err := d.searchAll(ctx); err != nil {
		return err
	}
	d.unbuilt = false
	return nil
}

// repair ends what a stop in the middle of a first load left undone.
func (d *DB) repair(ctx context.Context) error {
	if err := d.exec("UPDATE places SET reading = 0 WHERE reading = 1"); err != nil {
		return err
	}
	d.unbuilt = true
	return d.build(ctx)
}

// indexAll builds the indexes that are missing.
func (d *DB) indexAll(ctx context.Context) error {
	for _, ix := range lateIndexes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := d.conn.ExecContext(ctx, "CREATE INDEX IF NOT EXISTS "+ix.name+" ON "+ix.on); err != nil {
			return err
		}
	}
	return nil
}

// searchAll makes every item be found by its name.
func (d *DB) searchAll(ctx context.Context) error {
	var upto, last sql.NullInt64
	if err := d.row("SELECT upto FROM searchable").Scan(&upto); err != nil {
		return err
	}
	if err := d.row("SELECT MAX(id) FROM items").Scan(&last); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if last.Int64 <= upto.Int64 {
		return nil
	}
	return d.inTx(ctx, func() error {
		if err := d.exec(`INSERT INTO items_fts (rowid, name_key) SELECT id, name_key FROM items
			WHERE id > ? AND name_key <> ''`, upto.Int64); err != nil {
			return err
		}
		return d.exec("UPDATE searchable SET upto = ?", last.Int64)
	})
}
