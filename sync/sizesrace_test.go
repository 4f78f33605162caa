//go:build race

package sync

// usualSeeds is fewer under the race detector, which has nothing to find in one
// goroutine and takes ten times as long.
const usualSeeds = 120
