package sync_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

// backwards lists in no order, and notes the latest `after` it was asked for.
type backwards struct {
	*demo.Service
	mu    sync.Mutex
	after time.Time
}

func (s *backwards) List(ctx context.Context, q services.Query) (services.Page, error) {
	s.mu.Lock()
	if q.After.After(s.after) {
		s.after = q.After
	}
	s.mu.Unlock()
	page, err := s.Service.List(ctx, q)
	slices.Reverse(page.Results)
	return page, err
}

func TestSync_ADateToComeHidesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &backwards{Service: demo.New(demo.Options{Pins: large, MaxLimit: shortPage})}
		a := r.connect("one", svc)
		r.sync()
		r.believe(a, services.FactAfter, services.FactCount, services.FactStatusFilter)
		far := services.PinStatus{RequestID: "far", Status: services.Pinned, Created: time.Now().AddDate(70, 0, 0), Pin: services.Pin{CID: content(1)}}
		if _, err := r.cache.Put(context.Background(), a.ID, time.Now(), far); err != nil {
			t.Fatal(err)
		}
		if err := r.cache.Remove(context.Background(), a.ID, far.RequestID); err != nil {
			t.Fatal(err)
		}
		svc.after = time.Time{}
		time.Sleep(time.Hour)
		r.sync()
		if svc.after.IsZero() || svc.after.After(time.Now()) {
			t.Errorf("it asked for what came after %v, now is %v", svc.after, time.Now())
		}
	})
}
