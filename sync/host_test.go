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

// shared connects a second account of a's service.
func (r *rig) shared(a services.Account, name string) services.Account {
	r.t.Helper()
	b, err := r.Connect(context.Background(), pinsync.NewAccount{
		Name: name, Endpoint: a.Endpoint, Key: services.NewSecret("made-up"), NoCheck: true,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

func TestHost_TwoAccountsFindOutTogetherThatNobodyIsThere(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		svc := demo.New(demo.Options{Pins: 5, Before: func(demo.Call) error {
			if down.Load() {
				return unreachable()
			}
			return nil
		}})
		a := r.connect("one", svc)
		b := r.shared(a, "two")
		r.connect("elsewhere", demo.New(demo.Options{Pins: 5})) // so that we are not offline
		r.run()
		pass(time.Second)
		down.Store(true)
		before := svc.Calls()
		pass(4 * time.Hour)
		calls := svc.Calls() - before
		if calls > 4*6*2+30 { // every ten minutes at last, by either
			t.Errorf("%d calls in 4 hours of nobody there", calls)
		}
		down.Store(false)
		pass(11 * time.Minute)
		for _, account := range []services.Account{a, b} {
			if s := r.state(account); s.Err != nil || time.Since(s.CheckedAt) > 11*time.Minute {
				t.Errorf("%s: %v, checked at %v", account.Name, s.Err, s.CheckedAt)
			}
		}
	})
}

func TestHost_ARefusedKeyIsTheAccountsOwnAffair(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		good := demo.New(demo.Options{Pins: 5})
		bad := demo.New(demo.Options{Before: func(demo.Call) error {
			return &services.Error{Code: services.CodeAuth, HTTP: 401}
		}})
		a := r.connect("one", good)
		r.sync()
		r.serve("one", bad)
		b := r.shared(a, "two")
		r.run()
		pass(time.Second)
		op := r.add(a, content(1), "")
		pass(time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if s := r.state(b); s.Err == nil || s.Err.Code != services.CodeAuth {
			t.Errorf("got %+v", s.Err)
		}
		if s := r.state(a); s.Err != nil {
			t.Errorf("got %+v", s.Err)
		}
	})
}

// slowly is a service with a budget: each call waits for its turn.
type slowly struct {
	*demo.Service
	every time.Duration
	next  atomic.Int64
}

func (s *slowly) Delay(string) time.Duration {
	return max(0, time.Until(time.Unix(0, s.next.Load())))
}

func (s *slowly) List(ctx context.Context, q services.Query) (services.Page, error) {
	time.Sleep(s.Delay("list"))
	s.next.Store(time.Now().Add(s.every).UnixNano())
	return s.Service.List(ctx, q)
}

func TestLimitedUntil_IsTrueWhileABudgetIsWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", &slowly{Service: demo.New(demo.Options{Pins: 3000}), every: 40 * time.Second})
		quick := r.connect("two", &slowly{Service: demo.New(demo.Options{Pins: 3000}), every: 2 * time.Second})
		r.run()
		pass(10 * time.Second)
		if got := time.Until(r.state(a).LimitedUntil); got < 29*time.Second || got > 31*time.Second {
			t.Errorf("limited for %v, want 30 s", got)
		}
		if s := r.state(quick); !s.LimitedUntil.IsZero() {
			t.Errorf("limited until %v for less than some seconds", s.LimitedUntil)
		}
		pass(5 * time.Minute)
		if s := r.state(a); s.LimitedUntil.After(time.Now().Add(40*time.Second)) || s.CheckedAt.IsZero() {
			t.Errorf("at the end limited until %v, checked at %v", s.LimitedUntil, s.CheckedAt)
		}
	})
}

func TestLimitedUntil_IsWhatTheServiceAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var full atomic.Bool
		full.Store(true)
		a := r.connect("one", demo.New(demo.Options{Pins: 5, Before: func(demo.Call) error {
			if full.Load() {
				return &services.Error{Code: services.CodeLimited, HTTP: 429, NotSent: true, RetryAfter: 10 * time.Minute}
			}
			return nil
		}}))
		r.run()
		pass(time.Minute)
		if got := time.Until(r.state(a).LimitedUntil); got < 8*time.Minute || got > 10*time.Minute {
			t.Errorf("limited for %v, want 9 min", got)
		}
		full.Store(false)
		pass(10 * time.Minute)
		if s := r.state(a); !s.LimitedUntil.IsZero() || s.Err != nil || s.CheckedAt.IsZero() {
			t.Errorf("afterwards limited until %v, %v", s.LimitedUntil, s.Err)
		}
	})
}

func TestRun_ASlowServiceDelaysNoOther(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		slow := r.connect("slow", demo.New(demo.Options{Pins: 20_000, Latency: 25 * time.Second}))
		quick := r.connect("quick", demo.New(demo.Options{Pins: 50}))
		r.run()
		one, two := r.add(slow, content(1), ""), r.add(quick, content(1), "")
		pass(time.Second)
		r.wantOp(two.ID, store.OpDone)
		if n := len(r.pins(quick)); n != 51 {
			t.Errorf("%d pins of the quick one", n)
		}
		pass(10 * time.Minute)
		r.wantOp(one.ID, store.OpDone)
		if n := r.state(slow).Pins(); n < 20_000 {
			t.Errorf("%d pins of the slow one", n)
		}
	})
}
