//go:build unix && !linux

package user

// renumbers reports whether a file's file system may give it another number each
// time it is mounted. Nobody says so here.
func renumbers(string) bool { return false }
