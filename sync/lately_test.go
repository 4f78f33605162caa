package sync_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

// hasty says of every pin at first that it failed.
type hasty struct{ failing }

func newHasty() *hasty {
	h := &hasty{failing{Service: demo.New(demo.Options{})}}
	h.now.Store(true)
	return h
}

func (h *hasty) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	p, err := h.Service.Add(ctx, pin)
	return h.fail(p), err
}

func TestAdd_AFirstFailureIsNotBelieved(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := newHasty()
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.work()
		time.AfterFunc(30*time.Second, func() { svc.now.Store(false) })
		r.sync() // a full check believes it no sooner
		if got := r.pins(a); !slices.Equal(got, []string{"first queued"}) {
			t.Errorf("got %q", got)
		}
		if _, err := r.Wait(context.Background(), []store.OperationID{op.ID}, true); err != nil {
			t.Fatal(err)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"first pinned"}) {
			t.Errorf("got %q", got)
		}
		if seen := r.observations(); len(seen) > 0 {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestAdd_AFailureThatLastsIsBelievedAfterAMinute(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", newHasty())
		op := r.add(a, content(1), "hopeless")
		r.work()
		r.reopen()
		began := time.Now()
		if _, err := r.Wait(context.Background(), []store.OperationID{op.ID}, true); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 45*time.Second || took > 3*time.Minute {
			t.Errorf("believed after %v", took)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"hopeless failed"}) {
			t.Errorf("got %q", got)
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"failed hopeless"}) {
			t.Errorf("observed %q", seen)
		}
	})
}
