package ingest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pintray/pintray/services"
)

// mostNames is how many of what is left out, or looks secret, are named.
const mostNames = 100

// survey counts what a reading would take, without reading it.
type survey struct {
	filter  filter
	secret  func(name string) bool
	files   int
	size    int64
	left    int
	names   []string
	secrets []string
}

// folder counts the folder at rel below the root; path is where it stands.
func (s *survey) folder(ctx context.Context, dir *os.Root, rel, path string) error {
	_, err := eachEntries(ctx, dir, path, func(entries []fs.DirEntry) error {
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := s.entry(ctx, dir, join(rel, e.Name()), filepath.Join(path, e.Name()), e); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func (s *survey) entry(ctx context.Context, dir *os.Root, rel, path string, e fs.DirEntry) error {
	if !s.filter.takes(rel, e) {
		s.left++
		if len(s.names) < mostNames {
			s.names = append(s.names, services.Clean(rel))
		}
		return nil
	}
	if e.IsDir() {
		sub, err := folderIn(dir, e.Name(), path)
		if err != nil {
			return err
		}
		defer func() { _ = sub.Close() }()
		return s.folder(ctx, sub, rel, path)
	}
	info, err := e.Info() // the listing of an os.Root has looked already
	if err != nil {
		return failed(err, path, services.ReasonChanged)
	}
	if isPlaceholder(info) {
		return failure(services.ReasonPlaceholder, path, nil)
	}
	if s.secret != nil && len(s.secrets) < mostNames && s.secret(e.Name()) {
		s.secrets = append(s.secrets, services.Clean(rel))
	}
	s.files++
	s.size += info.Size()
	return nil
}
