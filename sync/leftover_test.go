package sync_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

func TestCancel_OfTheFirstOfTwoEqualAddsLeavesTheSecond(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: time.Hour})})
		if err := r.Pause(context.Background(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		first := r.bring(r.file("one.txt", "hello"), a)[0]
		second := r.bring(r.file("two.txt", "hello"), a)[0]
		r.run()
		pass(20 * time.Second)
		r.wantOp(first.ID, store.OpWaiting)
		r.wantOp(second.ID, store.OpCancelled) // the same was asked for already
		if err := r.Cancel(context.Background(), []store.OperationID{first.ID}); err != nil {
			t.Fatal(err)
		}
		if err := r.Resume(context.Background()); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		r.wantOp(first.ID, store.OpCancelled)
		if got := r.pins(a); len(got) != 1 {
			t.Errorf("the list has %q, want what the second file asked for", got)
		}
	})
}

// without brings the engine up again with a cache.db of before.
func (r *rig) without(since func()) {
	r.t.Helper()
	r.close()
	read := func() map[string][]byte {
		files := map[string][]byte{}
		for _, name := range []string{store.CacheFile, store.CacheFile + "-wal", store.CacheFile + "-shm"} {
			if data, err := os.ReadFile(r.dir + "/" + name); err == nil {
				files[name] = data
			}
		}
		return files
	}
	was := read()
	r.open()
	since()
	r.close()
	for _, name := range []string{store.CacheFile, store.CacheFile + "-wal", store.CacheFile + "-shm"} {
		_ = os.Remove(r.dir + "/" + name)
	}
	for name, data := range was {
		if err := os.WriteFile(r.dir+"/"+name, data, 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	r.open()
}

func TestAdd_WhatTheCacheNeverHeardOfIsNotSentTwice(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 2})
		a := r.connect("one", svc)
		r.sync()
		pass(time.Minute)
		r.without(func() {
			op := r.add(a, content(1), "first")
			r.work()
			r.wantOp(op.ID, store.OpDone)
		})
		second := r.add(a, content(1), "again") // cache.db has no such pin
		r.work()
		if n := len(svc.Snapshot()); n != 3 {
			t.Errorf("the service has %d pins, want 3", n)
		}
		r.wantOp(second.ID, store.OpDone)
	})
}

func TestAdd_WhatTheCacheNeverHeardIsGoneIsSent(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.work()
		r.sync()
		pass(time.Minute)
		r.without(func() {
			if _, err := r.Delete(context.Background(), refTo(a, r.op(op.ID)), 0); err != nil {
				t.Fatal(err)
			}
			r.work()
		})
		r.run()
		pass(time.Second)
		second := r.add(a, content(1), "again")
		pass(time.Minute)
		r.wantOp(second.ID, store.OpDone)
		if n := len(svc.Snapshot()); n != 1 {
			t.Errorf("the service has %d pins, want the one asked for last", n)
		}
	})
}
