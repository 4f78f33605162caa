package sync_test

import (
	"cmp"
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// A cancelled add comes late, the person is told that it is kept, and so it stays.
func TestLate_WhatThePersonWasToldIsKeptStays(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		svc := &unheard{once: once{demo.New(demo.Options{})}}
		a := r.connect("one", svc)
		r.run()
		first := r.add(a, content(1), "photo")
		pass(10 * time.Second)
		if err := r.Cancel(ctx, []store.OperationID{first.ID}); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if pass(10 * time.Second); !r.op(first.ID).State.Open() {
				break
			}
		}
		r.wantOp(first.ID, store.OpCancelled)
		if _, err := svc.Service.Add(ctx, svc.lost()[0]); err != nil { // it comes after all
			t.Fatal(err)
		}
		r.sync()
		for range 2 {
			got, err := r.Add(ctx, pinsync.AddRequest{Pins: []services.Pin{{CID: content(1), Name: "photo"}}, Accounts: []services.AccountID{a.ID}})
			if err != nil || len(got.Refused) != 1 || got.Refused[0].Err.Reason != "already-kept" {
				t.Fatalf("asked again: %+v, %v", got, err)
			}
		}
		pass(2 * time.Hour)
		if all := svc.Snapshot(); len(all) != 1 {
			t.Errorf("the service has %+v, want what the person was told is kept", all)
		}
	})
}

// The same while the cancelled add still is looked for: what is about to be taken
// away is not called kept.
func TestAdd_OfWhatIsAboutToBeUndoneIsTaken(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		svc := &unheard{once: once{demo.New(demo.Options{})}}
		a := r.connect("one", svc)
		r.run()
		first := r.add(a, content(1), "photo")
		pass(time.Second)
		if err := r.Cancel(ctx, []store.OperationID{first.ID}); err != nil {
			t.Fatal(err)
		}
		pass(6 * time.Second) // a look, in vain
		r.wantOp(first.ID, store.OpCancelling)
		if _, err := svc.Service.Add(ctx, svc.lost()[0]); err != nil {
			t.Fatal(err)
		}
		r.sync()
		again := r.add(a, content(1), "photo")
		pass(2 * time.Hour)
		r.wantOp(first.ID, store.OpCancelled)
		r.wantOp(again.ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 {
			t.Errorf("the service has %+v, want one", all)
		}
	})
}

// unwilling is a service that deletes nothing while stop, and may show another
// pin under a requestid.
type unwilling struct {
	*demo.Service
	shows func(services.PinStatus) services.PinStatus
	stop  bool
	ended int
}

func (s *unwilling) Delete(ctx context.Context, id string) error {
	if s.stop {
		return &services.Error{Code: services.CodeServer, HTTP: 503}
	}
	s.ended++
	return s.Service.Delete(ctx, id)
}

func (s *unwilling) Get(ctx context.Context, id string) (services.PinStatus, error) {
	pin, err := s.Service.Get(ctx, id)
	if err == nil && s.shows != nil {
		pin = s.shows(pin)
	}
	return pin, err
}

// another are what a requestid may name by now that is not what the person had of it.
var another = map[string]func(services.PinStatus) services.PinStatus{
	"other content": func(p services.PinStatus) services.PinStatus { p.Pin.CID = content(2); return p },
	"another name":  func(p services.PinStatus) services.PinStatus { p.Pin.Name = "precious"; return p },
	"another's add": func(p services.PinStatus) services.PinStatus {
		p.Pin.Meta = map[string]string{"op": "another"}
		return p
	},
	"created anew": func(p services.PinStatus) services.PinStatus {
		p.Created = p.Created.Add(time.Hour)
		return p
	},
}

func TestUndo_DeletesOnlyWhatTheAddMade(t *testing.T) {
	for name, shows := range another {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &unwilling{Service: demo.New(demo.Options{}), stop: true}
				a := r.connect("one", &regretting{unwilling: svc, r: r})
				op := r.add(a, content(1), "photo")
				r.work() // made, cancelled meanwhile, and not deleted
				r.wantOp(op.ID, store.OpCancelling)
				r.sync()
				svc.stop, svc.shows = false, shows
				pass(time.Minute)
				r.work()
				if got := r.wantOp(op.ID, store.OpStuck); got.LastText != "changed" || svc.ended > 0 {
					t.Errorf("%d deleted; %+v", svc.ended, got)
				}
				svc.shows = nil // it is ours after all
				if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
					t.Fatal(err)
				}
				r.sync() // what it was taken for is forgotten
				r.work()
				r.wantOp(op.ID, store.OpCancelled)
				if all := svc.Snapshot(); len(all) > 0 {
					t.Errorf("left: %+v", all)
				}
			})
		})
	}
}

// regretting has an add cancelled while it is being answered.
type regretting struct {
	*unwilling
	r *rig
}

func (s *regretting) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	got, err := s.Service.Add(ctx, pin)
	return got, cmp.Or(err, s.r.Cancel(ctx, []store.OperationID{1}))
}

func TestDelete_TakesOnlyWhatThePersonSaw(t *testing.T) {
	for name, shows := range another {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &unwilling{Service: demo.New(demo.Options{})}
				a := r.connect("one", svc)
				add := r.add(a, content(1), "photo")
				r.work()
				r.sync()
				pass(time.Minute)
				svc.shows = shows
				ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "photo"}
				got, err := r.Delete(context.Background(), []pinsync.PinRef{ref}, 0)
				if err != nil || len(got.Operations) != 1 {
					t.Fatalf("got %+v, %v", got, err)
				}
				r.work()
				if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastText != "changed" || svc.ended > 0 {
					t.Errorf("%d deleted; %+v", svc.ended, op)
				}
				// The list says now what it is, and that can be deleted.
				if name == "other content" {
					return
				}
				if err := r.Cancel(context.Background(), []store.OperationID{got.Operations[0].ID}); err != nil {
					t.Fatal(err)
				}
				ref.Name, ref.CID = "", services.CID{}
				if got, err = r.Delete(context.Background(), []pinsync.PinRef{ref}, 0); err != nil || len(got.Operations) != 1 {
					t.Fatalf("again: %+v, %v", got, err)
				}
				r.work()
				r.wantOp(got.Operations[0].ID, store.OpDone)
			})
		})
	}
}

// overwriting counts its adds, each of which would overwrite what is there.
type overwriting struct {
	*demo.Service
	adds int
}

func (s *overwriting) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	s.adds++
	return s.Service.Add(ctx, pin)
}

// What is there already is seen before a pin of it is asked for, where the service
// is not known to make another.
func TestAdd_LooksForWhatIsThereWhereItMayBeOverwritten(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &overwriting{Service: demo.New(demo.Options{})}
		if _, err := svc.Service.Add(context.Background(), services.Pin{CID: content(1), Name: "theirs"}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		a := r.connect("one", svc)
		op := r.add(a, content(1), "ours") // the account was never listed
		r.work()
		if got := r.wantOp(op.ID, store.OpDone); svc.adds != 0 || !got.Adopted {
			t.Errorf("asked for %d times; %+v", svc.adds, got)
		}
	})
}
