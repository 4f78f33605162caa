package sync_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// shared lets go of the content of all pins of a CID with any of them (quirk 42):
// the others are gone.
type shared struct{ *demo.Service }

func (s shared) Delete(ctx context.Context, requestID string) error {
	was, err := s.Service.Get(ctx, requestID)
	if err != nil {
		return err
	}
	for _, p := range s.Snapshot() {
		if p.Pin.CID.Key == was.Pin.CID.Key {
			err = s.Service.Delete(ctx, p.RequestID)
		}
	}
	return err
}

func TestRename_WhereADeleteLetsGoOfTheContentItIsAskedForOnceMore(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := shared{demo.New(demo.Options{})}
		a := r.connect("one", svc)
		r.run()
		add := r.add(a, content(1), "first")
		pass(5 * time.Minute)
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Minute)
		op := r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" || all[0].RequestID != op.RequestID {
			t.Errorf("the service has %+v, the operation led to %q", all, op.RequestID)
		}
	})
}

// behind answers 404 for pins that are young, and lists them.
type behind struct {
	*demo.Service
	asked *atomic.Int32
}

func (s behind) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	s.asked.Add(1)
	pin, err := s.Service.Get(ctx, requestID)
	if err == nil && time.Since(pin.Created) < 3*time.Minute {
		return services.PinStatus{}, &services.Error{Code: services.CodeNotFound, HTTP: 404}
	}
	return pin, err
}

func TestRename_DoesNotAskOnAndOnForAPinThatIsOnlyListed(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var asked atomic.Int32
		svc := behind{demo.New(demo.Options{}), &asked}
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		pass(time.Hour)
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		asked.Store(0)
		r.run()
		pass(time.Minute)
		r.stop()
		if n := asked.Load(); n > 40 {
			t.Errorf("it was asked %d times in a minute", n)
		}
		r.run()
		pass(10 * time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if n := len(svc.Snapshot()); n != 1 {
			t.Errorf("the service has %d pins", n)
		}
	})
}

// otherwise takes every add for one of other content.
type otherwise struct{ *demo.Service }

func (s otherwise) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	pin.CID = content(99)
	return s.Service.Add(ctx, pin)
}

func TestAdd_AnAnswerAboutOtherContentIsNotDone(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", otherwise{demo.New(demo.Options{})})
		op := r.add(a, content(1), "photo")
		r.work()
		if op := r.wantOp(op.ID, store.OpStuck); op.LastText != "other-cid" {
			t.Errorf("it is stuck as %q", op.LastText)
		}
	})
}
