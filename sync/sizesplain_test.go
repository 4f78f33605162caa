//go:build !race

package sync

// usualSeeds is how many lives are simulated.
const usualSeeds = 1000
