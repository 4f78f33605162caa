package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	lookEvery = 5 * time.Second
	quiet     = 4 << 20  // bytes asked for in that time: nothing is going on
	burst     = 16 << 20 // bytes asked for before: something was
)

// giveBack returns to the system what a burst of work left behind, once it is
// over, until ctx ends. Go itself keeps half as much again as is in use, and a
// window that rests does nothing that would make it smaller.
func giveBack(ctx context.Context) {
	asked := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var last, given uint64
	for tick := time.NewTicker(lookEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		metrics.Read(asked)
		now := asked[0].Value.Uint64()
		if now-last < quiet && now-given > burst {
			debug.FreeOSMemory()
			given = now
		}
		last = now
	}
}
