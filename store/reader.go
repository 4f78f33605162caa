package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Reader is a read-only view of user.db and cache.db through one pool. All its
// methods may be called from any goroutine and return when ctx ends. It never
// blocks on a writer. Failures are *services.Error of CodeStorage.
type Reader struct {
	db      *sql.DB
	changes *Changes
	turns   chan struct{} // one for each view that may be read
	dir     string
	onCache func() // nil: nobody asked

	mu   sync.Mutex
	idle []*view // the last was used last
}

// viewers is how many views are read side by side.
const viewers = 4

// Open opens the reader over the two files in dir, which their writers have
// already made. A missing user.db is an *services.Error of CodeStorage, Reason
// "no-data", one of a newer program "newer", a damaged one "damaged"; a cache.db
// that is missing, damaged or of another version beside a whole user.db is
// "cache-damaged" (IsCacheDamaged). changes may be nil: a second process hears of
// no changes.
func Open(ctx context.Context, dir string, changes *Changes) (*Reader, error) {
	for _, f := range []struct{ name, reason string }{{UserFile, sqlite.NoData}, {CacheFile, sqlite.CacheDamaged}} {
		if info, err := os.Stat(filepath.Join(dir, f.name)); err != nil || info.Size() == 0 {
			return nil, &services.Error{Code: services.CodeStorage, Op: "open", Reason: f.reason, Details: f.name + " is missing", Err: err}
		}
	}
	r := &Reader{
		db:      sqlite.OpenReaders(filepath.Join(dir, UserFile), sqlite.Attached{Name: "cache", Path: filepath.Join(dir, CacheFile)}),
		changes: changes,
		dir:     dir,
		turns:   make(chan struct{}, viewers),
	}
	r.db.SetMaxOpenConns(2 * viewers) // the views keep theirs
	for range viewers {
		r.turns <- struct{}{}
		r.idle = append(r.idle, new(view))
	}
	if err := r.check(ctx); err != nil {
		_ = r.db.Close()
		return nil, r.fail(ctx, "open", err)
	}
	return r, nil
}

// check refuses files this program does not know.
func (r *Reader) check(ctx context.Context) error {
	for _, f := range []struct {
		schema, file string
		id, want     int
	}{{"main", UserFile, UserID, UserSchema}, {"cache", CacheFile, CacheID, CacheSchema}} {
		id, version, err := sqlite.Identity(ctx, r.db, f.schema)
		if err != nil {
			return err
		}
		e := &services.Error{
			Code: services.CodeStorage, Op: "open",
			Details: fmt.Sprintf("%s: application id %#x, schema %d, this program knows %d", f.file, id, version, f.want),
		}
		switch {
		case id == f.id && version == f.want:
			continue
		case f.file == CacheFile:
			e.Reason = sqlite.CacheDamaged // its writer has not come to it yet, or will make it anew
		case id == 0 && version == 0:
			e.Reason = sqlite.NoData
		case id == f.id && version > f.want:
			e.Reason = sqlite.Newer
		default:
			e.Reason = sqlite.Damaged
		}
		return e
	}
	return nil
}

// Changes is what Open was given: where to hear that something was committed.
func (r *Reader) Changes() *Changes { return r.changes }

// Close closes the pool, once what is being read has been.
func (r *Reader) Close() error {
	for range viewers {
		<-r.turns
		defer func() { r.turns <- struct{}{} }() // who still asks hears that it is closed
	}
	for _, v := range r.idle {
		v.close()
	}
	return sqlite.Error("close", r.db.Close())
}

// Without lets go of the files while fn runs, so that it may put another in the
// place of one; whoever reads waits for it, and sees the new one.
func (r *Reader) Without(fn func() error) error {
	for range viewers {
		<-r.turns
		defer func() { r.turns <- struct{}{} }()
	}
	r.mu.Lock()
	for _, v := range r.idle {
		v.close()
	}
	r.mu.Unlock()
	r.db.SetMaxIdleConns(0) // closes them
	defer r.db.SetMaxIdleConns(viewers)
	return fn()
}

// Setting reads one setting; "" where it was never set.
func (r *Reader) Setting(ctx context.Context, key string) (string, error) {
	value, err := ReadSetting(ctx, r.db, key)
	return value, r.fail(ctx, "setting", err)
}

// view runs fn over one state of both files.
func (r *Reader) view(ctx context.Context, op string, fn func(q querier) error) error {
	select {
	case <-r.turns:
		defer func() { r.turns <- struct{}{} }()
		v := r.pop()
		defer r.push(v)
		return r.fail(ctx, op, v.read(ctx, r.db, fn))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pop takes the view that was used last: it has what is asked for most.
func (r *Reader) pop() *view {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.idle[len(r.idle)-1]
	r.idle = r.idle[:len(r.idle)-1]
	return v
}

func (r *Reader) push(v *view) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = append(r.idle, v)
}

// querier is a *sql.DB, a *sql.Tx or a view.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// queryAll reads every row of a query.
func queryAll[T any](ctx context.Context, q querier, read func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return ScanAll(rows, read)
}

// queryFirst reads the first n rows of a query.
func queryFirst[T any](ctx context.Context, q querier, n int, read func(Row) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for len(list) < n && rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
