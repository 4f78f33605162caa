package ingest

import (
	"context"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

// reading is one call of Path.
type reading struct {
	out    output
	hash   hashers
	filter filter
	meter  meter
	base   string // the root's path
	left   int
}

// Path reads a file or a folder and gives what it finds to w, children first;
// with w nil only the CID is computed. The caller commits or discards w; Commit
// says how many blocks there are and how long a CAR of them is. A link is
// followed where it is p itself, and left out below it. Where one file of a
// folder cannot be read, or changes meanwhile, the whole of it fails, and
// Details names that file.
func Path(ctx context.Context, p store.Path, o Options, w *blocks.Writer) (Root, error) {
	l, err := layoutOf(o.Profile)
	if err != nil {
		return Root{}, err
	}
	f, err := newFilter(o)
	if err != nil {
		return Root{}, err
	}
	path, err := absolute(p)
	if err != nil {
		return Root{}, err
	}
	r := &reading{out: output{l, w}, hash: newHashers(l), filter: f, meter: meter{tell: o.Progress}, base: path}
	var root link
	if o.Below != "" {
		root, err = r.unlinked(ctx, string(o.Below))
	} else {
		root, err = r.anywhere(ctx)
	}
	if err != nil {
		return Root{}, err
	}
	r.meter.end()
	return Root{
		CID: services.WireCID(root.cid.String()), Size: int64(root.file),
		Files: r.meter.now.Files, Left: r.left,
	}, nil
}

// anywhere reads what the path leads to.
func (r *reading) anywhere(ctx context.Context) (link, error) {
	info, err := os.Stat(r.base)
	if err != nil {
		return link{}, failed(err, r.base, services.ReasonVanished)
	}
	if !info.IsDir() {
		return r.single(ctx)
	}
	dir, err := os.OpenRoot(r.base)
	if err != nil {
		return link{}, failed(err, r.base, services.ReasonVanished)
	}
	defer func() { _ = dir.Close() }()
	return r.tree(ctx, dir)
}

// single reads one file.
func (r *reading) single(ctx context.Context) (link, error) {
	f, info, err := openFile(r.base)
	if err != nil {
		return link{}, err
	}
	defer func() { _ = f.Close() }()
	r.meter.totals(1, info.Size())
	return r.whole(ctx, f, info, r.base)
}

// whole reads an open file with all hashers and closes nothing.
func (r *reading) whole(ctx context.Context, f *os.File, info fs.FileInfo, path string) (link, error) {
	id, err := r.out.file(ctx, noted(path, info))
	if err != nil {
		return link{}, err
	}
	b := fileBuilder{out: &r.out, id: id}
	err = r.hash.each(ctx, r.out.layout, f, info.Size(), func(l leaf) error {
		r.meter.add(0, int64(l.length))
		return b.add(ctx, l)
	})
	if err != nil {
		return link{}, short(err, path)
	}
	if err := still(f, info, path); err != nil {
		return link{}, err
	}
	r.meter.add(1, 0)
	return b.root(ctx)
}

// countAfter is how long a folder is read before somebody is told how much there is
// in all: to count what is read in a moment would take as long again.
const countAfter = 700 * time.Millisecond

// tree reads a folder. Where somebody listens, and it takes longer than a moment,
// another goroutine counts what there is, and is waited for.
func (r *reading) tree(ctx context.Context, dir *os.Root) (link, error) {
	if r.meter.tell != nil {
		ctx, cancel := context.WithCancel(ctx)
		var counting sync.WaitGroup
		defer counting.Wait()
		defer cancel()
		counting.Go(func() {
			select {
			case <-ctx.Done():
				return
			case <-time.After(countAfter):
			}
			s := survey{filter: r.filter}
			if s.folder(ctx, dir, "", r.base) == nil {
				r.meter.totals(s.files, s.size)
			}
		})
	}
	return r.folder(ctx, dir, "")
}
