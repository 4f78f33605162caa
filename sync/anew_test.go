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

// unheard loses the answers to its first two adds, and carries them out when it is
// told to.
type unheard struct {
	once
	mu   sync.Mutex
	held []services.Pin
}

// lost gives the adds whose answers were lost.
func (s *unheard) lost() []services.Pin {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

func (s *unheard) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	if s.hold(pin) {
		return services.PinStatus{}, &services.Error{Code: services.CodeTimeout}
	}
	return s.once.Add(ctx, pin)
}

// hold keeps the first two adds back.
func (s *unheard) hold(pin services.Pin) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.held) == 2 {
		return false
	}
	s.held = append(s.held, pin)
	return true
}

func TestLate_WhatIsAskedForAnewIsNotTakenAway(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &unheard{once: once{demo.New(demo.Options{})}}
		a := r.connect("one", svc)
		r.run()
		first := r.add(a, content(1), "photo")
		for range 60 {
			if pass(10 * time.Second); len(svc.lost()) == 2 {
				break
			}
		}
		if err := r.Cancel(context.Background(), []store.OperationID{first.ID}); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if pass(10 * time.Second); !r.op(first.ID).State.Open() {
				break
			}
		}
		if op := r.wantOp(first.ID, store.OpCancelled); op.Posts != 2 {
			t.Fatalf("it was asked for %d times", op.Posts)
		}
		if _, err := svc.Service.Add(context.Background(), svc.lost()[0]); err != nil { // it comes after all
			t.Fatal(err)
		}
		again := r.add(a, content(1), "photo")
		pass(2 * time.Hour)
		r.wantOp(again.ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 {
			t.Errorf("the service has %+v, want what was asked for again", all)
		}
	})
}
