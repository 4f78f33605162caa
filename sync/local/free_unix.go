//go:build linux || darwin || freebsd

package local

import "golang.org/x/sys/unix"

// free is how many bytes of dir's disk the person may still write, -1 unknown.
func free(dir string) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
