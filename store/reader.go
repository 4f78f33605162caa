package store

import (
	"context"
	"iter"
	"time"

	"github.com/pintray/pintray/services"
)

// Reader is a read-only view of user.db and cache.db through one pool. All its
// methods may be called from any goroutine and return when ctx ends. It never
// blocks on a writer.
type Reader struct{}

// Open opens the reader over the two files in dir, which their writers have
// already made. Missing files are an *services.Error of CodeStorage, Reason
// "no-data"; a user.db of a newer program "newer". changes may be nil: a second
// process hears of no changes.
func Open(ctx context.Context, dir string, changes *Changes) (*Reader, error) { panic("bug: not yet") }

// Close closes the pool.
func (r *Reader) Close() error { panic("bug: not yet") }

// Accounts lists the accounts by name with how they are doing.
func (r *Reader) Accounts(ctx context.Context) ([]AccountState, error) { panic("bug: not yet") }

// Items opens the list a filter describes. The Listing is a snapshot of
// positions, not of rows: after a change open a new one.
func (r *Reader) Items(ctx context.Context, f Filter) (*Listing, error) { panic("bug: not yet") }

// Item finds one row with its marks; ok is false where there is none.
func (r *Reader) Item(ctx context.Context, id ItemID) (it Item, ok bool, err error) {
	panic("bug: not yet")
}

// ItemByCID finds the row of a CID by its key.
func (r *Reader) ItemByCID(ctx context.Context, c services.CID) (it Item, ok bool, err error) {
	panic("bug: not yet")
}

// EachItem streams the items of f in its order, in constant memory.
func (r *Reader) EachItem(ctx context.Context, f Filter, limit int) iter.Seq2[Item, error] {
	panic("bug: not yet")
}

// EachPin streams pins in constant memory.
func (r *Reader) EachPin(ctx context.Context, f PinFilter) iter.Seq2[Pin, error] {
	panic("bug: not yet")
}

// Counts is what the chips say, under f's Account and Search (its State and
// OneCopy are left out of account).
func (r *Reader) Counts(ctx context.Context, f Filter) (ItemCounts, error) { panic("bug: not yet") }

// OperationFilter says which operations, youngest first.
type OperationFilter struct {
	Open    bool // only those still open
	Closed  bool // only done and cancelled ones
	CID     services.CID
	Account services.AccountID
	Search  string // part of the name or of the CID
	IDs     []OperationID
	Before  OperationID // keyset: only older than this, 0 from the youngest
	Limit   int         // 0: 200
}

// Operations lists what was asked for.
func (r *Reader) Operations(ctx context.Context, f OperationFilter) ([]Operation, error) {
	panic("bug: not yet")
}

// Observations lists what was seen to change, youngest first.
func (r *Reader) Observations(ctx context.Context, limit int) ([]Observation, error) {
	panic("bug: not yet")
}

// Health is how things stand at now.
func (r *Reader) Health(ctx context.Context, now time.Time) (Health, error) { panic("bug: not yet") }

// Setting reads one setting; "" where it was never set.
func (r *Reader) Setting(ctx context.Context, key string) (string, error) { panic("bug: not yet") }

// Listing is one ordered answer to a Filter: it knows where every thousandth
// row stands, so that any page of a million costs the same.
type Listing struct{}

// Len is how many rows there are.
func (l *Listing) Len() int { panic("bug: not yet") }

// Rows reads n rows from position from (0-based) with their marks.
func (l *Listing) Rows(ctx context.Context, from, n int) ([]Item, error) { panic("bug: not yet") }

// IDs reads the ids of every row, in order: for "select all" and ranges.
func (l *Listing) IDs(ctx context.Context, from, n int) ([]ItemID, error) { panic("bug: not yet") }

// Position finds a row again; ok is false where it is not in the list.
func (l *Listing) Position(ctx context.Context, id ItemID) (pos int, ok bool, err error) {
	panic("bug: not yet")
}
