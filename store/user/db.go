// Package user keeps user.db: what only this person has. Its writer is one
// connection with synchronous=FULL; the file is never deleted.
package user

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

//go:embed schema/*.sql
var schema embed.FS

// File is the name of the database in the data folder.
const File = store.UserFile

// DB is the writer of user.db. Its methods may be called from any goroutine;
// each is one transaction, and posts a change after its commit. Failures are
// *services.Error of CodeStorage with Reason "read-only", "full", "newer",
// "damaged" or "busy" (or "io" where the disk fails).
type DB struct {
	db      *sql.DB
	dir     string
	machine string // digest of the computer's id, "" unknown
	file    string // the file's number, "" unknown
	moved   atomic.Bool
	changes *store.Changes
}

// Open opens or makes user.db in dir and brings its schema up to date (after a
// backup copy where there was an older one).
func Open(ctx context.Context, dir string, changes *store.Changes) (*DB, error) {
	return open(ctx, dir, machine(), changes)
}

func open(ctx context.Context, dir, machine string, changes *store.Changes) (*DB, error) {
	if err := Emptied(dir); err != nil {
		return nil, err
	}
	unclean := sqlite.Unclean(filepath.Join(dir, File))
	db, err := sqlite.OpenWriter(ctx, sqlite.File{
		Path:            filepath.Join(dir, File),
		ID:              store.UserID,
		Synchronous:     "FULL",
		Cache:           4096,
		Migrations:      migrations(),
		BeforeMigration: func(ctx context.Context, db *sql.DB, version int) error { return keepOld(ctx, db, dir, version) },
	})
	if err != nil {
		return nil, err
	}
	if unclean {
		if err := refuseDamaged(ctx, db, dir); err != nil {
			_ = db.Close()
			return nil, err
		}
	}
	d := &DB{db: db, dir: dir, machine: machine, changes: changes}
	if err := sqlite.Error("open", d.arrive(ctx)); err != nil && !sqlite.IsFull(err) {
		_ = db.Close()
		return nil, err
	}
	return d, nil
}

func migrations() fs.FS {
	sub, err := fs.Sub(schema, "schema")
	if err != nil {
		panic("bug: " + err.Error())
	}
	return sub
}

// Close closes the file.
func (d *DB) Close() error {
	err := sqlite.Error("close", d.leave(context.Background()))
	if sqlite.IsFull(err) {
		err = nil // the marks of the opening hold
	}
	return sqlite.Error("close", errors.Join(err, d.db.Close()))
}

// write runs fn in one transaction and posts a change after its commit.
func (d *DB) write(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	if err := sqlite.InTx(ctx, d.db, fn); err != nil {
		return sqlite.Error(op, err)
	}
	d.changes.Post()
	return nil
}

// exec is write of one statement.
func (d *DB) exec(ctx context.Context, op, query string, args ...any) error {
	return d.write(ctx, op, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// Set stores a setting.
func (d *DB) Set(ctx context.Context, key, value string) error {
	return d.exec(ctx, "set", `
		INSERT INTO settings (key, value) VALUES (?, ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
}

// Setting reads one, "" where it was never set.
func (d *DB) Setting(ctx context.Context, key string) (string, error) {
	return store.ReadSetting(ctx, d.db, key)
}

// Observe stores what was seen to change.
func (d *DB) Observe(ctx context.Context, o store.Observation) error {
	return d.write(ctx, "observe", func(tx *sql.Tx) error { return observe(ctx, tx, o) })
}

func observe(ctx context.Context, tx *sql.Tx, o store.Observation) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO observations (at, account, kind, cid, cid_key, name, count, resolved)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		sqlite.Micros(o.At), o.Account, o.Kind, o.CID.Text, o.CID.Key, o.Name, o.Count, sqlite.Micros(o.Resolved))
	return err
}

// ObserveOnce is Observe, unless the account has an open observation that tells
// the same of the same: then only its count becomes this one. So what is observed
// before the cache follows is told once, though we were stopped in between.
func (d *DB) ObserveOnce(ctx context.Context, o store.Observation) error {
	return d.write(ctx, "observe", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			UPDATE observations SET count = ? WHERE account = ? AND kind = ? AND cid_key = ? AND name = ? AND resolved = 0`,
			o.Count, o.Account, o.Kind, o.CID.Key, o.Name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return observe(ctx, tx, o)
	})
}

// ResolveKind closes the account's open observations of a kind: what they tell is
// not so any more.
func (d *DB) ResolveKind(ctx context.Context, account services.AccountID, kind string) error {
	return d.exec(ctx, "resolve", "UPDATE observations SET resolved = ? WHERE account = ? AND kind = ? AND resolved = 0",
		sqlite.Micros(time.Now()), account, kind)
}

// unknownAccount is what a change of an account that is not there is.
func unknownAccount(op string) error {
	return &services.Error{Code: services.CodeUsage, Op: op, Reason: "unknown-account", NotSent: true}
}
