package sync_test

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	pinsync "github.com/pintray/pintray/sync"
)

// openRig is a rig outside a bubble, on the real clock.
func openRig(b *testing.B) *rig {
	r := &rig{t: b, dir: b.TempDir(), keys: &keys{changed: make(chan struct{}, 1)}, svcs: map[string]services.Service{}}
	r.open()
	b.Cleanup(r.close)
	return r
}

// A thousand adds are durable in under two seconds.
func BenchmarkAdd1000(b *testing.B) {
	r := openRig(b)
	a := r.connect("one", demo.New(demo.Options{}))
	for n := 0; b.Loop(); n++ {
		var pins []services.Pin
		for i := range 1000 {
			pins = append(pins, services.Pin{CID: content(1000*n + i)})
		}
		if _, err := r.Add(context.Background(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}}); err != nil {
			b.Fatal(err)
		}
	}
}

// Two thousand that were asked for by mistake are taken back.
func BenchmarkCancel2000(b *testing.B) {
	r := openRig(b)
	a := r.connect("one", demo.New(demo.Options{}))
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		ids := r.addMany(a, 2000*n, 2000)
		b.StartTimer()
		if err := r.Cancel(context.Background(), ids); err != nil {
			b.Fatal(err)
		}
	}
}

// The work of sending one add, beside the service's own time.
func BenchmarkWork(b *testing.B) {
	r := openRig(b)
	a := r.connect("one", demo.New(demo.Options{}))
	for n := 0; b.Loop(); n++ {
		r.add(a, content(n), "")
		r.work()
	}
}

// A first check of 100,000 pins at 50 ms a request.
func BenchmarkSync100k(b *testing.B) {
	for b.Loop() {
		r := openRig(b)
		r.connect("one", demo.New(demo.Options{Pins: 100_000, Latency: 50 * time.Millisecond}))
		res := r.sync()[0]
		if !res.Complete || res.Pins != 100_000 {
			b.Fatalf("%+v", res)
		}
		b.ReportMetric(float64(res.Requests), "requests")
		again := r.sync()[0]
		b.ReportMetric(again.Duration.Seconds(), "s/again")
	}
}
