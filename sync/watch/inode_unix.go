//go:build unix

package watch

import (
	"io/fs"
	"syscall"
)

// inodeOf is what the system numbers a file with.
func inodeOf(info fs.FileInfo) inode {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return inode{uint64(st.Dev), uint64(st.Ino)}
	}
	return inode{}
}
