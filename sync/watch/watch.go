// Package watch turns file-system noise into "this changed and is quiet now".
//
// Events are hints, looking is the truth: an event only marks a folder to be
// looked at, and what is reported is what a look saw, once it has stopped
// changing. The engine's folder loop runs one Watcher per folder; all of its
// goroutines end with Run, which returns soon after its context does.
package watch

import (
	"context"
	"time"

	"github.com/pintray/pintray/store"
)

// Times are the waits of a Watcher; a zero one has the value that is said.
type Times struct {
	Quiet     time.Duration // no hint for so long, and a look is made: 1 s
	QuietMost time.Duration // a look is made after so long, quiet or not: 10 s
	Settle    time.Duration // between two looks at a file that must find it the same: 3 s
	SettleBig time.Duration // the same of files over 100 MB, and on network drives: 10 s
	Age       time.Duration // a file changed more recently is not settled: 2 s
	Rescan    time.Duration // between full looks, give or take a quarter: 60 min
	Poll      time.Duration // the same where nothing hints: 5 min
	Root      time.Duration // between looks at whether the folder is still there: 30 s
}

// Config says what to watch.
type Config struct {
	Root  store.Path // absolute, links resolved
	Rules *Rules
	// Known is what was there when it was last looked at: what is still so is not
	// reported again.
	Known []store.FolderFile
	// Dev and Ino are what must stand at Root; both 0: whatever stands there.
	Dev, Ino uint64
	Times    Times
	// Hints makes what tells of changes; nil: the system's own.
	Hints func() (Hinter, error)
}

// Trouble says why a folder cannot be watched as it should.
type Trouble string

const (
	Fine       Trouble = ""
	Missing    Trouble = "missing"
	Replaced   Trouble = "replaced" // another folder stands in its place
	Unreadable Trouble = "unreadable"
)

// Batch is what a look found that has settled since, and how the watching goes.
type Batch struct {
	// Files are new, or not what they were; Gone were there and are not.
	Files []store.FolderFile
	Gone  []store.Path
	// Total is how many files there are with this batch, Known how many there
	// were before it.
	Total, Known int
	// Settling is how many files are still being written.
	Settling int
	// Full is true where the whole folder was looked at.
	Full bool
	// Scanning is true at the start of the first full look; nothing else is set.
	Scanning bool
	// Trouble is why nothing can be said of the folder: then there are no files.
	Trouble Trouble
	// Polled says why changes are only found by looking now and then: "network",
	// "no-watches", "system"; "" where they are hinted at.
	Polled string
}

// A batch is offered to the callback of Run. What it returns decides:
//   - nil: it is dealt with, and Known from now on;
//   - ErrNotYet: none of it is, and it is offered again with the next look;
//   - anything else ends Run with that error.
type errNotYet struct{}

func (errNotYet) Error() string { return "not yet" }

// ErrNotYet keeps a batch undealt with.
var ErrNotYet error = errNotYet{}

var _ = context.Canceled
