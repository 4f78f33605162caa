package cache

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// leanFrom is how many pins a first load must bring, and how many times as many
// as are listed already, before rebuilding indexes is cheaper than keeping them.
const leanFrom = 5_000

// leanLog is how many pages the file's log may hold during a first load: 64 MB.
const leanLog = 4 * sqlite.LogPages

// lateIndexes are built after a large first load: in one sorted run each,
// instead of a million times in no order.
var lateIndexes = []struct{ name, on string }{
	{"items_name", "items(name_key, id, state, copies, mask)"},
	{"items_size", "items(size, id, state, copies, mask)"},
	{"items_copies", "items(copies, id, state, mask)"},
	{"items_state", "items(state, copies)"},
	{"pins_created", "pins(created DESC, id DESC, account, status)"},
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
	if err := p.d.logUpTo(ctx, leanLog); err != nil {
		return err
	}
	p.lean = true
	p.d.loading++
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

// letIn lets those write who wait to. d.mu is held.
func (d *DB) letIn() {
	d.mu.Unlock()
	d.mu.Lock()
}

// build builds what lean loads left out, once the last of them is over, and
// lets others in between; another load may begin there. d.mu is held.
func (d *DB) build(ctx context.Context) error {
	for d.unbuilt && d.loading == 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		built, err := d.buildSome(ctx)
		if err != nil {
			return err
		}
		d.unbuilt = !built
		if built {
			return d.logUpTo(ctx, sqlite.LogPages)
		}
		d.letIn()
	}
	return nil
}

// logUpTo has the file's log copied into it once it holds so many pages. What is
// written in no order is then often copied once instead of many times.
func (d *DB) logUpTo(ctx context.Context, pages int) error {
	_, err := d.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages))
	return err
}

// repair ends what a stop in the middle of a first load left undone.
func (d *DB) repair(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.exec("UPDATE places SET reading = 0 WHERE reading = 1"); err != nil {
		return err
	}
	d.unbuilt = true
	return d.build(ctx)
}

// buildSome builds the first index that is missing, else cuts an order into its
// stretches, else makes some items be found by their names. built: there was
// nothing left to do.
func (d *DB) buildSome(ctx context.Context) (built bool, err error) {
	for _, ix := range lateIndexes {
		var there bool
		if err := d.row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)", ix.name).Scan(&there); err != nil {
			return false, err
		}
		if !there {
			_, err := d.conn.ExecContext(ctx, "CREATE INDEX "+ix.name+" ON "+ix.on)
			return false, err
		}
	}
	for o := range orders {
		cut := false
		err := d.writeLocked(ctx, "build", func(w *write) (err error) {
			cut, err = w.cutLong(o)
			return err
		})
		if err != nil || cut {
			return false, err
		}
	}
	return d.searchSome(ctx)
}

// searchStep is how many items are made searchable in one transaction.
const searchStep = 20_000

// searchSome makes the next items be found by their names. all: there was none.
func (d *DB) searchSome(ctx context.Context) (all bool, err error) {
	var upto int64
	var last sql.NullInt64
	if err := d.row("SELECT upto FROM searchable").Scan(&upto); err != nil {
		return false, err
	}
	if err := d.row("SELECT MAX(id) FROM items").Scan(&last); err != nil {
		return false, err
	}
	if last.Int64 <= upto {
		return true, nil
	}
	return false, d.inTx(ctx, func() error {
		next := min(upto+searchStep, last.Int64)
		if err := d.exec(`INSERT INTO items_fts (rowid, name_key) SELECT id, name_key FROM items
			WHERE id > ? AND id <= ? AND name_key <> ''`, upto, next); err != nil {
			return err
		}
		return d.exec("UPDATE searchable SET upto = ?", next)
	})
}
