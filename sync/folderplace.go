package sync

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/watch"
)

// Places are the folders of a person that are not watched, or only after a word
// of warning.
type places struct {
	home, data string
	downloads  []string
	personal   []string
}

func placesOf(data string) places {
	home, _ := os.UserHomeDir() // "" where there is none
	p := places{home: resolved(home), data: resolved(data), downloads: []string{resolved(xdg.UserDirs.Download)}}
	if home != "" {
		p.downloads = append(p.downloads, filepath.Join(p.home, "Downloads"))
	}
	for _, dir := range []string{xdg.UserDirs.Desktop, xdg.UserDirs.Documents} {
		p.personal = append(p.personal, resolved(dir))
	}
	return p
}

// resolved is a path with its links resolved, as far as it is there.
func resolved(path string) string {
	if path == "" {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Clean(path)
}

// within reports whether path is dir or below it.
func within(path, dir string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// refused says why a folder must not be watched, "" where it may: so much in it
// was never meant for anyone.
func (p places) refused(path string) string {
	for _, dir := range p.downloads {
		if dir != "" && path == dir {
			return "downloads"
		}
	}
	switch {
	case filepath.Dir(path) == path:
		return "root"
	case within(path, p.data) || within(p.data, path):
		return "data-folder"
	case within(p.home, path): // the home itself, or those of everybody
		return "home"
	case p.home != "" && within(path, p.home) && private(strings.TrimPrefix(path, p.home)):
		return "private"
	}
	return thisSystem().refused(path)
}

// private reports whether a path in a home is where programs keep their own:
// keys, passwords, mail.
func private(below string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(below), "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(below), "/"), "/")
	return runtime.GOOS == "darwin" && first == "Library" || runtime.GOOS == "windows" && first == "AppData"
}

// clouds are what the folders of cloud drives are called, or begin with, and
// cloudMarks what such a drive leaves in its folder.
var (
	clouds = []string{
		"dropbox", "onedrive", "google drive", "googledrive", "my drive", "icloud", "mobile documents", "nextcloud", "owncloud",
		"mega", "pcloud", "box sync", "syncthing", "proton drive",
	}
	cloudMarks = []string{".dropbox", ".dropbox.cache", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".tresorit"}
)

// onCloud reports whether another program seems to keep the folder the same on
// several computers.
func onCloud(path string) bool {
	for dir := path; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		name := strings.ToLower(filepath.Base(dir))
		for _, c := range clouds {
			if name == c || strings.HasPrefix(name, c+" ") || strings.HasPrefix(name, c+"-") {
				return true
			}
		}
		for _, m := range cloudMarks {
			if _, err := os.Lstat(filepath.Join(dir, m)); err == nil {
				return true
			}
		}
	}
	return false
}

// watchable is the folder at a path, its links resolved, if it may be watched
// beside those that are.
func watchable(path store.Path, p places, others []user.Folder) (store.Path, *services.Error) {
	if !filepath.IsAbs(string(path)) {
		return "", usage("watch", "not-absolute", services.Clean(string(path)))
	}
	refuse := func(reason string) (store.Path, *services.Error) {
		return "", usage("watch", reason, services.Clean(string(path)))
	}
	real, err := filepath.EvalSymlinks(string(path))
	if errors.Is(err, fs.ErrNotExist) {
		return refuse("missing")
	}
	if err != nil {
		return refuse("unreadable")
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return refuse("unreadable")
	case !info.IsDir():
		return refuse("not-a-folder")
	}
	if reason := p.refused(real); reason != "" {
		return refuse(reason)
	}
	dev, ino, err := watch.StandsAt(store.Path(real))
	if err != nil {
		return refuse("unreadable")
	}
	for _, f := range others {
		switch {
		case string(f.Path) == real, ino != 0 && f.Dev == dev && f.Ino == ino:
			return refuse("watched")
		case within(real, string(f.Path)):
			return refuse("inside")
		case within(string(f.Path), real):
			return refuse("contains")
		}
	}
	return store.Path(real), nil
}
