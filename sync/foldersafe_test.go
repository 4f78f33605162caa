package sync_test

import (
	"context"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

func TestFolder_WhatTheManifestSaysToBeSafeIsTakenBackWhenThePinIsLost(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("one.txt", "hello")
	w.put("two.txt", "changed")
	safe := func() map[string]bool {
		all := map[string]bool{}
		for _, l := range w.manifest(id) {
			all[l.Name] = l.Safe["a"] != ""
		}
		return all
	}
	w.eventually("both safe", func() bool { s := safe(); return s["one.txt"] && s["two.txt"] && len(w.open()) == 0 })
	for _, p := range w.svc.Snapshot() {
		if p.Pin.Name == "one.txt" {
			if err := w.svc.Delete(context.Background(), p.RequestID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := w.Sync(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	w.eventually("the loss", func() bool { return !safe()["one.txt"] })
	if !safe()["two.txt"] {
		t.Error("what is kept is taken back too")
	}
	if _, err := w.svc.Add(context.Background(), services.Pin{CID: helloCID, Name: "by somebody else"}); err != nil {
		t.Fatal(err)
	}
	w.eventually("it safe again", func() bool {
		if _, err := w.Sync(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		return safe()["one.txt"]
	})
}
