package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Unclean reports whether a file's log is still there: who closes the file well
// takes that away.
func Unclean(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// Emptied reports whether the file is there and holds nothing: SQLite would call
// it a good, empty database.
func Emptied(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == 0
}

// Replaceable reports whether err, of opening a file that can be made anew from
// elsewhere, asks for that.
func Replaceable(err error) bool {
	return is(err, Damaged) || is(err, CacheDamaged) || is(err, BlocksDamaged) || is(err, Newer)
}

// SetAside renames a file that cannot be used; only the youngest such is kept.
func SetAside(path string, now time.Time) error {
	old, err := filepath.Glob(path + ".bad-*")
	if err != nil {
		return err
	}
	for _, p := range append(old, path+"-wal", path+"-shm") {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	err = os.Rename(path, path+".bad-"+now.UTC().Format("20060102T150405Z"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // Close has done it
	}
	return err
}
