package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/watch"
)

// The bounds of a dry run, and what it warns of.
const (
	planSample  = 200
	planLists   = 50
	planTime    = 20 * time.Second
	largeFiles  = 10_000
	largeBytes  = 10 << 30
	warnCloud   = "cloud-drive"
	warnNetwork = "network"
	warnLarge   = "large"
	warnOwn     = "personal" // Desktop or Documents themselves
)

// PlanFolder is a dry run of watching a folder: what its rules would publish of
// what is in it now. A folder that must not be watched is CodeUsage with Reason
// "home", "homes" (those of others), "root", "downloads", "private" (where
// programs keep their own), "system" (where the system keeps its own),
// "data-folder", "inside" (a watched one), "contains" (one), "watched",
// "missing", "not-a-folder", "unreadable", "not-absolute"; a bad pattern is
// "pattern", with it in Details, a bad rule "rule".
func (e *Engine) PlanFolder(ctx context.Context, r FolderRequest) (FolderPlan, error) {
	root, rules, err := e.planned(ctx, r)
	if err != nil {
		return FolderPlan{}, err
	}
	plan, _, err := e.walk(ctx, root, rules, planTime)
	return plan, err
}

// planned is the folder and the rules of a request, if it may be watched so.
func (e *Engine) planned(ctx context.Context, r FolderRequest) (store.Path, *watch.Rules, error) {
	others, err := e.c.User.Folders(ctx)
	if err != nil {
		return "", nil, err
	}
	others = slices.DeleteFunc(others, func(f user.Folder) bool { return r.Of != 0 && f.ID == r.Of })
	root, no := watchable(r.Path, placesOf(e.c.User.Dir()), others)
	if no != nil {
		return "", nil, no
	}
	rules, err := rulesOf(r)
	return root, rules, err
}

func rulesOf(r FolderRequest) (*watch.Rules, error) {
	if r.Profile != "" && !slices.Contains(store.Profiles(), r.Profile) {
		return nil, usage("watch", "unknown-profile", string(r.Profile))
	}
	switch r.OnChange {
	case "", store.KeepOld, store.ReplaceOld:
	default:
		return nil, usage("watch", "rule", string(r.OnChange))
	}
	what := r.Rule
	if what == "" {
		what = store.EachFile
	}
	return watch.NewRules(what, r.Include, r.Ignore, r.TextLists)
}

// walk looks through a folder, for at most so long (0: to the end), and returns
// the plan and the files that are not left out.
func (e *Engine) walk(ctx context.Context, root store.Path, rules *watch.Rules, most time.Duration) (FolderPlan, []store.FolderFile, error) {
	var plan FolderPlan
	var files []store.FolderFile
	items := make(map[string]bool)
	began := time.Now()
	for found, err := range watch.Walk(ctx, root, rules) {
		if err != nil {
			return plan, nil, usage("watch", "unreadable", services.Clean(string(root)))
		}
		if most > 0 && time.Since(began) > most {
			plan.More = true
			break
		}
		rel := string(found.File.Rel)
		if found.Why != "" {
			plan.leave(rel, found)
			continue
		}
		files = append(files, found.File)
		plan.Files++
		plan.Size += found.File.Size
		if list := rules.List(rel); list != watch.NoList {
			if err := plan.list(ctx, root, found.File, list); err != nil {
				return plan, nil, err
			}
			continue
		}
		if item, _ := rules.Item(rel); !items[item] {
			items[item] = true
			plan.Items++
		}
		if len(plan.Sample) < planSample {
			plan.Sample = append(plan.Sample, services.Clean(rel))
		}
	}
	if ctx.Err() != nil {
		return plan, nil, stopped("watch", ctx.Err())
	}
	plan.warn(root)
	return plan, files, nil
}

func (p *FolderPlan) leave(rel string, found watch.Found) {
	p.LeftCount++
	if len(p.Left) < planSample {
		if found.Dir {
			rel += "/"
		}
		p.Left = append(p.Left, LeftOut{Name: services.Clean(rel), Why: found.Why})
	}
}

// list says what a list names. It is no file to keep itself.
func (p *FolderPlan) list(ctx context.Context, root store.Path, f store.FolderFile, kind watch.List) error {
	p.Files--
	p.Size -= f.Size
	plan := ListPlan{Name: services.Clean(string(f.Rel))}
	if len(p.Lists) >= planLists {
		p.Items++ // at least
		p.Named++
		p.Lists = append(p.Lists, plan)
		return nil
	}
	if kind == watch.CAR {
		roots, err := ingest.Roots(ctx, store.Path(string(root)+"/"+string(f.Rel)))
		if ctx.Err() != nil {
			return stopped("watch", ctx.Err())
		}
		plan.CIDs = len(roots)
		if err != nil {
			plan.Bad = 1
		}
	} else {
		links, bad, err := openList(root, f.Rel)
		plan.CIDs, plan.Bad = len(links), bad
		if err != nil {
			plan.Bad++
		}
	}
	p.Items += plan.CIDs
	p.Named += plan.CIDs
	p.Lists = append(p.Lists, plan)
	return nil
}

func (p *FolderPlan) warn(root store.Path) {
	if onCloud(string(root)) {
		p.Warnings = append(p.Warnings, warnCloud)
	}
	if watch.OnNetwork(string(root)) {
		p.Warnings = append(p.Warnings, warnNetwork)
	}
	if p.More || p.Files > largeFiles || p.Size > largeBytes {
		p.Warnings = append(p.Warnings, warnLarge)
	}
	if slices.Contains(placesOf("").personal, string(root)) {
		p.Warnings = append(p.Warnings, warnOwn)
	}
}

// indexed is files as the index begins with them.
func indexed(files []store.FolderFile, held user.Held) []user.IndexFile {
	list := make([]user.IndexFile, len(files))
	for i, f := range files {
		list[i] = user.IndexFile{FolderFile: f, Held: held}
	}
	return list
}
