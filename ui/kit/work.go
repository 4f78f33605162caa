package kit

import (
	"context"
	"sync"
)

var (
	working sync.WaitGroup // every Go that has not ended
	answers held
)

// held is answers, and what timers do, kept back for Wait while Hold is on.
type held struct {
	mu    sync.Mutex
	on    bool
	queue []func()
}

// give brings an answer to the UI thread.
func (h *held) give(then func()) {
	h.mu.Lock()
	if h.on {
		h.queue = append(h.queue, then)
		h.mu.Unlock()
		return
	}
	h.mu.Unlock()
	OnUI(then)
}

// take is what was kept back.
func (h *held) take() []func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	q := h.queue
	h.queue = nil
	return q
}

// Hold keeps answers back until Wait gives them, on the goroutine that calls
// it, and returns what ends that. It is for tests: Fyne's test driver has no UI
// thread, and runs what was meant for it on any goroutine at any time.
func Hold() (end func()) {
	set := func(on bool) {
		answers.mu.Lock()
		defer answers.mu.Unlock()
		answers.on, answers.queue = on, nil
	}
	set(true)
	return func() { set(false) }
}

// Go runs work off the UI thread and then gives its answer to then on the UI
// thread. The answer is dropped if ctx has ended by then: pass Latest.Next for
// a question that makes older ones pointless. It is the only way off the UI
// thread; Wait waits for what is still running.
func Go[T any](ctx context.Context, work func(context.Context) (T, error), then func(T, error)) {
	working.Go(func() {
		answer, err := work(ctx)
		if ctx.Err() != nil || then == nil {
			return
		}
		answers.give(func() {
			if ctx.Err() == nil {
				then(answer, err)
			}
		})
	})
}

// Do is Go for work that has no answer but whether it went well.
func Do(ctx context.Context, work func(context.Context) error, then func(error)) {
	Go(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) },
		func(_ struct{}, err error) {
			if then != nil {
				then(err)
			}
		})
}

// Wait returns when nothing started with Go is running any more, or ctx ends.
// Call it at quit, after cancelling what the work runs under, and not on the
// UI thread of a program that goes on.
func Wait(ctx context.Context) {
	for {
		done := make(chan struct{})
		go func() { working.Wait(); close(done) }()
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
		given := answers.take()
		if len(given) == 0 {
			return
		}
		for _, then := range given {
			then()
		}
	}
}

// Latest makes each question end the one before. The zero value is ready. It
// belongs to the UI thread.
type Latest struct{ cancel context.CancelFunc }

// Next is the context of a new question; the one before ends.
func (l *Latest) Next(ctx context.Context) context.Context {
	l.Stop()
	ctx, l.cancel = context.WithCancel(ctx)
	return ctx
}

// Stop ends the question under way.
func (l *Latest) Stop() {
	if l.cancel != nil {
		l.cancel()
	}
}
