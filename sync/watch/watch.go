// Package watch turns file-system noise into "this changed and is quiet now".
//
// Events are hints, looking is the truth: an event only marks a folder to be
// looked at, and what is reported is what a look saw, once it has stopped
// changing. Links are never followed. The engine's folder loop runs one Watcher
// per folder; all of its goroutines end with Run, which returns soon after its
// context does.
package watch

import (
	"log/slog"
	"time"

	"github.com/pintray/pintray/store"
)

// Times are the waits of a Watcher; a zero one has the value that is said.
type Times struct {
	Quiet     time.Duration // no hint for so long, and a look is made: 1 s
	QuietMost time.Duration // a look is made after so long, quiet or not: 10 s
	Settle    time.Duration // between two looks at a file that must find it the same: 3 s
	SettleBig time.Duration // the same of files over 100 MB, and on network drives: 10 s
	Age       time.Duration // a file changed more recently has not settled: 2 s
	Rescan    time.Duration // between full looks, give or take a quarter: 60 min
	Poll      time.Duration // the same where nothing hints: 5 min
	Root      time.Duration // between looks at whether the folder is still there: 30 s
}

func (t Times) filled() Times {
	for _, f := range []struct {
		at   *time.Duration
		want time.Duration
	}{
		{&t.Quiet, time.Second},
		{&t.QuietMost, 10 * time.Second},
		{&t.Settle, 3 * time.Second},
		{&t.SettleBig, 10 * time.Second},
		{&t.Age, 2 * time.Second},
		{&t.Rescan, time.Hour},
		{&t.Poll, 5 * time.Minute},
		{&t.Root, 30 * time.Second},
	} {
		if *f.at == 0 {
			*f.at = f.want
		}
	}
	return t
}

// Config says what to watch.
type Config struct {
	Root  store.Path // absolute, links resolved
	Rules *Rules
	// Known is what was there when it was last looked at: what is still so is not
	// reported again.
	Known []store.FolderFile
	// Dev and Ino are what must stand at Root; Ino 0: whatever stands there.
	Dev, Ino uint64
	Times    Times
	// Hints makes what tells of changes; nil: the system's own.
	Hints func() (Hinter, error)
	Log   *slog.Logger // nil: nothing is logged

	looking func(dir string) // tests slow a look down with it
}

// Trouble says why nothing can be said of a folder.
type Trouble string

const (
	Fine       Trouble = ""
	Missing    Trouble = "missing"
	Replaced   Trouble = "replaced" // another folder stands in its place
	Unreadable Trouble = "unreadable"
)

// Why changes are only found by looking now and then.
const (
	PollNetwork   = "network"
	PollNoWatches = "no-watches" // the system has no watches left
	PollSystem    = "system"     // its hints would cost too much
)

// Batch is what looks found that has settled since, and how the watching goes.
type Batch struct {
	// Files are new, or not what they were; Gone were there and are not. Both are
	// in order of their paths.
	Files, Gone []store.FolderFile
	// Known is how many files were known before this batch.
	Known int
	// Settling is how many files are still being written, and their bytes so far.
	Settling      int
	SettlingBytes int64
	// Full is true at the end of a look at the whole folder.
	Full bool
	// Scanning is true as the first look begins; then there are no files.
	Scanning bool
	// Trouble is why nothing can be said; then there are no files.
	Trouble Trouble
	// Polled says why changes are only found by looking: PollNetwork,
	// PollNoWatches, PollSystem; "" where they are hinted at.
	Polled string
	// Dev and Ino are what stands at Root.
	Dev, Ino uint64
}

type notYet struct{}

func (notYet) Error() string { return "not yet" }

// ErrNotYet is returned of a batch that is not dealt with: all of it is offered
// again with the next look.
var ErrNotYet error = notYet{}
