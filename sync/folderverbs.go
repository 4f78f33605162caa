package sync

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/watch"
)

// AddFolder watches a folder from now on. What is in it already is published
// only with Existing; what of it is changed later counts as new. It is refused as
// PlanFolder does, without Consent with Reason "consent", and without accounts
// with "no-account" or "unknown-account".
func (e *Engine) AddFolder(ctx context.Context, r FolderRequest) (store.Folder, error) {
	r.Of = 0
	root, rules, err := e.planned(ctx, r)
	if err != nil {
		return store.Folder{}, err
	}
	if err := e.allowed(ctx, r); err != nil {
		return store.Folder{}, err
	}
	_, files, err := e.walk(ctx, root, rules, 0)
	if err != nil {
		return store.Folder{}, err
	}
	dev, ino, err := watch.StandsAt(root)
	if err != nil {
		return store.Folder{}, usage("watch", "unreadable", services.Clean(string(root)))
	}
	f := user.Folder{Consented: time.Now(), Dev: dev, Ino: ino}
	f.Path, f.State = root, store.FolderWatching
	ruled(&f, r)
	held := user.Dealt
	if r.Existing {
		held = user.Publish
	}
	if f, err = e.c.User.AddFolder(ctx, f, indexed(files, held)); err != nil {
		return store.Folder{}, err
	}
	e.c.Log.Info("folder watched", "folder", f.ID, "rule", f.Rule, "files", len(files), "existing", r.Existing)
	e.folders.outdated(f.ID)
	wake(e.folders.changed)
	return f.Folder, nil
}

// ruled writes the rules of a request into a folder.
func ruled(f *user.Folder, r FolderRequest) {
	f.Rule, f.OnChange, f.Profile = r.Rule, r.OnChange, r.Profile
	f.Include, f.Ignore, f.TextLists, f.Accounts = r.Include, r.Ignore, r.TextLists, r.Accounts
	if f.Rule == "" {
		f.Rule = store.EachFile
	}
	if f.OnChange == "" {
		f.OnChange = store.KeepOld
	}
	if f.Profile == "" {
		f.Profile = store.ProfileV1
	}
}

// allowed checks who said yes, and where to.
func (e *Engine) allowed(ctx context.Context, r FolderRequest) error {
	if !r.Consent {
		return usage("watch", "consent", "")
	}
	if len(r.Accounts) == 0 {
		return usage("watch", "no-account", "")
	}
	_, err := e.accounts(ctx, "watch", r.Accounts)
	return err
}

// EditFolder changes the rules of a folder: Rule, OnChange, Profile, Include,
// Ignore, TextLists and Accounts, as a whole; Path is not used. What is published
// already stays as it is. With Existing, what the new rules take in is published
// too. Where anything but OnChange is another it needs Consent ("consent").
func (e *Engine) EditFolder(ctx context.Context, id store.FolderID, r FolderRequest) error {
	was, err := e.c.User.Folder(ctx, id)
	if err != nil {
		return err
	}
	rules, err := rulesOf(r)
	if err != nil {
		return err
	}
	f := was
	ruled(&f, r)
	if !sameRules(was.Folder, f.Folder) {
		if err := e.allowed(ctx, r); err != nil {
			return err
		}
		f.Consented = time.Now()
	}
	out, in, err := e.regrouped(ctx, was, rules, r.Existing)
	if err != nil {
		return err
	}
	if err := e.c.User.EditFolder(ctx, f, out, in); err != nil {
		return err
	}
	e.c.Log.Info("folder's rules changed", "folder", id, "rule", f.Rule)
	e.folders.anew(id)
	return nil
}

func sameRules(a, b store.Folder) bool {
	return a.Rule == b.Rule && a.Profile == b.Profile && a.TextLists == b.TextLists && slices.Equal(a.Include, b.Include) &&
		slices.Equal(a.Ignore, b.Ignore) && slices.Equal(a.Accounts, b.Accounts)
}

// regrouped is which files of the index other rules leave out, and which they
// take in that are not in it.
func (e *Engine) regrouped(ctx context.Context, f user.Folder, rules *watch.Rules, existing bool) (out []store.Path, in []user.IndexFile, err error) {
	index, err := e.c.User.FolderFiles(ctx, f.ID)
	if err != nil {
		return nil, nil, err
	}
	known := make(map[store.Path]bool, len(index))
	for _, file := range index {
		known[file.Rel] = true
	}
	_, files, err := e.walk(ctx, f.Path, rules, 0)
	if services.CodeOf(err) == services.CodeUsage {
		return nil, nil, nil // it is not there now: what the rules make of it is seen when it is
	}
	if err != nil {
		return nil, nil, err
	}
	held := user.Dealt
	if existing {
		held = user.Publish
	}
	before, err := watch.NewRules(f.Rule, f.Include, f.Ignore, f.TextLists)
	if err != nil {
		return nil, nil, err
	}
	left := maps.Clone(known)
	for _, file := range files {
		delete(left, file.Rel)
		// What the rules before take in too is new, or about to be found so.
		if existing || !known[file.Rel] && !before.Takes(string(file.Rel), file.Size) {
			in = append(in, user.IndexFile{FolderFile: file, Held: held})
		}
	}
	for rel := range left {
		out = append(out, rel)
	}
	return out, in, nil
}

// PauseFolder stops watching until then (zero: until ResumeFolder). What changes
// meanwhile is found afterwards.
func (e *Engine) PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error {
	return e.changeFolder(ctx, id, func(f *user.Folder) {
		f.State, f.Reason, f.PausedUntil, f.Waiting, f.WaitingBytes, f.Settling = store.FolderPaused, "", until, 0, 0, 0
	})
}

// ResumeFolder goes on. One that waits for the person is CodeUsage, Reason
// "waits", with its own Reason as Details.
func (e *Engine) ResumeFolder(ctx context.Context, id store.FolderID) error {
	f, err := e.c.User.Folder(ctx, id)
	if err != nil {
		return err
	}
	if f.State == store.FolderWaits {
		return usage("watch", "waits", f.Reason)
	}
	return e.changeFolder(ctx, id, unpause)
}

func (e *Engine) changeFolder(ctx context.Context, id store.FolderID, change func(f *user.Folder)) error {
	if err := e.c.User.ChangeFolder(ctx, id, change); err != nil {
		return err
	}
	wake(e.folders.changed)
	return nil
}

// ApproveFolder says yes to what a folder waits for: a burst is let through,
// those files and no others; what is gone is accepted; the folder that stands in
// its place is the one from now on. One that waits for nothing a yes can change
// is CodeUsage, Reason "not-waiting".
func (e *Engine) ApproveFolder(ctx context.Context, id store.FolderID) error {
	f, err := e.c.User.Folder(ctx, id)
	if err != nil {
		return err
	}
	if f.State != store.FolderWaits {
		return usage("watch", "not-waiting", "")
	}
	switch f.Reason {
	case waitsBurst:
		n, err := e.c.User.LetThrough(ctx, id)
		if err != nil {
			return err
		}
		e.c.Log.Info("burst let through", "folder", id, "files", n)
	case waitsEmptied, string(watch.Replaced):
	default:
		return usage("watch", "not-waiting", f.Reason)
	}
	gone := f.Waiting
	if f.Reason == string(watch.Replaced) {
		index, err := e.c.User.FolderFiles(ctx, id)
		if err != nil {
			return err
		}
		gone = int64(len(index))
	}
	err = e.c.User.ChangeFolder(ctx, id, func(now *user.Folder) {
		if f.Reason == string(watch.Replaced) {
			now.Dev, now.Ino = 0, 0
		}
		if f.Reason != waitsBurst {
			now.Approved = gone
		}
		stands(now, 0, 0)
	})
	if err != nil {
		return err
	}
	e.folders.anew(id)
	return nil
}

// ForgetFolder stops watching for good. What it published stays online, and its
// manifest where it is.
func (e *Engine) ForgetFolder(ctx context.Context, id store.FolderID) error {
	if _, err := e.c.User.Folder(ctx, id); err != nil {
		return err
	}
	if err := e.writeManifest(ctx, id); err != nil {
		return err
	}
	if err := e.c.User.ForgetFolder(ctx, id); err != nil {
		return err
	}
	e.c.Log.Info("folder forgotten", "folder", id)
	wake(e.folders.changed)
	return nil
}

// RescanFolder looks at the whole folder now, where it is watched.
func (e *Engine) RescanFolder(ctx context.Context, id store.FolderID) error {
	if _, err := e.c.User.Folder(ctx, id); err != nil {
		return err
	}
	e.folders.rescan(id)
	return nil
}
