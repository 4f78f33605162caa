//go:build !linux

package watch

// onNetwork is not known here.
func onNetwork(string) bool { return false }
