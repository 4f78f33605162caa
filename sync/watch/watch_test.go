package watch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick are waits of tests.
var quick = watch.Times{
	Quiet: 30 * time.Millisecond, QuietMost: 300 * time.Millisecond, Settle: 60 * time.Millisecond,
	SettleBig: 60 * time.Millisecond, Age: 20 * time.Millisecond, Rescan: time.Hour, Poll: 150 * time.Millisecond,
	Root: 50 * time.Millisecond,
}

// deadline is how long a test waits for what should take a moment.
const deadline = 2 * time.Minute

// watched runs a Watcher over a folder and keeps what it tells.
type watched struct {
	*watch.Watcher
	t    *testing.T
	root string
	end  func()

	mu    sync.Mutex
	files map[string]store.FolderFile // told, and not told to be gone
	told  map[string]int              // how often
	last  watch.Batch
	full  int
	no    bool // answer ErrNotYet
}

func start(t *testing.T, root string, change func(*watch.Config)) *watched {
	t.Helper()
	rules, err := watch.NewRules(store.EachFile, nil, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	c := watch.Config{Root: store.Path(root), Rules: rules, Times: quick}
	if change != nil {
		change(&c)
	}
	w := &watched{t: t, root: root, files: map[string]store.FolderFile{}, told: map[string]int{}}
	for _, f := range c.Known {
		w.files[string(f.Rel)] = f
	}
	w.Watcher = watch.New(c)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx, w.deal) }()
	w.end = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(w.end)
	return w
}

func (w *watched) deal(b watch.Batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = b
	if b.Full {
		w.full++
	}
	if w.no {
		return watch.ErrNotYet
	}
	for _, f := range b.Files {
		w.files[string(f.Rel)] = f
		w.told[string(f.Rel)]++
	}
	for _, f := range b.Gone {
		delete(w.files, string(f.Rel))
	}
	return nil
}

// eventually waits for a condition on what was told.
func (w *watched) eventually(what string, ok func() bool) {
	w.t.Helper()
	late := time.Now().Add(deadline)
	for {
		w.mu.Lock()
		is := ok()
		w.mu.Unlock()
		if is {
			return
		}
		if time.Now().After(late) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.t.Fatalf("not in %v: %s; told of %d files, last %+v", deadline, what, len(w.files), w.last)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// wantTree waits until what was told is what is there.
func (w *watched) wantTree() {
	w.t.Helper()
	want := walk(w.t, w.root)
	w.eventually(fmt.Sprintf("the %d files there are", len(want)), func() bool {
		return len(w.files) == len(want) && !slices.ContainsFunc(want, func(rel string) bool { _, ok := w.files[rel]; return !ok })
	})
}

func (w *watched) begun() {
	w.t.Helper()
	w.eventually("a full look", func() bool { return w.full > 0 })
}

func (w *watched) times(rel string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[rel]
}

// walk lists the files there are.
func walk(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(root, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fill writes files into dirs folders below root, a few levels deep.
func fill(t *testing.T, root string, dirs, files int) {
	t.Helper()
	for i := range files {
		d := i % dirs
		write(t, filepath.Join(root, fmt.Sprint("a", d%10), fmt.Sprint("b", d/10%10), fmt.Sprint("c", d/100), fmt.Sprint("f", i)), strings.Repeat("x", 1+i%500))
	}
}

func TestRun_TellsWhatIsThereAndWhatComes(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "old.txt"), "old")
	write(t, filepath.Join(root, "in", "deep", "er.txt"), "old")
	w := start(t, root, nil)
	w.wantTree()
	write(t, filepath.Join(root, "new.txt"), "new")
	write(t, filepath.Join(root, "in", "deep", "new.txt"), "new")
	write(t, filepath.Join(root, "another", "a", "b", "c.txt"), "new")
	w.wantTree()
	if err := os.Remove(filepath.Join(root, "old.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "in")); err != nil {
		t.Fatal(err)
	}
	w.wantTree()
}

func TestRun_TellsOnlyWhatChangedSinceItWasKnown(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"same", "changed", "gone", "d/same"} {
		write(t, filepath.Join(root, name), name)
	}
	first := start(t, root, nil)
	first.wantTree()
	first.end()
	var known []store.FolderFile
	for _, f := range first.files {
		known = append(known, f)
	}
	write(t, filepath.Join(root, "changed"), "another length")
	write(t, filepath.Join(root, "new"), "new")
	if err := os.Remove(filepath.Join(root, "gone")); err != nil {
		t.Fatal(err)
	}
	w := start(t, root, func(c *watch.Config) { c.Known = known })
	w.wantTree()
	w.eventually("the changed one", func() bool { return w.told["changed"] == 1 })
	if w.times("same")+w.times("d/same") > 0 {
		t.Error("what is as it was known was told again")
	}
}

func TestRun_TellsAFileOnceItIsWhole(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, nil)
	w.begun()
	f, err := os.Create(filepath.Join(root, "film"))
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for range 20 {
		n, err := f.WriteString(strings.Repeat("x", 1000))
		if err != nil {
			t.Fatal(err)
		}
		size += n
		time.Sleep(20 * time.Millisecond) // slower than it settles
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w.eventually("the whole file", func() bool { return w.files["film"].Size == int64(size) })
	if n := w.times("film"); n != 1 {
		t.Errorf("told %d times, want 1", n)
	}
}

func TestRun_AnAtomicSaveIsOneChange(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "text"), "first")
	w := start(t, root, nil)
	w.wantTree()
	write(t, filepath.Join(root, ".text.swp"), "other")
	write(t, filepath.Join(root, "text.tmp"), "second version")
	if err := os.Rename(filepath.Join(root, "text.tmp"), filepath.Join(root, "text")); err != nil {
		t.Fatal(err)
	}
	w.eventually("the new version", func() bool { return w.files["text"].Size == 14 })
	if n := len(w.files); n != 1 {
		t.Errorf("got %d files, want 1", n)
	}
}

func TestRun_AFolderMovedInAndAboutIsFollowed(t *testing.T) {
	root, out := t.TempDir(), t.TempDir()
	fill(t, filepath.Join(out, "box"), 120, 1000)
	w := start(t, root, nil)
	w.begun()
	for i, to := range []string{"box", "other", "deep/er/still"} {
		from := filepath.Join(out, "box")
		if i > 0 {
			from = filepath.Join(root, []string{"box", "other"}[i-1])
		}
		path := filepath.Join(root, to)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(from, path); err != nil {
			t.Fatal(err)
		}
		w.wantTree()
		// Each folder in it is still listened to.
		write(t, filepath.Join(path, "a3", "b1", "c0", fmt.Sprint("late", i)), "late")
		write(t, filepath.Join(path, "a9", "b9", "c0", fmt.Sprint("late", i)), "late")
		w.wantTree()
	}
}

func TestRun_AFolderMadeAnewIsFollowed(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, nil)
	w.begun()
	for i := range 5 {
		write(t, filepath.Join(root, "d", fmt.Sprint(i)), "x")
		w.wantTree()
		if err := os.RemoveAll(filepath.Join(root, "d")); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(root, "d", "last"), "x")
	w.wantTree()
	write(t, filepath.Join(root, "d", "really last"), "x")
	w.wantTree()
}

func TestRun_LinksAreNotFollowed(t *testing.T) {
	root, out := t.TempDir(), t.TempDir()
	write(t, filepath.Join(out, "secret"), "not yours")
	write(t, filepath.Join(root, "mine"), "mine")
	for _, l := range []string{filepath.Join(root, "file"), filepath.Join(root, "d")} {
		to := out
		if strings.HasSuffix(l, "file") {
			to = filepath.Join(out, "secret")
		}
		if err := os.Symlink(to, l); err != nil {
			t.Fatal(err)
		}
	}
	w := start(t, root, nil)
	w.wantTree()
	// A folder that becomes a link is gone.
	write(t, filepath.Join(root, "e", "here"), "here")
	w.wantTree()
	if err := os.RemoveAll(filepath.Join(root, "e")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(out, filepath.Join(root, "e")); err != nil {
		t.Fatal(err)
	}
	w.wantTree()
	if w.times("e/secret")+w.times("d/secret")+w.times("file") > 0 {
		t.Error("a link was followed")
	}
}

func TestRun_CarriesNamesAsTheyAre(t *testing.T) {
	root := t.TempDir()
	names := []string{"a\nb", "caf\xe9", "日本.txt", "-rf", "a\\b", " space ", "dir\xff/in\nside"}
	for _, name := range names {
		write(t, filepath.Join(root, name), "x")
	}
	w := start(t, root, nil)
	w.eventually("all names", func() bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := w.files[n]; return !ok })
	})
	write(t, filepath.Join(root, "dir\xff", "later"), "x")
	w.wantTree()
}

func TestRun_WhatIsNotDealtWithIsOfferedAgain(t *testing.T) {
	root := t.TempDir()
	w := start(t, root, nil)
	w.begun()
	w.mu.Lock()
	w.no = true
	w.mu.Unlock()
	write(t, filepath.Join(root, "a"), "x")
	w.eventually("a", func() bool { return len(w.last.Files) == 1 })
	write(t, filepath.Join(root, "b"), "x")
	w.eventually("a and b", func() bool { return len(w.last.Files) == 2 })
	w.mu.Lock()
	w.no = false
	w.mu.Unlock()
	w.Rescan()
	w.wantTree()
}

func TestRun_AnItemWithAFileStillWrittenIsNotTold(t *testing.T) {
	root := t.TempDir()
	rules, err := watch.NewRules(store.EachSubfolder, nil, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	w := start(t, root, func(c *watch.Config) { c.Rules = rules })
	w.begun()
	write(t, filepath.Join(root, "other", "x"), "x")
	write(t, filepath.Join(root, "album", "1"), "x")
	f, err := os.Create(filepath.Join(root, "album", "2"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if _, err := f.WriteString("more"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
		if w.times("album/1") > 0 && i < 29 {
			t.Fatal("told of an album that is still being written")
		}
	}
	w.eventually("the other", func() bool { return w.told["other/x"] == 1 })
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w.wantTree()
	if w.times("album/1") != 1 || w.times("album/2") != 1 {
		t.Error("told of it more than once")
	}
}
