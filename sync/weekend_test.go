package sync_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

// belated loses its first add, and carries it out when it is told to.
type belated struct {
	*demo.Service
	mu    sync.Mutex
	first *services.Pin
}

func (s *belated) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	s.mu.Lock()
	lost := s.first == nil
	if lost {
		s.first = &pin
	}
	s.mu.Unlock()
	if lost {
		return services.PinStatus{}, &services.Error{Code: services.CodeTimeout}
	}
	return s.Service.Add(ctx, pin)
}

func TestLate_WhatCameWhileNobodyLookedIsSeenDaysLater(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &belated{Service: demo.New(demo.Options{})}
		a := r.connect("one", svc)
		r.believe(a, services.FactManyIDs)
		r.run()
		op := r.add(a, content(1), "photo")
		for range 60 {
			if pass(10 * time.Second); !r.op(op.ID).State.Open() {
				break
			}
		}
		if op := r.wantOp(op.ID, store.OpDone); op.Posts != 2 {
			t.Fatalf("it was asked for %d times", op.Posts)
		}
		r.close()
		if _, err := svc.Service.Add(context.Background(), *svc.first); err != nil { // it comes after all
			t.Fatal(err)
		}
		time.Sleep(72 * time.Hour)
		r.open()
		r.serve("one", svc)
		r.run()
		pass(2 * time.Hour)
		if all := svc.Snapshot(); len(all) != 1 || all[0].RequestID != r.op(op.ID).RequestID {
			t.Errorf("the service has %+v", all)
		}
	})
}
