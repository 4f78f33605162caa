package boot

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/store"
)

// age has the cache told what of it is no longer fresh, where nobody runs: a
// running engine tells it every few minutes. What cannot be written is read as it
// is.
func (a *App) age(ctx context.Context, o Options) error {
	list, err := a.Reader.Accounts(ctx)
	now := time.Now()
	if err != nil || !slices.ContainsFunc(list, func(s store.AccountState) bool { return s.Aged(now) }) {
		return err
	}
	lock, err := tryLock(a.Dir)
	if lock != nil {
		err = withFiles(ctx, a.Dir, lock, o, func(w *owner) error { return w.cache.Restale(ctx, now) })
	} // else its owner does it
	if err != nil && ctx.Err() == nil {
		a.Log.Warn("what is no longer fresh is not told so", "op", "open", "err", err)
	}
	return ctx.Err()
}
