package sync

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/watch"
)

// publishStep is how many files are published in one transaction.
const publishStep = 500

// publishHeld publishes what of the index is to be published. Each step is one
// transaction of index, manifest, sources and operations.
func (r *folderRun) publishHeld(ctx context.Context) error {
	for ctx.Err() == nil {
		held, err := r.e.c.User.HeldFiles(ctx, r.folder.ID, user.Publish, publishStep)
		if err != nil || len(held) == 0 {
			return err
		}
		accounts, err := r.accounts(ctx)
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			return r.change(ctx, func(f *user.Folder) { waits(f, waitsAccount, 0, 0) })
		}
		if err := r.publish(ctx, held, accounts); err != nil {
			return err
		}
	}
	return nil
}

// accounts is which of the folder's are still there.
func (r *folderRun) accounts(ctx context.Context) ([]services.AccountID, error) {
	list, err := r.e.c.User.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var ids []services.AccountID
	for _, id := range r.folder.Accounts {
		if slices.ContainsFunc(list, func(a services.Account) bool { return a.ID == id }) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// publication gathers what is published in one step.
type publication struct {
	*folderRun
	user.Publication
	accounts []services.AccountID
	was      *stand
	claimed  map[int64]bool // items that are renamed by it
	plain    []plainItem
	seen     []store.Observation // of lists, for the person
}

// plainItem is a file or folder that may have to be published.
type plainItem struct {
	user.Look
	files []store.FolderFile
}

func (r *folderRun) publish(ctx context.Context, held []user.IndexFile, accounts []services.AccountID) error {
	if err := r.e.asking.take(ctx); err != nil {
		return nil // ctx ended: it is published the next time
	}
	defer r.e.asking.give()
	was, err := r.e.stand(ctx)
	if err != nil {
		return err
	}
	p := &publication{
		folderRun: r, accounts: accounts, was: was, claimed: make(map[int64]bool),
		Publication: user.Publication{Folder: r.folder.ID, Files: held, At: time.Now()},
	}
	done := make(map[string]bool)
	for _, f := range held {
		item, ok := r.rules.Item(string(f.Rel))
		if !ok || done[item] {
			continue
		}
		done[item] = true
		if err := p.item(ctx, f, store.Path(item)); err != nil {
			return err
		}
	}
	if err := p.versions(ctx); err != nil {
		return err
	}
	moved, err := r.e.c.User.Publish(ctx, p.Publication)
	if err != nil {
		return err
	}
	for _, seen := range p.seen {
		if err := r.e.c.User.Observe(context.WithoutCancel(ctx), seen); err != nil {
			return err
		}
	}
	if len(p.Renames) > 0 { // of what is published already no operation moved
		r.e.folders.outdated(r.folder.ID)
		r.e.moved.Post()
	}
	if len(p.Again) > 0 {
		wake(r.e.imports)
	}
	return r.told(ctx, moved)
}

// told brings the rest of the engine after what was published.
func (r *folderRun) told(ctx context.Context, moved []store.Operation) error {
	if len(moved) == 0 {
		return nil
	}
	r.e.folders.outdated(r.folder.ID)
	wake(r.e.imports)
	return r.e.told(context.WithoutCancel(ctx), moved)
}

// item publishes one item, or what a list names.
func (p *publication) item(ctx context.Context, f user.IndexFile, item store.Path) error {
	switch list := p.rules.List(string(f.Rel)); {
	case list != watch.NoList && !f.Gone.IsZero():
		return nil
	case list == watch.IDs:
		return p.list(ctx, f)
	case list == watch.CAR:
		return p.car(ctx, f)
	}
	files, wait := []store.FolderFile{f.FolderFile}, false
	if item != f.Rel {
		var err error
		if files, wait, err = p.filesOf(ctx, item); err != nil {
			return err
		}
	} else if !f.Gone.IsZero() {
		files = nil
	}
	switch {
	case len(files) == 0:
		return nil // what is gone stays online
	case wait:
		return p.hold(ctx, item)
	}
	p.plain = append(p.plain, plainItem{user.Look{Rel: item, Stamp: watch.Stamp(item, files)}, files})
	return nil
}

// versions sees which of the items are new or changed.
func (p *publication) versions(ctx context.Context) error {
	looks := make([]user.Look, len(p.plain))
	for i := range p.plain {
		looks[i] = p.plain[i].Look
	}
	if err := p.e.c.User.LookUp(ctx, p.folder.ID, looks); err != nil {
		return err
	}
	for i, item := range p.plain {
		item.Look = looks[i]
		if err := p.version(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

// filesOf is the files an item is made of, and whether some of them wait for the
// person. All of them are dealt with in this step.
func (p *publication) filesOf(ctx context.Context, item store.Path) (files []store.FolderFile, wait bool, err error) {
	list, err := p.e.c.User.ItemFiles(ctx, p.folder.ID, item)
	if err != nil {
		return nil, false, err
	}
	for _, f := range list {
		of, ok := p.rules.Item(string(f.Rel))
		if !ok || of != string(item) || p.rules.File(string(f.Rel), f.Size) != "" {
			continue
		}
		files = append(files, f.FolderFile)
		wait = wait || f.Held == user.Waits
		if f.Held == user.Publish && len(list) > 1 {
			p.Files = append(p.Files, f)
		}
	}
	return files, wait, nil
}

// hold has what is to be published of an item wait with the rest of it.
func (p *publication) hold(ctx context.Context, item store.Path) error {
	list, err := p.e.c.User.ItemFiles(ctx, p.folder.ID, item)
	if err != nil {
		return err
	}
	var held []user.IndexFile
	for _, f := range list {
		if f.Held == user.Publish {
			f.Held = user.Waits
			held = append(held, f)
		}
	}
	return p.e.c.User.SeeFiles(ctx, p.folder.ID, held, nil, func(*user.Folder) {})
}

// version publishes an item that is new or changed. One that only goes by
// another path keeps its pins.
func (p *publication) version(ctx context.Context, item plainItem) error {
	now := user.FolderItem{Rel: item.Rel, Stamp: item.Stamp, Name: p.nameOf(item.Rel), Size: -1}
	if len(item.At) == 1 && item.At[0].Stamp == now.Stamp {
		return nil
	}
	if len(item.At) == 0 && !slices.ContainsFunc(item.files, func(f store.FolderFile) bool { return f.Ino == 0 }) {
		was, ok, err := p.movedFrom(ctx, item.Look)
		if err != nil {
			return err
		}
		if ok {
			p.claimed[was.ID] = true
			was.Rel, was.Name = now.Rel, now.Name
			p.Renames = append(p.Renames, user.Rename{Item: was, Path: p.path(item.Rel)})
			return nil
		}
	}
	p.Versions = append(p.Versions, user.Version{
		Source: p.source(item.Rel), Items: []user.NewItem{{FolderItem: now, Adds: p.adds(now.Name)}},
		Ends: item.At, Release: p.folder.OnChange == store.ReplaceOld,
	})
	return nil
}

// movedFrom is the item that stood elsewhere with the same files, and does not
// any more.
func (p *publication) movedFrom(ctx context.Context, now user.Look) (user.FolderItem, bool, error) {
	for _, was := range now.Same {
		if p.claimed[was.ID] || was.Rel == now.Rel {
			continue
		}
		left, err := p.e.c.User.ItemFiles(ctx, p.folder.ID, was.Rel)
		if err != nil {
			return user.FolderItem{}, false, err
		}
		if len(left) == 0 {
			return was, true, nil
		}
	}
	return user.FolderItem{}, false, nil
}

func (r *folderRun) path(item store.Path) store.Path {
	return store.Path(filepath.Join(string(r.folder.Path), filepath.FromSlash(string(item))))
}

// nameOf is what people call an item.
func (r *folderRun) nameOf(item store.Path) string {
	return shortName(nameOf(string(r.path(item))))
}

// shortName cuts a name to what a service takes.
func shortName(name string) string {
	if runes := []rune(name); len(runes) > services.MaxName {
		return string(runes[:services.MaxName])
	}
	return name
}

func (r *folderRun) source(item store.Path) *store.Source {
	return &store.Source{
		Path: r.path(item), Profile: r.folder.Profile, Ignore: r.rules.InItem(string(item)), Name: r.nameOf(item),
		Folder: r.folder.ID, Rel: item,
	}
}

// adds asks every account for what will have a CID once it was read.
func (p *publication) adds(name string) []store.Operation {
	var ops []store.Operation
	for _, id := range p.accounts {
		ops = append(ops, store.Operation{
			Account: id, Kind: store.OpAdd, Pin: services.Pin{Name: name}, State: store.OpPreparing,
		})
	}
	return ops
}
