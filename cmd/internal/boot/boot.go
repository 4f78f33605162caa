// Package boot opens everything in order and closes it in reverse, for both
// binaries and for the end-to-end tests: it is the only place that knows every
// package.
//
// One process owns a data folder: it holds the lock there, writes the files,
// and does what others ask for over a socket beside them. The lock decides who
// that is; a socket left behind by a process that died means nothing.
//
// Open starts the goroutines of that socket, and Close waits for them; whoever
// becomes the owner because the former one ended also runs the engine until
// Close. Everything else runs inside Run and ends with its context.
package boot

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/local"
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
	// Space is what this computer uses and has left.
	Space(ctx context.Context) (local.Space, error)
	Add(ctx context.Context, r pinsync.AddRequest) (pinsync.Accepted, error)
	Import(ctx context.Context, r pinsync.ImportRequest) (pinsync.Accepted, error)
	Inspect(ctx context.Context, r pinsync.ImportRequest) ([]ingest.Plan, error)
	Progress(ctx context.Context) ([]store.Progress, error)
	PlanFolder(ctx context.Context, r pinsync.FolderRequest) (pinsync.FolderPlan, error)
	AddFolder(ctx context.Context, r pinsync.FolderRequest) (store.Folder, error)
	EditFolder(ctx context.Context, id store.FolderID, r pinsync.FolderRequest) error
	PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error
	ResumeFolder(ctx context.Context, id store.FolderID) error
	ApproveFolder(ctx context.Context, id store.FolderID) error
	ForgetFolder(ctx context.Context, id store.FolderID) error
	RescanFolder(ctx context.Context, id store.FolderID) error
	Manifest(ctx context.Context, id store.FolderID) (path string, err error)
	PlanCopy(ctx context.Context, r pinsync.CopyRequest) (pinsync.CopyPlan, error)
	Copy(ctx context.Context, r pinsync.CopyRequest) (pinsync.Copied, error)
	Rename(ctx context.Context, p pinsync.PinRef, name string) (pinsync.Accepted, error)
	Replace(ctx context.Context, p pinsync.PinRef, pin services.Pin, hold time.Duration) (pinsync.Accepted, error)
	Delete(ctx context.Context, pins []pinsync.PinRef, hold time.Duration) (pinsync.Accepted, error)
	Retry(ctx context.Context, ids []store.OperationID) error
	Cancel(ctx context.Context, ids []store.OperationID) error
	Refresh(ctx context.Context, ids []services.AccountID) error
	Sync(ctx context.Context, ids []services.AccountID) ([]pinsync.SyncResult, error)
	SyncFull(ctx context.Context, ids []services.AccountID) ([]pinsync.SyncResult, error)
	AcceptGone(ctx context.Context, account services.AccountID) error
	Work(ctx context.Context) error
	Wait(ctx context.Context, ids []store.OperationID, pinned bool) ([]store.Operation, error)
	Show(ctx context.Context, cidOrRequestID string) ([]store.Pin, []pinsync.Refusal, error)
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
	// Read opens only the Reader. Nothing is locked and nothing is made, except for
	// a moment where cache.db is missing or damaged, or holds for fresh what is not.
	// Engine is nil.
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
	// Giving, where set, changes how bytes are given: for tests that want one
	// direction only, or loopback.
	Giving func(*handover.Config)
}

// App is an open Pintray.
type App struct {
	Dir     string
	Reader  *store.Reader // nil in Mode Read where there is no data yet
	Engine  Engine
	Owner   bool // this process owned the data folder from the start
	Log     *slog.Logger
	Changes *store.Changes // nil where another process owns the folder: it is silent then
	Mended  bool           // cache.db was missing or damaged: it was made anew, and fills again

	owner *owner         // nil in a client
	close []func() error // in the order of opening

	doubt atomic.Bool // what was read of another's cache showed that it is damaged

	mu   sync.Mutex
	late *owner       // a client's own, after the former owner ended
	stop func() error // ends what runs since then
}

// Open opens the data folder. Errors are *services.Error: CodeStorage (Reason
// "read-only", "full", "newer", "damaged", "not-a-folder"), CodeInUse.
func Open(ctx context.Context, o Options) (*App, error) {
	harden()
	a := &App{Dir: Dir(o.Dir)}
	err := a.open(ctx, o)
	if err == nil {
		return a, nil
	}
	if ctx.Err() == nil {
		err = services.AsError(err)
	}
	if cerr := a.Close(); cerr != nil {
		err = errors.Join(err, cerr)
	}
	return nil, err
}

func (a *App) open(ctx context.Context, o Options) error {
	if o.Demo > 0 {
		return a.openDemo(ctx, o)
	}
	if o.Mode == Read {
		return a.openRead(ctx, o)
	}
	if err := prepare(a.Dir); err != nil {
		return err
	}
	lock, err := a.lock(ctx, o.Mode)
	switch {
	case err != nil:
		return err
	case lock != nil:
		return a.openOwner(ctx, lock, o)
	case o.Mode == Own:
		return &services.Error{Code: services.CodeInUse, Op: "open", Details: services.Clean(a.Dir)}
	}
	return a.openClient(ctx, o)
}

// ownTime is how long Own waits for an owner that is just ending.
const ownTime = time.Second

// lock takes the lock of the folder; nil where another process keeps it.
func (a *App) lock(ctx context.Context, m Mode) (*flock.Flock, error) {
	late := time.Now().Add(ownTime)
	for {
		lock, err := tryLock(a.Dir)
		if lock != nil || err != nil || m != Own || time.Now().After(late) {
			return lock, err
		}
		if err := pause(ctx, retryTime); err != nil {
			return nil, err
		}
	}
}

// openRead opens only what is there, and makes nothing but a cache that is
// missing or damaged.
func (a *App) openRead(ctx context.Context, o Options) error {
	a.Log = a.plainLog(o.LogTo)
	err := a.openReader(ctx, o)
	if e := services.AsError(err); e != nil && e.Code == services.CodeStorage && e.Reason == "no-data" {
		return user.Emptied(a.Dir)
	}
	if err != nil {
		return err
	}
	return a.age(ctx, o)
}

func (a *App) openOwner(ctx context.Context, lock *flock.Flock, o Options) error {
	w, err := own(ctx, a.Dir, lock, o)
	if err != nil {
		return err
	}
	a.owner, a.Owner, a.Engine, a.Log, a.Changes = w, true, w.engine, w.log, w.changes
	a.close = append(a.close, w.end)
	r, err := store.Open(ctx, a.Dir, w.changes)
	if err != nil {
		return err
	}
	r.OnCacheDamage(w.cache.MarkDamaged)
	a.Reader, w.reader, a.close = r, r, append(a.close, r.Close)
	return nil
}

// Run runs the engine until ctx ends. Only the owner may call it.
func (a *App) Run(ctx context.Context) error {
	if a.owner == nil {
		panic("bug: Run in a process that does not own the data folder")
	}
	return a.owner.run(ctx)
}

// againTime is how long a failed engine rests before it begins anew.
const againTime = 15 * time.Second

// Keep is Run for a program that goes on without an engine (a window): where the
// store fails, a disk that is full for a moment, the engine begins anew after a
// while. It returns when ctx ends.
func (a *App) Keep(ctx context.Context) {
	keep(ctx, a.Run, a.Log)
}

func keep(ctx context.Context, run func(context.Context) error, log *slog.Logger) {
	for ctx.Err() == nil {
		err := run(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		log.Error("the engine failed; it begins anew", "op", "run", "err", err)
		_ = pause(ctx, againTime) // that ctx ended is seen above
	}
}

// Close closes everything in reverse order. Requests of other processes have a
// second to end. Run must have returned.
func (a *App) Close() error {
	var all error
	for i := len(a.close) - 1; i >= 0; i-- {
		all = errors.Join(all, a.close[i]())
	}
	a.close = nil
	if a.doubt.Swap(false) {
		all = errors.Join(all, a.mendLate())
	}
	return all
}
