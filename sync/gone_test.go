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
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
)

// unresolved is how many observations the person has not seen to.
func (r *rig) unresolved(kind string) int {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	list, err := reader.Observations(context.Background(), 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for _, o := range list {
		if o.Kind == kind && o.Resolved.IsZero() {
			n++
		}
	}
	return n
}

func TestMassDisappearance_WaitsForThePerson(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		var hide atomic.Bool
		svc := &hiding{Service: demo.New(demo.Options{Pins: 300}), hide: &hide}
		a := r.connect("one", svc)
		r.sync()
		hide.Store(true)
		check := func(when string, missing int64, pins, observed int) {
			t.Helper()
			r.sync()
			if s := r.state(a); s.Missing != missing || len(r.pins(a)) != pins || r.unresolved("mass-change") != observed {
				t.Errorf("%s: %d missing, %d pins, %d observed", when, s.Missing, len(r.pins(a)), r.unresolved("mass-change"))
			}
		}
		check("once", 0, 300, 0)
		check("twice", 300, 300, 1)
		if items := r.states(); items[store.Safe] != 0 || items[store.Unchecked] < 250 {
			t.Errorf("shown as %v", items)
		}
		check("three times", 300, 300, 1)
		r.reopen()
		if s := r.state(a); s.Missing != 300 {
			t.Errorf("after a restart %d are missing", s.Missing)
		}
		check("after a restart", 300, 300, 1)
		hide.Store(false)
		check("all back", 0, 300, 0)
		if items := r.states(); items[store.Safe] == 0 {
			t.Errorf("shown as %v", items)
		}
		hide.Store(true)
		check("gone again", 0, 300, 0)
		check("gone again, twice", 300, 300, 1)
		if err := r.AcceptGone(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if s := r.state(a); s.Missing != 0 || len(r.pins(a)) != 0 || r.unresolved("mass-change") != 0 {
			t.Errorf("accepted: %d missing, %d pins", s.Missing, len(r.pins(a)))
		}
		if err := r.AcceptGone(ctx, 99); services.CodeOf(err) != services.CodeUsage {
			t.Errorf("of an unknown account: %v", err)
		}
	})
}

// states counts the items of the list by state.
func (r *rig) states() map[store.ItemState]int {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	l, err := reader.Items(context.Background(), store.Filter{})
	if err != nil {
		r.t.Fatal(err)
	}
	rows, err := l.Rows(context.Background(), 0, l.Len())
	if err != nil {
		r.t.Fatal(err)
	}
	n := make(map[store.ItemState]int)
	for _, it := range rows {
		n[it.State]++
	}
	return n
}

func TestMassDisappearance_ManyAskedForOneByOneWaitToo(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 200})
		a := r.connect("one", svc)
		r.sync()
		all := svc.Snapshot()
		for _, pin := range all[:21] {
			if err := svc.Delete(context.Background(), pin.RequestID); err != nil {
				t.Fatal(err)
			}
		}
		if res := r.sync(); res[0].Removed != 0 || r.state(a).Missing != 21 {
			t.Errorf("21 at once: %+v, %d missing", res, r.state(a).Missing)
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"mass-change"}) {
			t.Errorf("observed %q", seen)
		}
		if err := svc.Delete(context.Background(), all[30].RequestID); err != nil {
			t.Fatal(err)
		}
		if res := r.sync(); res[0].Removed != 1 || r.state(a).Missing != 21 {
			t.Errorf("one more: %+v, %d missing", res, r.state(a).Missing)
		}
		if seen := r.observations(); !slices.Equal(seen, []string{"lost " + all[30].Pin.Name, "mass-change"}) {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestMassDisappearance_IsTheLossOfAllAnAccountHadToo(t *testing.T) {
	for name, tt := range map[string]struct {
		had, lost, more int // more: others that are there instead
		waits           bool
	}{
		"all of five":                   {5, 5, 0, true},
		"all of three":                  {3, 3, 0, true},
		"all of five, others are there": {5, 5, 2, true},
		"all of two":                    {2, 2, 0, false},
		"all but one":                   {5, 4, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				ctx := context.Background()
				svc := demo.New(demo.Options{Pins: tt.had})
				a := r.connect("one", svc)
				r.sync()
				for _, pin := range svc.Snapshot()[:tt.lost] {
					if err := svc.Delete(ctx, pin.RequestID); err != nil {
						t.Fatal(err)
					}
				}
				for n := range tt.more {
					if _, err := svc.Add(ctx, services.Pin{CID: content(900 + n)}); err != nil {
						t.Fatal(err)
					}
				}
				lost, mass, stay := tt.lost, 0, tt.had-tt.lost+tt.more
				if tt.waits {
					lost, mass, stay = 0, 1, tt.had+tt.more
				}
				for _, when := range []string{"seen", "seen again"} {
					if _, err := r.SyncFull(ctx, nil); err != nil {
						t.Fatal(err)
					}
					if r.unresolved("lost") != lost || r.unresolved("mass-change") != mass || len(r.pins(a)) != stay {
						t.Errorf("%s: %d lost, %d at once, %d pins stay; want %d, %d, %d", when,
							r.unresolved("lost"), r.unresolved("mass-change"), len(r.pins(a)), lost, mass, stay)
					}
				}
			})
		})
	}
}

func TestGone_IsNotWhatWasGivenAnotherRequestid(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 60})
		a := r.connect("one", svc)
		r.sync()
		for _, pin := range svc.Snapshot()[:40] {
			if _, err := svc.Replace(context.Background(), pin.RequestID, pin.Pin); err != nil {
				t.Fatal(err)
			}
		}
		if res := r.sync(); res[0].Removed != 40 || res[0].Added != 40 || len(r.pins(a)) != 60 || r.state(a).Missing != 0 {
			t.Errorf("got %+v, %d pins, %d missing", res, len(r.pins(a)), r.state(a).Missing)
		}
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestGone_OnlyWhenTheServiceSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var hide, mute atomic.Bool
		svc := &hiding{hide: &hide, Service: demo.New(demo.Options{Pins: 30, Before: func(c demo.Call) error {
			if c.Op == "get" && mute.Load() {
				return &services.Error{Code: services.CodeServer, HTTP: 500}
			}
			return nil
		}})}
		a := r.connect("one", svc)
		r.sync()
		hide.Store(true)
		mute.Store(true)
		for range 3 {
			if res := r.sync(); res[0].Removed != 0 || len(r.pins(a)) != 30 {
				t.Errorf("got %+v", res)
			}
		}
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
		mute.Store(false)
		r.sync()
		hide.Store(false)
		pass(time.Second)
		if n := r.states()[store.Safe]; n == 0 {
			t.Error("nothing is safe after it all turned out to be there")
		}
	})
}

func TestAdd_OfALostPinIsNotAlreadyKept(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		var hide atomic.Bool
		inner := demo.New(demo.Options{Pins: 60})
		a := r.connect("one", &hiding{Service: inner, hide: &hide})
		other := demo.New(demo.Options{})
		b := r.connect("two", other)
		r.sync()
		pins := inner.Snapshot()
		for _, p := range pins {
			r.add(b, p.Pin.CID, p.Pin.Name)
		}
		r.work()
		r.sync()
		hide.Store(true)
		for _, p := range pins {
			_ = inner.Delete(ctx, p.RequestID)
		}
		r.sync()
		r.sync()
		if n := r.state(a).Missing; n != 60 {
			t.Fatalf("%d are set aside", n)
		}
		plan, err := r.PlanCopy(ctx, pinsync.CopyRequest{From: b.ID, To: a.ID})
		if err != nil || plan.There > 0 {
			t.Errorf("copy back to the one that lost them: %+v, %v", plan, err)
		}
		got, err := r.Add(ctx, pinsync.AddRequest{Pins: []services.Pin{{CID: pins[0].Pin.CID}}, Accounts: []services.AccountID{a.ID}})
		if err != nil {
			t.Fatal(err)
		}
		for _, no := range got.Refused {
			t.Errorf("refused: %v", no.Err.Reason)
		}
	})
}

func TestGone_IsToldAfterAStopBetweenTheTwoFiles(t *testing.T) {
	for name, n := range map[string]int{"lost": 3, "mass-change": 60} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				ctx := context.Background()
				var asked atomic.Int64
				inner := demo.New(demo.Options{Pins: 100, Before: func(c demo.Call) error {
					if c.Op == "get" && asked.Add(1) == int64(n) {
						_ = r.user.Close() // what is written there from now on fails
					}
					return nil
				}})
				r.connect("one", inner)
				r.sync()
				for _, p := range inner.Snapshot()[:n] {
					_ = inner.Delete(ctx, p.RequestID)
				}
				if _, err := r.SyncFull(ctx, nil); err == nil {
					t.Fatal("it was not stopped")
				}
				var err error
				if r.user, err = user.Open(ctx, r.dir, nil); err != nil {
					t.Fatal(err)
				}
				r.reopen()
				for range 3 {
					if _, err := r.SyncFull(ctx, nil); err != nil {
						t.Fatal(err)
					}
				}
				if got, want := r.unresolved(name), map[string]int{"lost": 3, "mass-change": 1}[name]; got != want {
					t.Errorf("%d pins are gone, told of in %d observations, want %d", n, got, want)
				}
			})
		})
	}
}
