package watch

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"slices"

	"github.com/pintray/pintray/store"
)

// Found is an entry of a folder that a walk came by: a file, or one that is left
// out. File has only Rel where it is no file.
type Found struct {
	File store.FolderFile
	Dir  bool   // a folder that is not looked into
	Why  string // it is left out, "" where it is not
}

// StandsAt is what the system numbers the folder at a path with, both 0 where it
// does not.
func StandsAt(root store.Path) (dev, ino uint64, err error) {
	info, err := os.Stat(string(root))
	if err != nil {
		return 0, 0, err
	}
	id := inodeOf(info)
	return id.dev, id.ino, nil
}

// Walk goes through a folder as a Watcher looks at it, outer folders first. What
// cannot be read below the root is passed by; an error is of the root.
func Walk(ctx context.Context, root store.Path, r *Rules) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		at, err := os.OpenRoot(string(root))
		if err != nil {
			yield(Found{}, err)
			return
		}
		defer func() { _ = at.Close() }()
		for dirs := []string{""}; len(dirs) > 0; {
			rel := dirs[0]
			names, in, err := openList(at, rel)
			if err != nil && rel == "" {
				yield(Found{}, err)
				return
			}
			dirs = dirs[1:]
			for _, name := range names {
				f, enter, ok := r.meet(in, join(rel, name), name)
				if enter {
					dirs = append(dirs, join(rel, name))
				}
				if ctx.Err() != nil || ok && !yield(f, nil) {
					dirs = nil
					break
				}
			}
			if in != nil {
				_ = in.Close()
			}
		}
	}
}

func openList(root *os.Root, rel string) ([]string, *os.Root, error) {
	in, err := root.OpenRoot(name(rel))
	if err != nil {
		return nil, nil, err
	}
	names, err := list(in)
	slices.Sort(names)
	return names, in, err
}

// meet says what an entry is to the rules; ok is false where there is nothing to
// say of it.
func (r *Rules) meet(in *os.Root, rel, name string) (f Found, enter, ok bool) {
	f.File.Rel = store.Path(rel)
	info, err := in.Lstat(name)
	if err != nil {
		return f, false, false
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		f.Dir, f.Why = true, r.Dir(rel)
		return f, f.Why == "", f.Why != ""
	case mode&fs.ModeSymlink != 0:
		f.Why = WhyLink
	case !mode.IsRegular():
		f.Why = WhySpecial
	default:
		id := inodeOf(info)
		f.File = stat{size: info.Size(), mtime: info.ModTime().UnixNano(), dev: id.dev, ino: id.ino}.file(rel)
		f.Why = r.File(rel, info.Size())
	}
	return f, false, true
}
