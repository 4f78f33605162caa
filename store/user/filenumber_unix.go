//go:build unix

package user

import (
	"os"
	"strconv"
	"syscall"
)

// fileNumber is the number a file keeps for as long as it lives, whatever it is
// called; a copy has another. The device is left out: some change theirs at
// each start.
func fileNumber(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", nil
	}
	return strconv.FormatUint(uint64(s.Ino), 10), nil
}
