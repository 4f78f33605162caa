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
}

func newFilter(o Options) (filter, error) {
	f := filter{hidden: o.Hidden}
	for _, p := range o.Ignore {
		p = strings.TrimSuffix(p, "/")
		if p == "" || !doublestar.ValidatePattern(p) {
			return filter{}, &services.Error{Code: services.CodeUsage, Op: "read", Reason: "pattern", Details: services.Clean(p)}
		}
		f.ignore = append(f.ignore, p)
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
	for _, p := range f.ignore {
		name := rel
		if !strings.Contains(p, "/") {
			name = path.Base(rel)
		}
		if doublestar.MatchUnvalidated(p, name) {
			return false
		}
	}
	return true
}
