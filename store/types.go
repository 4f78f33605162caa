package store

import (
	"time"

	"github.com/pintray/pintray/services"
)

// SafeFor is how long a "pinned" that was seen by a complete check counts as
// Safe. An account whose last complete check is older is stale: its pins are
// "last seen safe", never "not pinned".
const SafeFor = 24 * time.Hour

// AccountState is how an account is doing, as the last calls left it.
type AccountState struct {
	services.Account
	// CheckedAt is the end of the last complete check, zero if there was none.
	CheckedAt time.Time
	// Stale is true where CheckedAt is older than SafeFor (or zero).
	Stale bool
	// Incomplete is true where the last list could not be read to its end.
	Incomplete bool
	// Counts is the number of pins seen there by status.
	Counts map[services.Status]int64
	// Err is the last failure of a check, nil where the last one went well.
	Err *services.Error
	// ErrSince is when the unbroken run of failures began.
	ErrSince time.Time
	// LimitedUntil is when the service may be asked again, zero if now.
	LimitedUntil time.Time
	// Latency is how long its last list call took.
	Latency time.Duration
	// Reading is true while its first list is being read; Seen pins so far, of
	// about Expected (0 unknown).
	Reading        bool
	Seen, Expected int64
	// Missing is how many pins are gone there that went all at once: they stay in
	// the list, not fresh, until the person accepts that or they are seen again.
	Missing int64
}

// Pins is how many pins were seen there, of any status.
func (a AccountState) Pins() int64 {
	var n int64
	for _, c := range a.Counts {
		n += c
	}
	return n
}

// ItemID names a row of the list. It outlives renames, not a rebuilt cache.
type ItemID int64

// ItemState is an item's one badge.
type ItemState int

const (
	// AnyState is no state: in a Filter, all of them.
	AnyState ItemState = iota
	// Safe: every place that has it says pinned, and was seen to in time.
	Safe
	// Working: something is queued, pinning or still to be sent.
	Working
	// NeedsYou: a service could not keep it, or an operation is stuck.
	NeedsYou
	// Unchecked: only stale or unknown things are known of it.
	Unchecked
	// OnlyHere: no place keeps it but this computer, which is not a copy.
	OnlyHere
)

// Mark is what one account is known to do with an item.
type Mark struct {
	Account services.AccountID
	// Local: the account is this computer, which is never a copy.
	Local bool
	// Status is the best of the account's pins of this CID (pinned before
	// pinning before queued before failed); Unknown where it only has an
	// operation.
	Status services.Status
	// Stale: Status was not confirmed in time (SafeFor).
	Stale bool
	// SeenAt is when the account's pins were last looked at.
	SeenAt time.Time
	// Pins is how many pin requests of this CID the account holds.
	Pins int
	// Pending is the open operation on it, "" where there is none.
	Pending OperationKind
	// Stuck: that operation waits for the person.
	Stuck bool
	// Details is the service's own word on a failed one.
	Details string
}

// Item is one row of the list: one CID, whoever keeps it.
type Item struct {
	ID  ItemID
	CID services.CID
	// Source is what it is being made from while CID is still zero.
	Source SourceID
	Name   string // "" where nobody gave one (or only the CID itself, quirk 32)
	Size   int64  // bytes, -1 unknown
	Added  time.Time
	State  ItemState
	// Copies is how many accounts say pinned and are not stale; Places is how
	// many accounts have a pin or an open add of it. This computer is neither.
	Copies, Places int
	Marks          []Mark // ordered by account
}

// Pin is one pin request of one account as it was last seen.
type Pin struct {
	Account services.AccountID
	services.PinStatus
	SeenAt time.Time
	// Aside: the account has lost it with many others (AccountState.Missing).
	Aside bool
}

// OperationKind is what was asked for.
type OperationKind string

const (
	OpAdd     OperationKind = "add"
	OpReplace OperationKind = "replace"
	OpRename  OperationKind = "rename"
	OpDelete  OperationKind = "delete"
	// OpReaddress is ours, not the person's: a service that fetches a pin from here
	// is told where this computer is found now.
	OpReaddress OperationKind = "readdress"
)

// State is how far an operation has come.
type State string

const (
	OpPreparing  State = "preparing"  // its source is still being read: it has no CID yet, or no blocks
	OpWaiting    State = "waiting"    // nothing was sent yet, or it surely did not arrive
	OpSent       State = "sent"       // it is being sent, or was when we were stopped
	OpAmbiguous  State = "ambiguous"  // it may have arrived; being looked for
	OpCancelling State = "cancelling" // not wanted any more, but may have arrived
	OpStuck      State = "stuck"      // needs the person
	OpDone       State = "done"
	OpCancelled  State = "cancelled"
)

// Open reports whether the operation is still to be worked on or decided.
func (s State) Open() bool { return s != OpDone && s != OpCancelled }

// OperationID names an operation; larger is younger.
type OperationID int64

// Operation is something a person asked for. Done ones are the history.
type Operation struct {
	ID      OperationID
	Key     string // random; goes out as meta "op", ties a pin to its operation
	Account services.AccountID
	Kind    OperationKind
	Pin     services.Pin // what is wanted; of a delete, what the person saw
	// RequestID is the pin acted on (rename, replace, delete), or the one an add
	// led to.
	RequestID string
	// Made is the pin a rename or replace made to take the place of RequestID, ""
	// while there is none; once it is done, RequestID is that.
	Made string
	// Was is the CID of the pin a replace acts on.
	Was services.CID
	// Posts is how many times a new pin was asked for and may have been made.
	Posts int
	// Source is what the bytes come from, 0 where they are on IPFS already.
	Source SourceID
	State  State
	// AlreadyKept: the service had the pin before; undo must not remove it.
	AlreadyKept bool
	// Adopted: a bare CID match settled it; it is never deleted by us.
	Adopted  bool
	Attempts int
	Created  time.Time
	SentAt   time.Time // first time it was sent, zero if never
	NextAt   time.Time // not before then
	DoneAt   time.Time
	LastCode services.Code
	LastText string // the service's own words, raw
}

// Observation is something seen to have changed that nobody here asked for.
type Observation struct {
	ID      int64
	At      time.Time
	Account services.AccountID
	// Kind is "lost" (a pin is gone), "failed" (a pin went failed), "twice" (what was
	// asked for may be kept twice), "mass-change" or "incomplete"; of a list of IDs in a watched folder, which Name is then and
	// no account has to do with, "bad-lines" (Count of them name nothing that can be
	// kept) or "bad-list" (it cannot be read).
	Kind     string
	CID      services.CID
	Name     string
	Count    int64 // of a mass change, or of lines
	Resolved time.Time
}

// HealthState is the one word of the tray and of `pintrayctl health`.
type HealthState string

const (
	Fine     HealthState = "fine"
	Busy     HealthState = "working"
	Paused   HealthState = "paused"
	Attend   HealthState = "needs-you"
	Problem  HealthState = "problem"
	Offline  HealthState = "offline"
	NoHealth HealthState = ""
)

// Need is one cause that waits for a person, with how much hangs on it.
type Need struct {
	// Code is the cause: auth, plan, keyring, not-api, tls for an account;
	// "failed" for pins a service could not keep, "stuck" for operations that share
	// Cause, less those of a Cause the account has a Need of itself, "source"
	// for files that cannot be read (Details is the Reason of one), "lost",
	// "mass-change" for observations, "unreachable" after 24 h without an answer that
	// can be used, "folder" for a watched folder that waits (Details is its Reason,
	// Count its Waiting).
	Code    string
	Account services.AccountID // 0: every account
	Folder  FolderID           // of "folder"
	Path    Path               // of that folder
	Count   int64
	Details string // the service's own words, raw; of "stuck" only what all were told
	Since   time.Time
	// Cause is what "stuck" ones were refused with, "" where that was no refusal; with
	// CodeAuth the key may be good, and not for this.
	Cause services.Code
	Kind  OperationKind // of "stuck": "" where they are of several kinds
}

// Health is the one query behind the tray, the badges and "Needs you".
// Precedence: problem, needs-you, paused, offline, working, fine.
type Health struct {
	State          HealthState
	Items, Safe    int64
	OpenOperations int64
	Working        int64 // items queued, pinning or still to be sent
	NeedsYou       []Need
	Accounts       int // without this computer
	// CheckedAt is the oldest of their last complete checks.
	CheckedAt time.Time
	// PausedUntil is when the engine goes on by itself; zero if not paused, or
	// if paused until the person resumes (then State is still Paused).
	PausedUntil time.Time
}

// Sort is an order of the list. Every order ends in the item's ID, so it is total.
type Sort string

const (
	SortAdded  Sort = "added"
	SortName   Sort = "name"
	SortSize   Sort = "size"
	SortCopies Sort = "copies"
)

// Filter says which items, in which order. The zero Filter is all of them,
// newest first.
type Filter struct {
	State   ItemState
	OneCopy bool               // Copies == 1
	Account services.AccountID // only items this account has a pin or open add of
	Missing bool               // of Account: only what it lost all at once (AccountState.Missing)
	Search  string             // words, each part of the name, or the beginning of a CID
	Sort    Sort               // "" is SortAdded
	Reverse bool               // added and size and copies go down by default, name goes up
}

// PinFilter says which pins.
type PinFilter struct {
	Accounts []services.AccountID // none: all
	Status   []services.Status    // none: all
	Search   string
	CID      services.CID
	Request  string
	Limit    int    // 0: no limit
	Sort     string // "created" (default, newest first), "name", "status"
}

// ItemCounts is what the chips above the list say.
type ItemCounts struct {
	All, Safe, Working, NeedsYou, Unchecked, OnlyHere, OneCopy int64
	// More is true where a search has so many hits that these are "at least".
	More bool
}
