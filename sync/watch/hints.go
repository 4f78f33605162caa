package watch

import "context"

// Hint says that something may have changed in a folder, or, with Everything,
// that hints were lost.
type Hint struct {
	Dir        string // absolute
	Everything bool
}

// Hinter tells where to look. It may say too much, and with Everything that it
// said too little. Add and Drop may be called while it runs.
type Hinter interface {
	// Add begins with what happens in a folder (not below it).
	Add(dir string) error
	// Drop ends with it; one that is not known is none.
	Drop(dir string)
	// Run tells until ctx ends.
	Run(ctx context.Context, tell func(Hint))
	// Close lets go of it, after Run.
	Close() error
}
