package boot

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
)

// Dir is the data folder: flag if not empty, else $PINTRAY_HOME, else the
// platform's own place.
func Dir(flag string) string {
	dir := flag
	if dir == "" {
		dir = os.Getenv("PINTRAY_HOME")
	}
	if dir == "" {
		dir = filepath.Join(xdg.DataHome, "pintray")
	}
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// Copy is the name of the youngest daily copy of user.db in a data folder, ""
// where there is none.
func Copy(dir string) string { return user.Youngest(dir) }

// prepare makes the data folder, for its owner alone. A folder that was there
// before is closed to others only if it is ours: --data may name any.
func prepare(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return storageError(os.MkdirAll(dir, 0o700))
	case err != nil:
		return storageError(err)
	}
	ours := len(entries) == 0
	for _, e := range entries {
		ours = ours || e.Name() == store.UserFile
	}
	info, err := os.Stat(dir)
	if err == nil && ours && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(dir, 0o700)
	}
	return storageError(err)
}

// closeFiles takes what others may do with our files from them: one that a
// backup brought back, or that an editor wrote, keeps its wide mode otherwise.
func closeFiles(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // the folder's own list of who may do what holds
	}
	var all error
	for _, pattern := range []string{store.UserFile + "*", store.CacheFile + "*", blocks.Name + "*", logFile, "pintray-*.log", "demo-*"} {
		files, err := filepath.Glob(filepath.Join(globSafe(dir), pattern))
		all = errors.Join(all, err)
		for _, f := range files {
			if info, err := os.Lstat(f); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
				all = errors.Join(all, os.Chmod(f, 0o600))
			}
		}
	}
	return all
}

// globSafe escapes what a pattern would read as its own.
func globSafe(dir string) string {
	var b []rune
	for _, r := range dir {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}

// storageError is err of the file system in the words of package services.
func storageError(err error) error {
	if err == nil {
		return nil
	}
	e := &services.Error{Code: services.CodeStorage, Op: "open", Err: err}
	switch {
	case errors.Is(err, fs.ErrPermission), readOnly(err):
		e.Reason = "read-only"
	case full(err):
		e.Reason = "full"
	case notDir(err):
		e.Reason = "not-a-folder"
	}
	return e
}
