package sync_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
)

func replacing(q *pinsync.FolderRequest) { q.OnChange = store.ReplaceOld }

func existing(q *pinsync.FolderRequest) { q.Existing = true }

func TestFolder_WhatIsPutInIsKeptWhatWasThereIsNot(t *testing.T) {
	w := watchRig(t, demo.Options{})
	w.put("old.txt", "old")
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("new.txt", "hello")
	w.put("in/deep/other.txt", "changed")
	w.put("secret.pem", "mine")
	w.put(".hidden", "mine")
	w.wantNames("new.txt", "other.txt")
	if got := w.kept(); got[0] != "new.txt "+helloCID.Key {
		t.Errorf("got %q", got)
	}
	w.eventually("both safe", func() bool { f := w.folder(id); return f.Items == 2 && f.Safe == 2 })
	lines := w.manifest(id)
	if len(lines) != 2 || lines[0].Safe["a"] == "" || lines[0].CID == "" || !strings.HasPrefix(lines[0].Link, "https://") {
		t.Errorf("manifest: %+v", lines)
	}
	w.put("old.txt", "old, and new")
	w.wantNames("new.txt", "old.txt", "other.txt")
}

func TestFolder_WhatIsThereIsKeptWhereThePersonSaidSo(t *testing.T) {
	w := watchRig(t, demo.Options{})
	for i := range 510 { // more than a burst: the person saw it and said yes
		w.put(fmt.Sprint("d", i%7, "/f", i), fmt.Sprint("content ", i))
	}
	id := w.watch(existing)
	w.run()
	w.eventually("all asked for", func() bool { return w.folder(id).Items == 510 }) // bringing so many is another's test
	if f := w.folder(id); f.State == store.FolderWaits {
		t.Errorf("it waits: %+v", f)
	}
}

func TestAddFolder_IsRefusedWithoutAYes(t *testing.T) {
	w := watchRig(t, demo.Options{})
	for want, change := range map[string]func(*pinsync.FolderRequest){
		"consent":         func(q *pinsync.FolderRequest) { q.Consent = false },
		"no-account":      func(q *pinsync.FolderRequest) { q.Accounts = nil },
		"unknown-account": func(q *pinsync.FolderRequest) { q.Accounts = []services.AccountID{99} },
		"pattern":         func(q *pinsync.FolderRequest) { q.Ignore = []string{"[a"} },
		"rule":            func(q *pinsync.FolderRequest) { q.Rule = "every-other" },
	} {
		if _, err := w.AddFolder(context.Background(), w.request(change)); reasonOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if list := w.folders(); len(list) != 0 {
		t.Errorf("watched: %+v", list)
	}
}

func TestPlanFolder_RefusesWhatWasNeverMeantForAnyone(t *testing.T) {
	w := watchRig(t, demo.Options{})
	home := os.Getenv("HOME")
	for _, dir := range []string{"Downloads/art", ".ssh", "art/in", "plain"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file := w.put("file", "x")
	link := filepath.Join(home, "link")
	if err := os.Symlink(home, link); err != nil {
		t.Fatal(err)
	}
	w.watch(func(q *pinsync.FolderRequest) { q.Path = store.Path(filepath.Join(home, "art")) })
	for path, want := range map[string]string{
		"/":                                     "root",
		"/etc":                                  "system",
		"/etc/ssl":                              "system",
		"/usr":                                  "system",
		"/home":                                 "homes",
		home:                                    "home",
		link:                                    "home",
		filepath.Dir(home):                      "data-folder", // it holds ours too
		filepath.Join(home, "Downloads"):        "downloads",
		filepath.Join(home, ".ssh"):             "private",
		w.dir:                                   "data-folder",
		filepath.Join(home, "art"):              "watched",
		filepath.Join(home, "art", "in"):        "inside",
		filepath.Join(home, "nowhere"):          "missing",
		file:                                    "not-a-folder",
		"art":                                   "not-absolute",
		filepath.Join(home, "Downloads", "art"): "",
		filepath.Join(home, "plain"):            "",
	} {
		_, err := w.PlanFolder(context.Background(), pinsync.FolderRequest{Path: store.Path(path)})
		if want == "" && err != nil || want != "" && reasonOf(err) != want {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
	w.watch(func(q *pinsync.FolderRequest) { q.Path = store.Path(filepath.Join(home, "Downloads", "art")) })
}

func TestPlanFolder_KnowsTheFoldersOfOtherSystems(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: paths are others there")
	}
	for path, want := range map[string]string{
		"/Users": "homes", "/Users/ada": "homes", "/private/etc/ssh": "system", "/Library/Keychains": "system", "/private/var": "system",
		"/Users/ada/Art": "", "/private/var/folders/x": "", "/Volumes/Photos": "",
	} {
		if got := pinsync.SystemRefuses("darwin", path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/home/ada": "homes", "/var": "system", "/dev/shm": "system",
		"/home/ada/Art": "", "/var/www/html": "", "/srv/art": "", "/mnt/photos": "", "/etcetera": "",
	} {
		if got := pinsync.SystemRefuses("linux", path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestPlanFolder_SaysWhatWouldBePublished(t *testing.T) {
	w := watchRig(t, demo.Options{})
	w.put("one.png", "1234")
	w.put("a/two.png", "12")
	w.put("a/notes.txt", "not a picture")
	w.put(".env", "x")
	w.put("empty.png", "")
	w.put("node_modules/x.png", "x")
	w.put("list.cid", helloCID.Text+"\nnonsense\nipfs://"+changedCID.Text+" named\n")
	plan, err := w.PlanFolder(context.Background(), w.request(func(q *pinsync.FolderRequest) { q.Include = []string{"*.png"} }))
	if err != nil {
		t.Fatal(err)
	}
	if plan.Files != 2 || plan.Items != 4 || plan.Named != 2 || plan.Size != 6 || !slices.Equal(plan.Sample, []string{"one.png", "a/two.png"}) {
		t.Errorf("got %+v", plan)
	}
	if len(plan.Lists) != 1 || plan.Lists[0] != (pinsync.ListPlan{Name: "list.cid", CIDs: 2, Bad: 1}) {
		t.Errorf("lists: %+v", plan.Lists)
	}
	want := []pinsync.LeftOut{{".env", "secret"}, {"empty.png", "empty"}, {"node_modules/", "ignored"}, {"a/notes.txt", "not-included"}}
	if !slices.Equal(plan.Left, want) || plan.LeftCount != 4 {
		t.Errorf("left out: %+v", plan.Left)
	}
}

func TestFolder_AChangedFileIsKeptBesideTheOld(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("text", "first")
	w.wantNames("text")
	w.put("text", "second version")
	w.wantNames("text", "text")
	lines := w.manifest(id)
	if len(lines) != 2 || lines[1].Replaces != lines[0].CID || lines[0].Replaced == "" || lines[1].Replaced != "" {
		t.Errorf("manifest: %+v", lines)
	}
}

func TestFolder_AnOldVersionGoesOnceTheNewOneIsPinned(t *testing.T) {
	w := watchRig(t, demo.Options{Queued: 3 * time.Second})
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	w.put("text", "first")
	pinned := func() (n, all int) {
		for _, p := range w.svc.Snapshot() {
			all++
			if p.Status == services.Pinned {
				n++
			}
		}
		return n, all
	}
	w.eventually("the first pinned", func() bool { n, _ := pinned(); return n == 1 })
	w.eventually("it known to be", func() bool { return w.folder(id).Safe == 1 })
	first := w.svc.Snapshot()[0].RequestID
	w.put("text", "second version")
	gone := false
	w.eventually("only the second", func() bool {
		list := w.svc.Snapshot()
		there := slices.ContainsFunc(list, func(p services.PinStatus) bool { return p.RequestID == first })
		if !there && !gone {
			gone = true
			if len(list) != 1 || list[0].Status != services.Pinned {
				t.Errorf("the old one went while there was %+v", list)
			}
		}
		return gone && len(w.open()) == 0
	})
	if lines := w.manifest(id); len(lines) != 2 || lines[1].Replaces != lines[0].CID {
		t.Errorf("manifest: %+v", lines)
	}
}

func TestFolder_APinThatWasThereBeforeIsNeverLetGoOf(t *testing.T) {
	w := watchRig(t, demo.Options{})
	if _, err := w.svc.Add(context.Background(), services.Pin{CID: helloCID, Name: "by hand"}); err != nil {
		t.Fatal(err)
	}
	w.sync()
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	w.put("text", "hello")
	w.eventually("the first version", func() bool { f := w.folder(id); return f.Items == 1 && f.Safe == 1 && len(w.open()) == 0 })
	w.put("text", "second version")
	w.wantNames("by hand", "text")
	w.eventually("all seen to", func() bool {
		list, err := w.user.OpenFolderPins(context.Background())
		return err == nil && len(list) == 0
	})
	w.wantNames("by hand", "text")
}

func TestFolder_ContentAnotherFileNeedsStays(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	w.put("one", "hello")
	w.wantNames("one")
	w.put("two", "hello")
	w.eventually("both", func() bool { f := w.folder(id); return f.Items == 2 && f.Safe == 2 && len(w.open()) == 0 })
	w.put("one", "something else")
	w.eventually("the new one", func() bool { return len(w.names()) == 2 && len(w.open()) == 0 })
	w.eventually("all seen to", func() bool {
		list, err := w.user.OpenFolderPins(context.Background())
		return err == nil && len(list) == 0
	})
	if !slices.ContainsFunc(w.kept(), func(s string) bool { return strings.HasSuffix(s, helloCID.Key) }) {
		t.Errorf("what two is went: %q", w.kept())
	}
	w.put("two", "and this one too")
	w.eventually("nobody needs it now", func() bool {
		return !slices.ContainsFunc(w.kept(), func(s string) bool { return strings.HasSuffix(s, helloCID.Key) })
	})
	w.eventually("both new", func() bool { return len(w.names()) == 2 && len(w.open()) == 0 })
}

func TestFolder_AMovedFileCarriesItsPinToItsNewName(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	path := w.put("draft.txt", "hello")
	w.put("other", "so that not all is gone")
	w.wantNames("draft.txt", "other")
	if err := os.MkdirAll(filepath.Join(w.root, "done"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, filepath.Join(w.root, "done", "final.txt")); err != nil {
		t.Fatal(err)
	}
	w.wantNames("final.txt", "other")
	// Copied and deleted, it is known by its content.
	w.put("last.txt", "hello")
	if err := os.Remove(filepath.Join(w.root, "done", "final.txt")); err != nil {
		t.Fatal(err)
	}
	w.wantNames("last.txt", "other")
	w.eventually("one line each", func() bool {
		n := 0
		for _, l := range w.manifest(id) {
			if l.Replaced == "" {
				n++
			}
		}
		return n == 2
	})
}

func TestFolder_ADeletedFileStaysOnline(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	path := w.put("one", "hello")
	w.put("two", "another")
	w.wantNames("one", "two")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	w.eventually("it seen to be gone", func() bool {
		list, err := w.user.FolderFiles(context.Background(), id)
		return err == nil && len(list) == 1
	})
	w.wantNames("one", "two")
	w.put("one", "hello") // back again: nothing new
	w.eventually("it seen to be back", func() bool {
		list, err := w.user.FolderFiles(context.Background(), id)
		return err == nil && len(list) == 2
	})
	w.wantNames("one", "two")
}

func TestFolder_TouchingAFilePublishesNothing(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	path := w.put("one", "hello")
	w.wantNames("one")
	calls := w.kept()
	now := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, now, now); err != nil {
		t.Fatal(err)
	}
	w.eventually("it read again", func() bool {
		list, err := w.user.FolderItems(context.Background(), id)
		return err == nil && len(list) == 2 && list[1].CID.Key == helloCID.Key && len(w.open()) == 0
	})
	w.eventually("all seen to", func() bool {
		list, err := w.user.OpenFolderPins(context.Background())
		return err == nil && len(list) == 0
	})
	if got := w.kept(); !slices.Equal(got, calls) {
		t.Errorf("got %q, want %q", got, calls)
	}
	if lines := w.manifest(id); len(lines) != 1 || lines[0].Replaces != "" {
		t.Errorf("manifest: %+v", lines)
	}
}

func TestFolder_AFolderIsOneItemWithTheCIDOfWhatIsInIt(t *testing.T) {
	for _, rule := range []store.Rule{store.EachSubfolder, store.WholeFolder} {
		t.Run(string(rule), func(t *testing.T) {
			w := watchRig(t, demo.Options{})
			id := w.watch(func(q *pinsync.FolderRequest) {
				q.Rule, q.Ignore, q.OnChange = rule, []string{"*.psd"}, store.ReplaceOld
			})
			w.run()
			w.looked(id)
			w.put("album/1.png", "one")
			w.put("album/in/2.png", "two")
			w.put("album/empty", "")
			w.put("album/layers.psd", "large")
			w.put("album/.DS_Store", "x")
			w.put("album/server.pem", "x")
			name, path := "album", filepath.Join(w.root, "album")
			if rule == store.WholeFolder {
				name, path = "art", w.root
			}
			w.wantNames(name)
			want := func() string {
				root, err := ingest.Path(context.Background(), store.Path(path), ingest.Options{Ignore: []string{"*.psd", "*.pem"}}, nil)
				if err != nil {
					t.Fatal(err)
				}
				return name + " " + root.CID.Key
			}
			w.eventually("its CID", func() bool { return slices.Equal(w.kept(), []string{want()}) })
			if err := os.Remove(filepath.Join(w.root, "album", "1.png")); err != nil {
				t.Fatal(err)
			}
			w.put("album/3.png", "three")
			w.eventually("the new CID alone", func() bool { return slices.Equal(w.kept(), []string{want()}) && len(w.open()) == 0 })
			if rule == store.EachSubfolder {
				if err := os.Rename(path, filepath.Join(w.root, "holidays")); err != nil {
					t.Fatal(err)
				}
				w.wantNames("holidays")
			}
		})
	}
}

func TestFolder_ListsAndCARsPinWhatTheyName(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(func(q *pinsync.FolderRequest) { q.TextLists = true })
	w.run()
	w.looked(id)
	one, two, three := content(1), content(2), content(3)
	w.put("refs.cid", "# mine\n"+one.Text+"\nhttps://dweb.link/ipfs/"+two.Text+"  Second one\nnothing\n")
	w.wantNames("refs", "Second one")
	w.put("more.txt", three.Text+",Third\r\n"+one.Text+"\r\n")
	w.wantNames("refs", "Second one", "Third")
	w.put("refs.cid", two.Text+"\n"+content(4).Text+" Fourth\n")
	w.wantNames("refs", "Second one", "Third", "Fourth")
	data, err := os.ReadFile(string(w.car("made.car", "hello")))
	if err != nil {
		t.Fatal(err)
	}
	w.put("art.car", string(data))
	w.wantNames("refs", "Second one", "Third", "Fourth", "art.car")
	if !slices.Contains(w.kept(), "art.car "+helloCID.Key) {
		t.Errorf("got %q", w.kept())
	}
	w.put("broken.car", "no car at all")
	w.eventually("that it is said", func() bool {
		open := w.open()
		return len(open) == 1 && open[0].State == store.OpStuck && open[0].LastCode == services.CodeSource
	})
}
