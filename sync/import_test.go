package sync_test

import (
	"context"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
)

func TestImport_AFileGoesFromDiskToPinnedAtTwoServices(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		one, two := &named{Service: slow()}, &named{Service: slow()}
		a, b := r.connect("a", one), r.connect("b", two)
		r.run()
		pass(time.Second)
		ops := r.bring(r.file("hello.txt", "hello"), a, b)
		if ops[0].State != store.OpPreparing || ops[0].Source == 0 || ops[0].Source != ops[1].Source || !ops[0].Pin.CID.IsZero() {
			t.Errorf("asked for: %+v", ops[0])
		}
		pass(2 * time.Second)
		for i, svc := range []*named{one, two} {
			op := r.wantOp(ops[i].ID, store.OpDone)
			if op.Pin.CID.Key != helloCID.Key || op.Pin.Name != "hello.txt" {
				t.Errorf("got %+v", op.Pin)
			}
			if got := svc.origins(); len(got) != 1 || !slices.Equal(got[0], r.giver.origins) {
				t.Errorf("told to fetch from %q", got)
			}
			k := handover.Key{Account: op.Account, Source: op.Source}
			if got := r.giver.delegates(k); !slices.Equal(got, itsMachines) {
				t.Errorf("dialled %q", got)
			}
		}
		s := r.wantSource(ops[0].Source, store.SourceReady)
		if s.Size != 5 || s.Files != 1 || s.CID.Key != helloCID.Key {
			t.Errorf("source: %+v", s)
		}
		if data, err := r.giver.take(context.Background(), s.ID, helloCID); string(data) != "hello" || err != nil {
			t.Errorf("fetched %q, %v", data, err)
		}
		if live := r.giver.live(); len(live) != 2 || live[0].Size != 5 || live[0].Endpoint == "" {
			t.Errorf("given: %+v", live)
		}
		progress, err := r.Progress(context.Background())
		if err != nil || len(progress) != 2 || progress[0].Stage != store.Giving || progress[0].Name != "hello.txt" || progress[0].TotalBytes != 5 {
			t.Errorf("progress: %+v, %v", progress, err)
		}
		pass(2 * time.Minute)
		if got := r.pins(a); !slices.Equal(got, []string{"hello.txt pinned"}) {
			t.Errorf("at a: %v", got)
		}
		if live := r.giver.live(); len(live) != 0 {
			t.Errorf("still given: %+v", live)
		}
		reader := r.reader()
		defer reader.Close()
		if it, ok, err := reader.ItemByCID(context.Background(), helloCID); err != nil || !ok || it.Size != 5 || it.State != store.Safe || it.Copies != 2 {
			t.Errorf("the item: %+v, %v, %v", it, ok, err)
		}
		r.wantSource(s.ID, store.SourceReleased)
		if held, err := r.blocks.Totals(context.Background(), 1); err != nil || held.Blocks != 0 {
			t.Errorf("blocks that are left: %+v, %v", held, err)
		}
	})
}

func TestImport_GoesOnAfterARestartWhereverItWas(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: slow()}
		a := r.connect("a", svc)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		r.reopen() // before it was read
		r.wantOp(op.ID, store.OpPreparing)
		r.run()
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpDone)
		r.reopen() // while it is fetched
		if live := r.giver.live(); len(live) != 0 {
			t.Fatal("given before it runs")
		}
		r.run()
		pass(2 * time.Second)
		k := handover.Key{Account: a.ID, Source: op.Source}
		if live := r.giver.live(); len(live) != 1 || live[0].Key() != k {
			t.Fatalf("given after a restart: %+v", live)
		}
		pass(10 * time.Second)
		if got := r.giver.delegates(k); !slices.Equal(got, itsMachines) {
			t.Errorf("dialled after a restart: %q", got)
		}
		pass(2 * time.Minute)
		r.wantSource(op.Source, store.SourceReleased)
		if len(svc.origins()) != 1 {
			t.Errorf("asked for %d times", len(svc.origins()))
		}
	})
}

func TestImport_OfWhatIsThereAlready(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a, b := r.connect("a", demo.New(demo.Options{})), r.connect("b", demo.New(demo.Options{}))
		r.add(a, helloCID, "before")
		r.work()
		first := r.bring(r.file("one.txt", "hello"), a, b)
		second := r.bring(r.file("two.txt", "hello"), b)
		r.work()
		if op := r.wantOp(first[0].ID, store.OpDone); !op.AlreadyKept || op.RequestID == "" {
			t.Errorf("what the account keeps: %+v", op)
		}
		r.wantOp(first[1].ID, store.OpDone)
		if op := r.wantOp(second[0].ID, store.OpCancelled); op.LastText != "already-asked" {
			t.Errorf("what was asked for under another name: %+v", op)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"before pinned"}) {
			t.Errorf("at a: %v", got)
		}
		if got := r.pins(b); !slices.Equal(got, []string{"one.txt pinned"}) {
			t.Errorf("at b: %v", got)
		}
	})
}

func TestImport_RefusesWhatCannotBe(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		good := r.file("good.txt", "hello")
		got, err := r.Import(context.Background(), pinsync.ImportRequest{
			Paths:    []store.Path{good, good + "-not-there", "relative.txt", r.file("no.car", "this is no CAR")},
			Accounts: []services.AccountID{a.ID, a.ID, 99},
		})
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		var reasons []string
		for _, no := range got.Refused {
			reasons = append(reasons, no.Err.Reason)
		}
		slices.Sort(reasons)
		if want := []string{services.ReasonBrokenCAR, "not-absolute", "unknown-account", services.ReasonVanished}; !slices.Equal(reasons, want) {
			t.Errorf("refused for %v, want %v", reasons, want)
		}
	})
}

func TestImport_RefusesWhatItMayNotReadBeforeAnythingIsWrittenDown(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: devices and permissions differ")
	}
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		secret := r.file("secret.txt", "hello")
		if err := os.Chmod(string(secret), 0); err != nil {
			t.Fatal(err)
		}
		want := map[store.Path]string{os.DevNull: services.ReasonSpecial}
		if os.Getuid() != 0 { // root may read everything
			want[secret] = services.ReasonUnreadable
		}
		for path, reason := range want {
			got, err := r.Import(context.Background(), pinsync.ImportRequest{Paths: []store.Path{path}, Accounts: []services.AccountID{a.ID}})
			if err != nil || len(got.Operations) != 0 || len(got.Refused) != 1 || got.Refused[0].Err.Reason != reason {
				t.Errorf("%s: got %+v, %v", path, got, err)
			}
		}
	})
}

func TestInspect_SaysWhatImportWouldRefuse(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		bad := r.file("no.car", "this is no CAR")
		plans, err := r.Inspect(context.Background(), pinsync.ImportRequest{Paths: []store.Path{r.file("good.txt", "hello"), bad}})
		if err != nil {
			t.Fatal(err)
		}
		if plans[0].Err != nil || plans[0].CAR {
			t.Errorf("a file: %+v", plans[0])
		}
		if no := plans[1].Err; no == nil || no.Reason != services.ReasonBrokenCAR {
			t.Errorf("what is called a CAR and is none: %v", no)
		}
	})
}

func TestImport_OfAVanishedFileNeedsThePersonUntilItIsBack(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		path := r.file("hello.txt", "hello")
		op := r.bring(path, a)[0]
		if err := os.Remove(string(path)); err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(2 * time.Second)
		if op := r.wantOp(op.ID, store.OpStuck); op.LastCode != services.CodeSource || op.LastText != services.ReasonVanished {
			t.Errorf("got %+v", op)
		}
		r.wantSource(op.Source, store.SourceStuck)
		reader := r.reader()
		defer reader.Close()
		h, err := reader.Health(context.Background(), time.Now())
		if err != nil || len(h.NeedsYou) != 1 || h.NeedsYou[0].Code != "source" || h.NeedsYou[0].Count != 1 || h.NeedsYou[0].Details != services.ReasonVanished {
			t.Errorf("health: %+v, %v", h, err)
		}
		r.file("hello.txt", "hello")
		if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpDone)
	})
}

func TestImport_CancelledBeforeItIsReadLeavesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		if err := r.Cancel(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpCancelled)
		r.wantSource(op.Source, store.SourceReleased)
		if got := r.pins(a); len(got) != 0 {
			t.Errorf("at a: %v", got)
		}
	})
}

func TestImport_OfAFileThatChangesWhileItIsGivenBeginsAnew(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: demo.New(demo.Options{Queued: time.Hour})}
		done := &named{Service: demo.New(demo.Options{})}
		a, b := r.connect("a", svc), r.connect("b", done)
		r.run()
		pass(time.Second)
		ops := r.bring(r.file("hello.txt", "hello"), a, b)
		pass(15 * time.Second)
		if got := r.pins(b); !slices.Equal(got, []string{"hello.txt pinned"}) {
			t.Fatalf("at b: %v", got)
		}
		r.file("hello.txt", "changed")
		if data, err := r.giver.take(context.Background(), ops[0].Source, helloCID); err == nil {
			t.Fatalf("gave %q", data)
		}
		pass(time.Second)
		if live := r.giver.live(); len(live) != 0 {
			t.Errorf("given after it changed: %+v", live)
		}
		if s := r.wantSource(ops[0].Source, store.SourcePreparing); s.Reason != services.ReasonChanged {
			t.Errorf("source: %+v", s)
		}
		pass(30 * time.Second)
		all, err := r.user.OperationsOf(context.Background(), ops[0].Source)
		if err != nil || len(all) != 3 {
			t.Fatalf("operations: %+v, %v", all, err)
		}
		if again := all[2]; again.Account != a.ID || again.State != store.OpDone || again.Pin.CID.Key != changedCID.Key || again.Pin.Name != "hello.txt" {
			t.Errorf("asked again: %+v", again)
		}
		page, err := svc.Service.List(context.Background(), services.Query{Status: services.AllStatuses(), Limit: 10})
		if err != nil || len(page.Results) != 1 || page.Results[0].Pin.CID.Key != changedCID.Key {
			t.Errorf("at a: %+v, %v; want the new one alone", page.Results, err)
		}
		if got := r.pins(b); !slices.Equal(got, []string{"hello.txt pinned"}) {
			t.Errorf("what was pinned at b is not: %v", got)
		}
		if live := r.giver.live(); len(live) != 1 || live[0].Root.Key != changedCID.Key {
			t.Errorf("given: %+v", live)
		}
	})
}

func TestImport_WhatWasThereBeforeIsNotDeletedWhenTheFileChanges(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: demo.New(demo.Options{Queued: time.Hour})}
		a := r.connect("a", svc)
		before := r.add(a, helloCID, "before")
		r.run()
		pass(10 * time.Second)
		r.wantOp(before.ID, store.OpDone)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(10 * time.Second)
		if op := r.wantOp(op.ID, store.OpDone); !op.AlreadyKept {
			t.Fatalf("got %+v", op)
		}
		if live := r.giver.live(); len(live) != 1 {
			t.Fatalf("what only waits for its bytes is not given: %+v", live)
		}
		r.file("hello.txt", "changed")
		if _, err := r.giver.take(context.Background(), op.Source, helloCID); err == nil {
			t.Fatal("gave it")
		}
		pass(30 * time.Second)
		page, err := svc.Service.List(context.Background(), services.Query{Status: services.AllStatuses(), Limit: 10})
		if err != nil || len(page.Results) != 2 {
			t.Errorf("got %+v, %v; want the one from before and the new one", page.Results, err)
		}
	})
}

func TestImport_OriginsAServiceRefusesAreLeftOutInTurn(t *testing.T) {
	for name, c := range map[string]struct {
		refuses string
		want    int
	}{"all but TCP": {"quic", 2}, "all": {"all", 3}, "none": {"", 1}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &named{Service: demo.New(demo.Options{}), refuses: c.refuses}
				a := r.connect("a", svc)
				r.run()
				pass(time.Second)
				op := r.bring(r.file("hello.txt", "hello"), a)[0]
				pass(5 * time.Second)
				r.wantOp(op.ID, store.OpDone)
				got := svc.origins()
				if len(got) != c.want || len(got[0]) != 2 || c.want > 1 && len(got[1]) != 1 || c.want > 2 && len(got[2]) != 0 {
					t.Errorf("told %q", got)
				}
			})
		})
	}
}

func TestImport_WhilePausedIsReadButNotSent(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: slow()}
		a := r.connect("a", svc)
		r.run()
		pass(time.Second)
		first := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(2 * time.Second)
		if err := r.Pause(context.Background(), time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		second := r.bring(r.file("other.txt", "changed"), a)[0]
		pass(2 * time.Second)
		if !r.giver.isPaused() {
			t.Error("it gives while paused")
		}
		r.wantOp(first.ID, store.OpDone)
		r.wantOp(second.ID, store.OpWaiting)
		pass(2 * time.Minute)
		if r.giver.isPaused() {
			t.Error("it does not give after the pause")
		}
		r.wantOp(second.ID, store.OpDone)
	})
}

func TestImport_SettingsReachTheGiver(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		if err := r.Set(context.Background(), store.SettingUploadLimit, "125000"); err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(time.Second)
		if r.giver.limit != 125000 || !r.giver.listens {
			t.Errorf("got %+v", r.giver)
		}
		if err := r.Set(context.Background(), store.SettingListen, store.ListenOff); err != nil {
			t.Fatal(err)
		}
		if r.giver.listens {
			t.Error("it still listens")
		}
	})
}
