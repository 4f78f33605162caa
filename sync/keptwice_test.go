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

// amnesiac keeps no meta, loses the first answer, and shows what is new after
// five minutes.
type amnesiac struct {
	*demo.Service
	adds int
}

func (f *amnesiac) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	pin.Meta = nil
	got, err := f.Service.Add(ctx, pin)
	if f.adds++; f.adds == 1 && err == nil {
		return services.PinStatus{}, &services.Error{Code: services.CodeTimeout}
	}
	return got, err
}

func (f *amnesiac) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := f.Service.List(ctx, q)
	page.Results = slices.DeleteFunc(page.Results, func(p services.PinStatus) bool { return time.Since(p.Created) < 5*time.Minute })
	page.Count = int64(len(page.Results))
	return page, err
}

func TestAdd_WhatMayBeKeptTwiceIsToldOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &amnesiac{Service: demo.New(demo.Options{})}
		a := r.connect("one", svc)
		r.run()
		op := r.add(a, content(1), "first")
		pass(2 * time.Hour)
		r.wantOp(op.ID, store.OpDone)
		if n := len(svc.Snapshot()); n != 2 {
			t.Fatalf("%d pins: the test wants two", n)
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"twice first"}) {
			t.Errorf("observed %q", seen)
		}
	})
}
