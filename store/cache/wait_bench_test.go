package cache_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// BenchmarkFirstLoad100k_OthersWait says how long what the person asks for
// waits, at the longest, while 100,000 pins are written for the first time.
func BenchmarkFirstLoad100k_OthersWait(b *testing.B) {
	const n, page = 100_000, 1000
	pins := make([]services.PinStatus, n)
	for i := range pins {
		pins[i] = pinned(i)
	}
	var read, write time.Duration
	for b.Loop() {
		db := open(b, b.TempDir())
		done := make(chan struct{})
		go func() {
			defer close(done)
			p, err := db.Begin(b.Context(), 1)
			for i := 0; i < n && err == nil; i += page {
				_, err = p.Put(b.Context(), pins[i:i+page], at.Add(time.Duration(i)*time.Microsecond), n)
			}
			if err == nil {
				_, err = p.Finish(b.Context(), true, at)
			}
			if err != nil {
				b.Error(err)
			}
		}()
		var id store.OperationID
		for loading := true; loading; {
			select {
			case <-done:
				loading = false
			case <-time.After(5 * time.Millisecond):
			}
			began := time.Now()
			if _, err := db.PinsOf(b.Context(), 2, cidOf(n+1)); err != nil {
				b.Fatal(err)
			}
			read = max(read, time.Since(began))
			began = time.Now()
			id++
			op := store.Operation{ID: id, Account: 2, Kind: store.OpAdd, State: store.OpWaiting, Pin: services.Pin{CID: cidOf(n + int(id)), Name: fmt.Sprint(id)}}
			if err := db.SetPending(b.Context(), []store.Operation{op}, false); err != nil {
				b.Fatal(err)
			}
			write = max(write, time.Since(began))
		}
	}
	b.ReportMetric(float64(read.Milliseconds()), "ms/longest-read")
	b.ReportMetric(float64(write.Milliseconds()), "ms/longest-write")
}
