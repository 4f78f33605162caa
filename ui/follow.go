package ui

import (
	"context"
	"reflect"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

const (
	// beat is the least time between two readings, whatever changes.
	beat = 100 * time.Millisecond
	// tick is how often times on the screen ("3 min ago") are told anew.
	tick = 30 * time.Second
	// keyringBeat is the least time between two questions to the keyring.
	keyringBeat = 2 * time.Second
)

// follow reads what the shell shows after each change, at most every beat and
// not while the window is hidden, and waits until it is on the screen before it
// reads again. It ends with ctx.
func (u *UI) follow(ctx context.Context) {
	notices, stop := u.d.Changes.Subscribe()
	defer stop()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
		case <-ticker.C:
		case <-u.wake:
		}
		if u.hidden.Load() {
			continue // Raise wakes us
		}
		s, err := u.read(ctx)
		if err != nil && ctx.Err() == nil {
			u.d.Log.Warn("the window could not read its data", "code", services.CodeOf(err), "err", err)
		}
		if err == nil && !kit.AwaitUI(ctx, func() { u.apply(s) }) {
			return
		}
		if !pause(ctx, beat) {
			return
		}
	}
}

// followKeyring keeps the keyring's state true. The keyring may take its time:
// nothing else waits for it.
func (u *UI) followKeyring(ctx context.Context) {
	notices, stop := u.d.Changes.Subscribe()
	defer stop()
	last := kit.KeyringAsking
	for {
		state, err := u.d.Engine.KeyringState(ctx)
		if err == nil && state != last {
			last = state
			if !kit.AwaitUI(ctx, func() { u.state.Keyring = state }) {
				return
			}
			u.refresh()
		}
		if !pause(ctx, keyringBeat) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-notices:
		}
	}
}

// bringingBeat is how often it is asked how far things of this computer are,
// while there are any; where there were none, later and later.
const (
	bringingBeat     = time.Second
	bringingBeatMost = 16 * bringingBeat
)

// followBringing shows how far what is read, uploaded and given is: only while
// something is, and somebody can see it.
func (u *UI) followBringing(ctx context.Context) {
	var shown kit.Bringing
	beat, armed := bringingBeat, true
	timer := time.NewTimer(beat)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-u.under:
			if !armed || beat > bringingBeat {
				beat, armed = bringingBeat, true
				timer.Reset(beat)
			}
			continue
		case <-timer.C:
		}
		if armed = !u.hidden.Load() && (u.going.Load() || shown.Any()); !armed {
			continue // the next reading wakes us
		}
		b, err := u.readBringing(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			u.d.Log.Warn("how far files are could not be read", "code", services.CodeOf(err))
		case b.Any() != shown.Any() || !reflect.DeepEqual(b, shown):
			shown = b
			if !kit.AwaitUI(ctx, func() { u.applyBringing(b) }) {
				return
			}
		}
		beat = min(2*beat, bringingBeatMost)
		if shown.Any() {
			beat = bringingBeat
		}
		timer.Reset(beat)
	}
}

func (u *UI) readBringing(ctx context.Context) (kit.Bringing, error) {
	list, err := u.d.Engine.Progress(ctx)
	if err != nil {
		return kit.Bringing{}, err
	}
	sources, err := u.d.Reader.OpenSources(ctx)
	return kit.NewBringing(list, sources), err
}

func (u *UI) applyBringing(b kit.Bringing) {
	u.state.Bringing = b
	switch u.page {
	case Items:
		u.items.ShowBringing()
	case Activity:
		u.activity.ShowBringing()
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// refresh asks for a reading soon; from any goroutine.
func (u *UI) refresh() { signal(u.wake) }

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

func (u *UI) read(ctx context.Context) (s kit.Snapshot, err error) {
	s.At = time.Now()
	if s.Accounts, err = u.d.Reader.Accounts(ctx); err != nil {
		return s, err
	}
	s.Health, err = u.d.Reader.Health(ctx, s.At)
	return s, err
}

// apply shows a reading: the badges, and the page on the screen.
func (u *UI) apply(s kit.Snapshot) {
	s.Keyring, s.Bringing = u.state.Keyring, u.state.Bringing
	u.state = s
	if going := s.Health.Working > 0 || s.Health.OpenOperations > 0; u.going.Swap(going) || going {
		signal(u.under)
	}
	u.nav.show(s)
	u.view(u.page).Refresh()
	if given := u.given; len(given) > 0 {
		u.given = nil
		u.AddAll(given)
	}
}

// readStart reads the few settings the first picture depends on. It is bounded,
// and what cannot be read has its default.
func (u *UI) readStart() start {
	ctx, cancel := context.WithTimeout(u.ctx, startPatience)
	defer cancel()
	return startOf(func(key string) string {
		v, err := u.d.Reader.Setting(ctx, key)
		if err != nil {
			u.d.Log.Warn("a setting could not be read", "setting", key, "code", services.CodeOf(err))
		}
		return v
	})
}
