package user

import "golang.org/x/sys/unix"

// renumbers reports whether a file's file system may give it another number each
// time it is mounted.
func renumbers(path string) bool {
	var s unix.Statfs_t
	return unix.Statfs(path, &s) == nil && numbersAnew(int64(s.Type))
}

func numbersAnew(kind int64) bool {
	const exfat, cifs = 0x2011bab0, 0xff534d42
	switch uint32(kind) {
	case unix.MSDOS_SUPER_MAGIC, exfat, unix.FUSE_SUPER_MAGIC, cifs, unix.SMB2_SUPER_MAGIC, unix.V9FS_MAGIC:
		return true
	}
	return false
}
