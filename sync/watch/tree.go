package watch

import (
	"path"
	"strings"
	"time"

	"github.com/pintray/pintray/store"
)

// stat is what tells a file from what it was.
type stat struct {
	size, mtime int64
	dev, ino    uint64
}

// same reports whether it is still the same file with the same content, as far
// as can be told without reading it. Device numbers change with a restart.
func (s stat) same(o stat) bool { return s.size == o.size && s.mtime == o.mtime && s.ino == o.ino }

func (s stat) file(rel string) store.FolderFile {
	return store.FolderFile{Rel: store.Path(rel), Size: s.size, MTime: s.mtime, Dev: s.dev, Ino: s.ino}
}

// candidate is a file that is new or changed.
type candidate struct {
	stat
	since time.Time // it has been so since a look then
	due   time.Time // when to look again
	ready bool      // it has settled
}

// dir is a folder as it is known.
type dir struct {
	there bool                 // it was seen
	id    inode                // as it was last seen
	seen  int                  // number of the last full look that saw it
	known map[string]stat      // files that were dealt with
	cands map[string]candidate // files to be dealt with once they have settled
	gone  map[string]time.Time // known ones that are not there any more, and when that is believed
	subs  map[string]bool      // sub-folders that are looked into
}

// tree is what is known of everything below the root ("").
type tree struct {
	dirs  map[string]*dir
	byIno map[inode]string // of folders
	known int              // files
}

// inode is what a system numbers a file with, zero where it does not.
type inode struct{ dev, ino uint64 }

func newTree(known []store.FolderFile) *tree {
	t := &tree{dirs: make(map[string]*dir), byIno: make(map[inode]string)}
	t.make("")
	for _, f := range known {
		in, name := split(string(f.Rel))
		t.make(in).known[name] = stat{f.Size, f.MTime, f.Dev, f.Ino}
		t.known++
	}
	return t
}

func split(rel string) (in, name string) {
	in, name = path.Split(rel)
	return strings.TrimSuffix(in, "/"), name
}

func join(in, name string) string {
	if in == "" {
		return name
	}
	return in + "/" + name
}

// make is the folder and those it is in, made where they are not known.
func (t *tree) make(rel string) *dir {
	if d, ok := t.dirs[rel]; ok {
		return d
	}
	d := &dir{
		known: make(map[string]stat), cands: make(map[string]candidate), gone: make(map[string]time.Time),
		subs: make(map[string]bool),
	}
	t.dirs[rel] = d
	if rel != "" {
		in, name := split(rel)
		t.make(in).subs[name] = true
	}
	return d
}

// stands notes which folder of the disk it is.
func (t *tree) stands(rel string, d *dir, id inode) {
	if at, ok := t.byIno[d.id]; ok && at == rel {
		delete(t.byIno, d.id)
	}
	d.id = id
	if id.ino != 0 {
		t.byIno[id] = rel
	}
}

// leave notes that a folder and all below it is gone; each hears of every
// folder of them.
func (t *tree) leave(rel string, due func(stat) time.Time, each func(rel string)) {
	d, ok := t.dirs[rel]
	if !ok {
		return
	}
	for name := range d.subs {
		t.leave(join(rel, name), due, each)
	}
	t.stands(rel, d, inode{})
	d.there = false
	for name, was := range d.known {
		t.lost(d, name, due(was))
	}
	for name := range d.cands {
		t.drop(d, name)
	}
	each(rel)
	t.prune(rel)
}

// prune forgets folders nothing is known of, but the root.
func (t *tree) prune(rel string) {
	for rel != "" {
		d, ok := t.dirs[rel]
		if !ok || d.there || len(d.known)+len(d.cands)+len(d.subs) > 0 {
			return
		}
		delete(t.dirs, rel)
		in, name := split(rel)
		delete(t.dirs[in].subs, name)
		rel = in
	}
}

// saw notes a file as a look found it.
func (t *tree) saw(d *dir, name string, now stat, c candidate) {
	if was, ok := d.known[name]; ok && was.same(now) {
		t.found(d, name)
		t.drop(d, name)
		return
	}
	t.found(d, name)
	if was, ok := d.cands[name]; ok && was.same(now) {
		return
	}
	t.drop(d, name)
	d.cands[name] = c
}

// lost notes that a known file is not there. It is believed after as long as a
// file takes to settle: what was moved, or is saved anew, is found by then.
func (t *tree) lost(d *dir, name string, due time.Time) {
	if _, ok := d.gone[name]; !ok {
		d.gone[name] = due
	}
}

func (t *tree) found(d *dir, name string) { delete(d.gone, name) }

func (t *tree) drop(d *dir, name string) { delete(d.cands, name) }

// dealt notes that a batch is known from now on.
func (t *tree) dealt(b Batch) {
	for _, f := range b.Files {
		in, name := split(string(f.Rel))
		d := t.make(in)
		if _, ok := d.known[name]; !ok {
			t.known++
		}
		d.known[name] = stat{f.Size, f.MTime, f.Dev, f.Ino}
		t.drop(d, name)
	}
	for _, f := range b.Gone {
		in, name := split(string(f.Rel))
		d, ok := t.dirs[in]
		if !ok {
			continue
		}
		if _, ok := d.known[name]; ok {
			t.known--
		}
		delete(d.known, name)
		t.found(d, name)
		t.prune(in)
	}
}
