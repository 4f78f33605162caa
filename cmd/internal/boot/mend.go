package boot

import (
	"context"
	"errors"
	"time"

	"github.com/gofrs/flock"

	"github.com/pintray/pintray/services/token"
	"github.com/pintray/pintray/store"
)

// openReader opens the Reader of a process that does not own the folder. Where
// cache.db is missing or damaged beside a whole user.db, that is made anew first;
// where a file is just being made, that is waited for.
func (a *App) openReader(ctx context.Context, o Options) error {
	r, err := store.Open(ctx, a.Dir, nil)
	told := false
	for late := time.Now().Add(ownerTime); (store.IsCacheDamaged(err) || store.IsBusy(err)) && time.Now().Before(late); {
		if err := a.mend(ctx, o, &told); err != nil {
			return err
		}
		if r, err = store.Open(ctx, a.Dir, nil); err == nil {
			a.Mended = true
		} else if err := pause(ctx, retryTime); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	r.OnCacheDamage(func() { a.doubt.Store(true) })
	a.Reader, a.close = r, append(a.close, r.Close)
	return nil
}

// mendTime is how long Close takes at most to have a cache made anew.
const mendTime = 10 * time.Second

// mendLate has a cache made anew that what was read showed to be damaged.
func (a *App) mendLate() error {
	ctx, cancel := context.WithTimeout(context.Background(), mendTime)
	defer cancel()
	return a.mend(ctx, Options{}, new(bool))
}

// mend makes a missing or damaged cache anew where no process owns the folder.
// Else it tells the owner, unless that was told: it makes it anew itself.
func (a *App) mend(ctx context.Context, o Options, told *bool) error {
	lock, err := tryLock(a.Dir)
	switch {
	case err != nil:
		return err
	case lock != nil:
		return mendHere(ctx, a.Dir, lock, o)
	case *told:
		return nil
	}
	// Nobody answers while the owner opens or closes, or is just mending.
	answer, err := exchange(ctx, a.Dir, request{Protocol: protocol, Verb: look})
	*told = err == nil && !answer.Closing
	return ctx.Err()
}

// mendHere opens the files as an owner does, which makes anew what it finds
// damaged, looks through the cache, and closes them. The lock becomes its own.
func mendHere(ctx context.Context, dir string, lock *flock.Flock, o Options) error {
	return withFiles(ctx, dir, lock, o, func(w *owner) error {
		if err := w.cache.Check(ctx); w.cache.Damaged() {
			w.log.Warn("the cache is damaged; it is made anew and fills from the services", "op", "open", "err", err)
			return w.remake(ctx)
		}
		return nil
	})
}

// withFiles opens the files as an owner does, for as long as do takes. The lock
// becomes its own.
func withFiles(ctx context.Context, dir string, lock *flock.Flock, o Options, do func(*owner) error) (err error) {
	w := &owner{lock: lock, changes: new(store.Changes), keys: token.New(token.Config{})}
	w.close = append(w.close, lock.Close)
	defer func() { err = errors.Join(err, w.end()) }()
	if err := w.openFiles(ctx, dir, o); err != nil {
		return err
	}
	return do(w)
}
