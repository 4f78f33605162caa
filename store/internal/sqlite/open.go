// Package sqlite opens the files of package store: connections with their
// pragmas, migrations, transactions, and failures in the words of package
// services. Only the packages of store use it; it owns no goroutine.
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite"

	"github.com/pintray/pintray/store/internal/fold"
)

// File describes a database file to its writer.
type File struct {
	Path string
	// ID is the application_id every file of this kind carries.
	ID int
	// Synchronous is FULL or NORMAL.
	Synchronous string
	// Cache is how many KiB of pages the connection keeps.
	Cache int
	// Migrations holds NNNN_what.sql, numbered from 1 without gaps.
	Migrations fs.FS
	// BeforeMigration is called with the old version before an older file is
	// changed, nil: nothing is done.
	BeforeMigration func(ctx context.Context, db *sql.DB, version int) error
}

// LogPages is how many pages (of 4 KiB) a writer's log holds before they are
// copied into the file.
const LogPages = 4000

// OpenWriter opens or makes the file with one connection and brings its schema
// up to date. Its errors are *services.Error of CodeStorage.
func OpenWriter(ctx context.Context, f File) (*sql.DB, error) {
	if err := makeFile(f.Path); err != nil {
		return nil, err
	}
	db := sql.OpenDB(newConnector(uri(f.Path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(5000)", // first: the switch to WAL waits too
			"journal_mode(WAL)",
			"synchronous(" + f.Synchronous + ")",
			"foreign_keys(1)",
			"trusted_schema(0)",
			fmt.Sprintf("cache_size(-%d)", f.Cache),
			fmt.Sprintf("wal_autocheckpoint(%d)", LogPages),
		},
	}), nil))
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db, f); err != nil {
		_ = db.Close()
		return nil, Error("open", err)
	}
	return db, nil
}

// Attached is one more file of a reader's connections.
type Attached struct{ Name, Path string }

// readerCache is how many KiB of pages a reading connection keeps of each file.
const readerCache = 8 << 10

// OpenReaders opens a pool of four connections to the file that can only read,
// each with the others attached.
func OpenReaders(path string, others ...Attached) *sql.DB {
	db := sql.OpenDB(newConnector(uri(path, url.Values{
		"mode":    {"ro"},
		"_pragma": {"busy_timeout(5000)", "query_only(1)", fmt.Sprintf("cache_size(-%d)", readerCache), "trusted_schema(0)"},
	}), others))
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return db
}

// QuickCheck looks through the whole file; said is what is wrong with it.
func QuickCheck(ctx context.Context, db *sql.DB) (said string, err error) {
	if err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); said == "ok" {
		said = ""
	}
	return said, err
}

// newConnector makes connections to dsn that know FOLD(text) and have the
// others attached, read-only.
func newConnector(dsn string, others []Attached) driver.Connector {
	d := &sqlite.Driver{}
	// Registering fails only for a name or argument count that cannot be.
	d.MustRegisterDeterministicScalarFunction("fold", 1,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			s, _ := args[0].(string)
			return fold.Name(s), nil
		})
	d.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		for _, o := range others {
			file := uri(o.Path, url.Values{"mode": {"ro"}})
			args := []driver.NamedValue{{Ordinal: 1, Value: file}}
			if _, err := conn.ExecContext(context.Background(), "ATTACH ? AS "+o.Name, args); err != nil {
				return err
			}
			// The dsn's pragma is for the main file only.
			if _, err := conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA %s.cache_size = -%d", o.Name, readerCache), nil); err != nil {
				return err
			}
		}
		return nil
	})
	return connector{d, dsn}
}

// connector opens connections of a driver of its own, so that what is
// registered on it reaches no other database of the process.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.driver.Open(c.dsn)
}

func (c connector) Driver() driver.Driver { return c.driver }

func uri(path string, q url.Values) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" {
		path = "/" + path
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	return u.String()
}

// makeFile makes an empty file only its owner can read; SQLite gives -wal and
// -shm the same rights.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Error("open", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return Error("open", err)
	}
	return f.Close()
}
