package sync_test

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

func TestPause_OfEverythingStopsWatchingFolders(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	if err := w.Pause(context.Background(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.put("new.txt", "hello")
	// What a watcher would have seen many times over by now.
	for end := time.Now().Add(20 * (quickWatch.QuietMost + quickWatch.Settle)); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if f := w.folder(id); f.Items != 0 || f.Settling != 0 {
			t.Fatalf("seen while paused: %+v", f)
		}
	}
	if err := w.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.wantNames("new.txt")
}

func TestPause_OfEverythingStopsWhatThisComputerFetches(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.serve("here", demo.New(demo.Options{}))
		id, err := r.user.AddAccount(context.Background(), services.Account{Name: "here", Endpoint: services.LocalEndpoint, Key: services.KeyNone})
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(time.Second)
		want := func(paused bool) {
			t.Helper()
			if r.local.paused.Load() != paused {
				t.Errorf("it rests: %v, want %v", !paused, paused)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		want(false)
		must(r.Pause(context.Background(), time.Now().Add(time.Minute)))
		want(true)
		pass(2 * time.Minute)
		want(false)
		here := services.Account{ID: id, Name: "here", Endpoint: services.LocalEndpoint, Key: services.KeyNone, Paused: true}
		must(r.EditAccount(context.Background(), here))
		must(r.Pause(context.Background(), time.Now().Add(time.Minute)))
		pass(2 * time.Minute)
		want(true)
	})
}
