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
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/watch"
)

// Keys is what the engine needs of the place access keys are kept in.
type Keys interface {
	// Set stores the key under a new entry and returns its source
	// ("keyring:NAME", or "session:NAME" where there is no keyring).
	Set(ctx context.Context, key services.Secret) (services.KeySource, error)
	// Hold keeps the key in memory until the program ends, and returns its source
	// ("session:NAME").
	Hold(key services.Secret) (services.KeySource, error)
	// Delete removes the entry; a missing one is no error.
	Delete(ctx context.Context, source services.KeySource) error
	// Unlock asks the person to unlock the keyring, if it is locked. It returns
	// nil once keys can be read.
	Unlock(ctx context.Context) error
	// Locked reports, without asking anyone, whether keys cannot be read now,
	// with the reason ("locked", "no-service", ...), "" where they can.
	Locked(ctx context.Context) (reason string)
	// Changed has a notice whenever Locked may have changed by itself.
	Changed() <-chan struct{}
}

// Config is what an Engine needs. User, Cache, Connect and Keys are required.
type Config struct {
	User  *user.DB
	Cache *cache.DB
	// Connect makes the service of an account. A zero key means: read it from
	// the account's source, which may fail with CodeKeyring. It is called off the
	// UI thread and may take as long as ctx allows.
	Connect func(ctx context.Context, a services.Account, key services.Secret) (services.Service, error)
	Keys    Keys
	Log     *slog.Logger
	// Watch is the waits of watched folders; zero ones are the usual.
	Watch watch.Times
	// Blocks is where the blocks of files are noted; nil: what Import takes waits.
	Blocks *blocks.DB
	// Giver makes what serves them, nil: nothing is given to services that fetch
	// from here. The engine runs it, inside Run.
	Giver func(handover.Blocks) Giver
	// Local fetches for the account that is this computer, nil: nothing does.
	Local Fetcher
	// Uploader makes what sends content to an account's service, nil where that
	// takes none; nil: none does. It may take as long as ctx allows.
	Uploader func(ctx context.Context, a services.Account) (handover.Uploader, error)
}

// NewAccount is what it takes to connect a service.
type NewAccount struct {
	Name     string
	Endpoint string // pasted text; CleanEndpoint is applied
	Template string
	// User, where set, makes Key that user's password: the service makes access
	// keys of both.
	User string
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
	// Profile is what may be believed of the service; nil where only Test asked it.
	Profile services.Profile
}

// AddRequest asks for every pin on every account.
type AddRequest struct {
	Pins     []services.Pin
	Accounts []services.AccountID
	// Hold waits this long before anything is sent, so that Cancel is an undo.
	Hold time.Duration
}

// ImportRequest asks for files and folders of this computer to be kept.
type ImportRequest struct {
	Paths    []store.Path // absolute
	Accounts []services.AccountID
	// Name is what to call it, "" for the file's own name; of several paths it is
	// not used.
	Name    string
	Profile store.Profile
	Hidden  bool
	Ignore  []string
	// Meta and Origins go with every pin, as in services.Pin.
	Meta    map[string]string
	Origins []string
	// Hold waits this long before anything is sent, so that Cancel is an undo.
	Hold time.Duration
}

// FolderRequest asks for a folder to be watched, or for its rules to change.
type FolderRequest struct {
	// Of is whose rules a dry run tries, 0 for those of a new folder; nothing else
	// uses it.
	Of        store.FolderID
	Path      store.Path // absolute
	Rule      store.Rule
	OnChange  store.OnChange
	Profile   store.Profile
	Include   []string
	Ignore    []string
	TextLists bool
	Accounts  []services.AccountID
	// Existing publishes what is in it now too, not only what is new from now.
	Existing bool
	// Consent: the person saw what a dry run would publish and said yes.
	Consent bool
}

// FolderPlan is a dry run: what a folder's rules would publish, and what not.
type FolderPlan struct {
	Files, Items int
	Size         int64
	// Sample is names of what would be published, Left of what would not, with
	// why ("hidden", "temporary", "secret", "ignored", "not-included", "link",
	// "empty", "special"); the first two hundred of each.
	Sample []string
	Left   []LeftOut
	// LeftCount is how many are left out in all.
	LeftCount int
	// Lists is what the .cid, .txt and .car files in it name, Named how many of
	// Items that is, at least.
	Lists []ListPlan
	Named int
	// Warnings: "cloud-drive", "network", "large" (over 10,000 files or 10 GB).
	Warnings []string
	// More is true where it was too large to be looked at to its end.
	More bool
}

// LeftOut is a file a folder's rules leave out.
type LeftOut struct {
	Name string
	Why  string
}

// ListPlan is a file of CIDs.
type ListPlan struct {
	Name string
	CIDs int
	Bad  int // lines that name none
}

// Refusal is a part of a request that was not taken, and why.
type Refusal struct {
	Path      store.Path // of an import
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

// SyncResult is what one look at an account brought.
type SyncResult struct {
	Account  services.AccountID
	Pins     int64
	Added    int
	Changed  int
	Removed  int
	Requests int
	Duration time.Duration
	// Complete: all that is there is known, and was seen by this look, or it proved
	// that nothing else changed.
	Complete bool
	Err      *services.Error // nil where it went well
}
