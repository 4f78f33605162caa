package ingest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pintray/pintray/services"
)

// unlinked reads what stands at the path, through no link from top on: one that took
// the place of a file since somebody looked would publish what it leads to.
func (r *reading) unlinked(ctx context.Context, top string) (link, error) {
	rel, err := filepath.Rel(top, r.base)
	if err != nil || !filepath.IsLocal(rel) {
		return link{}, failure(services.ReasonUnreadable, r.base, err)
	}
	info, err := os.Lstat(top)
	if err != nil {
		return link{}, failed(err, r.base, services.ReasonVanished)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return link{}, failure(services.ReasonSpecial, r.base, nil)
	}
	dir, err := os.OpenRoot(top)
	if err != nil {
		return link{}, failed(err, r.base, services.ReasonVanished)
	}
	defer func() { _ = dir.Close() }()
	for rel != "." {
		name, rest, more := strings.Cut(rel, string(filepath.Separator))
		info, err := dir.Lstat(name)
		switch {
		case err != nil:
			return link{}, failed(err, r.base, services.ReasonVanished)
		case !info.IsDir() && (more || !info.Mode().IsRegular()):
			return link{}, failure(services.ReasonSpecial, r.base, nil)
		case !info.IsDir():
			return r.alone(ctx, dir, name)
		}
		sub, err := folderIn(dir, name, r.base)
		if err != nil {
			return link{}, err
		}
		_ = dir.Close() // it was only walked through
		if dir, rel = sub, rest; !more {
			break
		}
	}
	return r.tree(ctx, dir)
}

// alone reads one file of a folder, as single does.
func (r *reading) alone(ctx context.Context, dir *os.Root, name string) (link, error) {
	f, info, err := openIn(dir, name, r.base)
	if err != nil {
		return link{}, err
	}
	defer func() { _ = f.Close() }()
	r.meter.totals(1, info.Size())
	return r.whole(ctx, f, info, r.base)
}
