package cache

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Damaged reports whether the file turned out to be damaged. What is written
// then fails; Remake makes it anew.
func (d *DB) Damaged() bool { return d.damaged.Load() }

// MarkDamaged takes the word of whoever read the file beside the writer that it
// is damaged.
func (d *DB) MarkDamaged() {
	if d.damaged.Swap(true) {
		return
	}
	select {
	case d.found <- struct{}{}:
	default:
	}
}

// Found has something to receive once the file turned out to be damaged.
func (d *DB) Found() <-chan struct{} { return d.found }

// Unclean reports whether the file was not closed by who had it open last: then
// it is worth a Check.
func (d *DB) Unclean() bool { return d.unclean }

// Check looks through the whole file, beside whoever else uses it: 0.25 s for
// 100,000 pins. The error of a damaged or missing one is of CodeStorage, Reason
// "cache-damaged".
func (d *DB) Check(ctx context.Context) error {
	if _, err := os.Stat(d.path); errors.Is(err, fs.ErrNotExist) || sqlite.Emptied(d.path) {
		return d.fail("check", &services.Error{Code: services.CodeStorage, Op: "check", Reason: sqlite.Damaged, Details: "it is gone"})
	}
	db := sqlite.OpenReaders(d.path) // those that are open know pages that stood in the file before
	defer func() { _ = db.Close() }()
	said, err := sqlite.QuickCheck(ctx, db)
	if err == nil && said != "" {
		err = &services.Error{Code: services.CodeStorage, Op: "check", Reason: sqlite.Damaged, Details: said}
	}
	return d.fail("check", err)
}

// Remake sets a damaged file aside and goes on with an empty one, while nothing
// else is written. What reads the file through other connections has to let go
// of it first (store.Reader.Without). It may be called again after a failure.
func (d *DB) Remake(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	_ = d.shut() // of a damaged file, or for the second time
	if err := sqlite.SetAside(d.path, time.Now()); err != nil {
		return sqlite.Error("remake", err)
	}
	fresh, err := open(ctx, d.path, d.changes)
	if err != nil {
		return err
	}
	d.db, d.conn, d.stmts, d.many, d.stretches, d.unbuilt = fresh.db, fresh.conn, fresh.stmts, fresh.many, nil, true
	d.readers.db.Store(fresh.readers.db.Load())
	d.damaged.Store(false)
	select {
	case <-d.found:
	default:
	}
	d.changes.Post()
	return nil
}

// pool is the readers' connections, which Remake changes.
type pool struct{ db atomic.Pointer[sql.DB] }

func (p *pool) Query(query string, args ...any) (*sql.Rows, error) {
	return p.db.Load().Query(query, args...)
}

func (p *pool) QueryRow(query string, args ...any) *sql.Row {
	return p.db.Load().QueryRow(query, args...)
}

func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.db.Load().QueryContext(ctx, query, args...)
}

func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.db.Load().QueryRowContext(ctx, query, args...)
}
