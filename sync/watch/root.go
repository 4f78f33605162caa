package watch

import (
	"errors"
	"io/fs"
	"os"
)

// sample is how many known files are looked for to recognise a folder.
const sample = 20

// standing says what stands at the root, and notes it where it is the folder.
// A device number may be another after a restart: then the folder is known by
// its files.
func (w *Watcher) standing() Trouble {
	root, err := os.OpenRoot(string(w.c.Root))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing
	case err != nil:
		if info, serr := os.Stat(string(w.c.Root)); serr == nil && !info.IsDir() {
			return Missing
		}
		return Unreadable
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(".")
	if err != nil {
		return Unreadable
	}
	id := inodeOf(info)
	switch {
	case w.id.ino == 0 || w.id == id:
	case w.id.ino != id.ino || !w.recognised(root):
		return Replaced
	}
	w.id = id
	return Fine
}

// recognised reports whether most of some known files are where they were.
func (w *Watcher) recognised(root *os.Root) bool {
	looked, found := 0, 0
	for rel, d := range w.tree.dirs {
		for file, was := range d.known {
			if looked == sample {
				break
			}
			looked++
			info, err := root.Lstat(name(join(rel, file)))
			if err != nil {
				continue
			}
			id := inodeOf(info)
			if was.same(stat{size: info.Size(), mtime: info.ModTime().UnixNano(), ino: id.ino}) {
				found++
			}
		}
	}
	return looked == 0 || found*5 >= looked*4
}
