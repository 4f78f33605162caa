//go:build !linux

package watch

// OnNetwork is not known here.
func OnNetwork(string) bool { return false }
