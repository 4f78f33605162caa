package local

import "golang.org/x/sys/windows"

// free is how many bytes of dir's disk the person may still write, -1 unknown.
func free(dir string) int64 {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return -1
	}
	var n uint64
	if err := windows.GetDiskFreeSpaceEx(path, &n, nil, nil); err != nil {
		return -1
	}
	return int64(n)
}
