package token

import (
	"context"
	"time"
)

// holdOff is how long the library is left alone after a call of it did not end.
const holdOff = 30 * time.Second

// Locked reports, without asking anyone, why keys of the keyring cannot be
// read now: "locked", "no-keyring", or "" where they can. An answer that does
// not come in time counts as locked.
func (k *Keys) Locked(ctx context.Context) string {
	err := k.look(ctx, true)
	switch {
	case err == nil:
		return ""
	case absent(err):
		return "no-keyring"
	}
	return "locked"
}

// Changed has a notice whenever Locked may say something else than before.
func (k *Keys) Changed() <-chan struct{} { return k.changed }

// Unlock asks the person to unlock the keyring, if it is locked, and returns
// nil once keys can be read. Call it for a person's click, or once at start.
// Callers meet in one question, which is taken back when nobody answers in
// time or the ctx of the first of them ends.
func (k *Keys) Unlock(ctx context.Context) error {
	err := k.look(ctx, true)
	if err == nil || reasonOf(err) != "locked" {
		return err
	}
	k.mu.Lock()
	q := k.asking
	if q != nil {
		k.mu.Unlock()
		select {
		case <-q.done:
			return q.err
		case <-ctx.Done():
			return fail("timeout", ctx.Err())
		}
	}
	q = &question{done: make(chan struct{})}
	k.asking = q
	k.mu.Unlock()

	q.err = ask(ctx, k.c)
	if q.err == nil {
		q.err = k.look(ctx, false)
	}
	k.mu.Lock()
	k.asking = nil
	k.mu.Unlock()
	close(q.done)
	return q.err
}

// Run watches a keyring that cannot be read until it can, so that Changed is
// heard when it is unlocked elsewhere (at login it is often locked for some
// seconds only). It returns nil when ctx ends.
func (k *Keys) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	<-timer.C
	for {
		switch k.lastLook() {
		case "":
			timer.Stop()
		case "locked", "timeout":
			timer.Reset(k.c.Poll)
		default:
			timer.Reset(8 * k.c.Poll)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-k.wake:
		case <-timer.C:
			_ = k.look(ctx, false) // noted by look; Changed tells
		}
	}
}

// look finds out whether the keyring can be read without asking anyone and
// tells Changed when that is news. start lets the bus start a keyring that
// does not run.
func (k *Keys) look(ctx context.Context, start bool) error {
	ctx, cancel := context.WithTimeout(ctx, k.c.Wait)
	defer cancel()
	err := look(ctx, start)
	k.mu.Lock()
	news := reasonOf(err) != k.state
	k.state = reasonOf(err)
	k.mu.Unlock()
	if news {
		post(k.changed)
		post(k.wake)
	}
	return err
}

func (k *Keys) lastLook() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// call runs f, which calls the library, when its turn comes, and gives up on
// it at the deadline. It returns when ctx ends, wherever f is then.
func (k *Keys) call(ctx context.Context, f func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return "", fail("timeout", ctx.Err())
	}
	k.mu.Lock()
	held := time.Now().Before(k.hold)
	k.mu.Unlock()
	if held {
		<-k.turn
		return "", fail("timeout", nil)
	}
	answers, limit := make(chan answer, 1), make(chan struct{})
	watchdog := time.AfterFunc(k.c.Wait, func() {
		k.mu.Lock()
		k.hold = time.Now().Add(holdOff)
		k.mu.Unlock()
		close(limit)
		<-k.turn
	})
	go func() {
		text, err := f()
		answers <- answer{text, err}
		if watchdog.Stop() {
			<-k.turn
		}
	}()
	select {
	case a := <-answers:
		return a.text, libraryError(a.err)
	case <-limit:
		return "", fail("timeout", nil)
	case <-ctx.Done():
		return "", fail("timeout", ctx.Err())
	}
}

func post(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
