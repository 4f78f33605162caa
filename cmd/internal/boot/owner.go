package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/local"
)

// owner is all that the one process that owns a data folder has open.
type owner struct {
	lock    *flock.Flock
	log     *slog.Logger
	changes *store.Changes
	keys    *token.Keys
	user    *user.DB
	cache   *cache.DB
	blocks  *blocks.DB
	local   *local.Service // nil in the demo
	engine  *engine
	reader  *store.Reader  // of this process; nil where it has none
	remade  time.Time      // when the cache was made anew last
	close   []func() error // in the order of opening
}

// own opens everything in dir, whose lock is held and becomes its own: it is
// given back where own fails.
func own(ctx context.Context, dir string, lock *flock.Flock, o Options) (_ *owner, err error) {
	w := &owner{lock: lock, changes: new(store.Changes), keys: token.New(token.Config{})}
	w.close = append(w.close, lock.Close)
	defer func() {
		if err != nil {
			err = errors.Join(err, w.end())
		}
	}()
	if err = w.openFiles(ctx, dir, o); err != nil {
		return nil, err
	}
	if o.Demo == 0 {
		w.close = append(w.close, w.copyDay)
	}
	w.engine = w.newEngine(dir, o.Giving)
	if err = w.engine.RestLocal(ctx); err != nil {
		return nil, err
	}
	w.listen(dir, o.Raise)
	return w, nil
}

// copyTime is how long the end waits at most for the day's copy.
const copyTime = 10 * time.Second

// copyDay makes the day's copy of user.db where it is missing: a running engine
// makes it, but who only calls from a shell has none. That it fails is no failure
// of the call.
func (w *owner) copyDay() error {
	ctx, cancel := context.WithTimeout(context.Background(), copyTime)
	defer cancel()
	if err := w.user.Backup(ctx, time.Now()); err != nil {
		w.log.Warn("daily copy failed", "op", "close", "err", err)
	}
	return nil
}

// openFiles opens the log and the files. What can be made anew is, where it is
// damaged; this computer rests.
func (w *owner) openFiles(ctx context.Context, dir string, o Options) (err error) {
	var file io.Closer
	w.log, file = newLog(dir, o.LogTo, w.keys.Scrub)
	w.close = append(w.close, file.Close)
	if w.user, err = user.Open(ctx, dir, w.changes); err != nil {
		return err
	}
	w.close = append(w.close, w.user.Close)
	var rebuilt bool
	if w.cache, rebuilt, err = cache.Open(ctx, dir, w.changes); err != nil {
		return err
	}
	w.close = append(w.close, w.cache.Close)
	var lost bool
	if w.blocks, lost, err = blocks.Open(ctx, dir); err != nil {
		return err
	}
	w.close = append(w.close, w.blocks.Close)
	if err = closeFiles(dir); err != nil {
		return storageError(err)
	}
	if o.Demo == 0 {
		if err = w.openLocal(ctx, dir); err != nil {
			return err
		}
	}
	if rebuilt {
		w.log.Warn("the cache was made anew; it fills from the services", "op", "open")
		if err = w.restorePending(ctx); err != nil {
			return err
		}
	}
	if lost {
		w.log.Warn("the index of files was made anew; they are read again", "op", "open")
		if err = w.user.Unready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// newEngine makes the engine over what is open.
func (w *owner) newEngine(dir string, giving func(*handover.Config)) *engine {
	connect := &connector{dir: dir, keys: w.keys, local: w.local}
	if err := connect.readBudgets(); err != nil {
		w.log.Warn("what services were asked lately is not known", "op", "open", "err", err)
	}
	w.close = append(w.close, func() error {
		if err := connect.writeBudgets(); err != nil {
			w.log.Warn("what services were asked lately is not handed on", "op", "close", "err", err)
		}
		return nil
	})
	c := pinsync.Config{
		User: w.user, Cache: w.cache, Blocks: w.blocks, Connect: connect.connect, Keys: w.keys, Log: w.log,
		Uploader: connect.uploader,
		Giver: func(b handover.Blocks) pinsync.Giver {
			c := handover.Config{
				Blocks: b, Log: w.log, Listen: true, UserAgent: "Pintray/" + Version,
				Identity: filepath.Join(dir, "giving.key"),
			}
			if giving != nil {
				giving(&c)
			}
			return handover.New(c)
		},
	}
	if w.local != nil {
		c.Local = w.local
	}
	e := pinsync.New(c)
	w.close = append(w.close, e.Close)
	return &engine{Engine: e, owner: w}
}

// restorePending shows what was asked for, and how large it is, in a cache that
// knows nothing of it.
func (w *owner) restorePending(ctx context.Context) error {
	known, err := w.user.KnownSources(ctx)
	if err != nil {
		return err
	}
	if err := w.cache.SetSizes(ctx, known...); err != nil {
		return err
	}
	open, err := w.user.OpenOperations(ctx)
	if err != nil {
		return err
	}
	return w.cache.SetPending(ctx, open, true)
}

// listen lets other processes hand their work over. Without it they are told
// that the folder is in use; the owner itself works all the same.
func (w *owner) listen(dir string, raise func([]string)) {
	s, err := serve(dir, w.engine, raise, w.log)
	if err != nil {
		w.log.Warn("other processes cannot be heard", "op", "open", "err", err)
		return
	}
	w.close = append(w.close, s.stop)
}

// run works until ctx ends. A cache that turns out to be damaged is made anew on
// the way.
func (w *owner) run(ctx context.Context) error {
	w.log.Info("running", "op", "run", "version", Version)
	for {
		err := w.work(ctx)
		if err == nil || ctx.Err() != nil || !w.cache.Damaged() || time.Since(w.remade) < againTime {
			return err
		}
		w.log.Warn("the cache is damaged; it is made anew and fills from the services", "op", "run", "err", err)
		err = w.remake(ctx)
		if err == nil {
			err = w.engine.Refresh(ctx, nil)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
	}
}

func (w *owner) work(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.engine.Run(ctx) })
	g.Go(func() error { return w.keys.Run(ctx) })
	g.Go(func() error { return w.check(ctx) })
	g.Go(func() error { return w.watchCache(ctx) })
	if err := g.Wait(); err != nil {
		return fmt.Errorf("run the engine: %w", err)
	}
	return nil
}

// check looks through the cache after a stop that did not close it.
func (w *owner) check(ctx context.Context) error {
	if !w.cache.Unclean() || !w.remade.IsZero() {
		return nil
	}
	if err := w.cache.Check(ctx); w.cache.Damaged() {
		return err
	}
	return nil
}

// watchCache ends the engine once the cache turned out to be damaged, whoever
// found it: another process may have, that reads it.
func (w *owner) watchCache(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-w.cache.Found():
	}
	if err := pause(ctx, againTime-time.Since(w.remade)); err != nil {
		return nil // it ends
	}
	return &services.Error{Code: services.CodeStorage, Op: "read", Reason: "cache-damaged"}
}

// look looks whether the cache is damaged, since a process that reads it says
// so. The engine makes it anew, or who opens it next.
func (w *owner) look(ctx context.Context) error {
	if err := w.cache.Check(ctx); err != nil && !w.cache.Damaged() {
		return err
	}
	return nil
}

// remake puts an empty cache in the place of a damaged one, while the engine
// rests.
func (w *owner) remake(ctx context.Context) error {
	w.remade = time.Now()
	remake := func() error { return w.cache.Remake(ctx) }
	if w.reader != nil {
		remake = func() error { return w.reader.Without(func() error { return w.cache.Remake(ctx) }) }
	}
	if err := remake(); err != nil {
		return err
	}
	if w.local != nil {
		account, err := w.localAccount(ctx)
		if err != nil {
			return err
		}
		if err := w.cache.SetLocal(ctx, account.ID); err != nil {
			return err
		}
	}
	return w.restorePending(ctx)
}

// end closes in reverse order.
func (w *owner) end() error {
	var all error
	for i := len(w.close) - 1; i >= 0; i-- {
		all = errors.Join(all, w.close[i]())
	}
	w.close = nil
	return all
}
