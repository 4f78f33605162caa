package sync_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

func TestSync_KeepsWhatTheListHidesButTheServiceHas(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var hide atomic.Bool
		a := r.connect("one", &hiding{Service: demo.New(demo.Options{Pins: 30}), hide: &hide})
		r.sync()
		hide.Store(true)
		if res := r.sync(); res[0].Removed != 0 || len(r.pins(a)) != 30 {
			t.Errorf("got %+v", res)
		}
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestSync_GetsThroughAServiceThatFailsNowAndThen(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.connect("faulty", demo.New(demo.Options{Pins: 20_000, FailEvery: 5}))
		if got := r.sync(); !got[0].Complete || got[0].Pins != 20_000 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSync_SaysHowItWentForEach(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.connect("big", demo.New(demo.Options{Pins: 2500}))
		r.connect("dead", demo.New(demo.Options{Before: func(demo.Call) error { return unreachable() }}))
		got := r.sync()
		if len(got) != 2 || got[0].Pins != 2500 || got[0].Added != 2500 || !got[0].Complete || got[0].Err != nil || got[0].Requests != 3 {
			t.Errorf("got %+v", got)
		}
		if got[1].Err == nil || got[1].Complete {
			t.Errorf("got %+v", got[1])
		}
		if _, err := r.Sync(context.Background(), []services.AccountID{99}); services.CodeOf(err) != services.CodeUsage {
			t.Errorf("got %v", err)
		}
	})
}

func TestWait_CarriesOutByItselfWithoutRun(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{Queued: 30 * time.Second, Pinning: time.Minute}))
		op := r.add(a, content(1), "")
		ops, err := r.Wait(context.Background(), []store.OperationID{op.ID}, true)
		if err != nil || len(ops) != 1 || ops[0].State != store.OpDone {
			t.Fatalf("got %+v, %v", ops, err)
		}
		if s := r.state(a); s.Counts[services.Pinned] != 1 {
			t.Errorf("got %v", s.Counts)
		}
		two := r.add(r.connect("two", silent{}), content(1), "")
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		ops, err = r.Wait(ctx, []store.OperationID{two.ID}, false)
		if err != nil || len(ops) != 1 || !ops[0].State.Open() {
			t.Errorf("got %+v, %v", ops, err)
		}
	})
}

func TestWait_FollowsARunningEngine(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{Queued: 30 * time.Second}))
		r.run()
		op := r.add(a, content(1), "")
		ops, err := r.Wait(context.Background(), []store.OperationID{op.ID}, true)
		if err != nil || len(ops) != 1 || ops[0].State != store.OpDone {
			t.Fatalf("got %+v, %v", ops, err)
		}
	})
}

// The answer to an add lands in user.db first; whoever looks in between must
// not be told that there is nothing to wait for.
func TestWait_IsNotOverBeforeTheAnswerIsInTheList(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{}))
		op := r.add(a, content(1), "")
		from := op.State
		op.State, op.RequestID, op.DoneAt = store.OpDone, "on-its-way", time.Now()
		if ok, err := r.user.Update(context.Background(), op, from); err != nil || !ok {
			t.Fatalf("got %v, %v", ok, err)
		}
		began := time.Now()
		if _, err := r.Wait(context.Background(), []store.OperationID{op.ID}, true); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 5*time.Second {
			t.Errorf("waited %v for a pin that was still on its way", waited)
		}
	})
}

func TestShow_AsksEveryService(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		r.connect("one", svc)
		r.connect("two", demo.New(demo.Options{}))
		r.connect("dead", demo.New(demo.Options{Before: func(demo.Call) error { return unreachable() }}))
		p, err := svc.Add(context.Background(), services.Pin{CID: content(1), Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{content(1).Text, p.RequestID} {
			pins, failed, err := r.Show(context.Background(), text)
			if err != nil || len(pins) != 1 || pins[0].RequestID != p.RequestID || len(failed) != 1 {
				t.Errorf("%s: got %+v, %v, %v", text, pins, failed, err)
			}
		}
	})
}

func TestShow_WritesNothingForAnAccountForgottenMeanwhile(t *testing.T) {
	for name, text := range map[string]string{"content": content(1).Text, "requestid": ""} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				var a services.Account
				forget := false
				svc := demo.New(demo.Options{After: func(c demo.Call, err error) error {
					if forget {
						forget = false
						if err := r.ForgetAccount(context.Background(), a.ID); err != nil {
							t.Error(err)
						}
					}
					return err
				}})
				p, err := svc.Add(context.Background(), services.Pin{CID: content(1), Name: "x"})
				if err != nil {
					t.Fatal(err)
				}
				if text == "" {
					text = p.RequestID
				}
				a = r.connect("one", svc)
				forget = true
				if _, _, err := r.Show(context.Background(), text); err != nil {
					t.Error(err)
				}
				if kept, err := r.cache.PinsOf(context.Background(), a.ID, content(1)); len(kept) > 0 || err != nil {
					t.Errorf("the list has %+v, %v", kept, err)
				}
			})
		})
	}
}
