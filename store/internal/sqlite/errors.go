package sqlite

import (
	"context"
	"errors"
	"io/fs"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/pintray/pintray/services"
)

// Reasons of a CodeStorage error.
const (
	ReadOnly = "read-only" // the folder or the file cannot be written
	Full     = "full"      // no room on the disk
	Newer    = "newer"     // written by a newer program
	Damaged  = "damaged"   // not one of our files, or broken: user.db, where nothing finer is said
	Busy     = "busy"      // another process holds it
	IO       = "io"        // the disk failed
	NoData   = "no-data"   // there is no such file yet

	CacheDamaged  = "cache-damaged"  // cache.db is broken or missing; it is made anew
	BlocksDamaged = "blocks-damaged" // blocks.db is broken; it is made anew
)

// Error is err in the words of package services: nil, a context's error and an
// error that is one already stay what they are.
func Error(op string, err error) error {
	var known *services.Error
	switch {
	case err == nil,
		errors.As(err, &known),
		errors.Is(err, context.Canceled),
		errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return &services.Error{Code: services.CodeStorage, Op: op, Reason: reason(err), Err: err}
}

func reason(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		switch {
		case errors.Is(err, fs.ErrPermission), isReadOnly(err):
			return ReadOnly
		case isFull(err):
			return Full
		}
		return ""
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_READONLY:
		if e.Code() == lib.SQLITE_READONLY_ROLLBACK {
			return Busy // its writer is making it, or ended in the middle: the next one clears that up
		}
		return ReadOnly
	case lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return ReadOnly
	case lib.SQLITE_FULL:
		return Full
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return Damaged
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return Busy
	case lib.SQLITE_IOERR:
		return IO
	}
	return ""
}

// IsFull reports whether err says that there is no room on the disk.
func IsFull(err error) bool { return is(err, Full) }

// IsBusy reports whether err says that another process holds the file, or makes it.
func IsBusy(err error) bool { return is(err, Busy) }

// IsDamaged reports whether err says that the file itself is broken.
func IsDamaged(err error) bool { return is(err, Damaged) }

// Blame is err with a reason that names the file where it says only that one is
// damaged; any other error stays what it is.
func Blame(err error, reason string) error {
	var e *services.Error
	if !errors.As(err, &e) || !IsDamaged(err) {
		return err
	}
	named := *e
	named.Reason = reason
	return &named
}

// IsCacheDamaged reports whether err says that cache.db has to be made anew.
func IsCacheDamaged(err error) bool { return is(err, CacheDamaged) }

func is(err error, reason string) bool {
	var e *services.Error
	return errors.As(err, &e) && e.Code == services.CodeStorage && e.Reason == reason
}

// IsConstraint reports whether err is a row that breaks a UNIQUE or other
// constraint.
func IsConstraint(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_CONSTRAINT
}
