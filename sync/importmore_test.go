package sync_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

// car writes a CAR file of some content.
func (r *rig) car(name, content string) store.Path {
	r.t.Helper()
	ctx := context.Background()
	must := func(err error) {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
	}
	const source = 1000
	w, err := r.blocks.Write(ctx, blocks.HolderOf(source))
	must(err)
	defer w.Discard()
	root, err := ingest.Path(ctx, r.file("of-"+name, content), ingest.Options{}, w)
	must(err)
	_, err = w.Commit(ctx)
	must(err)
	reader := ingest.NewReader(r.blocks, nil)
	defer func() { must(reader.Close()) }()
	_, open, err := reader.CAR(ctx, source, root.CID)
	must(err)
	body, err := open(ctx)
	must(err)
	data, err := io.ReadAll(body)
	must(err)
	must(body.Close())
	must(r.blocks.Drop(ctx, blocks.HolderOf(source)))
	return r.file(name, string(data))
}

func TestImport_OfACARHasItsCIDFromTheStart(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: slow()}
		a := r.connect("a", svc)
		path := r.car("hello.car", "hello")
		op := r.bring(path, a)[0]
		if op.Pin.CID.Key != helloCID.Key || op.State != store.OpPreparing {
			t.Fatalf("got %+v", op)
		}
		again, err := r.Import(context.Background(), pinsync.ImportRequest{Paths: []store.Path{path}, Accounts: []services.AccountID{a.ID}})
		if err != nil || len(again.Refused) != 1 || again.Refused[0].Err.Reason != "already-asked" {
			t.Errorf("once more: %+v, %v", again, err)
		}
		r.run()
		pass(3 * time.Second)
		r.wantOp(op.ID, store.OpDone)
		if data, err := r.giver.take(context.Background(), op.Source, helloCID); string(data) != "hello" || err != nil {
			t.Errorf("fetched %q, %v", data, err)
		}
		pass(2 * time.Minute)
		r.wantSource(op.Source, store.SourceReleased)
	})
}

func TestImport_OfACARThatIsAnotherByTheTimeItIsReadNeedsThePerson(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		op := r.bring(r.car("it.car", "hello"), a)[0]
		r.car("it.car", "changed")
		r.work()
		if op := r.wantOp(op.ID, store.OpStuck); op.LastText != services.ReasonChanged {
			t.Errorf("got %+v", op)
		}
		if got := r.pins(a); len(got) != 0 {
			t.Errorf("at a: %v", got)
		}
	})
}

func TestImport_GoesOnWhenTheIndexOfBlocksIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		now  string // what the file holds by then
		want []string
	}{
		"the file is what it was": {"hello", []string{"hello.txt queued"}},
		"the file is another":     {"changed", []string{"hello.txt queued"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &named{Service: demo.New(demo.Options{Queued: time.Hour})}
				a := r.connect("a", svc)
				r.run()
				pass(time.Second)
				op := r.bring(r.file("hello.txt", "hello"), a)[0]
				pass(15 * time.Second)
				r.wantOp(op.ID, store.OpDone)
				r.close()
				for _, suffix := range []string{"", "-wal", "-shm"} {
					_ = os.Remove(r.dir + "/blocks.db" + suffix)
				}
				r.file("hello.txt", c.now)
				r.open()
				if err := r.user.Unready(context.Background()); err != nil {
					t.Fatal(err)
				}
				r.run()
				pass(time.Minute)
				s := r.wantSource(op.Source, store.SourceReady)
				if live := r.giver.live(); len(live) != 1 || live[0].Root.Key != s.CID.Key {
					t.Errorf("given: %+v", live)
				}
				data, err := r.giver.take(context.Background(), op.Source, s.CID)
				if string(data) != c.now || err != nil {
					t.Errorf("fetched %q, %v", data, err)
				}
				if got := r.pins(a); !slices.Equal(got, c.want) {
					t.Errorf("at a: %v", got)
				}
			})
		})
	}
}

func TestImport_OfAFolderOfManyFilesIsOneItem(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		path := r.file("folder/a.txt", "a")
		r.file("folder/b/c.txt", "c")
		r.file("folder/.hidden", "h")
		got, err := r.Import(context.Background(), pinsync.ImportRequest{
			Paths: []store.Path{path[:len(path)-len("/a.txt")]}, Accounts: []services.AccountID{a.ID}, Ignore: []string{"nothing"},
		})
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		op := r.wantOp(got.Operations[0].ID, store.OpDone)
		s := r.source(op.Source)
		if op.Pin.Name != "folder" || s.Files != 2 || s.Left != 1 || s.Size != 2 {
			t.Errorf("got %+v, %+v", op.Pin, s)
		}
		plans, err := r.Inspect(context.Background(), pinsync.ImportRequest{Paths: []store.Path{s.Path}})
		if err != nil || len(plans) != 1 || !plans[0].Dir || plans[0].Files != 2 || plans[0].Left != 1 {
			t.Errorf("inspected: %+v, %v", plans, err)
		}
	})
}

func TestImport_OfAnAccountThatIsForgottenIsLetGoOf(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: time.Hour})})
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(10 * time.Second)
		r.wantOp(op.ID, store.OpDone)
		if err := r.ForgetAccount(context.Background(), a.ID); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		r.wantSource(op.Source, store.SourceReleased)
		if live := r.giver.live(); len(live) != 0 {
			t.Errorf("given: %+v", live)
		}
	})
}

func TestImport_WhosePinIsRenamedIsGivenOn(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: time.Hour})})
		r.believe(a, services.FactReplace)
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(10 * time.Second)
		op = r.wantOp(op.ID, store.OpDone)
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: op.RequestID}, "another")
		if err != nil {
			t.Fatal(err)
		}
		pass(20 * time.Second)
		if done := r.wantOp(got.Operations[0].ID, store.OpDone); done.RequestID == op.RequestID {
			t.Fatal("the service kept the requestid: nothing is shown")
		}
		r.wantSource(op.Source, store.SourceReady)
		k := handover.Key{Account: a.ID, Source: op.Source}
		if live := r.giver.live(); len(live) != 1 || live[0].Key() != k || len(r.giver.delegates(k)) == 0 {
			t.Errorf("given: %+v", live)
		}
	})
}

func TestImport_WhoseDeletedPinIsNoLongerGiven(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: time.Hour})})
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(10 * time.Second)
		op = r.wantOp(op.ID, store.OpDone)
		_, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, RequestID: op.RequestID}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		r.wantSource(op.Source, store.SourceReleased)
		if live := r.giver.live(); len(live) != 0 {
			t.Errorf("given: %+v", live)
		}
	})
}

func TestImport_WhatIsGivenIsLookedAtAtOnceWhenOurAddressesChange(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: 24 * time.Hour})})
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(3 * time.Hour)
		k := handover.Key{Account: a.ID, Source: op.Source}
		for waited := time.Duration(0); len(r.giver.delegates(k)) > 0 && waited < time.Hour; waited += time.Second {
			r.giver.Connect(k, nil) // until it was just looked at
			pass(time.Second)
		}
		r.giver.moved <- struct{}{}
		pass(5 * time.Second)
		if got := r.giver.delegates(k); !slices.Equal(got, itsMachines) {
			t.Errorf("dialled %q", got)
		}
	})
}

func TestImport_SourcesThatNothingNeedsAreReleasedTogether(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", &named{Service: demo.New(demo.Options{Queued: time.Hour})})
		ops := make([]store.Operation, 4)
		for i := range ops {
			name := fmt.Sprint("f", i)
			ops[i] = r.bring(r.file(name, name), a)[0]
		}
		if err := r.Cancel(context.Background(), []store.OperationID{ops[0].ID, ops[1].ID, ops[3].ID}); err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(5 * time.Second)
		for i, op := range ops {
			held, err := r.blocks.Totals(context.Background(), blocks.HolderOf(op.Source))
			if err != nil {
				t.Fatal(err)
			}
			if i == 2 {
				r.wantSource(op.Source, store.SourceReady) // its service has not fetched it yet
			} else {
				r.wantSource(op.Source, store.SourceReleased)
			}
			if (held.Blocks > 0) != (i == 2) {
				t.Errorf("%s holds %+v", op.Pin.Name, held)
			}
		}
	})
}
