package sync_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func TestRun_FindsWhatChangedAtTheService(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 50})
		a := r.connect("one", svc)
		r.run()
		pass(time.Second)
		if n := len(r.pins(a)); n != 50 {
			t.Fatalf("first check found %d pins", n)
		}
		all := svc.Snapshot()
		if err := svc.Delete(context.Background(), all[3].RequestID); err != nil {
			t.Fatal(err)
		}
		if _, err := svc.Add(context.Background(), services.Pin{CID: content(1), Name: "from elsewhere"}); err != nil {
			t.Fatal(err)
		}
		pass(6 * time.Minute)
		got := r.pins(a)
		if len(got) != 50 || !slices.Contains(got, "from elsewhere pinned") {
			t.Errorf("got %d pins", len(got))
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"lost " + all[3].Pin.Name}) {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestRun_AFailedCheckLeavesSafeThingsSafe(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		svc := demo.New(demo.Options{Pins: 5, Before: func(demo.Call) error {
			if down.Load() {
				return unreachable()
			}
			return nil
		}})
		a := r.connect("one", svc)
		r.run()
		pass(time.Second)
		before := r.pins(a)
		down.Store(true)
		pass(23 * time.Hour)
		if got := r.pins(a); !slices.Equal(got, before) {
			t.Errorf("got %q, want %q", got, before)
		}
		s := r.state(a)
		if s.Stale || s.Incomplete || s.Err == nil || s.Err.Code != services.CodeUnreachable {
			t.Errorf("after 23 h: %+v", s)
		}
		pass(2 * time.Hour)
		if s := r.state(a); !s.Stale || s.Pins() != 5 {
			t.Errorf("after 25 h: %+v", s)
		}
		if calls := svc.Calls(); calls > 25*60*2 {
			t.Errorf("%d calls in 25 h of nobody there", calls)
		}
	})
}

func TestRun_OfflineAndBackWithinSeconds(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		down.Store(true)
		var accounts []services.Account
		for i := range 3 {
			accounts = append(accounts, r.connect(fmt.Sprint("s", i), demo.New(demo.Options{Pins: 5, Before: func(demo.Call) error {
				if down.Load() {
					return unreachable()
				}
				return nil
			}})))
		}
		op := r.add(accounts[0], content(1), "while offline")
		r.run()
		pass(5 * time.Minute)
		r.wantOp(op.ID, store.OpWaiting)
		down.Store(false)
		pass(20 * time.Second)
		for _, a := range accounts {
			if s := r.state(a); s.Err != nil || s.Stale {
				t.Errorf("%s: %+v", a.Name, s)
			}
		}
		pass(40 * time.Second)
		r.wantOp(op.ID, store.OpDone)
	})
}

func TestRun_ADeadServiceHoldsUpNoOther(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		dead := r.connect("dead", silent{})
		r.believe(dead, services.FactManyIDs) // else it is asked what it has before
		live := r.connect("live", demo.New(demo.Options{Pins: 5}))
		r.run()
		one, two := r.add(dead, content(1), "a"), r.add(live, content(1), "a")
		pass(2 * time.Second)
		r.wantOp(one.ID, store.OpSent)
		r.wantOp(two.ID, store.OpDone)
		if n := len(r.pins(live)); n != 6 {
			t.Errorf("got %d pins", n)
		}
		if n := len(r.pins(dead)); n != 0 {
			t.Errorf("got %d pins", n)
		}
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("Run ended after %v", took)
		}
		r.wantOp(one.ID, store.OpAmbiguous)
	})
}

func TestRun_WaitsForALockedKeyringAndGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 5})
		a := r.connect("one", svc)
		r.sync()
		r.reopen()
		r.keys.lock(true)
		r.run()
		op := r.add(a, content(1), "while locked")
		pass(time.Hour)
		if s := r.state(a); s.Err == nil || s.Err.Code != services.CodeKeyring {
			t.Errorf("got %+v", s)
		}
		if n := len(r.pins(a)); n != 5 {
			t.Errorf("the list has %d pins while locked", n)
		}
		r.wantOp(op.ID, store.OpWaiting)
		r.keys.lock(false)
		r.keys.changed <- struct{}{}
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpDone)
		if s := r.state(a); s.Err != nil {
			t.Errorf("got %v", s.Err)
		}
	})
}

func TestRun_AKeyringThatHangsHoldsUpNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.keys.hangs = true
		r.connect("keyring", demo.New(demo.Options{Pins: 5}))
		r.serve("open", demo.New(demo.Options{Pins: 7}))
		open, err := r.Connect(context.Background(), pinsync.NewAccount{Name: "open", Endpoint: "http://127.0.0.1/open", Source: services.KeyNone})
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(time.Second)
		if n := len(r.pins(open)); n != 7 {
			t.Errorf("got %d pins", n)
		}
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("Run ended after %v", took)
		}
	})
}

func TestRun_LooksOftenAtPinsUnderWay(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var looks []time.Duration
		began := time.Now()
		svc := demo.New(demo.Options{Queued: 10 * time.Second, Pinning: 100 * time.Second, Before: func(c demo.Call) error {
			if c.Op == "get" {
				looks = append(looks, time.Since(began))
			}
			return nil
		}})
		a := r.connect("one", svc)
		r.run()
		op := r.add(a, content(1), "slow")
		pass(4 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if got := r.pins(a); !slices.Equal(got, []string{"slow pinned"}) {
			t.Errorf("got %q after looks at %v", got, looks)
		}
		for i := 1; i < len(looks); i++ {
			if looks[i]-looks[i-1] < 10*time.Second {
				t.Errorf("looks at %v", looks)
			}
		}
		n := len(looks)
		pass(2 * time.Hour)
		if len(looks) != n {
			t.Errorf("looks went on: %v", looks)
		}
	})
}

func TestRun_ManyPinsUnderWayTakeListCalls(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		gets := 0
		svc := demo.New(demo.Options{Queued: 20 * time.Second, Before: func(c demo.Call) error {
			if c.Op == "get" {
				gets++
			}
			return nil
		}})
		a := r.connect("one", svc)
		for i := range 200 {
			r.add(a, content(i), "")
		}
		r.run()
		pass(2 * time.Minute)
		if s := r.state(a); s.Counts[services.Pinned] != 200 {
			t.Errorf("got %v", s.Counts)
		}
		if gets > 10 {
			t.Errorf("%d single calls", gets)
		}
	})
}

func TestRun_ObservesAPinThatWentFailed(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &failing{Service: demo.New(demo.Options{Queued: time.Hour})}
		a := r.connect("one", svc)
		r.run()
		r.add(a, content(1), "hopeless")
		pass(time.Second)
		svc.now.Store(true)
		pass(10 * time.Minute)
		if got := r.pins(a); !slices.Equal(got, []string{"hopeless failed"}) {
			t.Errorf("got %q", got)
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"failed hopeless"}) {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestPause_NothingIsAskedUntilResume(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 5})
		a := r.connect("one", svc)
		if err := r.Pause(context.Background(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		r.run()
		op := r.add(a, content(1), "")
		pass(6 * time.Hour)
		if svc.Calls() != 0 {
			t.Errorf("%d calls while paused", svc.Calls())
		}
		if err := r.Resume(context.Background()); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		r.wantOp(op.ID, store.OpDone)
		if err := r.Pause(context.Background(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		n := svc.Calls()
		pass(59 * time.Minute)
		if svc.Calls() != n {
			t.Errorf("%d calls while paused", svc.Calls()-n)
		}
		pass(2 * time.Minute)
		if svc.Calls() == n {
			t.Error("a pause with an end did not end")
		}
	})
}

func TestRun_AccountsComeAndGo(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.run()
		pass(time.Second)
		slow := demo.New(demo.Options{Pins: 3000, Latency: 10 * time.Second})
		a := r.connect("slow", slow)
		pass(25 * time.Second) // in the middle of its first check
		op := r.add(a, content(1), "")
		pass(time.Second)
		if err := r.ForgetAccount(context.Background(), a.ID); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		r.wantOp(op.ID, store.OpCancelled)
		if n := len(r.pins(a)); n != 0 {
			t.Errorf("%d pins of a forgotten account", n)
		}
		if !slices.Contains(r.keys.gone, a.Key) {
			t.Error("its key is still in the keyring")
		}
		n := slow.Calls()
		pass(time.Hour)
		if slow.Calls() != n {
			t.Error("a forgotten account is still asked")
		}
		b := r.connect("two", demo.New(demo.Options{Pins: 3}))
		pass(time.Second)
		if n := len(r.pins(b)); n != 3 {
			t.Errorf("%d pins", n)
		}
		b.Paused = true
		if err := r.EditAccount(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		held := r.add(b, content(1), "")
		pass(time.Hour)
		r.wantOp(held.ID, store.OpWaiting)
		b.Paused = false
		if err := r.EditAccount(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		r.wantOp(held.ID, store.OpDone)
	})
}

func TestRun_ManyOperationsOfAFaultyServiceAllHappenOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{FailEvery: 7})
		a := r.connect("faulty", svc)
		var pins []services.Pin
		for i := range 150 {
			pins = append(pins, services.Pin{CID: content(i)})
		}
		got, err := r.Add(context.Background(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}})
		if err != nil || len(got.Operations) != 150 {
			t.Fatalf("%d operations, %v", len(got.Operations), err)
		}
		r.run()
		pass(6 * time.Hour)
		for _, op := range got.Operations {
			r.wantOp(op.ID, store.OpDone)
		}
		if n := len(svc.Snapshot()); n != 150 {
			t.Errorf("the service has %d pins", n)
		}
	})
}

func TestRun_LeavesNoGoroutine(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		// The bubble itself fails where a goroutine outlives it.
		r.connect("one", silent{})
		r.run()
		pass(time.Minute)
		r.stop()
		synctest.Wait()
	})
}
