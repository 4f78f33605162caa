package sync

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/watch"
)

// folderLoop is what the engine keeps in memory of watched folders.
type folderLoop struct {
	changed chan struct{} // capacity one: the folders are not what they were

	mu        sync.Mutex
	runs      map[store.FolderID]*watch.Watcher
	again     map[store.FolderID]bool // to be begun anew
	unwritten map[store.FolderID]bool // manifests that are not up to date
	checked   map[services.AccountID]checked
}

func newFolderLoop() *folderLoop {
	return &folderLoop{
		changed: make(chan struct{}, 1), runs: make(map[store.FolderID]*watch.Watcher),
		again: make(map[store.FolderID]bool), unwritten: make(map[store.FolderID]bool),
		checked: make(map[services.AccountID]checked),
	}
}

// anew has the watching of a folder begin again, with the rules of now.
func (l *folderLoop) anew(id store.FolderID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.again[id] = true
	wake(l.changed)
}

func (l *folderLoop) takeAgain(id store.FolderID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.again[id]
	delete(l.again, id)
	return was
}

func (l *folderLoop) began(id store.FolderID, w *watch.Watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.runs[id] = w
}

func (l *folderLoop) ends(id store.FolderID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.runs, id)
}

// rescan has the folders looked at as a whole; none for all.
func (l *folderLoop) rescan(ids ...store.FolderID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, w := range l.runs {
		if len(ids) == 0 || id == ids[0] {
			w.Rescan()
		}
	}
}

// outdated notes that a folder's manifest is not up to date.
func (l *folderLoop) outdated(id store.FolderID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unwritten[id] = true
}

func (l *folderLoop) takeOutdated() []store.FolderID {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []store.FolderID
	for id := range l.unwritten {
		ids = append(ids, id)
	}
	clear(l.unwritten)
	return ids
}

// folderRun is the watching of one folder, from one goroutine.
type folderRun struct {
	e      *Engine
	folder user.Folder // as it was when it began
	rules  *watch.Rules
	end    context.CancelFunc
	done   chan struct{}
}

// watchFolders watches every folder that is not paused, until ctx ends. The
// error is the store's.
func (e *Engine) watchFolders(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	running := make(map[store.FolderID]*folderRun)
	for {
		wanted, resume, err := e.toWatch(ctx)
		if err != nil {
			cancel()
			_ = g.Wait() // err came first
			return storeError(ctx, err)
		}
		for id, r := range running {
			if _, ok := wanted[id]; !ok || e.folders.takeAgain(id) {
				r.end()
				<-r.done
				delete(running, id)
			}
		}
		for id, f := range wanted {
			if running[id] != nil {
				continue
			}
			r := &folderRun{e: e, folder: f, done: make(chan struct{})}
			var rctx context.Context
			rctx, r.end = context.WithCancel(ctx)
			running[id] = r
			g.Go(func() error { return r.run(rctx) })
		}
		if !wait(ctx, e.folders.changed, resume) {
			return g.Wait()
		}
	}
}

// toWatch is the folders that are to be watched now, none while everything is
// paused, and when the next one that is paused goes on. What changes meanwhile is
// found by the first look after it.
func (e *Engine) toWatch(ctx context.Context) (wanted map[store.FolderID]user.Folder, resume time.Time, err error) {
	now := time.Now()
	until, err := e.paused(ctx)
	if err != nil || until.After(now) {
		return nil, until, err
	}
	list, err := e.c.User.Folders(ctx)
	if err != nil {
		return nil, resume, err
	}
	wanted = make(map[store.FolderID]user.Folder, len(list))
	for _, f := range list {
		if f.State == store.FolderPaused {
			if f.PausedUntil.IsZero() || f.PausedUntil.After(now) {
				if !f.PausedUntil.IsZero() && (resume.IsZero() || f.PausedUntil.Before(resume)) {
					resume = f.PausedUntil
				}
				continue
			}
			if err := e.c.User.ChangeFolder(ctx, f.ID, unpause); err != nil {
				return nil, resume, err
			}
		}
		wanted[f.ID] = f
	}
	return wanted, resume, nil
}

func unpause(f *user.Folder) {
	if f.State == store.FolderPaused {
		f.State, f.Reason, f.PausedUntil = store.FolderWatching, "", time.Time{}
	}
}

// run watches until ctx ends, or the folder is forgotten.
func (r *folderRun) run(ctx context.Context) error {
	defer close(r.done)
	defer r.e.folders.ends(r.folder.ID)
	err := r.watch(ctx)
	if e := services.AsError(err); e != nil && e.Code == services.CodeUsage {
		r.e.c.Log.Info("folder not watched any more", "folder", r.folder.ID, "reason", e.Reason)
		return nil
	}
	return storeError(ctx, err)
}

func (r *folderRun) watch(ctx context.Context) error {
	f := r.folder
	var err error
	if r.rules, err = watch.NewRules(f.Rule, f.Include, f.Ignore, f.TextLists); err != nil {
		return err
	}
	files, err := r.e.c.User.FolderFiles(ctx, f.ID)
	if err != nil {
		return err
	}
	known := make([]store.FolderFile, len(files))
	for i, file := range files {
		known[i] = file.FolderFile
	}
	if err := r.publishHeld(ctx); err != nil {
		return err
	}
	w := watch.New(watch.Config{
		Root: f.Path, Rules: r.rules, Known: known, Dev: f.Dev, Ino: f.Ino, Times: r.e.c.Watch,
		Log: r.e.c.Log.With("folder", f.ID),
	})
	r.e.folders.began(f.ID, w)
	return w.Run(ctx, func(b watch.Batch) error { return r.deal(ctx, b) })
}
