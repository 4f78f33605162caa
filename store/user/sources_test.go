package user_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func addSource(t *testing.T, db *user.DB, s store.Source, ops ...store.Operation) (store.Source, []store.Operation) {
	t.Helper()
	for i := range ops {
		ops[i].State = store.OpPreparing
	}
	sources, list, err := db.AddSources(t.Context(), []store.Source{s}, [][]store.Operation{ops})
	if err != nil {
		t.Fatal(err)
	}
	return sources[0], list
}

func move(t *testing.T, db *user.DB, s store.Source, from store.SourceState, moves []user.MovedOperation) ([]store.Operation, bool) {
	t.Helper()
	ops, ok, err := db.MoveSource(t.Context(), s, from, moves)
	if err != nil {
		t.Fatal(err)
	}
	return ops, ok
}

func TestSources_SurviveReopeningWordForWord(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	want, ops := addSource(t, db, store.Source{
		Path: "/home/\xff/a\nb", Profile: store.ProfileV0, Ignore: []string{"*.tmp"}, Hidden: true, Name: "a b",
		Folder: 3, Rel: "a\nb", NextAt: time.UnixMicro(1_700_000_000_000_001).UTC(),
	}, op(1, "", ""), op(2, "", ""))
	_ = db.Close()
	db = open(t, dir)
	got, ok, err := db.Source(t.Context(), want.ID)
	if d := cmp.Diff(want, got); d != "" || !ok || err != nil {
		t.Errorf("%v, %v: %s", ok, err, d)
	}
	if got.State != store.SourcePreparing || got.Size != -1 {
		t.Errorf("got %+v", got)
	}
	back, err := db.OperationsOf(t.Context(), want.ID)
	if d := cmp.Diff(ops, back); d != "" || err != nil {
		t.Errorf("%v: %s", err, d)
	}
	if _, ok, err := db.Source(t.Context(), 99); ok || err != nil {
		t.Errorf("one that is not there: %v, %v", ok, err)
	}
}

func TestClaim_LeavesWhatIsStillPreparingAlone(t *testing.T) {
	db := open(t, t.TempDir())
	s, ops := addSource(t, db, store.Source{Path: "/a.car", CAR: true}, op(1, "x", ""))
	younger := add(t, db, op(1, "x", ""))[0]
	now := younger.Created
	o, ok, err := db.Claim(t.Context(), 1, now)
	if err != nil || !ok || o.ID != younger.ID {
		t.Errorf("claimed %+v, %v, %v; want the one that is not preparing", o, ok, err)
	}
	younger.State, younger.DoneAt = store.OpDone, now
	update(t, db, younger, store.OpWaiting)
	if due, err := db.NextDue(t.Context(), 1); err != nil || !due.IsZero() {
		t.Errorf("next due: got %v, %v", due, err)
	}
	s.State = store.SourceReady
	ops[0].State = store.OpWaiting
	if _, ok := move(t, db, s, store.SourcePreparing, []user.MovedOperation{{Operation: ops[0], From: store.OpPreparing}}); !ok {
		t.Fatal("not moved")
	}
	if o, ok, err := db.Claim(t.Context(), 1, now); err != nil || !ok || o.ID != ops[0].ID {
		t.Errorf("claimed %+v, %v, %v", o, ok, err)
	}
}

func TestMoveSource_BringsTheCIDToItsOperationsAtOnceOrNotAtAll(t *testing.T) {
	db := open(t, t.TempDir())
	s, ops := addSource(t, db, store.Source{Path: "/a"}, op(1, "", ""), op(2, "", ""))
	ops[1].State, ops[1].DoneAt = store.OpCancelled, ops[1].Created
	update(t, db, ops[1], store.OpPreparing) // by the person, meanwhile
	ready := s
	ready.State, ready.CID, ready.Size, ready.Files = store.SourceReady, services.CID{Text: "b", Key: "b"}, 7, 1
	var moves []user.MovedOperation
	for _, o := range ops {
		o.State, o.Pin.CID = store.OpWaiting, ready.CID
		moves = append(moves, user.MovedOperation{Operation: o, From: store.OpPreparing})
	}
	moved, ok := move(t, db, ready, store.SourcePreparing, moves)
	if !ok || len(moved) != 1 || moved[0].ID != ops[0].ID {
		t.Fatalf("got %+v, %v; want only the one that was not cancelled", moved, ok)
	}
	if _, ok := move(t, db, ready, store.SourcePreparing, moves); ok {
		t.Error("moved again from a state it is not in")
	}
	list, err := db.OperationsOf(t.Context(), s.ID)
	if err != nil || list[0].Pin.CID.Key != "b" || list[0].State != store.OpWaiting || list[1].State != store.OpCancelled || !list[1].Pin.CID.IsZero() {
		t.Errorf("got %+v, %v", list, err)
	}
	if got, _, err := db.Source(t.Context(), s.ID); err != nil || got.Size != 7 || got.CID.Key != "b" || got.State != store.SourceReady {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestMoveSource_WhatFollowsComesOnlyWithTheMove(t *testing.T) {
	db := open(t, t.TempDir())
	s, ops := addSource(t, db, store.Source{Path: "/a"}, op(1, "", ""), op(2, "", ""))
	ops[1].State, ops[1].DoneAt = store.OpCancelled, ops[1].Created
	update(t, db, ops[1], store.OpPreparing) // by the person, meanwhile
	var moves []user.MovedOperation
	for _, o := range ops {
		o.State = store.OpCancelling
		again := store.Operation{Account: o.Account, Kind: store.OpAdd, Source: s.ID, State: store.OpPreparing}
		undo := store.Operation{Account: o.Account, Kind: store.OpDelete, RequestID: "r"}
		moves = append(moves, user.MovedOperation{Operation: o, From: store.OpPreparing, Again: &again, Undo: &undo})
	}
	moved, ok := move(t, db, s, store.SourcePreparing, moves)
	if !ok || len(moved) != 3 || moved[0].ID != ops[0].ID || moved[1].Kind != store.OpDelete || moved[2].State != store.OpPreparing || moved[2].Key == "" {
		t.Errorf("got %+v, %v", moved, ok)
	}
	list, err := db.OperationsOf(t.Context(), s.ID)
	if err != nil || len(list) != 3 {
		t.Errorf("got %+v, %v", list, err)
	}
	if open, err := db.OperationsOfOpen(t.Context()); err != nil || len(open) != 3 {
		t.Errorf("got %+v, %v", open, err)
	}
}

func TestUpdateAll_WhatIsPreparedOnceMoreHasItsSourceReadAgain(t *testing.T) {
	db := open(t, t.TempDir())
	now := time.UnixMicro(1_800_000_000_000_000).UTC()
	failed, broken := addSource(t, db, store.Source{Path: "/stuck"}, store.Operation{Account: 1, Kind: store.OpAdd})
	read, fine := addSource(t, db, store.Source{Path: "/ready"}, store.Operation{Account: 1, Kind: store.OpAdd})
	failed.State, failed.Reason, failed.NextAt, failed.Unread = store.SourceStuck, "vanished", now.Add(time.Hour), "/stuck/in it"
	read.State, read.CID, read.Size = store.SourceReady, services.CID{Text: "b", Key: "b"}, 3
	move(t, db, failed, store.SourcePreparing, nil)
	move(t, db, read, store.SourcePreparing, nil)
	again := append(broken, fine...)
	for i := range again {
		again[i].State = store.OpPreparing
	}
	if done, err := db.UpdateAll(t.Context(), again, store.OpPreparing); err != nil || len(done) != len(again) {
		t.Fatalf("got %+v, %v", done, err)
	}
	if s, _, err := db.DueSources(t.Context(), now, 1); err != nil || len(s) != 1 || s[0].ID != failed.ID || s[0].Unread != "/stuck/in it" {
		t.Errorf("got %+v, %v", s, err)
	}
	if s, _, err := db.Source(t.Context(), read.ID); err != nil || s.State != store.SourceReady {
		t.Errorf("got %+v, %v", s, err)
	}
	if known, err := db.KnownSources(t.Context()); err != nil || len(known) != 1 || known[0].ID != read.ID {
		t.Errorf("got %+v, %v", known, err)
	}
}

func TestDueSources_TheOldestThatMayBeReadNow(t *testing.T) {
	db := open(t, t.TempDir())
	now := time.UnixMicro(1_800_000_000_000_000).UTC()
	later, _ := addSource(t, db, store.Source{Path: "/later", NextAt: now.Add(time.Minute)})
	first, _ := addSource(t, db, store.Source{Path: "/first"})
	second, _ := addSource(t, db, store.Source{Path: "/second"})
	list, _, err := db.DueSources(t.Context(), now, 10)
	if err != nil || len(list) != 2 || list[0].ID != first.ID {
		t.Errorf("got %+v, %v", list, err)
	}
	if list, _, err := db.DueSources(t.Context(), now, 1); err != nil || len(list) != 1 {
		t.Errorf("got %+v, %v; want no more than was asked for", list, err)
	}
	for _, s := range []store.Source{first, second} {
		s.State = store.SourceReady
		move(t, db, s, store.SourcePreparing, nil)
	}
	list, next, err := db.DueSources(t.Context(), now, 10)
	if err != nil || len(list) != 0 || !next.Equal(now.Add(time.Minute)) {
		t.Errorf("got %v, %v, %v", list, next, err)
	}
	if err := db.Unready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s, _, err := db.DueSources(t.Context(), now, 2); err != nil || len(s) == 0 || s[0].ID != first.ID {
		t.Errorf("after the blocks were lost: got %+v, %v; want it read again", s, err)
	}
	later.State = store.SourceReleased
	move(t, db, later, store.SourcePreparing, nil)
	open, err := db.OpenSources(t.Context())
	if err != nil || len(open) != 2 {
		t.Errorf("got %+v, %v; want the two that are not released", open, err)
	}
}

func TestPrune_ForgetsSourcesNothingNames(t *testing.T) {
	db := open(t, t.TempDir())
	named, ops := addSource(t, db, store.Source{Path: "/named"}, op(1, "", ""))
	alone, _ := addSource(t, db, store.Source{Path: "/alone"})
	for _, s := range []store.Source{named, alone} {
		s.State = store.SourceReleased
		move(t, db, s, store.SourcePreparing, nil)
	}
	if err := db.Prune(t.Context(), ops[0].Created.Add(100*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	for s, want := range map[store.SourceID]bool{named.ID: true, alone.ID: false} {
		if _, ok, err := db.Source(t.Context(), s); ok != want || err != nil {
			t.Errorf("source %d: %v, %v; want %v", s, ok, err, want)
		}
	}
}

func TestMoveSources_ChangesNothingWhereOneIsNotWantedAnyMore(t *testing.T) {
	db := open(t, t.TempDir())
	o := op(1, "", "")
	o.State = store.OpPreparing
	one, ops := addSource(t, db, store.Source{Path: "/one"}, o)
	two, _ := addSource(t, db, store.Source{Path: "/two"})
	released := two
	released.State = store.SourceReleased
	move(t, db, released, store.SourcePreparing, nil)
	one.State, two.State, ops[0].State = store.SourceReady, store.SourceReady, store.OpWaiting
	moves := []user.SourceMove{
		{Source: one, From: store.SourcePreparing, Operations: []user.MovedOperation{{Operation: ops[0], From: store.OpPreparing}}},
		{Source: two, From: store.SourcePreparing},
	}
	moved, others, err := db.MoveSources(t.Context(), moves)
	if err != nil || len(moved) != 0 || len(others) != 1 || others[0] != two.ID {
		t.Errorf("got %+v, %v, %v", moved, others, err)
	}
	if s, _, err := db.Source(t.Context(), one.ID); err != nil || s.State != store.SourcePreparing {
		t.Errorf("got %+v, %v", s, err)
	}
	moved, others, err = db.MoveSources(t.Context(), moves[:1])
	if err != nil || len(moved) != 1 || len(others) != 0 || moved[0].State != store.OpWaiting {
		t.Errorf("got %+v, %v, %v", moved, others, err)
	}
}
