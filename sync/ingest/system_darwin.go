package ingest

import (
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"
)

// dataless is the flag of files whose content is not on this disk (SF_DATALESS).
const dataless = 0x40000000

// isPlaceholder reports whether reading would make a cloud drive download.
func isPlaceholder(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Flags&dataless != 0
}

// isNetwork reports whether path stands on another computer's disk.
func isNetwork(path string) bool {
	var s unix.Statfs_t
	return unix.Statfs(path, &s) == nil && s.Flags&unix.MNT_LOCAL == 0
}
