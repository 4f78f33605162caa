package store_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func TestHealth_AFolderThatWaitsNeedsThePerson(t *testing.T) {
	h := newHome(t)
	add := func(path store.Path) user.Folder {
		f := user.Folder{Folder: store.Folder{Path: path, Rule: store.EachFile, OnChange: store.KeepOld, Profile: store.ProfileV1, State: store.FolderWatching}}
		f, err := h.user.AddFolder(t.Context(), f, nil)
		h.must(err)
		return f
	}
	add("/art/fine")
	waits := add("/art/scans")
	h.must(h.user.ChangeFolder(t.Context(), waits.ID, func(f *user.Folder) {
		f.State, f.Reason, f.Waiting = store.FolderWaits, "burst", 812
	}))
	got, err := h.reader.Health(t.Context(), time.Now())
	h.must(err)
	if len(got.NeedsYou) != 1 || got.State != store.Attend {
		t.Fatalf("state %q, needs %+v; want one folder", got.State, got.NeedsYou)
	}
	want := store.Need{Code: "folder", Folder: waits.ID, Path: "/art/scans", Count: 812, Details: "burst"}
	if got.NeedsYou[0] != want {
		t.Errorf("got %+v, want %+v", got.NeedsYou[0], want)
	}
}
