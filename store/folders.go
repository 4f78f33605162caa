package store

import (
	"time"

	"github.com/pintray/pintray/services"
)

// FolderID names a watched folder; it is never used again. 0 is none.
type FolderID int64

// Rule says what one item of a watched folder is.
type Rule string

const (
	EachFile      Rule = "each-file"
	EachSubfolder Rule = "each-subfolder"
	WholeFolder   Rule = "whole-folder"
)

// OnChange says what becomes of the old version of what changed.
type OnChange string

const (
	// KeepOld keeps both.
	KeepOld OnChange = "keep"
	// ReplaceOld lets go of the old one once the new one is pinned.
	ReplaceOld OnChange = "replace"
)

// FolderState is how a watched folder is doing.
type FolderState string

const (
	FolderWatching FolderState = "watching"
	FolderScanning FolderState = "scanning"
	FolderPaused   FolderState = "paused" // by the person, until PausedUntil (zero: until resumed)
	// FolderWaits needs the person; Reason says why: "missing" (the folder is not
	// there), "emptied" (more than a fifth of its files, at least ten, went at
	// once, or all), "replaced" (another folder stands in its place), "burst"
	// (more than 500 new files or 5 GB at once), "unreadable".
	FolderWaits FolderState = "waits"
)

// Folder is a watched folder and its rules.
type Folder struct {
	ID        FolderID
	Path      Path // absolute, links resolved
	Rule      Rule
	OnChange  OnChange
	Profile   Profile
	Include   []string // patterns; none: everything
	Ignore    []string // patterns besides those always ignored
	TextLists bool     // .txt files are lists of CIDs, not files to keep
	Accounts  []services.AccountID
	Created   time.Time

	State       FolderState
	Reason      string
	PausedUntil time.Time
	ScannedAt   time.Time // end of the last full look
	ChangedAt   time.Time // of the last change that was acted on
	// Polled is true where changes are only found by looking (network drives, no
	// watches left), with the reason in PollReason: "network", "no-watches", "system".
	Polled     bool
	PollReason string
	// Waiting is what Reason is about: files of a burst, files gone.
	Waiting      int64
	WaitingBytes int64
	// Items is how many it has published, Safe how many of them every service in
	// Accounts was seen to keep; Settling is how many files are still being written.
	Items, Safe, Settling int64
}

// FolderFile is a file of a watched folder as it was seen: same size, time and
// inode, same file.
type FolderFile struct {
	Rel      Path // below the folder, with slashes
	Size     int64
	MTime    int64  // nanoseconds
	Dev, Ino uint64 // 0 where the system has none
}
