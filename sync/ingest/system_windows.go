package ingest

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

const openFlags = os.O_RDONLY

func isGone(err error) bool { return errors.Is(err, windows.ERROR_DIRECTORY) }

// isExhausted reports whether err says that the system gives us no more files.
func isExhausted(err error) bool { return errors.Is(err, windows.ERROR_TOO_MANY_OPEN_FILES) }

func isLocked(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// identity is not asked for here: size and time have to do.
func identity(fs.FileInfo) (dev, ino uint64) { return 0, 0 }

// isHidden reports whether people do not see the entry.
func isHidden(name string, e fs.DirEntry) bool {
	if name[0] == '.' {
		return true
	}
	info, err := e.Info()
	return err == nil && attributes(info)&windows.FILE_ATTRIBUTE_HIDDEN != 0
}

// isPlaceholder reports whether reading would make a cloud drive download.
func isPlaceholder(info fs.FileInfo) bool {
	const recall = windows.FILE_ATTRIBUTE_OFFLINE | windows.FILE_ATTRIBUTE_RECALL_ON_OPEN | windows.FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
	return attributes(info)&recall != 0
}

func attributes(info fs.FileInfo) uint32 {
	if s, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		return s.FileAttributes
	}
	return 0
}

// isNetwork reports whether path stands on another computer's disk.
func isNetwork(path string) bool {
	volume, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return false
	}
	root := make([]uint16, windows.MAX_PATH+1)
	if windows.GetVolumePathName(volume, &root[0], uint32(len(root))) != nil {
		return false
	}
	return windows.GetDriveType(&root[0]) == windows.DRIVE_REMOTE
}
