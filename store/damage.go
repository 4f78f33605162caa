package store

import (
	"context"
	"path/filepath"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// IsCacheDamaged reports whether err says that cache.db is missing or damaged
// beside a whole user.db: it is to be made anew.
func IsCacheDamaged(err error) bool { return sqlite.IsCacheDamaged(err) }

// IsBusy reports whether err says that a file is just being made, or held by
// another process: it is there in a moment.
func IsBusy(err error) bool { return sqlite.IsBusy(err) }

// OnCacheDamage has fn called, from any goroutine, whenever a read finds cache.db
// damaged. It is called before the first read.
func (r *Reader) OnCacheDamage(fn func()) { r.onCache = fn }

// fail is err in the words of package services. Damage names its file.
func (r *Reader) fail(ctx context.Context, op string, err error) error {
	err = sqlite.Error(op, err)
	if sqlite.IsDamaged(err) {
		err = r.blame(ctx, err)
	}
	if sqlite.IsCacheDamaged(err) && r.onCache != nil {
		r.onCache()
	}
	return err
}

// blame finds out which of the two files is damaged: SQLite says of a connection
// only that one is. The smaller one is looked through.
func (r *Reader) blame(ctx context.Context, err error) error {
	user := sqlite.OpenReaders(filepath.Join(r.dir, UserFile))
	defer func() { _ = user.Close() }()
	said, checked := sqlite.QuickCheck(ctx, user)
	switch {
	case checked == nil && said == "":
		return sqlite.Blame(err, sqlite.CacheDamaged)
	case checked == nil:
		return &services.Error{Code: services.CodeStorage, Op: "check", Reason: sqlite.Damaged, Details: UserFile + ": " + said}
	}
	return sqlite.Error("check", checked)
}
