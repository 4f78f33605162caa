package sync_test

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	pinsync "github.com/pintray/pintray/sync"
)

// Deleting a pin that is being replaced leaves neither of the two.
func TestDelete_OfAPinThatIsBeingReplacedLeavesNeither(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		svc := demo.New(demo.Options{Queued: 10 * time.Minute, Pinning: 10 * time.Minute})
		a := r.connect("one", svc)
		r.run()
		add := r.add(a, content(1), "first")
		pass(time.Hour)
		old := r.op(add.ID).RequestID
		if _, err := r.Replace(ctx, pinsync.PinRef{Account: a.ID, RequestID: old}, services.Pin{CID: content(2), Name: "second"}, 0); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if n := len(svc.Snapshot()); n != 2 {
			t.Fatalf("%d pins", n)
		}
		got, err := r.Delete(ctx, []pinsync.PinRef{{Account: a.ID, RequestID: old}}, 0)
		if err != nil || len(got.Operations) == 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		pass(time.Hour)
		for _, p := range svc.Snapshot() {
			t.Errorf("left: %s %s", p.Pin.Name, p.Status)
		}
	})
}

// What the account has got meanwhile is not pinned a second time by a replace
// that had to wait.
func TestReplace_PinsNothingTwice(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		r.sync()
		old := r.op(add.ID).RequestID
		if _, err := r.Replace(ctx, pinsync.PinRef{Account: a.ID, RequestID: old}, services.Pin{CID: content(2), Name: "second"}, time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := svc.Add(ctx, services.Pin{CID: content(2), Name: "another's"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		r.sync() // it is in the list now
		time.Sleep(time.Hour)
		r.work()
		time.Sleep(time.Hour)
		r.work()
		n := 0
		for _, p := range svc.Snapshot() {
			if p.Pin.CID.Key == content(2).Key {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the content is pinned %d times", n)
		}
	})
}
