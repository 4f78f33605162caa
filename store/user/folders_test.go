package user_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// fillFolder adds a folder with one file of each kind, and publishes one.
func fillFolder(t testing.TB, db *user.DB) user.Folder {
	t.Helper()
	f := user.Folder{Consented: time.UnixMicro(5).UTC(), Dev: 1 << 63, Ino: 1<<64 - 1}
	f.Path, f.Rule, f.OnChange, f.Profile, f.State = "/art\xff", store.EachFile, store.ReplaceOld, store.ProfileV1, store.FolderWatching
	f.Include, f.Accounts = []string{"*.png"}, []services.AccountID{1, 2}
	var files []user.IndexFile
	for i, rel := range []store.Path{"dealt", "in/waits\n", "publish"} {
		file := store.FolderFile{Rel: rel, Size: 7, MTime: int64(i), Dev: 1, Ino: 1<<64 - 1}
		files = append(files, user.IndexFile{FolderFile: file, Held: user.Held(i)})
	}
	f, err := db.AddFolder(t.Context(), f, files)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, db, f, user.Version{
		Source: &store.Source{Path: "/art\xff/publish", Folder: f.ID, Rel: "publish", Name: "publish"},
		Items:  []user.NewItem{{FolderItem: user.FolderItem{Rel: "publish", Stamp: "s", Name: "publish", Size: -1}, Adds: adds(1, 2)}},
	}, files[2])
	return f
}

func adds(accounts ...services.AccountID) []store.Operation {
	var ops []store.Operation
	for _, id := range accounts {
		ops = append(ops, store.Operation{Account: id, Kind: store.OpAdd, Pin: services.Pin{Name: "publish"}, State: store.OpPreparing})
	}
	return ops
}

func publish(t testing.TB, db *user.DB, f user.Folder, v user.Version, files ...user.IndexFile) []store.Operation {
	t.Helper()
	moved, err := db.Publish(t.Context(), user.Publication{Folder: f.ID, Files: files, Versions: []user.Version{v}, At: time.UnixMicro(9).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

func TestAddFolder_ReadsBackWhatWasStored(t *testing.T) {
	db := open(t, t.TempDir())
	want := fillFolder(t, db)
	want.ChangedAt = time.UnixMicro(9).UTC()
	got, err := db.Folder(t.Context(), want.ID)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	waiting, bytes, err := db.Waiting(t.Context(), want.ID)
	if waiting != 1 || bytes != 7 || err != nil {
		t.Errorf("waiting: %d, %d bytes, %v", waiting, bytes, err)
	}
	if held, err := db.HeldFiles(t.Context(), want.ID, user.Publish, 10); len(held) != 0 || err != nil {
		t.Errorf("to be published still: %+v, %v", held, err)
	}
	in, err := db.ItemFiles(t.Context(), want.ID, "in")
	if err != nil || len(in) != 1 || in[0].Rel != "in/waits\n" || in[0].Ino != 1<<64-1 {
		t.Errorf("in the folder: %+v, %v", in, err)
	}
	if _, err := db.AddFolder(t.Context(), want, nil); services.AsError(err).Reason != "watched" {
		t.Errorf("added again: %v", err)
	}
	if err := db.ForgetFolder(t.Context(), want.ID); err != nil {
		t.Fatal(err)
	}
	if files, err := db.FolderFiles(t.Context(), want.ID); len(files) != 0 || err != nil {
		t.Errorf("its index is left: %+v, %v", files, err)
	}
	if open, err := db.OpenOperations(t.Context()); len(open) != 2 || err != nil {
		t.Errorf("what was asked for does not go on: %+v, %v", open, err)
	}
}

func TestPublish_WhatWasNotSentYetIsTakenBackByTheNextVersion(t *testing.T) {
	db := open(t, t.TempDir())
	f := fillFolder(t, db)
	first, err := db.ItemsAt(t.Context(), f.ID, "publish")
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	second := func(rel store.Path) user.Version {
		return user.Version{
			Source: &store.Source{Path: "/art/publish", Name: "publish"}, Ends: first, Release: true,
			Items: []user.NewItem{{FolderItem: user.FolderItem{Rel: rel, Stamp: "t", Name: "publish"}, Adds: adds(1, 2)}},
		}
	}
	moved := publish(t, db, f, second("publish"))
	var states []store.State
	for _, o := range moved {
		states = append(states, o.State)
	}
	if d := cmp.Diff([]store.State{store.OpPreparing, store.OpPreparing, store.OpCancelled, store.OpCancelled}, states); d != "" {
		t.Error(d)
	}
	all, err := db.FolderItems(t.Context(), f.ID)
	if err != nil || len(all) != 1 || all[0].Stamp != "t" || all[0].Replaces != 0 {
		t.Errorf("manifest: %+v, %v", all, err)
	}
	if s, _, err := db.Source(t.Context(), first[0].Source); s.State != store.SourceReleased || err != nil {
		t.Errorf("its source is %s, %v", s.State, err)
	}
	// Once something was sent it has been, and is let go of later.
	op := moved[0]
	sent := op
	sent.State, sent.SentAt = store.OpSent, time.Now()
	update(t, db, sent, store.OpPreparing)
	first = all
	publish(t, db, f, second("publish"))
	all, err = db.FolderItems(t.Context(), f.ID)
	if err != nil || len(all) != 2 || all[0].Ended.IsZero() || all[1].Replaces != all[0].ID {
		t.Errorf("manifest: %+v, %v", all, err)
	}
	pin, ok, err := db.PinOf(t.Context(), all[0].ID, op.Account)
	if !ok || err != nil || pin.Release != all[1].ID {
		t.Errorf("got %+v, %v, %v", pin, ok, err)
	}
}

func TestMoveSource_OfACARWithSeveralRootsLeavesEachItemItsCID(t *testing.T) {
	db := open(t, t.TempDir())
	f := fillFolder(t, db)
	one, two := services.CID{Text: "one", Key: "one"}, services.CID{Text: "two", Key: "two"}
	v := user.Version{Source: &store.Source{Path: "/art/x.car", CAR: true}}
	for _, c := range []services.CID{one, two} {
		v.Items = append(v.Items, user.NewItem{FolderItem: user.FolderItem{Rel: "x.car", CID: c}, Adds: adds(1)})
	}
	publish(t, db, f, v)
	items, err := db.ItemsAt(t.Context(), f.ID, "x.car")
	if err != nil || len(items) != 2 {
		t.Fatal(items, err)
	}
	s, _, err := db.Source(t.Context(), items[0].Source)
	if err != nil {
		t.Fatal(err)
	}
	s.State = store.SourceReady
	if _, ok, err := db.MoveSource(t.Context(), s, store.SourcePreparing, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	items, err = db.ItemsAt(t.Context(), f.ID, "x.car")
	if err != nil || items[0].CID != one || items[1].CID != two {
		t.Errorf("got %+v, %v", items, err)
	}
}
