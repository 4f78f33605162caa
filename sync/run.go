package sync

import (
	"context"
	"errors"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Times of the engine's own life.
const (
	lastCalls  = 3 * time.Second // calls in flight get this long when Run ends; files close after it, within 5 s in all
	staleEvery = 5 * time.Minute // how often age is looked at
	tidyEvery  = 24 * time.Hour
	settled    = time.Minute     // a start has better to do than to write a long list
	worldEvery = 5 * time.Second // how often the clock and the network are looked at
	afterSleep = 5 * time.Second // the network needs a moment after a wake-up
)

// Run polls and works until ctx ends, then lets calls in flight end for up to
// 3 s. It returns nil then, and an error only if the store fails.
func (e *Engine) Run(ctx context.Context) error {
	if !e.start() {
		panic("bug: engine runs already")
	}
	defer e.stop()
	if err := e.recover(ctx); err != nil {
		return storeError(ctx, err)
	}
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(lastCalls, cancel)
		context.AfterFunc(calls, func() { timer.Stop() })
	})()
	g.Go(func() error { return e.supervise(ctx, calls) })
	g.Go(func() error { return e.tidy(ctx) })
	g.Go(func() error { return e.watchKeys(ctx) })
	g.Go(func() error { e.watchWorld(ctx); return nil })
	g.Go(func() error { return e.watchFolders(ctx) })
	g.Go(func() error { return e.followFolders(ctx) })
	g.Go(func() error { return e.importer(ctx) })
	g.Go(func() error { return e.gives(ctx) })
	g.Go(func() error { return e.followLocal(ctx) })
	g.Go(func() error { e.runGiver(ctx); return nil })
	return g.Wait()
}

func (e *Engine) start() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.running
	e.running = true
	return !was
}

func (e *Engine) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = false
}

// supervise keeps a poller, a worker and an uploader running for every account that is not
// paused, and starts them anew when the account was edited.
func (e *Engine) supervise(ctx, calls context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	type pair struct {
		account services.Account
		end     context.CancelFunc
	}
	running := map[services.AccountID]pair{}
	for {
		accounts, err := e.c.User.Accounts(ctx)
		if err != nil {
			for _, r := range running {
				r.end()
			}
			return errors.Join(storeError(ctx, err), g.Wait())
		}
		stale := maps.Clone(running)
		for _, a := range accounts {
			if r, ok := running[a.ID]; a.Paused || ok && r.account == a {
				if !a.Paused {
					delete(stale, a.ID)
				}
				continue
			}
			if r, ok := running[a.ID]; ok {
				r.end()
				delete(stale, a.ID)
			}
			pairCtx, end := context.WithCancel(ctx)
			running[a.ID] = pair{a, end}
			p := e.place(a.ID)
			g.Go(func() error { return e.poller(pairCtx, p, a) })
			g.Go(func() error { return e.worker(pairCtx, calls, p, a) })
			g.Go(func() error { return e.uploader(pairCtx, calls, p, a) })
		}
		for id, r := range stale {
			r.end()
			delete(running, id)
		}
		if !wait(ctx, e.reload, time.Time{}) {
			for _, r := range running {
				r.end()
			}
			return g.Wait()
		}
	}
}

// worker carries out the account's operations as they become due.
func (e *Engine) worker(ctx, calls context.Context, p *place, a services.Account) error {
	for {
		again, err := e.drain(ctx, calls, p, a)
		if err != nil {
			return err
		}
		if !wait(ctx, p.work, again) {
			return nil
		}
	}
}

// poller looks at the account when it is due.
func (e *Engine) poller(ctx context.Context, p *place, a services.Account) error {
	for {
		until, err := e.paused(ctx)
		if err != nil {
			return storeError(ctx, err)
		}
		check, at := p.due(until)
		if at.After(time.Now()) {
			if !wait(ctx, p.poll, at) {
				return nil
			}
			continue
		}
		switch check {
		case checkAll:
			_, err = e.pass(ctx, p, a, readAll)
		case checkSome:
			_, err = e.pass(ctx, p, a, readSome)
		case checkPending:
			err = e.lookPending(ctx, p, a)
		}
		if err != nil || ctx.Err() != nil || p.life.Err() != nil {
			return storeError(ctx, err)
		}
	}
}

type checkKind int

const (
	checkSome checkKind = iota
	checkAll
	checkPending
)

// due says what is to be looked at next, and when. What somebody asked for is
// due now.
func (p *place) due(paused time.Time) (checkKind, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.schedule.want {
		return checkAll, time.Time{}
	}
	check, at := checkSome, p.schedule.check
	if pending := p.schedule.pending; !pending.IsZero() && pending.Before(at) {
		check, at = checkPending, pending
	}
	for _, limit := range []time.Time{paused, p.closedLocked()} {
		if at.Before(limit) {
			at = limit
		}
	}
	return check, at
}

// tidy keeps ages, history, the daily copy and the dated lists.
func (e *Engine) tidy(ctx context.Context) error {
	began, tidied := time.Now(), time.Time{}
	for {
		now := time.Now()
		if err := e.c.Cache.Restale(ctx, now); err != nil {
			return storeError(ctx, err)
		}
		if now.Sub(tidied) >= tidyEvery {
			tidied = now
			if err := e.c.User.Prune(ctx, now); err != nil {
				return storeError(ctx, err)
			}
			if err := e.c.User.Backup(ctx, now); err != nil && ctx.Err() == nil {
				e.c.Log.Warn("daily copy failed", "error", err.Error())
			}
		}
		next := now.Add(staleEvery)
		if now.Sub(began) < settled {
			next = began.Add(settled)
		} else {
			e.exportDaily(ctx, now)
		}
		if !wait(ctx, nil, next) {
			return nil
		}
	}
}

// watchKeys tries again what waited for the keyring.
func (e *Engine) watchKeys(ctx context.Context) error {
	for wait(ctx, e.c.Keys.Changed(), time.Time{}) {
		if e.c.Keys.Locked(ctx) != "" {
			continue
		}
		if err := e.keysChanged(ctx); err != nil {
			return storeError(ctx, err)
		}
	}
	return nil
}

// Pause stops sending and checking until then (zero: until Resume).
func (e *Engine) Pause(ctx context.Context, until time.Time) error {
	value := store.UntilResume
	if !until.IsZero() {
		value = until.UTC().Format(time.RFC3339)
	}
	return e.Set(ctx, store.SettingPaused, value)
}

// Resume goes on.
func (e *Engine) Resume(ctx context.Context) error { return e.Set(ctx, store.SettingPaused, "") }

// Set stores a setting.
func (e *Engine) Set(ctx context.Context, key, value string) error {
	if err := e.c.User.Set(ctx, key, value); err != nil {
		return err
	}
	switch key {
	case store.SettingPaused:
		e.wakeAll()
		return e.pauseBytes(ctx)
	case store.SettingUploadLimit, store.SettingListen:
		return e.setGiver(ctx)
	}
	return nil
}

// Resolve closes observations the person has seen.
func (e *Engine) Resolve(ctx context.Context, ids []int64) error { return e.c.User.Resolve(ctx, ids) }
