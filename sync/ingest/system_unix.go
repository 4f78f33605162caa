//go:build unix

package ingest

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// openFlags open without waiting for the other end of what has become a FIFO.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK

// isGone reports whether err says that a path leads elsewhere than it did.
func isGone(err error) bool {
	return errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ESTALE) ||
		errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ENXIO)
}

func isLocked(err error) bool {
	return errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.ETXTBSY)
}

// isExhausted reports whether err says that the system gives us no more files.
func isExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM)
}

// identity is the number the system knows a file by.
func identity(info fs.FileInfo) (dev, ino uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev), uint64(s.Ino)
	}
	return 0, 0
}

// isHidden reports whether people do not see the entry.
func isHidden(name string, _ fs.DirEntry) bool { return name[0] == '.' }
