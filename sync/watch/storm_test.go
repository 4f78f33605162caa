package watch_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/watch"
)

// deaf is a Hinter that says only what the test has it say.
type deaf struct {
	refuse error // what Add answers after so many
	after  int

	mu    sync.Mutex
	added int
	tell  func(watch.Hint)
	once  sync.Once
	ended chan struct{}
}

func (d *deaf) make() (watch.Hinter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended, d.once = make(chan struct{}), sync.Once{}
	return d, nil
}

func (d *deaf) Add(string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.added++; d.refuse != nil && d.added > d.after {
		return d.refuse
	}
	return nil
}

func (d *deaf) Drop(string) {}

func (d *deaf) Run(tell func(watch.Hint)) {
	d.mu.Lock()
	d.tell = tell
	ended := d.ended
	d.mu.Unlock()
	<-ended
}

func (d *deaf) Close() error { d.once.Do(func() { close(d.ended) }); return nil }

func (d *deaf) overflow() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tell(watch.Hint{Everything: true})
}

// wantOnce checks that nothing was told twice that did not change.
func (w *watched) wantOnce() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for rel, n := range w.told {
		if n != 1 {
			w.t.Fatalf("%s was told %d times", rel, n)
		}
	}
}

func TestStorm_NothingIsLostOrToldTwice(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, func(c *watch.Config) { c.Times = watch.Times{} }) // the real ones
	w.begun()
	fill(t, root, 400, 5000) // in 510 folders
	began := time.Now()
	w.wantTree()
	t.Logf("5,000 files told of %v after the last was written", time.Since(began).Round(time.Millisecond))
	w.wantOnce()
}

func TestStorm_HintsThatOverflowLoseNothing(t *testing.T) {
	root := t.TempDir()
	d := &deaf{}
	w := start(t, root, func(c *watch.Config) { c.Hints = d.make })
	w.begun()
	fill(t, root, 100, 1000)
	d.overflow()
	w.wantTree()
	w.wantOnce()
}

func TestStorm_ASlowDiskLosesNothing(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, func(c *watch.Config) {
		*c = c.Slowed(func(string) { time.Sleep(2 * time.Millisecond) })
	})
	w.begun()
	fill(t, root, 200, 1000)
	w.wantTree()
	w.wantOnce()
}

func TestStorm_WhateverIsDoneTheTreeIsTold(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	root := t.TempDir()
	w := start(t, root, nil)
	w.begun()
	dir := func() string {
		parts := []string{root}
		for range r.IntN(4) {
			parts = append(parts, fmt.Sprint("d", r.IntN(4)))
		}
		return filepath.Join(parts...)
	}
	for range 1500 {
		from, to := dir(), dir()
		switch r.IntN(8) {
		case 0:
			if from != root {
				_ = os.RemoveAll(from) // some of it may not be there
			}
		case 1, 2:
			_ = os.Rename(from, to) // nor may it be possible
		default:
			if os.MkdirAll(to, 0o755) == nil {
				_ = os.WriteFile(filepath.Join(to, fmt.Sprint("f", r.IntN(50))), []byte(strings.Repeat("x", 1+r.IntN(99))), 0o644)
			}
		}
		if r.IntN(100) == 0 {
			time.Sleep(50 * time.Millisecond)
		}
	}
	w.wantTree()
	for _, rel := range walk(t, root) { // each folder is still listened to
		write(t, filepath.Join(root, filepath.Dir(rel), "last"), "last")
	}
	w.wantTree()
}

func TestRun_WithoutWatchesLeftItLooksNowAndThen(t *testing.T) {
	root := t.TempDir()
	fill(t, root, 20, 50)
	d := &deaf{refuse: syscall.ENOSPC, after: 5}
	w := start(t, root, func(c *watch.Config) { c.Hints = d.make })
	w.wantTree()
	w.eventually("that it only looks", func() bool { return w.last.Polled == watch.PollNoWatches })
	write(t, filepath.Join(root, "later"), "x")
	w.wantTree()
	d.mu.Lock()
	d.refuse = nil
	d.mu.Unlock()
	w.eventually("that it is hinted at again", func() bool { return w.last.Polled == "" })
}

func TestRun_WithoutHintersLeftItLooksNowAndThen(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, func(c *watch.Config) {
		c.Hints = func() (watch.Hinter, error) { return nil, syscall.EMFILE }
	})
	w.begun()
	write(t, filepath.Join(root, "later"), "x")
	w.wantTree()
}

// known runs a watcher once and returns what it was told.
func known(t *testing.T, root string) ([]store.FolderFile, uint64, uint64) {
	t.Helper()
	w := start(t, root, nil)
	w.wantTree()
	w.end()
	var list []store.FolderFile
	for _, f := range w.files {
		list = append(list, f)
	}
	return list, w.last.Dev, w.last.Ino
}

func TestRun_AFolderTakenAwayIsNoDeletedFiles(t *testing.T) {
	root := filepath.Join(t.TempDir(), "art")
	fill(t, root, 20, 50)
	files, dev, ino := known(t, root)
	w := start(t, root, func(c *watch.Config) { c.Known, c.Dev, c.Ino = files, dev, ino })
	w.begun()
	if err := os.Rename(root, root+".away"); err != nil {
		t.Fatal(err)
	}
	w.eventually("that it is missing", func() bool { return w.last.Trouble == watch.Missing })
	if len(w.files) != 50 {
		t.Errorf("%d files left, want all", len(w.files))
	}
	write(t, filepath.Join(root, "another"), "x")
	w.eventually("that another stands there", func() bool { return w.last.Trouble == watch.Replaced })
	if w.times("another") > 0 || len(w.files) != 50 {
		t.Error("a conclusion was drawn from another folder")
	}
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root+".away", "meanwhile"), "x")
	if err := os.Rename(root+".away", root); err != nil {
		t.Fatal(err)
	}
	w.wantTree()
	write(t, filepath.Join(root, "a1", "b1", "c0", "after"), "x")
	w.wantTree()
}

func TestRun_AFolderOnAnotherDeviceNumberIsKnownByItsFiles(t *testing.T) {
	root := t.TempDir()
	fill(t, root, 5, 30)
	files, dev, ino := known(t, root)
	w := start(t, root, func(c *watch.Config) { c.Known, c.Dev, c.Ino = files, dev+7, ino })
	w.begun()
	if w.last.Dev != dev {
		t.Errorf("device %d, want what it is now, %d", w.last.Dev, dev)
	}
	for i := range files {
		files[i].MTime++
	}
	other := start(t, root, func(c *watch.Config) { c.Known, c.Dev, c.Ino = files, dev+7, ino })
	other.eventually("that another stands there", func() bool { return other.last.Trouble == watch.Replaced })
}

func TestRun_WhatCannotBeReadIsNotGone(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("not run: root reads everything")
	}
	root := t.TempDir()
	write(t, filepath.Join(root, "d", "e", "x"), "x")
	w := start(t, root, nil)
	w.wantTree()
	if err := os.Chmod(filepath.Join(root, "d"), 0); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(filepath.Join(root, "d"), 0o755) }()
	w.mu.Lock()
	full := w.full
	w.mu.Unlock()
	w.Rescan()
	w.eventually("another look", func() bool { return w.full > full })
	if len(w.files) != 1 {
		t.Error("what could not be read counts as gone")
	}
}
