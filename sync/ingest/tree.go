package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
)

const (
	// listed is how many entries of a folder are looked at at once.
	listed = 1024
	// smallFile is up to which size a file is read by one hasher, beside others.
	smallFile = 4 << 20
)

// folder reads the folder at rel below the root ("" is the root).
func (r *reading) folder(ctx context.Context, dir *os.Root, rel string) (link, error) {
	b := newFolder(&r.out)
	defer b.close()
	names := nameSet{seed: maphash.MakeSeed()}
	settled, err := eachEntries(ctx, dir, r.path(rel), func(entries []fs.DirEntry) error {
		files, folders, left := r.sort(rel, entries)
		r.left += left
		names.add(files, folders)
		if err := r.files(ctx, dir, rel, files, b); err != nil {
			return err
		}
		for _, e := range folders {
			made, err := r.below(ctx, dir, join(rel, e.Name()), e.Name())
			if err != nil {
				return err
			}
			if err := b.add(made); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !settled {
		err = r.relist(ctx, dir, rel, names)
	}
	if err != nil {
		return link{}, err
	}
	return b.root(ctx)
}

// relist is nil where a folder that was written to meanwhile still has the same
// entries that are taken: a hidden or ignored one that comes and goes is no
// matter.
func (r *reading) relist(ctx context.Context, dir *os.Root, rel string, was nameSet) error {
	now := nameSet{seed: was.seed}
	_, err := eachEntries(ctx, dir, r.path(rel), func(entries []fs.DirEntry) error {
		files, folders, _ := r.sort(rel, entries)
		now.add(files, folders)
		return nil
	})
	if err == nil && now != was {
		err = changed(r.path(rel))
	}
	return err
}

// nameSet is a sum over names, whatever their order.
type nameSet struct {
	seed  maphash.Seed
	count int
	sum   uint64
}

func (n *nameSet) add(files, folders []fs.DirEntry) {
	for i, list := range [][]fs.DirEntry{files, folders} {
		for _, e := range list {
			n.count++
			n.sum += maphash.String(n.seed, e.Name()+"/"[:i])
		}
	}
}

// eachEntries lists a folder piece by piece. settled is false where the folder
// was written to meanwhile, so that an entry may be missing or come twice.
func eachEntries(ctx context.Context, dir *os.Root, path string, take func([]fs.DirEntry) error) (settled bool, err error) {
	list, err := dir.Open(".")
	if err != nil {
		return false, failed(err, path, services.ReasonChanged)
	}
	defer func() { _ = list.Close() }()
	before, err := list.Stat()
	if err != nil {
		return false, failed(err, path, services.ReasonChanged)
	}
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		entries, err := list.ReadDir(listed)
		if len(entries) > 0 {
			if err := take(entries); err != nil {
				return false, err
			}
		}
		if errors.Is(err, io.EOF) {
			return still(list, before, path) == nil, nil
		}
		if err != nil {
			return false, failed(err, path, services.ReasonChanged)
		}
	}
}

// sort tells files from folders and counts what is left out.
func (r *reading) sort(rel string, entries []fs.DirEntry) (files, folders []fs.DirEntry, left int) {
	for _, e := range entries {
		switch {
		case !r.filter.takes(join(rel, e.Name()), e):
			left++
		case e.IsDir():
			folders = append(folders, e)
		default:
			files = append(files, e)
		}
	}
	return files, folders, left
}

// below reads the folder called name of dir.
func (r *reading) below(ctx context.Context, dir *os.Root, rel, name string) (link, error) {
	sub, err := folderIn(dir, name, r.path(rel))
	if err != nil {
		return link{}, err
	}
	defer func() { _ = sub.Close() }()
	made, err := r.folder(ctx, sub, rel)
	made.name = name
	return made, err
}

// small is a file read by one hasher.
type small struct {
	name   string
	file   blocks.File
	leaves []leaf
	large  bool // it was not read: it is for all hashers
	err    error
}

// files reads files of one folder, many at once, in no order.
func (r *reading) files(ctx context.Context, dir *os.Root, rel string, list []fs.DirEntry, into *folderBuilder) error {
	if len(list) == 0 {
		return nil
	}
	readers, stop := context.WithCancel(ctx)
	got := make(chan small, 64)
	var next atomic.Int64
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for range min(cap(r.hash), len(list)) {
		all.Go(func() {
			h := <-r.hash
			defer func() { r.hash <- h }()
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				s := r.read(readers, h, dir, rel, list[i])
				select {
				case got <- s:
				case <-readers.Done():
					return
				}
			}
		})
	}
	var large []string
	for range list {
		var s small
		select {
		case s = <-got:
		case <-ctx.Done():
			return ctx.Err()
		}
		switch {
		case s.err != nil:
			return s.err
		case s.large:
			large = append(large, s.name)
		default:
			if err := r.take(ctx, s, into); err != nil {
				return err
			}
		}
	}
	for _, name := range large {
		if err := r.largeFile(ctx, dir, rel, name, into); err != nil {
			return err
		}
	}
	return nil
}

// read reads a file, if it is small.
func (r *reading) read(ctx context.Context, h *hasher, dir *os.Root, rel string, e fs.DirEntry) small {
	s := small{name: e.Name()}
	path := r.path(join(rel, s.name))
	f, info, err := openListed(dir, e, path)
	if err != nil {
		s.err = err
		return s
	}
	defer func() { _ = f.Close() }()
	if info.Size() > smallFile {
		s.large = true
		return s
	}
	s.file = noted(path, info)
	if s.leaves, err = h.leaves(ctx, f, info.Size()); err != nil {
		s.err = short(err, path)
		return s
	}
	s.err = still(f, info, path)
	return s
}

// take adds a small file to its folder.
func (r *reading) take(ctx context.Context, s small, into *folderBuilder) error {
	id, err := r.out.file(ctx, s.file)
	if err != nil {
		return err
	}
	b := fileBuilder{out: &r.out, id: id}
	for _, l := range s.leaves {
		if err := b.add(ctx, l); err != nil {
			return err
		}
	}
	made, err := b.root(ctx)
	if err != nil {
		return err
	}
	r.meter.add(1, s.file.Size)
	made.name = s.name
	return into.add(made)
}

func (r *reading) largeFile(ctx context.Context, dir *os.Root, rel, name string, into *folderBuilder) error {
	path := r.path(join(rel, name))
	f, info, err := openIn(dir, name, path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	made, err := r.whole(ctx, f, info, path)
	if err != nil {
		return err
	}
	made.name = name
	return into.add(made)
}

// path is where something below the root stands.
func (r *reading) path(rel string) string {
	if rel == "" {
		return r.base
	}
	return filepath.Join(r.base, filepath.FromSlash(rel))
}

// join is the path of an entry below the root, with slashes.
func join(rel, name string) string {
	if rel == "" {
		return name
	}
	return rel + "/" + name
}
