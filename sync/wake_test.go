package sync_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

func TestWakeUp_LooksAtEverythingAnewAfterAMoment(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		a := r.connect("one", demo.New(demo.Options{Pins: 5}))
		b := r.connect("two", demo.New(demo.Options{Pins: 5, Before: func(demo.Call) error {
			if down.Load() {
				return unreachable()
			}
			return nil
		}}))
		r.run()
		pass(time.Minute)
		down.Store(true)
		pass(30 * time.Minute) // by now it is left alone for minutes
		down.Store(false)
		woke := time.Now()
		if !r.WakeUp(context.Background()) {
			t.Fatal("stopped")
		}
		pass(2 * time.Second)
		for _, account := range []services.Account{a, b} {
			if s := r.state(account); s.Err != nil || s.CheckedAt.Before(woke) {
				t.Errorf("%s: %v, checked at %v, woke at %v", account.Name, s.Err, s.CheckedAt, woke)
			}
		}
	})
}
