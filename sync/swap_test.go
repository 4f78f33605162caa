package sync_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// calls counts what is asked of a demo service.
func calls(o *demo.Options, ops *[]string) {
	o.Before = func(c demo.Call) error {
		if c.Op == "add" || c.Op == "replace" || c.Op == "delete" {
			*ops = append(*ops, c.Op)
		}
		return nil
	}
}

func TestRename_AddsFirstAndLetsGoOfTheOldOneOnlyWhenTheNewOneIsPinned(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var ops []string
		o := demo.Options{Queued: 10 * time.Second, Pinning: 20 * time.Second}
		calls(&o, &ops)
		svc := demo.New(o)
		a := r.connect("one", svc)
		r.run()
		add := r.add(a, content(1), "first")
		pass(5 * time.Minute)
		old := r.op(add.ID).RequestID
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: old}, "second")
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		pass(15 * time.Second)
		if op := r.op(got.Operations[0].ID); op.State != store.OpWaiting || op.Made == "" || len(svc.Snapshot()) != 2 {
			t.Errorf("before it is pinned: %+v and %d pins", op, len(svc.Snapshot()))
		}
		pass(5 * time.Minute)
		op := r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" || all[0].RequestID != op.RequestID || op.RequestID == old {
			t.Errorf("the service has %+v", all)
		}
		if want := []string{"add", "add", "delete"}; !slices.Equal(ops, want) {
			t.Errorf("calls were %q, want %q", ops, want)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("the list has %q", got)
		}
		if p, err := r.cache.Profile(context.Background(), a.ID); err != nil || !p.Proved(services.FactManyIDs) {
			t.Errorf("learnt %+v, %v", p, err)
		}
	})
}

// once answers a second add of a CID with the pin there is.
type once struct{ *demo.Service }

func (s once) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	for _, p := range s.Snapshot() {
		if p.Pin.CID.Key == pin.CID.Key {
			return p, nil
		}
	}
	return s.Service.Add(ctx, pin)
}

func TestRename_InPlaceOnlyOnceThePersonSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var ops []string
		o := demo.Options{}
		calls(&o, &ops)
		a := r.connect("one", once{demo.New(o)})
		add := r.add(a, content(1), "first")
		r.work()
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastText != "not-renamed" || slices.Contains(ops, "replace") || slices.Contains(ops, "delete") {
			t.Errorf("%q after %q", op.LastText, ops)
		}
		if err := r.Retry(context.Background(), []store.OperationID{got.Operations[0].ID}); err != nil {
			t.Fatal(err)
		}
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("the list has %q", got)
		}
		if p, err := r.cache.Profile(context.Background(), a.ID); err != nil || !p.Proved(services.FactReplace) {
			t.Errorf("learnt %+v, %v", p, err)
		}
	})
}

// queuer never begins a second pin of a CID (quirk 39).
type queuer struct{ *demo.Service }

func (s queuer) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	got, err := s.Service.Get(ctx, requestID)
	for _, p := range s.Snapshot() {
		if err == nil && p.Pin.CID.Key == got.Pin.CID.Key && p.Created.Before(got.Created) {
			got.Status = services.Queued
		}
	}
	return got, err
}

func TestRename_WhoseNewPinIsNeverBegunIsTakenBackAndThenDoneInPlace(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var ops []string
		o := demo.Options{}
		calls(&o, &ops)
		svc := demo.New(o)
		a := r.connect("one", queuer{svc})
		r.run()
		add := r.add(a, content(1), "first")
		pass(5 * time.Minute)
		old := r.op(add.ID).RequestID
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: old}, "second")
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		pass(5 * time.Minute)
		id := got.Operations[0].ID
		if op := r.wantOp(id, store.OpStuck); op.LastText != "not-renamed" {
			t.Errorf("it says %q", op.LastText)
		}
		if all := svc.Snapshot(); len(all) != 1 || all[0].RequestID != old {
			t.Errorf("the service has %+v", all)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"first pinned"}) {
			t.Errorf("the list has %q", got)
		}
		if err := r.Retry(context.Background(), []store.OperationID{id}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		r.wantOp(id, store.OpDone)
		if want := []string{"add", "add", "delete", "replace"}; !slices.Equal(ops, want) {
			t.Errorf("calls were %q, want %q", ops, want)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("the list has %q", got)
		}
	})
}

func TestReplace_PutsAnotherContentInThePlace(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Queued: 10 * time.Second})
		a := r.connect("one", svc)
		r.run()
		add := r.add(a, content(1), "first")
		pass(5 * time.Minute)
		ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"}
		got, err := r.Replace(context.Background(), ref, services.Pin{CID: content(2), Name: "second"}, 6*time.Second)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		pass(8 * time.Second)
		if len(svc.Snapshot()) != 2 {
			t.Errorf("%d pins before the new one is pinned", len(svc.Snapshot()))
		}
		pass(5 * time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.CID.Key != content(2).Key {
			t.Errorf("the service has %+v", all)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("the list has %q", got)
		}
	})
}

func TestReplace_CancelledTakesTheNewOneAwayAgain(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Queued: time.Hour})
		a := r.connect("one", svc)
		r.run()
		add := r.add(a, content(1), "first")
		pass(time.Minute)
		got, err := r.Replace(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, services.Pin{CID: content(2)}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		pass(time.Minute)
		if err := r.Cancel(context.Background(), []store.OperationID{got.Operations[0].ID}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpCancelled)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.CID.Key != content(1).Key {
			t.Errorf("the service has %+v", all)
		}
	})
}
