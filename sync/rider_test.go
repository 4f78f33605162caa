package sync_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func TestImport_OfContentAnotherFileHadIsAskedForWhenThatOneChanges(t *testing.T) {
	for what, gap := range map[string]time.Duration{"already kept": 5 * time.Second, "already asked": 0} {
		t.Run(what, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := slow()
				a := r.connect("a", svc)
				r.run()
				pass(time.Second)
				op := r.bring(r.file("one.txt", "hello"), a)[0]
				pass(gap)
				r.bring(r.file("two.txt", "hello"), a)
				pass(5 * time.Second)
				r.file("one.txt", "changed")
				if data, err := r.giver.take(context.Background(), op.Source, helloCID); err == nil {
					t.Fatalf("gave %q", data)
				}
				pass(10 * time.Minute)
				got := r.pins(a)
				slices.Sort(got)
				if !slices.Equal(got, []string{"one.txt pinned", "two.txt pinned"}) && !slices.Equal(got, []string{"one.txt pinned", "one.txt pinned"}) {
					t.Errorf("got %v, want both contents", got)
				}
			})
		})
	}
}

// rest pauses the account, or goes on with it.
func (w *watching) rest(on bool) {
	w.t.Helper()
	w.to.Paused = on
	if err := w.EditAccount(context.Background(), w.to); err != nil {
		w.t.Fatal(err)
	}
}

func TestFolder_ACopyIsPublishedThoughTheFirstChangedBeforeItWasSent(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.rest(true)
	w.put("one", "hello")
	w.put("two", "hello")
	w.eventually("both read", func() bool {
		open := w.open()
		return len(open) == 1 && open[0].State == store.OpWaiting && w.folder(id).Items == 2
	})
	w.put("one", "changed")
	if w.open()[0].Pin.Name == "two" {
		w.put("two", "changed") // it was read first
	}
	w.eventually("the change", func() bool {
		return slices.ContainsFunc(w.open(), func(o store.Operation) bool { return o.Pin.CID.Key == changedCID.Key && o.State == store.OpWaiting })
	})
	w.rest(false)
	w.eventually("both contents", func() bool {
		kept := strings.Join(w.kept(), " ")
		return strings.Contains(kept, helloCID.Key) && strings.Contains(kept, changedCID.Key)
	})
}

func TestFolder_WhatThePersonAskedForTooIsNotLetGoOf(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(replacing)
	w.run()
	w.looked(id)
	w.put("text", "hello")
	w.eventually("it safe", func() bool { return w.folder(id).Safe == 1 && len(w.open()) == 0 })
	w.bring(w.file("mine.txt", "hello"), w.to)
	w.eventually("it seen to be kept", func() bool { return len(w.open()) == 0 })
	w.put("text", "second version")
	w.eventually("the second", func() bool { return len(w.names()) == 2 })
	w.eventually("all seen to", func() bool {
		list, err := w.user.OpenFolderPins(context.Background())
		return err == nil && len(list) == 0 && len(w.open()) == 0
	})
	if kept := w.kept(); len(kept) != 2 {
		t.Errorf("got %q, want the one asked for by hand too", kept)
	}
}

func TestFolder_ALinkInThePlaceOfAFilePublishesNothing(t *testing.T) {
	w := watchRig(t, demo.Options{Queued: time.Hour})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	path := w.put("one", "hello")
	w.put("two", "so that not all is gone")
	w.eventually("both asked for", func() bool { return len(w.names()) == 2 && len(w.open()) == 0 })
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(string(w.file("secret", "changed")), path); err != nil {
		t.Skip(err)
	}
	w.eventually("the file seen to be gone", func() bool {
		list, err := w.user.FolderFiles(context.Background(), id)
		return err == nil && len(list) == 1
	})
	items, err := w.user.FolderItems(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(items, func(i user.FolderItem) bool { return i.Name == "one" })
	if data, err := w.giver.take(context.Background(), items[i].Source, helloCID); err == nil {
		t.Fatalf("gave %q", data)
	}
	w.eventually("it said", func() bool { s := w.source(items[i].Source); return s.State == store.SourceStuck })
	if kept := strings.Join(w.kept(), " "); strings.Contains(kept, changedCID.Key) {
		t.Errorf("what the link leads to is published: %s", kept)
	}
}
