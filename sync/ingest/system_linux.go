package ingest

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// isPlaceholder: no cloud drive of Linux marks what it has not downloaded.
func isPlaceholder(fs.FileInfo) bool { return false }

// File systems whose disk is in another computer (statfs(2), f_type).
const (
	magicCIFS = 0xff534d42
	magicCeph = 0x00c36400
	magicKAFS = 0x6b414653
)

// isNetwork reports whether path stands on another computer's disk.
func isNetwork(path string) bool {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return false
	}
	switch uint32(s.Type) {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CODA_SUPER_MAGIC,
		unix.NCP_SUPER_MAGIC, unix.AFS_SUPER_MAGIC, magicCIFS, magicCeph, magicKAFS:
		return true
	}
	return false
}
