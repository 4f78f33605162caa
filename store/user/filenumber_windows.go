package user

import (
	"os"
	"strconv"

	"golang.org/x/sys/windows"
)

// fileNumber is the number a file keeps for as long as it lives, whatever it is
// called; a copy has another.
func fileNumber(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return "", err
	}
	return strconv.FormatUint(uint64(info.FileIndexHigh)<<32|uint64(info.FileIndexLow), 10), nil
}
