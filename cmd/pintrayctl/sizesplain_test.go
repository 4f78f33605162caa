//go:build !race

package main

// usualLines is how many lines a list has that is read in constant memory.
const usualLines = 1_000_000
