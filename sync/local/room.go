package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Space is what this computer uses and has left.
type Space struct {
	Used  int64 // bytes of what was fetched; files of the person are not copied
	Free  int64 // bytes free on that disk, -1 unknown
	Floor int64 // of which so many stay free
}

// Space measures it.
func (s *Service) Space(ctx context.Context) (Space, error) {
	v := Space{Floor: s.c.Floor, Free: free(existing(s.c.Dir))}
	entries, err := os.ReadDir(s.c.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return v, storage(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			v.Used += info.Size()
		}
	}
	return v, ctx.Err()
}

// room fails with ReasonNoSpace where the disk has no more than Floor left.
func (s *Service) room() error {
	if n := free(existing(s.c.Dir)); n >= 0 && n <= s.c.Floor {
		return failure(ReasonNoSpace)
	}
	return nil
}

// existing is the folder itself, or the nearest one above it that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
