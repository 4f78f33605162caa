package ingest

import (
	"io/fs"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/pintray/pintray/services"
)

// filter says what of a folder is taken.
type filter struct {
	hidden bool
	ignore []string
	only   []string // a file matches one of them, where there are some
}

func newFilter(o Options) (filter, error) {
	f := filter{hidden: o.Hidden}
	for _, p := range o.Ignore {
		p, only := strings.CutPrefix(strings.TrimSuffix(p, "/"), "!")
		if p == "" || !doublestar.ValidatePattern(p) {
			return filter{}, &services.Error{Code: services.CodeUsage, Op: "read", Reason: "pattern", Details: services.Clean(p)}
		}
		if only {
			f.only = append(f.only, p)
		} else {
			f.ignore = append(f.ignore, p)
		}
	}
	return f, nil
}

// takes reports whether an entry is taken: a regular file or a folder that is
// neither hidden nor ignored. rel is its path below the root, with slashes.
func (f filter) takes(rel string, e fs.DirEntry) bool {
	if t := e.Type(); !t.IsRegular() && !t.IsDir() {
		return false
	}
	if !f.hidden && isHidden(e.Name(), e) {
		return false
	}
	if matches(f.ignore, rel) {
		return false
	}
	return e.IsDir() || len(f.only) == 0 || matches(f.only, rel)
}

// matches reports whether one of the patterns matches: one with a slash the
// path, a leading one aside, another the name.
func matches(patterns []string, rel string) bool {
	for _, p := range patterns {
		name := rel
		if !strings.Contains(p, "/") {
			name = path.Base(rel)
		}
		if doublestar.MatchUnvalidated(strings.TrimPrefix(p, "/"), name) {
			return true
		}
	}
	return false
}
