package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/store"
)

// due is when a file first seen to be so is to be looked at again.
func (w *Watcher) due(s stat, since time.Time) time.Time {
	gap := w.c.Times.Settle
	if w.network || s.size > big {
		gap = w.c.Times.SettleBig
	}
	at := since.Add(gap)
	// A time still to come is a clock's mistake.
	if young := time.Unix(0, s.mtime).Add(w.c.Times.Age); young.After(at) && !time.Unix(0, s.mtime).After(since) {
		at = young
	}
	return at
}

// resettle looks again at the candidates that are due.
func (w *Watcher) resettle(ctx context.Context) {
	root, err := os.OpenRoot(string(w.c.Root))
	if err != nil {
		w.rootAt, w.fullAt, w.settle = time.Time{}, time.Time{}, time.Time{}
		return
	}
	defer func() { _ = root.Close() }()
	now := time.Now()
	for rel, d := range w.tree.dirs {
		if ctx.Err() != nil {
			return
		}
		var names []string
		for name, c := range d.cands {
			if !c.ready && !c.due.After(now) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			w.resettleIn(root, rel, d, names)
		}
	}
	w.plan()
}

func (w *Watcher) resettleIn(root *os.Root, rel string, d *dir, names []string) {
	in, err := root.OpenRoot(name(rel))
	if err != nil {
		w.marks.mark(rel, rel == "") // looked at anew
		for _, name := range names {
			w.later(d, name)
		}
		return
	}
	defer func() { _ = in.Close() }()
	for _, name := range names {
		info, err := in.Lstat(name)
		now := time.Now()
		switch {
		case errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular():
			w.tree.drop(d, name)
			if was, ok := d.known[name]; ok {
				w.tree.lost(d, name, w.due(was, now))
			}
		case err != nil:
			w.later(d, name)
		default:
			w.saw(d, name, info, now)
			if c, ok := d.cands[name]; ok && c.since.Before(now) && !c.due.After(now) {
				c.ready = true
				d.cands[name] = c
			}
		}
	}
}

func (w *Watcher) later(d *dir, name string) {
	c := d.cands[name]
	c.due = time.Now().Add(w.c.Times.Settle)
	d.cands[name] = c
}

// plan sets when there is something to look at again, or to believe.
func (w *Watcher) plan() {
	now := time.Now()
	w.settle = time.Time{}
	at := func(t time.Time) {
		if w.settle.IsZero() || t.Before(w.settle) {
			w.settle = t
		}
	}
	for _, d := range w.tree.dirs {
		for _, c := range d.cands {
			if !c.ready {
				at(c.due)
			}
		}
		for _, due := range d.gone {
			if due.After(now) {
				at(due)
			}
		}
	}
}

// offer tells what has settled, whole items at a time: an item with a file that
// is still being written is not told of.
func (w *Watcher) offer(full bool) error {
	b := Batch{Full: full, Known: w.tree.known}
	now := time.Now()
	moving, all := w.moving()
	if all {
		return nil // a look at everything is due
	}
	for rel, d := range w.tree.dirs {
		for name, c := range d.cands {
			path := join(rel, name)
			if item, _ := w.c.Rules.Item(path); !c.ready || moving[item] {
				b.Settling++
				b.SettlingBytes += c.size
				continue
			}
			b.Files = append(b.Files, c.file(path))
		}
		for name, due := range d.gone {
			path := join(rel, name)
			if item, _ := w.c.Rules.Item(path); !due.After(now) && !moving[item] {
				b.Gone = append(b.Gone, d.known[name].file(path))
			}
		}
	}
	byPath := func(a, b store.FolderFile) int { return strings.Compare(string(a.Rel), string(b.Rel)) }
	slices.SortFunc(b.Files, byPath)
	slices.SortFunc(b.Gone, byPath)
	return w.tell(b)
}

// moving is the items with files that have not settled, or that are about to be
// looked at; all is true where that is everything.
func (w *Watcher) moving() (items map[string]bool, all bool) {
	if w.c.Rules.what == store.EachFile {
		return nil, false
	}
	dirs, all := w.marks.pending()
	if all {
		return nil, true
	}
	items = make(map[string]bool)
	for _, rel := range dirs {
		item, _, _ := strings.Cut(rel, "/")
		if w.c.Rules.what == store.WholeFolder {
			item = ""
		}
		items[item] = true
	}
	for rel, d := range w.tree.dirs {
		for name, c := range d.cands {
			if item, ok := w.c.Rules.Item(join(rel, name)); ok && !c.ready {
				items[item] = true
			}
		}
	}
	return items, false
}

// tell calls deal where there is something to say, and keeps what is dealt with.
func (w *Watcher) tell(b Batch) error {
	b.Polled, b.Dev, b.Ino = w.polled, w.id.dev, w.id.ino
	how := b
	how.Files, how.Gone, how.Full, how.Known, how.SettlingBytes = nil, nil, false, 0, 0
	news := len(b.Files)+len(b.Gone) > 0 || b.Full
	if !news && same(how, w.told) {
		return nil
	}
	err := w.deal(b)
	if errors.Is(err, ErrNotYet) {
		w.told = Batch{Settling: -1} // that it is not so any more is news too
		return nil
	}
	if err != nil {
		return err
	}
	w.told = how
	w.tree.dealt(b)
	return nil
}

// same compares batches without files.
func same(a, b Batch) bool {
	return a.Settling == b.Settling && a.Scanning == b.Scanning && a.Trouble == b.Trouble && a.Polled == b.Polled &&
		a.Dev == b.Dev && a.Ino == b.Ino
}
