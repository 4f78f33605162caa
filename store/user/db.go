// Package user keeps user.db: what only this person has. Its writer is one
// connection with synchronous=FULL; the file is never deleted.
package user

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// DB is the writer of user.db. Its methods may be called from any goroutine;
// each is one transaction, and posts a change after its commit. Failures are
// *services.Error of CodeStorage with Reason "read-only", "full", "newer",
// "damaged" or "busy".
type DB struct{}

// Open opens or makes user.db in dir and brings its schema up to date (after a
// backup copy where there was an older one).
func Open(ctx context.Context, dir string, changes *store.Changes) (*DB, error) {
	panic("bug: not yet")
}

// Close closes the file.
func (d *DB) Close() error { panic("bug: not yet") }

// Accounts lists every account, by name.
func (d *DB) Accounts(ctx context.Context) ([]services.Account, error) { panic("bug: not yet") }

// AddAccount stores a new account and returns its ID. A name another account
// has (case folded) is CodeUsage, Reason "name-taken".
func (d *DB) AddAccount(ctx context.Context, a services.Account) (services.AccountID, error) {
	panic("bug: not yet")
}

// UpdateAccount stores Name, Endpoint, Template, Key and Paused of a.ID.
func (d *DB) UpdateAccount(ctx context.Context, a services.Account) error { panic("bug: not yet") }

// RemoveAccount forgets the account; its open operations become cancelled.
func (d *DB) RemoveAccount(ctx context.Context, id services.AccountID) error { panic("bug: not yet") }

// NoteCall records how a check of the account ended: nil clears the error, and
// ErrSince is when the run of failures began. latency 0 keeps the last.
func (d *DB) NoteCall(ctx context.Context, id services.AccountID, err *services.Error, latency time.Duration, limitedUntil time.Time) error {
	panic("bug: not yet")
}

// AddOperations stores new operations in one transaction, in order, and
// returns them with ID, Key, Created and State filled in. When it returns they
// are durable.
func (d *DB) AddOperations(ctx context.Context, ops []store.Operation) ([]store.Operation, error) {
	panic("bug: not yet")
}

// Claim takes the account's oldest open operation due at now whose pin (CID
// key, or RequestID) has no older open one, ok false where there is none. It
// is only read: MarkSent or Settle decides what becomes of it.
func (d *DB) Claim(ctx context.Context, account services.AccountID, now time.Time) (op store.Operation, ok bool, err error) {
	panic("bug: not yet")
}

// NextDue is when the account's next open operation is due; zero if none.
func (d *DB) NextDue(ctx context.Context, account services.AccountID) (time.Time, error) {
	panic("bug: not yet")
}

// Update stores State, RequestID, AlreadyKept, Adopted, Attempts, SentAt,
// NextAt, DoneAt, LastCode and LastText of op.ID, but only if its stored state
// is still from; ok is false where it is not (someone cancelled it meanwhile).
func (d *DB) Update(ctx context.Context, op store.Operation, from store.State) (ok bool, err error) {
	panic("bug: not yet")
}

// Operation reads one.
func (d *DB) Operation(ctx context.Context, id store.OperationID) (op store.Operation, ok bool, err error) {
	panic("bug: not yet")
}

// OpenOperations lists every open operation, oldest first.
func (d *DB) OpenOperations(ctx context.Context) ([]store.Operation, error) { panic("bug: not yet") }

// Observe stores what was seen to change.
func (d *DB) Observe(ctx context.Context, o store.Observation) error { panic("bug: not yet") }

// Resolve closes observations by ID.
func (d *DB) Resolve(ctx context.Context, ids []int64) error { panic("bug: not yet") }

// Set stores a setting.
func (d *DB) Set(ctx context.Context, key, value string) error { panic("bug: not yet") }

// Setting reads one, "" where it was never set.
func (d *DB) Setting(ctx context.Context, key string) (string, error) { panic("bug: not yet") }

// Prune drops closed operations older than 90 days or beyond the youngest 100,000.
func (d *DB) Prune(ctx context.Context, now time.Time) error { panic("bug: not yet") }

// Backup writes a copy of the database beside it (user.db.bak-DATE), keeping
// the youngest three; it does nothing where today's is there.
func (d *DB) Backup(ctx context.Context, now time.Time) error { panic("bug: not yet") }
