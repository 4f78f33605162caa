//go:build unix

package user

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// fileNumber is the number a file keeps for as long as it lives, whatever it is
// called; a copy has another. The device is left out: some change theirs at
// each start. Where the file system gives numbers anew (FAT, many FUSE ones), it
// is the file's place on it.
func fileNumber(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return "", nil
	case renumbers(path):
		return placeOf(path, uint64(s.Dev))
	}
	return strconv.FormatUint(uint64(s.Ino), 10), nil
}

// placeOf is where a file is below what its file system is mounted on: that may be
// mounted elsewhere the next time.
func placeOf(path string, device uint64) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	top := filepath.Dir(path)
	for up := filepath.Dir(top); up != top; up = filepath.Dir(up) {
		info, err := os.Stat(up)
		if err != nil {
			break
		}
		if s, ok := info.Sys().(*syscall.Stat_t); !ok || uint64(s.Dev) != device {
			break
		}
		top = up
	}
	rel, err := filepath.Rel(top, path)
	return placeMark + rel, err
}
