package ingest

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

// same reports whether two looks at a file saw the same content, as far as the
// system can tell.
func same(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b)
}

// readable is why a file of that kind cannot be read, nil where it can.
func readable(info fs.FileInfo, path string) error {
	switch {
	case !info.Mode().IsRegular():
		return failure(services.ReasonSpecial, path, nil)
	case isPlaceholder(info):
		return failure(services.ReasonPlaceholder, path, nil)
	}
	return nil
}

// openIn opens a regular file of a folder. What a listing or look named and is
// now something else is ReasonChanged: a link put there does not lead anywhere.
func openIn(dir *os.Root, name, path string) (*os.File, fs.FileInfo, error) {
	seen, err := dir.Lstat(name)
	if err != nil {
		return nil, nil, failed(err, path, services.ReasonChanged)
	}
	if !seen.Mode().IsRegular() {
		return nil, nil, changed(path)
	}
	if err := readable(seen, path); err != nil {
		return nil, nil, err
	}
	f, err := dir.OpenFile(name, openFlags, 0)
	if err != nil {
		return nil, nil, refused(err, path)
	}
	info, err := f.Stat()
	if err != nil || !same(seen, info) {
		_ = f.Close()
		if err == nil {
			err = changed(path)
		}
		return nil, nil, failed(err, path, services.ReasonChanged)
	}
	return f, info, nil
}

// openListed is openIn of a file as a listing showed it a moment ago: most need not
// be looked at once more.
func openListed(dir *os.Root, e fs.DirEntry, path string) (*os.File, fs.FileInfo, error) {
	seen, err := e.Info()
	if err != nil || readable(seen, path) != nil {
		return openIn(dir, e.Name(), path)
	}
	f, err := dir.OpenFile(e.Name(), openFlags, 0)
	if err != nil {
		return openIn(dir, e.Name(), path)
	}
	info, err := f.Stat()
	if err != nil || !os.SameFile(seen, info) {
		_ = f.Close()
		return openIn(dir, e.Name(), path)
	}
	return f, info, nil
}

// folderIn opens a folder of a folder in the same way.
func folderIn(dir *os.Root, name, path string) (*os.Root, error) {
	seen, err := dir.Lstat(name)
	if err != nil {
		return nil, failed(err, path, services.ReasonChanged)
	}
	sub, err := dir.OpenRoot(name)
	if err != nil {
		return nil, refused(err, path)
	}
	info, err := sub.Stat(".")
	if err != nil || !os.SameFile(seen, info) {
		_ = sub.Close()
		if err == nil {
			err = changed(path)
		}
		return nil, failed(err, path, services.ReasonChanged)
	}
	return sub, nil
}

// refused is err of opening what was looked at a moment ago. Where it is not the
// system's, os.Root saw that the name leads out of its folder now.
func refused(err error, path string) error {
	if _, ours := errors.AsType[syscall.Errno](err); !ours {
		return changed(path)
	}
	return failed(err, path, services.ReasonChanged)
}

// openFile opens a regular file by its path, through whatever links lead there.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, failed(err, path, services.ReasonVanished)
	}
	if err := readable(info, path); err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, openFlags, 0)
	if err != nil {
		return nil, nil, failed(err, path, services.ReasonVanished)
	}
	info, err = f.Stat()
	if err == nil {
		err = readable(info, path)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, failed(err, path, services.ReasonVanished)
	}
	return f, info, nil
}

// still is nil where an open file is what it was at the first look.
func still(f *os.File, was fs.FileInfo, path string) error {
	now, err := f.Stat()
	if err != nil {
		return failed(err, path, services.ReasonChanged)
	}
	if !same(was, now) {
		return changed(path)
	}
	return nil
}

// short is err of a read, where a file that ends too early has changed.
func short(err error, path string) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return changed(path)
	}
	return failed(err, path, services.ReasonChanged)
}

// noted is a file as it is remembered.
func noted(path string, info fs.FileInfo) blocks.File {
	dev, ino := identity(info)
	return blocks.File{Path: store.Path(path), Size: info.Size(), Modified: info.ModTime(), Dev: dev, Ino: ino}
}

// absolute is a path that holds wherever the program stands.
func absolute(p store.Path) (string, error) {
	path, err := filepath.Abs(string(p))
	if err != nil {
		return "", failure(services.ReasonUnreadable, string(p), err)
	}
	return path, nil
}
