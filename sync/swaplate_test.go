package sync_test

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// tardy takes a delete and carries it out later; a second pin of a CID is queued
// for three minutes where slow.
type tardy struct {
	*demo.Service
	later time.Duration
	slow  bool
}

func (s tardy) Delete(_ context.Context, id string) error {
	time.AfterFunc(s.later, func() { _ = s.Service.Delete(context.Background(), id) })
	return nil
}

func (s tardy) Get(ctx context.Context, id string) (services.PinStatus, error) {
	got, err := s.Service.Get(ctx, id)
	if s.slow && err == nil && time.Since(got.Created) < 3*time.Minute {
		got.Status = services.Queued
	}
	return got, err
}

// renamedAtTardy is a rename that is stuck, since a pin that was deleted is still
// there and goes later.
func renamedAtTardy(t *testing.T, r *rig, slow bool) (svc *demo.Service, ids []store.OperationID) {
	svc = demo.New(demo.Options{})
	a := r.connect("one", tardy{svc, 15 * time.Minute, slow})
	r.run()
	add := r.add(a, content(1), "first")
	pass(10 * time.Minute)
	got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
	if err != nil || len(got.Operations) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	pass(6 * time.Minute)
	r.wantOp(got.Operations[0].ID, store.OpStuck)
	return svc, []store.OperationID{got.Operations[0].ID}
}

func TestRename_CancelledWhileTheOldPinGoesLateKeepsTheNewOne(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc, ids := renamedAtTardy(t, r, false)
		r.stop() // nothing is sent between the two
		if err := r.Retry(context.Background(), ids); err != nil {
			t.Fatal(err)
		}
		if err := r.Cancel(context.Background(), ids); err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(2 * time.Hour)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" {
			t.Errorf("the service has %+v; the rename %+v", all, r.op(ids[0]))
		}
	})
}

func TestRename_TriedAgainWhileTheNewPinGoesLateKeepsTheOldOne(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc, ids := renamedAtTardy(t, r, true)
		for _, d := range []time.Duration{15 * time.Minute, time.Minute, time.Minute} { // still there, gone, renamed in place
			if err := r.Retry(context.Background(), ids); err != nil {
				t.Fatal(err)
			}
			pass(d)
		}
		r.wantOp(ids[0], store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" {
			t.Errorf("the service has %+v; the rename %+v", all, r.op(ids[0]))
		}
	})
}

func TestDelete_DoneALittleLaterDisprovesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", tardy{Service: svc, later: 20 * time.Second})
		r.run()
		add := r.add(a, content(1), "first")
		pass(time.Minute)
		got, err := r.Delete(context.Background(), refTo(a, r.op(add.ID)), 0)
		if err != nil {
			t.Fatal(err)
		}
		pass(15 * time.Second)
		r.wantOp(got.Operations[0].ID, store.OpWaiting)
		if p := r.profile(a); p.Disproved(services.FactDelete) {
			t.Errorf("the profile after one look: %+v", p)
		}
		pass(5 * time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if n := len(svc.Snapshot()); n != 0 || r.profile(a).Disproved(services.FactDelete) {
			t.Errorf("%d pins left; the profile: %+v", n, r.profile(a))
		}
	})
}
