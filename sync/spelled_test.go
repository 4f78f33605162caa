package sync_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

// canonical keeps CIDs in their canonical spelling, and compares them as texts.
type canonical struct{ *demo.Service }

func (s canonical) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	pin.CID = services.WireCID(pin.CID.Key)
	return s.Service.Add(ctx, pin)
}

func (s canonical) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := s.Service.List(ctx, q)
	if len(q.CIDs) > 0 {
		page.Results = slices.DeleteFunc(page.Results, func(p services.PinStatus) bool {
			return !slices.ContainsFunc(q.CIDs, func(c services.CID) bool { return c.Text == p.Pin.CID.Key })
		})
		page.Count = int64(len(page.Results))
	}
	return page, err
}

// old is a CID as version 0 spells it.
func old(t *testing.T) services.CID {
	t.Helper()
	c, err := services.ParseCID("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLook_FindsWhatTheServiceSpellsInItsOwnWay(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var posts atomic.Int32
		svc := canonical{demo.New(demo.Options{After: func(c demo.Call, _ error) error {
			if c.Op == "add" && posts.Add(1) == 1 {
				return &services.Error{Code: services.CodeTimeout} // it was carried out
			}
			return nil
		}})}
		a := r.connect("one", svc)
		r.believe(a, services.FactCIDFilter)
		r.run()
		op := r.add(a, old(t), "photo")
		pass(10 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if n := posts.Load(); n != 1 {
			t.Errorf("it was asked for %d times", n)
		}
		if pins, _, err := r.Show(context.Background(), old(t).Text); err != nil || len(pins) != 1 {
			t.Errorf("it shows %+v, %v", pins, err)
		}
	})
}

// cidless answers every list by CIDs with an error.
type cidless struct {
	*demo.Service
	code services.Code
}

func (s cidless) List(ctx context.Context, q services.Query) (services.Page, error) {
	if len(q.CIDs) > 0 {
		return services.Page{}, &services.Error{Code: s.code, HTTP: 500}
	}
	return s.Service.List(ctx, q)
}

func TestLook_ReadsEverythingWhereListsByCIDsFail(t *testing.T) {
	for _, code := range []services.Code{services.CodeInvalid, services.CodeServer} {
		t.Run(string(code), func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				var posts atomic.Int32
				svc := cidless{demo.New(demo.Options{Before: func(c demo.Call) error {
					if c.Op == "add" && posts.Add(1) == 1 {
						return &services.Error{Code: services.CodeTimeout} // it never arrived
					}
					return nil
				}}), code}
				a := r.connect("one", svc)
				r.run()
				op := r.add(a, content(1), "photo")
				pass(10 * time.Minute)
				r.wantOp(op.ID, store.OpDone)
				if n := len(svc.Snapshot()); n != 1 {
					t.Errorf("the service has %d pins", n)
				}
			})
		})
	}
}
