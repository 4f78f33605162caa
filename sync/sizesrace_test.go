//go:build race

package sync

// The race detector makes everything take ten times as long: fewer lives, in
// which it has nothing to find as each is one goroutine, and smaller accounts in
// smaller pages.
const (
	usualSeeds = 120
	LargePins  = 1_500
	LargePage  = 250
)
