package sync_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

func TestEditAccount_AnotherAddressIsAnotherService(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		a := r.connect("one", demo.New(demo.Options{Pins: 10}))
		r.sync()
		r.believe(a, services.FactReplace, services.FactManyIDs, services.FactCount)
		r.serve("two", demo.New(demo.Options{Pins: 10}))
		a.Endpoint = "http://127.0.0.1/two"
		if err := r.EditAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
		p, err := r.cache.Profile(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p.Proved(services.FactReplace) {
			t.Errorf("replace in place is still called proved, by the other service")
		}
	})
}

// What a service shows while its account is given another address says nothing of
// the service there.
func TestEditAccount_WhatTheOldServiceShowedIsNotLearntOfTheNew(t *testing.T) {
	busy := &services.Error{Code: services.CodeServer, HTTP: 503}
	deleted := func(r *rig, a services.Account) { // two pins, and nothing was learnt of it
		for i := range 2 {
			op := r.add(a, content(i), "pin")
			r.work()
			if _, err := r.Delete(context.Background(), refTo(a, r.op(op.ID)), 0); err != nil {
				r.t.Fatal(err)
			}
			r.work()
		}
		r.believe(a)
		pass(time.Hour)
	}
	check := func(r *rig, a services.Account) { r.sync() }
	for name, c := range map[string]struct {
		begin, look func(*rig, services.Account)
		lists       bool   // what was deleted
		op          string // the call in which it moves
		then        error  // what the call after that is answered with
	}{
		"deleted, still listed":         {deleted, check, true, "get", nil},
		"and then it has trouble":       {deleted, check, true, "get", busy},
		"deleted, and not in its lists": {deleted, check, false, "list", nil},
		"asked what may be believed of it": {begin: func(*rig, services.Account) {}, look: func(r *rig, a services.Account) {
			if _, err := r.CheckAccount(context.Background(), a.ID); err != nil {
				r.t.Error(err)
			}
		}, op: "list"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				var a services.Account
				var looking atomic.Bool
				var calls atomic.Int32 // of op, since it was asked to look
				svc := &lingering{Service: demo.New(demo.Options{Pins: 20, Before: func(call demo.Call) error {
					if !looking.Load() || call.Op != c.op {
						return nil
					}
					if calls.Add(1) > 1 {
						return c.then
					}
					a.Endpoint = "http://127.0.0.1/two"
					return r.EditAccount(context.Background(), a)
				}})}
				a = r.connect("one", svc)
				r.serve("two", demo.New(demo.Options{}))
				c.begin(r, a)
				if !c.lists {
					svc.gone = nil
				}
				looking.Store(true)
				if c.look(r, a); calls.Load() == 0 {
					t.Fatal("nothing was asked")
				}
				if p := r.profile(a); len(p) > 0 {
					t.Errorf("learnt: %+v", p)
				}
			})
		})
	}
}
