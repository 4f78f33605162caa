// Package cache keeps cache.db: what services said, ready to be listed. It may
// be deleted at any time; everything in it comes back from the services and
// from user.db. Its writer is one connection with synchronous=NORMAL.
package cache

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// DB is the writer of cache.db. Each method is one transaction (a first load
// takes several) and posts a change after its commit.
type DB struct{}

// Open opens or makes cache.db in dir. A file of another version or a damaged
// one is set aside and made anew (rebuilt is then true).
func Open(ctx context.Context, dir string, changes *store.Changes) (db *DB, rebuilt bool, err error) {
	panic("bug: not yet")
}

// Close closes the file.
func (d *DB) Close() error { panic("bug: not yet") }

// Begin starts a pass over the account: a listing of all its pins. first is
// true where the account was never read to the end; then pages take the lean
// way (the first page is in the list at once, items and search of the rest
// follow in Finish or every few thousand pins).
func (d *DB) Begin(ctx context.Context, account services.AccountID) (*Pass, error) {
	panic("bug: not yet")
}

// Pass is one full listing being written down. It is used by one goroutine.
type Pass struct{}

// PageResult says what a page changed.
type PageResult struct {
	New, Changed int
	// WentFailed are pins that were not failed before and are now.
	WentFailed []store.Pin
}

// Put stores one page: one transaction. expected is the service's own count (0
// unknown), for the "1 200 of about 5 000" of the screen.
func (p *Pass) Put(ctx context.Context, page []services.PinStatus, at time.Time, expected int64) (PageResult, error) {
	panic("bug: not yet")
}

// Finish ends the pass. complete: the listing reached its end, so the account
// is checked as of at and fresh, and what the pass did not see is returned as
// missing; it stays in the list until Remove (the engine confirms first).
// Not complete: the account is marked Incomplete, nothing is missing.
func (p *Pass) Finish(ctx context.Context, complete bool, at time.Time) (missing []store.Pin, err error) {
	panic("bug: not yet")
}

// Put stores single answers (of Add, Get, a list of pending ones).
func (d *DB) Put(ctx context.Context, account services.AccountID, at time.Time, pins ...services.PinStatus) (PageResult, error) {
	panic("bug: not yet")
}

// Remove takes pins out that are confirmed gone.
func (d *DB) Remove(ctx context.Context, account services.AccountID, requestIDs ...string) error {
	panic("bug: not yet")
}

// Pin reads one pin; ok is false where it is not known.
func (d *DB) Pin(ctx context.Context, account services.AccountID, requestID string) (p store.Pin, ok bool, err error) {
	panic("bug: not yet")
}

// PinsOf lists the account's pins of a CID, oldest first.
func (d *DB) PinsOf(ctx context.Context, account services.AccountID, c services.CID) ([]store.Pin, error) {
	panic("bug: not yet")
}

// PendingPins lists the account's queued and pinning pins, youngest first, at
// most n.
func (d *DB) PendingPins(ctx context.Context, account services.AccountID, n int) ([]store.Pin, error) {
	panic("bug: not yet")
}

// SetPending makes the open operations of user.db visible in the list:
// operations that are open are shown on their item (made where there is none),
// closed ones are taken off it. all: ops is every open one, what is not among
// them goes.
func (d *DB) SetPending(ctx context.Context, ops []store.Operation, all bool) error {
	panic("bug: not yet")
}

// Restale recomputes, at now, which accounts are stale, and the items of those
// that changed, in steps that never hold the writer long. Call it at start and
// every few minutes.
func (d *DB) Restale(ctx context.Context, now time.Time) error { panic("bug: not yet") }

// Forget takes an account and its pins out.
func (d *DB) Forget(ctx context.Context, account services.AccountID) error { panic("bug: not yet") }
