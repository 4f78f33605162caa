package watch

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Watcher is made by New and does nothing before Run.
type Watcher struct {
	c     Config
	marks *marks
	asked chan struct{} // capacity one: a full look is wanted

	// All below belong to Run.
	tree    *tree
	deal    func(Batch) error
	hinter  Hinter
	hinting sync.WaitGroup
	polled  string
	trouble Trouble
	network bool
	id      inode // what stands at the root
	pass    int   // number of the last full look
	rootAt  time.Time
	fullAt  time.Time
	settle  time.Time // when the next candidate is due, zero: none is
	told    Batch     // the last that was told, without its files
}

// New makes a watcher. It starts nothing.
func New(c Config) *Watcher {
	c.Times = c.Times.filled()
	if c.Hints == nil {
		c.Hints = newNotifier
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Watcher{c: c, marks: newMarks(), asked: make(chan struct{}, 1), id: inode{c.Dev, c.Ino}}
}

// Rescan asks for a look at the whole folder now. It returns at once.
func (w *Watcher) Rescan() {
	select {
	case w.asked <- struct{}{}:
	default:
	}
}

// Run watches until ctx ends, and calls deal, from its own goroutine, with what
// has settled and whenever the watching goes otherwise than before. Where deal
// returns nil the batch is known from then on; where it returns ErrNotYet it is
// offered again; any other error ends Run. The error is deal's, nil where ctx
// ended.
func (w *Watcher) Run(ctx context.Context, deal func(Batch) error) error {
	w.deal, w.tree = deal, newTree(w.c.Known)
	w.c.Known = nil
	defer w.unhint()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.asked:
			w.fullAt, w.rootAt = time.Time{}, time.Time{}
		case <-w.marks.woken:
		case <-timer.C:
		}
		if err := w.step(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		timer.Reset(time.Until(w.next()))
	}
}

// next is when there is something to do without a hint.
func (w *Watcher) next() time.Time {
	at := w.rootAt
	if w.trouble != Fine {
		return at
	}
	for _, t := range []time.Time{w.fullAt, w.settle, w.marks.due(w.c.Times)} {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	return at
}

// step does what is due.
func (w *Watcher) step(ctx context.Context) error {
	now := time.Now()
	due := func(t time.Time) bool { return !t.IsZero() && !t.After(now) }
	marked := due(w.marks.due(w.c.Times))
	full := !w.fullAt.After(now)
	if !w.rootAt.After(now) || marked || full {
		w.rootAt = now.Add(w.c.Times.Root)
		if w.guard(); w.trouble != Fine {
			return w.tell(Batch{Trouble: w.trouble})
		}
		full = !w.fullAt.After(now) // it may just have come back
	}
	switch {
	case full:
		return w.lookAll(ctx)
	case marked:
		return w.lookMarked(ctx)
	case due(w.settle):
		w.resettle(ctx)
		return w.offer(false)
	}
	return nil
}

// guard sees what stands at the root. One that came back is looked at anew.
func (w *Watcher) guard() {
	was := w.trouble
	if w.trouble = w.standing(); w.trouble != Fine {
		w.unhint()
		return
	}
	if was != Fine {
		w.fullAt = time.Time{}
	}
}

// lookAll looks at everything, and sees to the hints first.
func (w *Watcher) lookAll(ctx context.Context) error {
	if w.pass == 0 {
		if err := w.tell(Batch{Scanning: true}); err != nil {
			return err
		}
	}
	w.marks.take()
	w.hint()
	w.lookFull(ctx)
	if ctx.Err() != nil {
		return nil
	}
	every := time.Duration((0.75 + rand.Float64()/2) * float64(w.c.Times.Rescan))
	if w.polled != "" {
		every = w.c.Times.Poll
	}
	w.fullAt = time.Now().Add(every)
	return w.offer(true)
}

func (w *Watcher) lookMarked(ctx context.Context) error {
	dirs, all := w.marks.take()
	if all {
		w.fullAt = time.Time{}
		return w.lookAll(ctx)
	}
	w.lookAt(ctx, dirs)
	return w.offer(false)
}

// hint begins with hints where there are none yet.
func (w *Watcher) hint() {
	w.network = OnNetwork(string(w.c.Root))
	if w.hinter == nil {
		h, err := w.c.Hints()
		if err != nil {
			w.poll(err)
			return
		}
		w.hinter = h
		w.hinting.Go(func() { h.Run(w.heard) })
	}
	w.polled = ""
	if w.network {
		w.polled = PollNetwork // others write there too
	}
}

func (w *Watcher) unhint() {
	if w.hinter == nil {
		return
	}
	if err := w.hinter.Close(); err != nil {
		w.c.Log.Warn("watches not let go of", "error", err.Error())
	}
	w.hinting.Wait()
	w.hinter = nil
}

// poll does without hints from now on.
func (w *Watcher) poll(err error) {
	if w.polled == "" {
		w.c.Log.Warn("folder is only looked at now and then", "error", err.Error())
	}
	w.unhint()
	w.polled = PollNoWatches
	if errors.Is(err, errNoHints) {
		w.polled = PollSystem
	}
}

// heard marks what a hint is about. Called from the hinter's goroutine.
func (w *Watcher) heard(h Hint) {
	root := string(w.c.Root)
	switch {
	case h.Everything:
		w.marks.mark("", true)
	case h.Dir == root:
		w.marks.mark("", false)
	case strings.HasPrefix(h.Dir, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator)):
		rel, err := filepath.Rel(root, h.Dir)
		w.marks.mark(filepath.ToSlash(rel), err != nil)
	default:
		w.marks.mark("", true) // the root itself was moved or taken away
	}
}
