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

// lingering lists what was deleted as if it were there.
type lingering struct {
	*demo.Service
	gone []services.PinStatus
}

func (f *lingering) Delete(ctx context.Context, id string) error {
	pin, err := f.Get(ctx, id)
	if err == nil {
		f.gone = append(f.gone, pin)
	}
	return f.Service.Delete(ctx, id)
}

func (f *lingering) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := f.Service.List(ctx, q)
	page.Results = append(page.Results, f.gone...)
	page.Count += int64(len(f.gone))
	return page, err
}

func TestDelete_WhatIsStillListedStaysDeleted(t *testing.T) {
	for name, between := range map[string]func(*rig){"at once": func(*rig) {}, "after a restart": (*rig).reopen} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				a := r.connect("one", &lingering{Service: demo.New(demo.Options{})})
				op := r.add(a, content(1), "first")
				r.work()
				if _, err := r.Delete(context.Background(), refTo(a, r.op(op.ID)), 0); err != nil {
					t.Fatal(err)
				}
				r.work()
				between(r)
				for range 3 {
					pass(time.Hour)
					r.sync()
					if got := r.pins(a); len(got) > 0 {
						t.Errorf("the list has %q", got)
					}
				}
				if p := r.profile(a); !p.Disproved(services.FactDelete) {
					t.Errorf("the profile: %+v", p)
				}
			})
		})
	}
}

// keeping takes a delete and does nothing.
type keeping struct{ *demo.Service }

func (keeping) Delete(context.Context, string) error { return nil }

func TestDelete_WhatIsStillThereIsNotDone(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", keeping{demo.New(demo.Options{})})
		op := r.add(a, content(1), "first")
		r.work()
		got, err := r.Delete(context.Background(), refTo(a, r.op(op.ID)), 0)
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(20 * time.Second)
		r.wantOp(got.Operations[0].ID, store.OpWaiting)
		for range 2 {
			pass(time.Hour)
			r.sync()
			if got := r.pins(a); !slices.Equal(got, []string{"first pinned"}) {
				t.Errorf("got %q", got)
			}
		}
		if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastText != "still-there" {
			t.Errorf("it says %q", op.LastText)
		}
		if p := r.profile(a); !p.Disproved(services.FactDelete) {
			t.Errorf("the profile: %+v", p)
		}
		if s := r.state(a); s.Err != nil {
			t.Errorf("the account: %v", s.Err)
		}
	})
}

func TestDelete_CostsALookBeforeAndNoneAfterOnceTheServiceIsKnownToDoIt(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		const n = 30
		asked := 0
		svc := demo.New(demo.Options{Pins: n, Before: func(demo.Call) error { asked++; return nil }})
		a := r.connect("one", svc)
		r.sync()
		var pins []pinsync.PinRef
		for _, p := range svc.Snapshot() {
			pins = append(pins, pinsync.PinRef{Account: a.ID, RequestID: p.RequestID, CID: p.Pin.CID, Name: p.Pin.Name})
		}
		asked = 0
		if _, err := r.Delete(context.Background(), pins, 0); err != nil {
			t.Fatal(err)
		}
		r.work()
		if left := len(svc.Snapshot()); left != 0 || asked != 2*n+1 { // the first is looked at afterwards too
			t.Errorf("%d calls for %d pins, %d left", asked, n, left)
		}
	})
}

func TestDelete_ThatWorksIsLearnt(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{}))
		op := r.add(a, content(1), "first")
		r.work()
		if _, err := r.Delete(context.Background(), refTo(a, r.op(op.ID)), 0); err != nil {
			t.Fatal(err)
		}
		r.work()
		pass(time.Minute)
		r.sync()
		if p := r.profile(a); !p.Proved(services.FactDelete) {
			t.Errorf("the profile: %+v", p)
		}
	})
}

func (r *rig) profile(a services.Account) services.Profile {
	r.t.Helper()
	p, err := r.cache.Profile(context.Background(), a.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}
