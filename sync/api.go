// Package sync is the engine: it makes the services match what the person asked
// for, and the store match the services.
//
// Import it as pinsync, so that sync always means the standard library.
package sync

import (
	"context"
	"log/slog"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

// Keys is what the engine needs of the place access keys are kept in.
type Keys interface {
	// Set stores the key under a new entry and returns its source
	// ("keyring:NAME", or "session" where there is no keyring).
	Set(ctx context.Context, key services.Secret) (services.KeySource, error)
	// Delete removes the entry; a missing one is no error.
	Delete(ctx context.Context, source services.KeySource) error
	// Unlock asks the person to unlock the keyring, if it is locked. It returns
	// nil once keys can be read.
	Unlock(ctx context.Context) error
	// Locked reports, without asking anyone, whether keys cannot be read now,
	// with the reason: "locked", "no-keyring", "" where they can.
	Locked(ctx context.Context) (reason string)
	// Changed has a notice whenever Locked may have changed by itself.
	Changed() <-chan struct{}
}

// Config is what an Engine needs. All but Log are required.
type Config struct {
	User  *user.DB
	Cache *cache.DB
	// Connect makes the service of an account. A zero key means: read it from
	// the account's source, which may fail with CodeKeyring. It is called off the
	// UI thread and may take as long as ctx allows.
	Connect func(ctx context.Context, a services.Account, key services.Secret) (services.Service, error)
	Keys    Keys
	Log     *slog.Logger
}

// NewAccount is what it takes to connect a service.
type NewAccount struct {
	Name     string
	Endpoint string // pasted text; CleanEndpoint is applied
	Template string
	// Key is stored in the keyring; Source instead names where it is read from
	// ("env:VAR", "file:/PATH", "none"). One of the two.
	Key    services.Secret
	Source services.KeySource
	// SessionOnly keeps Key in memory, whatever keyring there is.
	SessionOnly bool
	// NoCheck stores it without asking the service first.
	NoCheck bool
}

// Check is what a test of an account found.
type Check struct {
	Pins    int64 // the service's own count of pins of every status, -1 if not said
	Latency time.Duration
	Err     *services.Error // nil: it can read
}

// AddRequest asks for every pin on every account.
type AddRequest struct {
	Pins     []services.Pin
	Accounts []services.AccountID
	// Hold waits this long before anything is sent, so that Cancel is an undo.
	Hold time.Duration
}

// Refusal is a part of a request that was not taken, and why.
type Refusal struct {
	Account   services.AccountID
	CID       services.CID
	RequestID string
	Err       *services.Error // Reason "already-kept", "changed", "unknown-account", "empty-id", ...
}

// Accepted is what became of a request: every part is in one of the two.
type Accepted struct {
	Operations []store.Operation
	Refused    []Refusal
}

// PinRef names a pin the way the person saw it: it is acted on only if it is
// still that.
type PinRef struct {
	Account   services.AccountID
	RequestID string
	CID       services.CID // zero: not checked
	Name      string       // checked only where CID is not zero
}

// SyncResult is what one full look at an account brought.
type SyncResult struct {
	Account  services.AccountID
	Pins     int64
	Added    int
	Changed  int
	Removed  int
	Requests int
	Duration time.Duration
	Complete bool
	Err      *services.Error // nil where it went well
}

// Progress is a first load or a pass under way.
type Progress struct {
	Account  services.AccountID
	Seen     int64
	Expected int64
}

// Engine is made by New and does nothing before Run.
//
// All verbs may be called from any goroutine, before and during Run, and
// return once what was asked for is durable (Add, Rename, Delete, Retry,
// Cancel) or known (Sync, Test, Show). Their errors are *services.Error.
type Engine struct{}

// New makes an engine. It starts nothing.
func New(c Config) *Engine { panic("bug: not yet") }

// Run polls and works until ctx ends, then lets calls in flight end for up to
// 5 s. It returns nil then, and an error only if the store fails.
func (e *Engine) Run(ctx context.Context) error { panic("bug: not yet") }

// Test asks a service without storing anything: does it answer, is the key
// taken, how many pins are there.
func (e *Engine) Test(ctx context.Context, a NewAccount) (Check, error) { panic("bug: not yet") }

// Connect stores a new account (after Test, unless NoCheck) and begins to read it.
func (e *Engine) Connect(ctx context.Context, a NewAccount) (services.Account, error) {
	panic("bug: not yet")
}

// EditAccount stores Name, Endpoint and Paused of a.ID.
func (e *Engine) EditAccount(ctx context.Context, a services.Account) error { panic("bug: not yet") }

// NewKey tests the key against the account, stores it, and drops the old one.
func (e *Engine) NewKey(ctx context.Context, id services.AccountID, key services.Secret) error {
	panic("bug: not yet")
}

// ForgetAccount removes an account from this computer: its key, its pins in
// the cache, its open operations. Nothing is deleted at the service.
func (e *Engine) ForgetAccount(ctx context.Context, id services.AccountID) error {
	panic("bug: not yet")
}

// CheckAccount asks a stored account's service, as Test does.
func (e *Engine) CheckAccount(ctx context.Context, id services.AccountID) (Check, error) {
	panic("bug: not yet")
}

// Unlock asks the person to unlock the keyring.
func (e *Engine) Unlock(ctx context.Context) error { panic("bug: not yet") }

// KeyringState is Keys.Locked: "" where keys can be read.
func (e *Engine) KeyringState(ctx context.Context) (string, error) { panic("bug: not yet") }

// Add writes an add operation for every pin and account, in one transaction.
func (e *Engine) Add(ctx context.Context, r AddRequest) (Accepted, error) { panic("bug: not yet") }

// Rename gives a pin another name at its service: POST /pins/{requestid}, read
// back afterwards; where the requestid is the CID a new POST of the same CID
// (quirk 17). It never deletes.
func (e *Engine) Rename(ctx context.Context, p PinRef, name string) (Accepted, error) {
	panic("bug: not yet")
}

// Delete stops keeping pins, by requestid.
func (e *Engine) Delete(ctx context.Context, pins []PinRef, hold time.Duration) (Accepted, error) {
	panic("bug: not yet")
}

// Retry makes stuck or waiting operations due now.
func (e *Engine) Retry(ctx context.Context, ids []store.OperationID) error { panic("bug: not yet") }

// Cancel takes back what was not sent yet; what may have arrived is looked for
// and undone if found (an add that was already kept before is left alone).
func (e *Engine) Cancel(ctx context.Context, ids []store.OperationID) error { panic("bug: not yet") }

// Refresh begins a full check of the accounts (none: all) and returns at once.
func (e *Engine) Refresh(ctx context.Context, ids []services.AccountID) error {
	panic("bug: not yet")
}

// Sync does a full check of the accounts (none: all) and waits for it. It works
// without Run too.
func (e *Engine) Sync(ctx context.Context, ids []services.AccountID) ([]SyncResult, error) {
	panic("bug: not yet")
}

// Work sends every due operation of every account, once each, and returns when
// they are settled or only wait for time or the person. It is for a process
// that has no Run.
func (e *Engine) Work(ctx context.Context) error { panic("bug: not yet") }

// Wait returns the operations once all are closed or stuck, or pinned is true
// and the pins they led to are pinned or failed, or ctx ends.
func (e *Engine) Wait(ctx context.Context, ids []store.OperationID, pinned bool) ([]store.Operation, error) {
	panic("bug: not yet")
}

// Show asks the services for a CID's pins (all accounts), or for a requestid.
func (e *Engine) Show(ctx context.Context, cidOrRequestID string) ([]store.Pin, []*services.Error, error) {
	panic("bug: not yet")
}

// Pause stops sending and checking until then (zero: until Resume).
func (e *Engine) Pause(ctx context.Context, until time.Time) error { panic("bug: not yet") }

// Resume goes on.
func (e *Engine) Resume(ctx context.Context) error { panic("bug: not yet") }

// Set stores a setting.
func (e *Engine) Set(ctx context.Context, key, value string) error { panic("bug: not yet") }

// Resolve closes observations the person has seen.
func (e *Engine) Resolve(ctx context.Context, ids []int64) error { panic("bug: not yet") }
