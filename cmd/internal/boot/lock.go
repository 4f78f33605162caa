package boot

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockFile is held by the owner of a data folder for as long as it lives. It
// is never removed: a second file of the same name would be a second lock.
const lockFile = "pintray.lock"

// tryLock takes the lock of dir; nil where another process holds it, or where
// there is no such folder.
func tryLock(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !ok:
		return nil, nil
	case err != nil:
		return nil, storageError(err)
	}
	return lock, nil
}

func unlock(lock *flock.Flock) error {
	if lock == nil {
		return nil
	}
	return lock.Close()
}
