// Package blocks keeps blocks.db: where each block of what is being brought
// stands in the person's own files, and the few blocks that stand nowhere (the
// inner nodes, and what was fetched).
//
// It holds no promise about those files: whoever reads a block through a
// reference hashes it again. The file can be rebuilt from the sources, so it is
// written with synchronous=NORMAL and is in no backup. Its methods may be called
// from any goroutine; failures are *services.Error of CodeStorage.
package blocks

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Name is the file's name in the data folder; ID is the application_id it
// carries ("PTB1").
const (
	Name = "blocks.db"
	ID   = 0x50544231
)

// ReasonDropped is the Reason of the *services.Error of a reading whose blocks
// were dropped or replaced meanwhile.
const ReasonDropped = "dropped"

//go:embed schema/*.sql
var schema embed.FS

// writerCache is how many KiB of pages the writer keeps.
const writerCache = 8 << 10

// wasteful is how many bytes of free pages make an opening tidy the file, where
// they are also more than half of it.
const wasteful = 64 << 20

// DB is blocks.db: one writer connection, four that read.
type DB struct {
	db      *sql.DB
	readers *sql.DB
	path    string
	insert  *inserts
	finding *sql.Stmt
	damaged atomic.Bool // found while running: Close sets the file aside
	loosed  atomic.Bool // there may be sets that nobody holds

	behind sync.WaitGroup // writers' second goroutines

	mu   sync.Mutex
	next int64              // the next set
	live map[int64]struct{} // sets that are being written
}

// Open opens or makes blocks.db in dir. One that is damaged, emptied or of
// another version is set aside and made anew: rebuilt is then true, and every
// holder has to be written again.
func Open(ctx context.Context, dir string) (db *DB, rebuilt bool, err error) {
	path := filepath.Join(dir, Name)
	rebuilt = sqlite.Emptied(path)
	db, err = open(ctx, path)
	if err == nil {
		return db, rebuilt, nil
	}
	if !sqlite.Replaceable(err) {
		return nil, false, err
	}
	if err := sqlite.SetAside(path, time.Now()); err != nil {
		return nil, false, sqlite.Error("open", err)
	}
	db, err = open(ctx, path)
	return db, true, err
}

func open(ctx context.Context, path string) (*DB, error) {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		panic("bug: " + err.Error())
	}
	db, err := sqlite.OpenWriter(ctx, sqlite.File{
		Path:        path,
		ID:          ID,
		Synchronous: "NORMAL",
		Cache:       writerCache,
		Migrations:  files,
		// Anything older is made anew: it all comes back from the sources.
		BeforeMigration: func(context.Context, *sql.DB, int) error {
			return &services.Error{Code: services.CodeStorage, Op: "open", Reason: sqlite.Damaged, Details: "older schema"}
		},
	})
	if err != nil {
		return nil, err
	}
	d := &DB{db: db, readers: sqlite.OpenReaders(path), path: path, live: make(map[int64]struct{})}
	d.loosed.Store(true) // what the last process left
	if err := d.prepare(ctx); err != nil {
		err = d.fail("open", err)
		_ = d.readers.Close()
		_ = d.db.Close()
		return nil, err
	}
	return d, nil
}

// prepare checks the file, tidies it and gets the statements ready.
func (d *DB) prepare(ctx context.Context) error {
	var page, pages, free int64
	for pragma, n := range map[string]*int64{"page_size": &page, "page_count": &pages, "freelist_count": &free} {
		if err := d.db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(n); err != nil {
			return err
		}
	}
	if free*page > wasteful && free*2 > pages {
		if _, err := d.db.ExecContext(ctx, "VACUUM"); err != nil {
			return err
		}
	}
	err := d.db.QueryRowContext(ctx, `SELECT 1 + MAX(
		COALESCE((SELECT MAX(id) FROM sets), 0), COALESCE((SELECT MAX(id) FROM blocks), 0) >> 40,
		COALESCE((SELECT MAX(id) FROM files), 0) >> 40)`).Scan(&d.next)
	if err != nil {
		return err
	}
	if d.insert, err = prepareInserts(ctx, d.db); err != nil {
		return err
	}
	d.finding, err = d.readers.PrepareContext(ctx, findBlock)
	return err
}

// Close closes the file. One that turned out to be damaged is set aside, so
// that the next start makes it anew.
func (d *DB) Close() error {
	d.behind.Wait()
	// The writer last: who closes the file last clears its log away.
	err := errors.Join(d.finding.Close(), d.readers.Close(), d.insert.close(), d.db.Close())
	if d.damaged.Swap(false) {
		err = errors.Join(err, sqlite.SetAside(d.path, time.Now()))
	}
	return sqlite.Error("close", err)
}

// fail is err in the words of package services; damage is remembered.
func (d *DB) fail(op string, err error) error {
	err = sqlite.Error(op, err)
	if sqlite.IsDamaged(err) {
		d.damaged.Store(true)
	}
	return sqlite.Blame(err, sqlite.BlocksDamaged)
}

func (d *DB) inTx(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return d.fail(op, sqlite.InTx(ctx, d.db, fn))
}

// setBits is how many bits of an id are its number within its set.
const setBits = 40

// first and last bound the ids of a set.
func first(set int64) int64 { return set << setBits }
func last(set int64) int64  { return (set+1)<<setBits - 1 }

func dropped(h Holder) error {
	return &services.Error{Code: services.CodeStorage, Op: "blocks", Reason: ReasonDropped, Details: fmt.Sprint(int64(h))}
}
