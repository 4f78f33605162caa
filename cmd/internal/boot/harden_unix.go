//go:build unix

package boot

import (
	"errors"

	"golang.org/x/sys/unix"
)

// harden makes what this process writes its owner's alone, and keeps its
// memory, where the keys are, out of core files.
func harden() {
	unix.Umask(0o077)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // lowering cannot be refused
}

func readOnly(err error) bool { return errors.Is(err, unix.EROFS) }

func full(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

func notDir(err error) bool { return errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.EEXIST) }
