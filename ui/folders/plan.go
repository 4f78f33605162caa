package folders

import (
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// look is a dry run on its way, or what came of it.
type look struct {
	of    pinsync.FolderRequest // what was asked
	going bool
	done  bool
	plan  pinsync.FolderPlan
	err   error
}

// good reports whether the folder can be watched as it was asked.
func (l look) good() bool { return l.done && !l.going && l.err == nil }

// verdict is what stands under the path.
type verdict struct {
	icon        string
	role        kit.Role
	title, hint string
	warnings    []string
}

// judge says what a dry run found about the folder itself.
func judge(path string, l look) verdict {
	switch {
	case strings.TrimSpace(path) == "":
		return verdict{icon: "info", role: kit.Ink3, title: kit.T("folders.path.idle")}
	case l.going:
		return verdict{icon: "clock", role: kit.Work, title: kit.T("folders.path.looking")}
	case l.err != nil:
		m := kit.Explain(l.err, "")
		return verdict{icon: "warn", role: kit.Bad, title: m.Title, hint: m.Hint}
	case !l.done:
		return verdict{icon: "warn", role: kit.Warn, title: kit.T("folders.path.whole")}
	}
	v := verdict{icon: "check", role: kit.SafeInk, title: inside(l.plan)}
	for _, w := range l.plan.Warnings {
		switch w {
		case "cloud-drive":
			v.warnings = append(v.warnings, kit.T("folders.warn.cloud"))
		case "network":
			v.warnings = append(v.warnings, kit.T("folders.warn.network"))
		case "large":
			v.warnings = append(v.warnings, kit.T("folders.warn.large"))
		case "personal":
			v.warnings = append(v.warnings, kit.T("folders.warn.personal"))
		}
	}
	return v
}

// inside says how much there is: "214 files, 1.2 GB and 2 IDs in lists".
func inside(p pinsync.FolderPlan) string {
	if p.Files+p.Named == 0 && !p.More {
		return kit.T("folders.inside.none")
	}
	words := kit.N("folders.inside", int64(p.Files), "size", kit.Bytes(p.Size))
	named := kit.N("folders.inside.named", int64(p.Named))
	switch {
	case p.Files == 0 && p.Named > 0:
		words = named
	case p.Named > 0:
		words = kit.T("folders.inside.both", "files", words, "named", named)
	}
	if p.More {
		return kit.T("folders.inside.more", "words", words)
	}
	return words
}

// line is one name of a dry run.
type line struct{ icon, name, why string }

// kept are the names of what the rules take.
func kept(p pinsync.FolderPlan) []line {
	var out []line
	for _, l := range p.Lists {
		why := kit.N("folders.list.ids", int64(l.CIDs))
		if l.Bad > 0 {
			why += ", " + kit.N("folders.list.bad", int64(l.Bad))
		}
		out = append(out, line{"items", services.Clean(l.Name), why})
	}
	for _, name := range p.Sample {
		out = append(out, line{icon: kit.FileIcon(name), name: services.Clean(name)})
	}
	return more(out, p.Files-len(p.Sample))
}

// leftOut are the names of what the rules leave out, and why.
func leftOut(p pinsync.FolderPlan) []line {
	var out []line
	for _, l := range p.Left {
		icon := kit.FileIcon(l.Name)
		switch {
		case l.Why == "secret":
			icon = "lock"
		case strings.HasSuffix(l.Name, "/"):
			icon = "folder"
		}
		out = append(out, line{icon, services.Clean(l.Name), whyWord(l.Why)})
	}
	return more(out, p.LeftCount-len(p.Left))
}

func more(lines []line, n int) []line {
	if n > 0 {
		lines = append(lines, line{icon: "more", name: kit.N("folders.more", int64(n))})
	}
	return lines
}

func whyWord(why string) string {
	switch why {
	case "hidden":
		return kit.T("folders.why.hidden")
	case "temporary":
		return kit.T("folders.why.temporary")
	case "secret":
		return kit.T("folders.why.secret")
	case "ignored":
		return kit.T("folders.why.ignored")
	case "not-included":
		return kit.T("folders.why.not-included")
	case "link":
		return kit.T("folders.why.link")
	case "empty":
		return kit.T("folders.why.empty")
	case "loose":
		return kit.T("folders.why.loose")
	default:
		return kit.T("folders.why.special")
	}
}

// howMany is how many items there would be, and of a whole folder how many files
// are in it.
func howMany(p pinsync.FolderPlan, rule store.Rule) int {
	if rule == store.WholeFolder {
		return p.Files + p.Named
	}
	return p.Items
}

// existingWords say what the choice about what is there now means, of files and
// of what lists name.
func existingWords(existing bool, rule store.Rule, p pinsync.FolderPlan) string {
	files := existingFiles(existing, rule, p)
	if p.Named == 0 {
		return files
	}
	named := kit.N("folders.existing.named.later", int64(p.Named))
	if existing {
		named = kit.N("folders.existing.named.now", int64(p.Named))
	}
	if p.Files == 0 {
		return named
	}
	return files + " " + named
}

func existingFiles(existing bool, rule store.Rule, p pinsync.FolderPlan) string {
	size, folders := kit.Bytes(p.Size), int64(p.Items-p.Named)
	switch {
	case rule == store.WholeFolder && existing:
		return kit.N("folders.existing.whole.now", int64(p.Files), "size", size)
	case rule == store.WholeFolder:
		return kit.T("folders.existing.whole.later")
	case p.Files == 0 && !p.More:
		return kit.T("folders.inside.none")
	case rule == store.EachSubfolder && existing:
		return kit.N("folders.existing.subfolders.now", folders, "size", size)
	case rule == store.EachSubfolder:
		return kit.N("folders.existing.subfolders.later", folders)
	case existing:
		return kit.N("folders.existing.now", int64(p.Files), "size", size)
	default:
		return kit.N("folders.existing.later", int64(p.Files))
	}
}
