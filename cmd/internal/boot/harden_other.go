//go:build !unix

package boot

import (
	"errors"
	"syscall"
)

// harden: the profile folder is its owner's alone already.
func harden() {}

// The numbers of Windows: ERROR_WRITE_PROTECT, ERROR_DISK_FULL, ERROR_DIRECTORY.
func readOnly(err error) bool { return errors.Is(err, syscall.Errno(19)) }

func full(err error) bool { return errors.Is(err, syscall.Errno(112)) }

func notDir(err error) bool { return errors.Is(err, syscall.Errno(267)) }
