package add

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/kit"
)

// file is one path that was given, or a part of a folder that was.
type file struct {
	path store.Path
	plan ingest.Plan
	seen bool // it was looked at
}

func (f file) good() bool { return f.seen && f.plan.Err == nil }

// line is a file as the list shows it.
type line struct {
	icon, name, sub, size string
	role                  kit.Role // of sub
}

func lineOf(f file) line {
	l := line{name: services.Clean(f.plan.Name), role: kit.Ink3}
	if l.name == "" {
		l.name = services.Clean(filepath.Base(string(f.path)))
	}
	l.icon = kit.FileIcon(l.name)
	p := f.plan
	switch {
	case !f.seen:
		l.icon, l.sub = "file", kit.T("add.file.looking")
		return l
	case p.Err != nil:
		l.icon, l.role, l.sub = "warn", kit.Bad, whyNot(p.Err)
		return l
	}
	if l.icon == "folder" {
		l.icon = "file" // a name without an ending
	}
	var parts []string
	if p.Dir {
		l.icon = "folder"
		parts = append(parts, kit.N("add.file.holds", int64(p.Files)))
	}
	if p.CAR {
		l.icon = "archive"
		parts = append(parts, carLine(p.Roots))
	}
	if p.Network {
		l.role = kit.Warn
		parts = append(parts, kit.T("add.file.network"))
	}
	l.size, l.sub = kit.Bytes(p.Size), strings.Join(parts, " · ")
	return l
}

// whyNot is why a path cannot be taken, in a few words.
func whyNot(e *services.Error) string {
	if e.Code == services.CodeSource {
		return kit.SourceWord(e.Reason)
	}
	return kit.Explain(e, "").Title
}

// mostRoots is how many roots of a CAR are written out.
const mostRoots = 2

func carLine(roots []services.CID) string {
	var names []string
	for i, c := range roots {
		if i == mostRoots {
			names = append(names, "…")
			break
		}
		names = append(names, services.Clean(c.Short()))
	}
	return kit.N("add.file.car", int64(len(roots)), "ids", strings.Join(names, ", "))
}

// sum is what stands above the list.
type sum struct {
	items, files int // that can be taken
	size         int64
	bad          int // that cannot
	looking      int // still to be looked at
	dirs         int
	left         int // left out, in the folders
	leftNames    []string
	secrets      []string // what looks like keys or passwords
	help         []string // what would help with those that cannot be taken
}

// mostLeft is how many names of what is left out are written out.
const mostLeft = 100

func sumOf(list []file, outside leftOut) sum {
	s := sum{left: outside.count, leftNames: outside.names}
	for _, f := range list {
		switch {
		case !f.seen:
			s.looking++
			continue
		case f.plan.Err != nil:
			s.bad++
			s.help = helped(s.help, f, len(list))
			continue
		}
		s.items++
		s.files += f.plan.Files
		s.size += max(0, f.plan.Size)
		s.left += f.plan.Left
		s.leftNames = append(s.leftNames[:len(s.leftNames):len(s.leftNames)], f.plan.LeftNames...)
		s.secrets = append(s.secrets, f.plan.Secrets...)
		if f.plan.Dir {
			s.dirs++
		}
	}
	return s
}

// mostHelp is for how many files what would help is written out.
const mostHelp = 2

// helped adds what would help with a file, named where it is one of several.
func helped(help []string, f file, all int) []string {
	words := kit.Explain(f.plan.Err, "").Hint
	if words == "" || len(help) == mostHelp {
		return help
	}
	if all > 1 {
		words = kit.T("add.help", "name", lineOf(f).name, "text", words)
	}
	return append(help, words)
}

func (s sum) title() string {
	if s.looking > 0 {
		return kit.T("add.looking", "done", kit.Count(int64(s.items+s.bad)), "all", kit.Count(int64(s.items+s.bad+s.looking)))
	}
	if s.items == 0 && s.bad > 0 {
		return kit.N("add.none.good", int64(s.bad))
	}
	words := kit.N("add.files", int64(s.files))
	if s.dirs > 0 {
		words = kit.N("add.things", int64(s.items), "files", words)
	}
	return kit.T("add.total", "what", words, "size", kit.Bytes(s.size))
}

// skipped is the word of the link to what is left out, "" where nothing is.
func (s sum) skipped() string {
	if s.left == 0 {
		return ""
	}
	return kit.N("add.skipped", int64(s.left))
}

// skippedNames says what is left out and why.
func (s sum) skippedNames() string {
	names := s.leftNames
	if len(names) > mostLeft {
		names = names[:mostLeft]
	}
	clean := make([]string, len(names))
	for i, n := range names {
		clean[i] = services.Clean(n)
	}
	text := kit.T("add.skipped.why") + "\n" + strings.Join(clean, ", ")
	if more := s.left - len(names); more > 0 {
		text += " " + kit.N("add.more", int64(more))
	}
	return text
}

// mostSecrets is how many of what looks secret are written out.
const mostSecrets = 3

// warning names what looks like keys or passwords, "" where nothing does.
func (s sum) warning() string {
	if len(s.secrets) == 0 {
		return ""
	}
	names := make([]string, 0, mostSecrets)
	for _, n := range s.secrets[:min(mostSecrets, len(s.secrets))] {
		names = append(names, services.Clean(n))
	}
	text := strings.Join(names, ", ")
	if more := len(s.secrets) - len(names); more > 0 {
		text += " " + kit.N("add.more", int64(more))
	}
	return kit.N("add.secret", int64(len(s.secrets)), "names", text)
}

// leftOut is what lies in a folder and is not taken when each thing in it is an
// item of its own.
type leftOut struct {
	count int
	names []string
}

// expand is what to look at: the paths themselves, or with split what lies in
// the folders among them, by name. It reads the disk.
func expand(ctx context.Context, given []store.Path, split, hidden bool) ([]store.Path, leftOut, error) {
	var out []store.Path
	var left leftOut
	for _, p := range given {
		info, err := os.Stat(string(p))
		if !split || err != nil || !info.IsDir() {
			out = append(out, p)
			continue
		}
		inside, err := os.ReadDir(string(p))
		if err != nil || len(inside) == 0 {
			out = append(out, p) // looking at it says what is wrong
			continue
		}
		for _, e := range inside {
			if ctx.Err() != nil {
				return nil, left, ctx.Err()
			}
			if e.Type()&os.ModeSymlink != 0 || (!hidden && strings.HasPrefix(e.Name(), ".")) {
				left.count++
				if len(left.names) < mostLeft {
					left.names = append(left.names, e.Name())
				}
				continue
			}
			out = append(out, store.Path(filepath.Join(string(p), e.Name())))
		}
	}
	return out, left, nil
}

// lookBeat is how long is looked before the list shows how far that came.
const lookBeat = 150 * time.Millisecond

// look looks at paths one after the other until lookBeat is over, and returns
// what it found so far.
func look(ctx context.Context, e Engine, paths []store.Path, r pinsync.ImportRequest) ([]ingest.Plan, error) {
	begin := time.Now()
	var out []ingest.Plan
	for _, p := range paths {
		r.Paths = []store.Path{p}
		plans, err := e.Inspect(ctx, r)
		if err != nil {
			return out, err
		}
		for _, plan := range plans {
			plan.Path = p
			out = append(out, plan)
		}
		if time.Since(begin) > lookBeat {
			break
		}
	}
	return out, nil
}

// PathOf is the path a file:// address or an absolute path names; ok is false
// for anything else, as an ID or a link.
func PathOf(text string) (p store.Path, ok bool) {
	if u, err := url.Parse(text); err == nil && strings.EqualFold(u.Scheme, "file") && u.Path != "" {
		return store.Path(filepath.Clean(filepath.FromSlash(u.Path))), true
	}
	if !filepath.IsAbs(text) {
		return "", false
	}
	if _, err := services.ParseLink(text); err == nil { // /ipfs/...
		return "", false
	}
	return store.Path(filepath.Clean(text)), true
}
