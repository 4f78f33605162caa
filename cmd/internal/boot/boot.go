// Package boot opens everything in order and closes it in reverse, for both
// binaries and for the end-to-end tests: it is the only place that knows every
// package.
package boot

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// Engine is the verbs of sync.Engine. In the process that owns the data folder
// it is the engine itself; in any other it is a client that hands each call to
// the owner over a local socket.
type Engine interface {
	Test(ctx context.Context, a pinsync.NewAccount) (pinsync.Check, error)
	Connect(ctx context.Context, a pinsync.NewAccount) (services.Account, error)
	EditAccount(ctx context.Context, a services.Account) error
	NewKey(ctx context.Context, id services.AccountID, key services.Secret) error
	ForgetAccount(ctx context.Context, id services.AccountID) error
	CheckAccount(ctx context.Context, id services.AccountID) (pinsync.Check, error)
	Unlock(ctx context.Context) error
	KeyringState(ctx context.Context) (string, error)
	Add(ctx context.Context, r pinsync.AddRequest) (pinsync.Accepted, error)
	Rename(ctx context.Context, p pinsync.PinRef, name string) (pinsync.Accepted, error)
	Delete(ctx context.Context, pins []pinsync.PinRef, hold time.Duration) (pinsync.Accepted, error)
	Retry(ctx context.Context, ids []store.OperationID) error
	Cancel(ctx context.Context, ids []store.OperationID) error
	Refresh(ctx context.Context, ids []services.AccountID) error
	Sync(ctx context.Context, ids []services.AccountID) ([]pinsync.SyncResult, error)
	Work(ctx context.Context) error
	Wait(ctx context.Context, ids []store.OperationID, pinned bool) ([]store.Operation, error)
	Show(ctx context.Context, cidOrRequestID string) ([]store.Pin, []*services.Error, error)
	Pause(ctx context.Context, until time.Time) error
	Resume(ctx context.Context) error
	Set(ctx context.Context, key, value string) error
	Resolve(ctx context.Context, ids []int64) error
}

// Version is the program's version, set by the linker.
var Version = "dev"

// Mode says what a process wants of the data folder.
type Mode int

const (
	// Read opens only the Reader: nothing is locked, nothing is made. Engine is nil.
	Read Mode = iota
	// Ask does work: as the owner where there is none, else through the owner.
	Ask
	// Own must be the owner (the window, `run`): another one is CodeInUse.
	Own
)

// Options says what to open.
type Options struct {
	Dir  string // the data folder; "" is Dir("")
	Mode Mode
	// Demo opens two made-up services with Demo pins each in a temporary folder,
	// gone at Close (Dir is ignored).
	Demo int
	// Raise is called in the owner when another start of the window asks it to
	// come forward, with the links or files that start was given.
	Raise func(args []string)
	// LogTo is where log lines go besides the log file; nil: nowhere.
	LogTo io.Writer
}

// App is an open Pintray.
type App struct {
	Dir     string
	Reader  *store.Reader // nil in Mode Read where there is no data yet
	Engine  Engine
	Owner   bool // this process owns the data folder
	Log     *slog.Logger
	Changes *store.Changes
}

// Open opens the data folder. Errors are *services.Error: CodeStorage (Reason
// "read-only", "full", "newer", "damaged"), CodeInUse.
func Open(ctx context.Context, o Options) (*App, error) { panic("bug: not yet") }

// Run runs the engine until ctx ends. Only the owner may call it.
func (a *App) Run(ctx context.Context) error { panic("bug: not yet") }

// Example connects a made-up service where there is no account at all, so that
// there is something to see; it is forgotten when the first real account is
// connected. Call it in the owner, before Run.
func (a *App) Example(ctx context.Context) error { panic("bug: not yet") }

// Close closes everything in reverse order.
func (a *App) Close() error { panic("bug: not yet") }

// Dir is the data folder: flag if not empty, else $PINTRAY_HOME, else the
// platform's own place.
func Dir(flag string) string { panic("bug: not yet") }

// RaiseOther asks the owner of dir to come forward and open args; ok is false
// where there is no owner.
func RaiseOther(ctx context.Context, dir string, args []string) (ok bool, err error) {
	panic("bug: not yet")
}
