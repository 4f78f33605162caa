package sync_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func TestFolder_ABurstWaitsAndIsLetThroughOnce(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	out := filepath.Join(filepath.Dir(w.root), "out")
	for i := range 501 {
		w.put(fmt.Sprint("../out/f", i), fmt.Sprint("content ", i))
	}
	if err := os.Rename(out, filepath.Join(w.root, "in")); err != nil {
		t.Fatal(err)
	}
	f := w.wantState(id, store.FolderWaits, "burst")
	w.eventually("all of it", func() bool { f = w.folder(id); return f.Waiting == 501 })
	if f.Waiting != 501 || f.WaitingBytes == 0 || len(w.names()) != 0 {
		t.Errorf("waiting %d, %d bytes; kept %d", f.Waiting, f.WaitingBytes, len(w.names()))
	}
	w.put("later", "waits too")
	w.eventually("one more", func() bool { return w.folder(id).Waiting == 502 })
	w.stop()
	w.reopen()
	w.run() // it still waits
	w.wantState(id, store.FolderWaits, "burst")
	if err := w.ApproveFolder(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	w.eventually("all", func() bool { return len(w.names()) == 502 && len(w.open()) == 0 })
	w.wantState(id, store.FolderWatching, "")
	w.put("after", "goes on")
	w.eventually("the next", func() bool { return len(w.names()) == 503 })
	if err := w.ApproveFolder(context.Background(), id); reasonOf(err) != "not-waiting" {
		t.Errorf("approved: %v", err)
	}
}

func TestFolder_NothingOfABurstGetsThroughByBeingFirst(t *testing.T) {
	w := watchRig(t, demo.Options{})
	w.times.Settle = 2 * time.Second
	w.reopen()
	id := w.watch(nil)
	w.run()
	w.looked(id)
	for i := range 600 {
		w.put(fmt.Sprint("../out/f", i), fmt.Sprint("content ", i))
	}
	if err := os.Rename(filepath.Join(filepath.Dir(w.root), "out"), filepath.Join(w.root, "in")); err != nil {
		t.Fatal(err)
	}
	w.eventually("them being looked at", func() bool { return w.folder(id).Settling > 500 })
	for i := range 590 { // these are still being written when the others settle
		w.put(fmt.Sprint("in/f", i), fmt.Sprint("longer content ", i))
	}
	w.eventually("all of it waits", func() bool { return w.folder(id).Waiting == 600 })
	if got := w.names(); len(got) > 0 {
		t.Errorf("%d got through", len(got))
	}
}

func TestFolder_AnEmptiedFolderDrawsNoConclusions(t *testing.T) {
	for _, rule := range []store.Rule{store.EachFile, store.WholeFolder} {
		t.Run(string(rule), func(t *testing.T) {
			w := watchRig(t, demo.Options{})
			for i := range 40 {
				w.put(fmt.Sprint("f", i), fmt.Sprint("content ", i))
			}
			id := w.watch(func(q *pinsync.FolderRequest) { q.Rule, q.Existing, q.OnChange = rule, true, store.ReplaceOld })
			w.run()
			n := 40
			if rule == store.WholeFolder {
				n = 1
			}
			w.eventually("all", func() bool { return len(w.names()) == n && len(w.open()) == 0 })
			was := w.kept()
			away := filepath.Join(filepath.Dir(w.root), "away")
			if err := os.Mkdir(away, 0o755); err != nil {
				t.Fatal(err)
			}
			move := func(from, to string) {
				for i := range 12 {
					if err := os.Rename(filepath.Join(from, fmt.Sprint("f", i)), filepath.Join(to, fmt.Sprint("f", i))); err != nil {
						t.Fatal(err)
					}
				}
			}
			move(w.root, away)
			if f := w.wantState(id, store.FolderWaits, "emptied"); f.Waiting != 12 {
				t.Errorf("waiting %d", f.Waiting)
			}
			move(away, w.root)
			w.wantState(id, store.FolderWatching, "")
			if got := w.kept(); !slices.Equal(got, was) {
				t.Error("something was published or let go of")
			}
			move(w.root, away)
			w.wantState(id, store.FolderWaits, "emptied")
			if err := w.ApproveFolder(context.Background(), id); err != nil {
				t.Fatal(err)
			}
			w.eventually("it accepted", func() bool {
				list, err := w.user.FolderFiles(context.Background(), id)
				return err == nil && len(list) == 28 && w.folder(id).State == store.FolderWatching
			})
			if rule == store.WholeFolder {
				w.eventually("the new version", func() bool { k := w.kept(); return len(k) == 1 && k[0] != was[0] })
			}
		})
	}
}

func TestFolder_ThatIsTakenAwayWaitsAndComesBack(t *testing.T) {
	w := watchRig(t, demo.Options{})
	for i := range 3 {
		w.put(fmt.Sprint("f", i), fmt.Sprint("content ", i))
	}
	id := w.watch(existing)
	w.run()
	w.eventually("all", func() bool { return len(w.names()) == 3 && len(w.open()) == 0 })
	w.looked(id)
	if err := os.Rename(w.root, w.root+".away"); err != nil {
		t.Fatal(err)
	}
	w.wantState(id, store.FolderWaits, "missing")
	if err := w.ApproveFolder(context.Background(), id); reasonOf(err) != "not-waiting" {
		t.Errorf("approved: %v", err)
	}
	w.put("other", "of another folder")
	w.wantState(id, store.FolderWaits, "replaced")
	if err := os.Rename(w.root, w.root+".other"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(w.root+".away", w.root); err != nil {
		t.Fatal(err)
	}
	w.wantState(id, store.FolderWatching, "")
	w.put("f3", "content 3")
	w.wantNames("f0", "f1", "f2", "f3")
	// And the other one for good.
	if err := os.RemoveAll(w.root); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(w.root+".other", w.root); err != nil {
		t.Fatal(err)
	}
	w.wantState(id, store.FolderWaits, "replaced")
	if err := w.ApproveFolder(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	w.wantNames("f0", "f1", "f2", "f3", "other")
	w.put("g", "goes on")
	w.wantNames("f0", "f1", "f2", "f3", "g", "other")
}

func TestFolder_PausedFindsAfterwardsWhatChanged(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	if err := w.PauseFolder(context.Background(), id, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.put("one", "hello")
	w.put("../elsewhere/two", "other")
	other := w.watch(func(q *pinsync.FolderRequest) {
		q.Path, q.Existing = store.Path(filepath.Join(filepath.Dir(w.root), "elsewhere")), true
	})
	w.wantNames("two") // the other goes on
	if f := w.folder(id); f.State != store.FolderPaused {
		t.Errorf("got %+v", f)
	}
	if err := w.PauseFolder(context.Background(), id, time.Now().Add(200*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	w.wantNames("one", "two")
	if err := w.ForgetFolder(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	w.put("../elsewhere/three", "other too")
	w.put("four", "x")
	w.wantNames("one", "two", "four")
}

func TestEditFolder_TakesInWhatTheNewRulesDo(t *testing.T) {
	w := watchRig(t, demo.Options{})
	w.put("a.png", "a")
	w.put("b.gif", "b")
	id := w.watch(func(q *pinsync.FolderRequest) { q.Include, q.Existing = []string{"*.png"}, true })
	w.run()
	w.wantNames("a.png")
	w.looked(id)
	wider := w.request(func(q *pinsync.FolderRequest) { q.Consent = false })
	if err := w.EditFolder(context.Background(), id, wider); reasonOf(err) != "consent" {
		t.Errorf("edited: %v", err)
	}
	wider.Consent = true
	if err := w.EditFolder(context.Background(), id, wider); err != nil {
		t.Fatal(err)
	}
	w.put("c.gif", "c")
	w.wantNames("a.png", "c.gif")
	wider.Existing = true
	if err := w.EditFolder(context.Background(), id, wider); err != nil {
		t.Fatal(err)
	}
	w.wantNames("a.png", "b.gif", "c.gif")
	if err := w.EditFolder(context.Background(), id, w.request(func(q *pinsync.FolderRequest) { q.Ignore = []string{"*.gif"} })); err != nil {
		t.Fatal(err)
	}
	w.put("d.gif", "d")
	w.put("e.png", "e")
	w.wantNames("a.png", "b.gif", "c.gif", "e.png")
	if f := w.folder(id); f.State != store.FolderWatching {
		t.Errorf("got %+v", f)
	}
}

func TestFolder_NothingIsLostOrDoneTwiceHoweverOftenItEnds(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	w := watchRig(t, demo.Options{})
	w.watch(nil)
	const files = 300
	for i := 0; i < files; {
		w.run()
		for range r.IntN(40) {
			if i < files {
				w.put(fmt.Sprint("d", i%9, "/f", i), fmt.Sprint("content ", i))
				i++
			}
		}
		time.Sleep(time.Duration(r.IntN(250)) * time.Millisecond)
		w.stop()
		// A crash: the files as they are now, whatever was in flight.
		dir := w.copyFolder()
		w.close()
		w.rig.dir = dir
		w.rig.open()
	}
	w.run()
	w.eventually("all", func() bool { return len(w.names()) >= files && len(w.open()) == 0 })
	names := w.names()
	if slices.Sort(names); len(slices.Compact(names)) != files || len(w.names()) != files {
		t.Errorf("%d pins of %d names, want %d of each", len(w.names()), len(slices.Compact(names)), files)
	}
}

func TestFolder_StormIsPublishedOnce(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	const files = 800 // more than a burst; how many are seen is the watcher's own test
	for i := range files {
		d := i % 400
		w.put(fmt.Sprint("a", d%10, "/b", d/10%10, "/c", d/100, "/f", i), fmt.Sprint("content ", i))
	}
	began := time.Now()
	count := func() int {
		list, err := w.user.FolderFiles(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	w.eventually("the index the tree", func() bool { return count() == files })
	t.Logf("the index equalled the tree %v after the last of %d files was written", time.Since(began).Round(time.Millisecond), files)
	w.eventually("all asked for", func() bool {
		if f := w.folder(id); f.State == store.FolderWaits {
			if err := w.ApproveFolder(context.Background(), id); err != nil && reasonOf(err) != "not-waiting" {
				t.Fatal(err)
			}
		}
		return w.folder(id).Items == files
	})
	w.stop() // bringing so many is another's test
	list, err := w.user.FolderItems(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	rels := make(map[store.Path]bool)
	for _, i := range list {
		rels[i.Rel] = true
	}
	if len(list) != files || len(rels) != files {
		t.Errorf("%d items of %d files, want %d of each", len(list), len(rels), files)
	}
}

func TestManifest_NamesAreHarmlessWhateverTheyAre(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("=cmd|calc.txt", "1")
	w.put("line\nbreak", "2")
	w.put("caf\xe9", "3")
	w.put("+1,\"quoted\"", "4")
	w.eventually("all", func() bool { return len(w.names()) == 4 })
	path, err := w.Manifest(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 5 || filepath.Dir(path) != filepath.Join(w.dir, "manifests") {
		t.Fatalf("%s: %q", path, lines)
	}
	for _, l := range lines[1:] {
		if strings.IndexAny(strings.Trim(l, `"`), "=+-@") == 0 {
			t.Errorf("a formula: %q", l)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestManifest_ThisComputerKeepsNothingSafe(t *testing.T) {
	w := watchRig(t, demo.Options{})
	w.svcs[services.LocalEndpoint] = demo.New(demo.Options{})
	here, err := w.user.AddAccount(context.Background(), services.Account{Name: "This computer", Endpoint: services.LocalEndpoint, Key: services.KeyNone})
	if err != nil {
		t.Fatal(err)
	}
	id := w.watch(func(q *pinsync.FolderRequest) { q.Accounts = append(q.Accounts, here) })
	w.run()
	w.looked(id)
	w.put("a", "1")
	w.wantNames("a")
	w.eventually("safe at the service", func() bool {
		lines := w.manifest(id)
		return len(lines) == 1 && lines[0].Safe["a"] != ""
	})
	if lines := w.manifest(id); len(lines[0].Safe) != 1 {
		t.Errorf("safe at %v, want at the service alone", lines)
	}
}
