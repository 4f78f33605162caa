package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// big is the size from which a file is given longer to settle.
const big = 100 << 20

// lookFull looks at every folder there is.
func (w *Watcher) lookFull(ctx context.Context) {
	w.pass++
	w.look(ctx, []string{""}, true)
	if ctx.Err() != nil {
		return
	}
	var left []string
	for rel, d := range w.tree.dirs {
		if d.seen != w.pass {
			left = append(left, rel)
		}
	}
	for _, rel := range left {
		w.leave(rel)
	}
	w.plan()
}

// lookAt looks at some folders, and at what is new below them.
func (w *Watcher) lookAt(ctx context.Context, marked map[string]bool) {
	var dirs []string
	for rel := range marked {
		if d, ok := w.tree.dirs[rel]; ok && d.there {
			dirs = append(dirs, rel)
		}
	}
	slices.Sort(dirs) // outer ones first: they may be gone, with all below
	w.look(ctx, dirs, false)
	w.plan()
}

// look lists the folders, then those it found in them: new ones, or all. That
// order lets what was moved leave its old place before its new one is watched:
// the system's watches go by inode.
func (w *Watcher) look(ctx context.Context, dirs []string, all bool) {
	root, err := os.OpenRoot(string(w.c.Root))
	if err != nil {
		w.rootAt = time.Time{} // the guard says what it is
		w.fullAt = time.Time{}
		return
	}
	defer func() { _ = root.Close() }()
	for len(dirs) > 0 && ctx.Err() == nil {
		var next []string
		for _, rel := range dirs {
			if ctx.Err() != nil {
				return
			}
			if w.c.looking != nil {
				w.c.looking(rel)
			}
			next = append(next, w.enter(root, rel, all)...)
		}
		dirs = next
	}
}

// enter watches and lists one folder, and returns those in it that are to be
// looked at too.
func (w *Watcher) enter(root *os.Root, rel string, all bool) []string {
	info, err := root.Lstat(name(rel))
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	var in *os.Root
	if err == nil {
		in, err = root.OpenRoot(name(rel))
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.leave(rel)
		return nil
	case err != nil:
		w.keep(rel, err)
		return nil
	}
	defer func() { _ = in.Close() }()
	d := w.stand(root, rel, inodeOf(info))
	names, err := list(in)
	if err != nil {
		w.keep(rel, err)
		return nil
	}
	return w.compare(in, rel, d, names, all)
}

// name is a path below the root as package os wants it.
func name(rel string) string {
	if rel == "" {
		return "."
	}
	return filepath.FromSlash(rel)
}

func list(in *os.Root) ([]string, error) {
	f, err := in.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return f.Readdirnames(-1)
}

// stand notes which folder of the disk stands there, and has it watched.
func (w *Watcher) stand(root *os.Root, rel string, id inode) *dir {
	if other, ok := w.tree.byIno[id]; ok && other != rel && id.ino != 0 {
		if info, err := root.Lstat(name(other)); err != nil || inodeOf(info) != id {
			w.leave(other) // it was moved here
			if in, _ := split(other); w.tree.dirs[in] != nil {
				w.marks.mark(in, false)
			}
		}
	}
	d := w.tree.make(rel)
	if d.there && d.id != id && w.hinter != nil {
		w.hinter.Drop(w.abs(rel))
	}
	w.tree.stands(rel, d, id)
	d.there, d.seen = true, w.pass
	if w.hinter == nil {
		return d
	}
	// Before it is listed: what comes after the list is hinted at.
	if err := w.hinter.Add(w.abs(rel)); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		w.poll(err)
	}
	return d
}

// compare finds what of a folder is not as it is known.
func (w *Watcher) compare(in *os.Root, rel string, d *dir, names []string, all bool) []string {
	now := time.Now()
	there := make(map[string]bool, len(names))
	var enter []string
	for _, name := range names {
		if byName(name) != "" {
			continue
		}
		info, err := in.Lstat(name)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				there[name] = true // no conclusion
			}
			continue
		}
		path := join(rel, name)
		switch {
		case info.IsDir():
			if w.c.Rules.Dir(path) != "" {
				continue
			}
			there[name] = true
			sub, known := w.tree.dirs[path]
			if all || !known || !sub.there || sub.id != inodeOf(info) {
				enter = append(enter, path)
			}
		case info.Mode().IsRegular() && w.c.Rules.File(path, info.Size()) == "":
			there[name] = true
			w.saw(d, name, info, now)
		}
	}
	w.missing(rel, d, there)
	return enter
}

// saw notes a file that was looked at.
func (w *Watcher) saw(d *dir, name string, info fs.FileInfo, now time.Time) {
	id := inodeOf(info)
	s := stat{size: info.Size(), mtime: info.ModTime().UnixNano(), dev: id.dev, ino: id.ino}
	w.tree.saw(d, name, s, candidate{stat: s, since: now, due: w.due(s, now)})
}

// missing notes what was there before.
func (w *Watcher) missing(rel string, d *dir, there map[string]bool) {
	now := time.Now()
	for name, was := range d.known {
		if !there[name] {
			w.tree.lost(d, name, w.due(was, now))
		}
	}
	for name := range d.cands {
		if !there[name] {
			w.tree.drop(d, name)
		}
	}
	for name := range d.subs {
		if !there[name] {
			w.leave(join(rel, name))
		}
	}
}

// leave notes that a folder is gone, or is left out from now on.
func (w *Watcher) leave(rel string) {
	now := time.Now()
	w.tree.leave(rel, func(was stat) time.Time { return w.due(was, now) }, func(rel string) {
		if w.hinter != nil {
			w.hinter.Drop(w.abs(rel))
		}
	})
}

// keep draws no conclusion from a folder that cannot be read.
func (w *Watcher) keep(rel string, err error) {
	w.c.Log.Info("folder cannot be read", "error", err.Error())
	d, ok := w.tree.dirs[rel]
	if !ok {
		return
	}
	d.seen = w.pass
	for name := range d.subs {
		w.keepBelow(join(rel, name))
	}
}

func (w *Watcher) keepBelow(rel string) {
	d := w.tree.dirs[rel]
	d.seen = w.pass
	for name := range d.subs {
		w.keepBelow(join(rel, name))
	}
}

func (w *Watcher) abs(rel string) string {
	return filepath.Join(string(w.c.Root), filepath.FromSlash(rel))
}
