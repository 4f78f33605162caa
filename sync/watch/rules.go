package watch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Takes reports whether a file is neither left out nor in a folder that is.
func (r *Rules) Takes(rel string, size int64) bool {
	for dir := path.Dir(rel); dir != "."; dir = path.Dir(dir) {
		if r.Dir(dir) != "" {
			return false
		}
	}
	return r.File(rel, size) == ""
}

// List says whether a file names what is to be kept, and is not kept itself.
type List int

const (
	NoList List = iota
	IDs         // a content ID or link a line
	CAR         // its roots are what is kept
)

// Rules say what of a folder is to be published, and what is not and why. They
// touch nothing and may be used from any goroutine. Paths are below the folder,
// with slashes.
type Rules struct {
	what            store.Rule
	include, ignore []string // patterns of whole paths
	texts           bool
}

// NewRules makes rules. A pattern without a slash is one of names at any depth,
// one with a slash of paths below the folder; both are blind to case. A pattern
// that is none is CodeUsage, Reason "pattern", with it in Details; an unknown
// rule Reason "rule".
func NewRules(what store.Rule, include, ignore []string, textLists bool) (*Rules, error) {
	r := &Rules{what: what, texts: textLists}
	switch what {
	case store.EachFile, store.EachSubfolder, store.WholeFolder:
	default:
		return nil, &services.Error{Code: services.CodeUsage, Op: "watch", Reason: "rule", Details: string(what), NotSent: true}
	}
	var err error
	if r.include, err = patterns(include); err != nil {
		return nil, err
	}
	// What names a folder means all that is in it.
	for _, p := range slices.Clone(r.include) {
		r.include = append(r.include, p+"/**")
	}
	r.ignore, err = patterns(ignore)
	return r, err
}

// patterns makes patterns of whole paths of what a person wrote.
func patterns(list []string) ([]string, error) {
	var all []string
	for _, text := range list {
		p := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "./"), "/")
		if p == "" {
			continue
		}
		if strings.Contains(p, "/") {
			p = strings.TrimPrefix(p, "/")
		} else {
			p = "**/" + p
		}
		if !doublestar.ValidatePattern(p) {
			return nil, &services.Error{Code: services.CodeUsage, Op: "watch", Reason: "pattern", Details: services.Clean(text), NotSent: true}
		}
		all = append(all, anyCase(p))
	}
	return all, nil
}

func matches(list []string, rel string) bool {
	for _, p := range list {
		if doublestar.MatchUnvalidated(p, rel) {
			return true
		}
	}
	return false
}

// Dir says why a folder is not looked into, "" where it is.
func (r *Rules) Dir(rel string) string {
	if why := byName(path.Base(rel)); why != "" {
		return why
	}
	if matches(r.ignore, rel) {
		return WhyIgnored
	}
	return ""
}

// File says why a file of a folder that is looked into is left out, "" where it
// is published or a List.
func (r *Rules) File(rel string, size int64) string {
	if why := byName(path.Base(rel)); why != "" {
		return why
	}
	if matches(r.ignore, rel) {
		return WhyIgnored
	}
	if r.List(rel) != NoList {
		return ""
	}
	switch _, ok := r.Item(rel); {
	case len(r.include) > 0 && !matches(r.include, rel):
		return WhyExcluded
	case !ok:
		return WhyLoose
	case size == 0 && r.what == store.EachFile: // in a folder it is part of that
		return WhyEmpty
	}
	return ""
}

// List says whether a file names what is to be kept. Where items are folders
// only those beside them are lists: what is in an item is its content.
func (r *Rules) List(rel string) List {
	if r.what != store.EachFile && strings.Contains(rel, "/") {
		return NoList
	}
	switch ext := strings.ToLower(path.Ext(rel)); {
	case ext == ".cid", ext == ".txt" && r.texts:
		return IDs
	case ext == ".car":
		return CAR
	}
	return NoList
}

// Item is the path of the item a file is part of: its own, that of the
// sub-folder it is in, or "" for the whole folder. ok is false where it is part
// of none.
func (r *Rules) Item(rel string) (item string, ok bool) {
	if r.what == store.EachFile || r.List(rel) != NoList {
		return rel, true
	}
	if r.what == store.WholeFolder {
		return "", true
	}
	item, _, ok = strings.Cut(rel, "/")
	return item, ok
}

// InItem is what of an item is left out, as patterns of the paths in it for
// ingest.Options.Ignore; hidden files are left out besides. One that begins
// with "!" is to be matched instead: what matches none of those is left out.
func (r *Rules) InItem(item string) []string {
	list := namePatterns()
	for _, p := range r.ignore {
		if p, ok := below(p, item); ok {
			list = append(list, p)
		}
	}
	for _, p := range r.include {
		if p, ok := below(p, item); ok {
			list = append(list, "!"+p)
		}
	}
	if item == "" { // lists stand beside it
		list = append(list, "/*"+anyCase(".cid"), "/*"+anyCase(".car"))
		if r.texts {
			list = append(list, "/*"+anyCase(".txt"))
		}
	}
	return list
}

// below is what remains of a pattern inside a folder at the top.
func below(p, item string) (string, bool) {
	if item == "" || strings.HasPrefix(p, "**/") {
		return p, true
	}
	first, rest, ok := strings.Cut(p, "/")
	return rest, ok && doublestar.MatchUnvalidated(first, item)
}

// Stamp is the same for the same files in the same places of an item, wherever
// the item stands: one that was moved keeps it, one that was changed does not.
func Stamp(item store.Path, files []store.FolderFile) string {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b store.FolderFile) int { return strings.Compare(string(a.Rel), string(b.Rel)) })
	h := sha256.New()
	for _, f := range files {
		in := strings.TrimPrefix(strings.TrimPrefix(string(f.Rel), string(item)), "/")
		_, _ = io.WriteString(h, in) // a hash takes everything
		var b [1 + 3*8]byte          // the first is NUL, which no path holds
		binary.BigEndian.PutUint64(b[1:], uint64(f.Size))
		binary.BigEndian.PutUint64(b[9:], uint64(f.MTime))
		binary.BigEndian.PutUint64(b[17:], f.Ino)
		_, _ = h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
