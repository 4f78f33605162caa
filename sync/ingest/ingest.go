// Package ingest turns a file, a folder or a CAR into blocks and a root CID,
// without copying a byte: leaves are references into the person's file, inner
// nodes are kept as bytes.
//
// The engine calls it; it owns no goroutine past the return of a call, but those
// that read a CAR ahead until that is closed, and ends soon after its context does. It promises the CIDs of the profile for trees
// without symbolic links (05 section 2c), which are left out and counted.
// Failures are *services.Error of CodeSource, or CodeStorage where the index
// cannot be written.
package ingest

import (
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Options says how something is to be read.
type Options struct {
	Profile store.Profile // "" is the default
	// Hidden takes hidden files and folders too.
	Hidden bool
	// Ignore are patterns (doublestar) of what is left out: one with a slash is
	// held against the path below the root (a leading one aside), one without
	// against the name alone, at any depth. Where some begin with "!", files that
	// match none of those are left out too.
	Ignore []string
	// Secret reports whether a file of a name looks secret. Inspect alone asks it;
	// such files are taken all the same. Nil finds none.
	Secret func(name string) bool
	// Below is a folder that it stands in, or is, "" for any: then no link on the
	// way from there is followed. Nobody chose what it leads to.
	Below store.Path
	// Progress is told how far it is, at most every 100 ms and once at the end;
	// never from two goroutines at once.
	Progress func(Progress)
}

// Progress is how far a reading is.
type Progress struct {
	Files, TotalFiles int   // totals are 0 until they are known
	Bytes, TotalBytes int64 // of file content
}

// Root is what was read.
type Root struct {
	CID   services.CID
	Size  int64 // bytes of file content
	Files int
	Left  int // entries left out
}

// Plan is what Inspect found without reading a file's content.
type Plan struct {
	Path  store.Path
	Name  string // cleaned for show
	Dir   bool
	CAR   bool           // its content is a CAR
	Roots []services.CID // of a CAR
	Files int
	Size  int64
	// Left is how many entries would be left out, with the first hundred by name.
	Left      int
	LeftNames []string
	// Secrets are what would be taken though Options.Secret holds of its name, the
	// first hundred, as LeftNames are written.
	Secrets []string
	// Network is true where it stands on a network drive.
	Network bool
	Err     *services.Error // it cannot be taken, and why; nil where it can
}
