package ui

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

// giver is an engine that only says how far things are, and counts who asks.
type giver struct {
	Engine
	mu    sync.Mutex
	list  []store.Progress
	asked int
}

func (g *giver) Progress(context.Context) ([]store.Progress, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	return g.list, nil
}

// askedIn is how often it is asked in so long.
func (g *giver) askedIn(d time.Duration) int {
	count := func() int {
		synctest.Wait()
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.asked
	}
	before := count()
	time.Sleep(d)
	return count() - before
}

func (g *giver) set(list ...store.Progress) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = list
}

func emptyStore(t *testing.T, ctx context.Context) *store.Reader {
	t.Helper()
	dir := t.TempDir()
	var changes store.Changes
	u, err := user.Open(ctx, dir, &changes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	c, _, err := cache.Open(ctx, dir, &changes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	r, err := store.Open(ctx, dir, &changes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestBringing_IsAskedEachSecondOnlyWhileThereIsSome(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		g := &giver{}
		u := &UI{d: Deps{Reader: emptyStore(t, ctx), Engine: g, Log: slog.New(slog.DiscardHandler)}, under: make(chan struct{}, 1)}
		var following sync.WaitGroup
		following.Go(func() { u.followBringing(ctx) })
		defer following.Wait()
		defer stop()

		if n := g.askedIn(time.Minute); n != 0 {
			t.Errorf("it was asked %d times while nothing is under way", n)
		}
		u.going.Store(true)
		signal(u.under)
		if n := g.askedIn(bringingBeat + time.Millisecond); n != 1 {
			t.Errorf("it was asked %d times after a reading found something, want once", n)
		}
		if n := g.askedIn(time.Minute); n < 4 || n > 6 {
			t.Errorf("it was asked %d times in a minute in which there was none, want less and less often", n)
		}
		g.set(store.Progress{Source: 1})
		signal(u.under)
		if n := g.askedIn(time.Minute); n < 58 {
			t.Errorf("it was asked %d times in a minute, want each second", n)
		}
		u.going.Store(false)
		g.set()
		if n := g.askedIn(time.Minute); n != 1 {
			t.Errorf("it was asked %d times after the end, want once, to see it", n)
		}
	})
}
