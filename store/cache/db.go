// Package cache keeps cache.db: what services said, ready to be listed. It may
// be deleted at any time; everything in it comes back from the services and
// from user.db. Its writer is one connection with synchronous=NORMAL.
package cache

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

//go:embed schema/*.sql
var schema embed.FS

// writerCache is how many KiB of pages the writer keeps: the indexes of a
// million pins are written in no order. In memory each page takes twice its size
// (the allocator's slots are powers of two), and an index that is built sorts in
// as much again.
const writerCache = 24 << 10

// DB is the writer of cache.db. Each method is one transaction (a first load
// takes several) and posts a change after its commit. Its methods may be called
// from any goroutine. Failures are *services.Error of CodeStorage.
type DB struct {
	db      *sql.DB
	readers pool // for questions that wait for no transaction
	path    string
	changes *store.Changes
	unclean bool          // the file was not closed the last time
	damaged atomic.Bool   // found while running: Remake or Close sets the file aside
	found   chan struct{} // holds one once damaged was found

	mu      sync.Mutex // one transaction or query of the writer at a time
	conn    *sql.Conn  // the one connection
	stmts   map[string]*sql.Stmt
	many    map[manyRows]driver.Stmt
	values  values // room for those of one of many
	loading int    // first loads under way that have left indexes out
	unbuilt bool   // such a load is over and its indexes are still to be built

	removed int64 // pins taken out so far

	stretches *stretches // nil: not read since the last failure
}

// Open opens or makes cache.db in dir. A file of another version, a damaged or
// an emptied one is set aside and made anew (rebuilt is then true).
func Open(ctx context.Context, dir string, changes *store.Changes) (db *DB, rebuilt bool, err error) {
	path := filepath.Join(dir, store.CacheFile)
	rebuilt = sqlite.Emptied(path)
	was := sqlite.Unclean(path)
	db, err = open(ctx, path, changes)
	if err == nil {
		db.unclean = was
		return db, rebuilt, nil
	}
	if !sqlite.Replaceable(err) {
		return nil, false, err
	}
	if err := sqlite.SetAside(path, time.Now()); err != nil {
		return nil, false, sqlite.Error("open", err)
	}
	db, err = open(ctx, path, changes)
	return db, true, err
}

func open(ctx context.Context, path string, changes *store.Changes) (*DB, error) {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		panic("bug: " + err.Error())
	}
	db, err := sqlite.OpenWriter(ctx, sqlite.File{
		Path:        path,
		ID:          store.CacheID,
		Synchronous: "NORMAL",
		Cache:       writerCache,
		Migrations:  files,
		// Anything older is made anew: it all comes back from the services.
		BeforeMigration: func(context.Context, *sql.DB, int) error {
			return &services.Error{Code: services.CodeStorage, Op: "open", Reason: sqlite.Damaged, Details: "older schema"}
		},
	})
	if err != nil {
		return nil, sqlite.Blame(err, sqlite.CacheDamaged)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, sqlite.Error("open", err)
	}
	d := &DB{
		db: db, conn: conn,
		path: path, changes: changes, stmts: make(map[string]*sql.Stmt), many: make(map[manyRows]driver.Stmt), found: make(chan struct{}, 1),
	}
	d.readers.db.Store(sqlite.OpenReaders(path))
	if err := d.repair(ctx); err != nil {
		err = d.fail("open", err)
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Close closes the file. One that turned out to be damaged is set aside, so
// that the next start makes it anew.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.shut()
	if d.damaged.Swap(false) {
		err = errors.Join(err, sqlite.SetAside(d.path, time.Now()))
	}
	return sqlite.Error("close", err)
}

// shut closes all connections. d.mu is held.
func (d *DB) shut() error {
	for _, s := range d.stmts {
		_ = s.Close() // an open one would keep the file open
	}
	_ = d.conn.Raw(func(any) error {
		for _, s := range d.many {
			_ = s.Close()
		}
		return nil
	})
	// The writer last: who closes the file last clears its log away.
	return errors.Join(d.readers.db.Load().Close(), d.conn.Close(), d.db.Close())
}

// fail is err in the words of package services; damage is remembered.
func (d *DB) fail(op string, err error) error {
	err = sqlite.Error(op, err)
	if sqlite.IsDamaged(err) {
		d.MarkDamaged()
	}
	return sqlite.Blame(err, sqlite.CacheDamaged)
}
