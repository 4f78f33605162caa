package sync_test

import (
	"context"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// swapping gives a requestid other content (quirk 19), as somebody else asked.
type swapping struct {
	*demo.Service
	to services.CID
}

func (s *swapping) Get(ctx context.Context, id string) (services.PinStatus, error) {
	pin, err := s.Service.Get(ctx, id)
	if !s.to.IsZero() {
		pin.Pin.CID = s.to
	}
	return pin, err
}

func TestDelete_NeverTakesWhatNobodySaw(t *testing.T) {
	t.Run("first", func(t *testing.T) { neverTakesWhatNobodySaw(t) })
	t.Run("known to delete", func(t *testing.T) { neverTakesWhatNobodySaw(t, services.FactDelete) })
}

func neverTakesWhatNobodySaw(t *testing.T, believed ...services.Fact) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &swapping{Service: demo.New(demo.Options{})}
		a := r.connect("one", svc)
		r.believe(a, believed...)
		add := r.add(a, content(1), "first")
		r.work()
		svc.to = content(2)
		got, err := r.Delete(context.Background(), []pinsync.PinRef{
			{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"},
		}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastText != "changed" {
			t.Errorf("got %q", op.LastText)
		}
		if n := len(svc.Snapshot()); n != 1 {
			t.Errorf("the service has %d pins", n)
		}
	})
}
