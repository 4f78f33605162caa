//go:build race

package main

// usualLines is fewer under the race detector, which has nothing to find in
// one goroutine and takes ten times as long.
const usualLines = 300_000
