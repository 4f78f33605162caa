package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func TestFolderDeeds_SayWhatAFolderAskedForAndSinceWhenItIsSafe(t *testing.T) {
	h := newHome(t)
	a := h.account("a")
	f, err := h.user.AddFolder(t.Context(), user.Folder{Folder: store.Folder{
		Path: "/art", Rule: store.EachFile, OnChange: store.KeepOld, Profile: store.ProfileV1, State: store.FolderWatching,
	}}, nil)
	h.must(err)
	add := func(name string) store.Operation {
		return store.Operation{Account: a, Kind: store.OpAdd, Pin: services.Pin{CID: cidOf(len(name)), Name: name}}
	}
	ops, err := h.user.Publish(t.Context(), user.Publication{Folder: f.ID, At: at, Versions: []user.Version{{Items: []user.NewItem{
		{FolderItem: user.FolderItem{Rel: "a", Name: "a", CID: cidOf(1)}, Adds: []store.Operation{add("a")}},
		{FolderItem: user.FolderItem{Rel: "bb", Name: "bb", CID: cidOf(2)}, Adds: []store.Operation{add("bb")}},
	}}}})
	h.must(err)
	byHand, err := h.user.AddOperations(t.Context(), []store.Operation{add("ccc")})
	h.must(err)
	open, err := h.user.OpenFolderPins(t.Context())
	h.must(err)
	now := open[0].FolderPin
	now.Safe = at.Add(time.Minute)
	_, err = h.user.MovePins(t.Context(), []user.PinMove{{Was: open[0].FolderPin, Now: now}}, at)
	h.must(err)

	got, err := h.reader.FolderDeeds(t.Context(), []store.OperationID{ops[0].ID, ops[1].ID, byHand[0].ID})
	h.must(err)
	want := map[store.OperationID]store.FolderDeed{
		ops[0].ID: {Folder: f.ID, Path: "/art", Safe: at.Add(time.Minute)},
		ops[1].ID: {Folder: f.ID, Path: "/art"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
