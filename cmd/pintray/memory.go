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
	burst     = 16 << 20 // bytes asked for in that time: something is
)

// giveBack returns to the system what a burst of work left behind, once it is
// over, until ctx ends. Go itself keeps half as much again as is in use, and a
// window that rests does nothing that would make it smaller.
func giveBack(ctx context.Context) {
	asked := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var last uint64
	busy := true // a start is
	for tick := time.NewTicker(lookEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		metrics.Read(asked)
		now := asked[0].Value.Uint64()
		switch got := now - last; {
		case got >= burst:
			busy = true
		case busy && got < quiet:
			debug.FreeOSMemory()
			busy = false
		}
		last = now
	}
}
