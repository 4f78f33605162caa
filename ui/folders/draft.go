package folders

import (
	"path/filepath"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/kit"
)

// draft is the sheet as it was filled in.
type draft struct {
	path     string
	rule     store.Rule
	some     bool   // only some kinds of files
	kinds    []bool // which, in the order of kinds
	others   string // more endings and patterns, as typed
	ignore   string // as typed
	existing bool   // what is in it now too
	texts    bool   // .txt files are lists
	replace  bool
	profile  store.Profile
	accounts []services.AccountID
}

// draftOf is the draft a watched folder would have been made with.
func draftOf(f store.Folder) draft {
	d := draft{
		path: string(f.Path), rule: f.Rule, some: len(f.Include) > 0, ignore: strings.Join(f.Ignore, ", "),
		texts: f.TextLists, replace: f.OnChange == store.ReplaceOld, profile: f.Profile, accounts: f.Accounts,
	}
	d.kinds, d.others = chosenKinds(f.Include)
	return d
}

// include is the patterns of the files it takes, none for every file.
func (d draft) include() []string {
	if !d.some {
		return nil
	}
	var out []string
	for i, k := range kinds() {
		if i < len(d.kinds) && d.kinds[i] {
			out = append(out, k.pattern)
		}
	}
	return append(out, patterns(d.others, true)...)
}

// request is what the draft asks the engine for. home stands for "~".
func (d draft) request(home string) pinsync.FolderRequest {
	path, _ := pathOf(d.path, home)
	r := pinsync.FolderRequest{
		Path: path, Rule: d.rule, OnChange: store.KeepOld, Profile: d.profile, Include: d.include(), Ignore: patterns(d.ignore, false),
		TextLists: d.texts, Accounts: d.accounts, Existing: d.existing,
	}
	if d.replace {
		r.OnChange = store.ReplaceOld
	}
	return r
}

// question is what to ask for a dry run: it always counts what is there, so that
// the person can choose. What is no question of the dry run is left out, so that
// two drafts with the same answer have the same question.
func (d draft) question(home string) pinsync.FolderRequest {
	r := d.request(home)
	r.OnChange, r.Profile, r.Accounts, r.Existing = store.KeepOld, store.ProfileV1, nil, true
	return r
}

// folder is the draft as it would be shown on a card.
func (d draft) folder(home string) store.Folder {
	r := d.request(home)
	return store.Folder{Path: r.Path, Rule: r.Rule, OnChange: r.OnChange, Include: r.Include}
}

// pathOf is a path a person typed or dropped; ok is false where it is none.
func pathOf(text, home string) (store.Path, bool) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "~"); ok && home != "" && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		text = filepath.Join(home, rest)
	}
	return add.PathOf(text)
}

// will says in one sentence what starting would do, and in another what not.
func (d draft) will(p pinsync.FolderPlan, where, home string) string {
	name := nameOf(d.request(home).Path)
	var first string
	folders := p.Items - p.Named
	switch size := kit.Bytes(p.Size); {
	case d.rule == store.WholeFolder && d.existing:
		first = kit.T("folders.will.whole.now", "name", name, "size", size, "places", where)
	case d.rule == store.WholeFolder:
		first = kit.T("folders.will.whole", "name", name, "places", where)
	case d.rule == store.EachSubfolder && d.existing && folders > 0:
		first = kit.N("folders.will.subfolders.now", int64(folders), "name", name, "size", size, "places", where)
	case d.rule == store.EachSubfolder:
		first = kit.T("folders.will.subfolders", "name", name, "places", where)
	case d.existing && p.Files > 0:
		first = kit.N("folders.will.files.now", int64(p.Files), "what", what(d.include()), "name", name, "size", size, "places", where)
	default:
		first = kit.T("folders.will.files", "what", what(d.include()), "name", name, "places", where)
	}
	if d.existing && p.Named > 0 {
		first += " " + kit.N("folders.will.named", int64(p.Named))
	}
	return first + " " + kit.T("folders.will.deleted")
}
