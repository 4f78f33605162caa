package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// size is how many pins the benchmarks are made of: PINTRAY_BENCH_PINS, else
// 100,000, with -short 10,000.
func size(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("PINTRAY_BENCH_PINS")); err == nil {
		return n
	}
	if testing.Short() {
		return 10_000
	}
	return 100_000
}

// words make names in which some words are in many and some in few.
var words = strings.Fields("holiday beach photo portrait draft final album invoice report scan music video cover northern winter")

// many makes n pins, newest first, as a service would list them; one in
// thousand has failed, one in fifty is at work.
func many(n int) []services.PinStatus {
	rnd := rand.New(rand.NewPCG(1, 2))
	pins := make([]services.PinStatus, n)
	for i := range pins {
		p := pin(i, services.Pinned, fmt.Sprintf("%s %s %06d.jpg", words[rnd.IntN(len(words))], words[rnd.IntN(len(words))], i))
		p.RequestID = fmt.Sprintf("%016x-%016x", rnd.Uint64(), rnd.Uint64())
		switch {
		case i%1000 == 7:
			p.Status = services.Failed
		case i%50 == 3:
			p.Status = services.Pinning
		}
		if i%777 == 0 {
			p.Pin.Name = fmt.Sprintf("unlikely-%d", i)
		}
		p.Info = map[string]string{"dag_size": strconv.Itoa(rnd.IntN(1 << 30))}
		pins[i] = p
	}
	return pins
}

func BenchmarkFirstLoad(b *testing.B) {
	pins := many(size(b))
	for b.Loop() {
		b.StopTimer()
		h := newHome(b)
		b.StartTimer()
		h.load(1, pins)
	}
	b.ReportMetric(float64(len(pins))*float64(b.N)/b.Elapsed().Seconds(), "pins/s")
}

// load is a first load as a service pages it.
func (h *home) load(id services.AccountID, pins []services.PinStatus) {
	p, err := h.cache.Begin(h.t.Context(), id)
	h.must(err)
	for i := 0; i < len(pins); i += 1000 {
		_, err = p.Put(h.t.Context(), pins[i:min(i+1000, len(pins))], at, int64(len(pins)))
		h.must(err)
	}
	_, err = p.Finish(h.t.Context(), true, at)
	h.must(err)
}

// full is a home with many pins, made once for all sub-benchmarks.
func full(b *testing.B) (*home, []services.PinStatus) {
	h := newHome(b)
	pins := many(size(b))
	id, err := h.user.AddAccount(b.Context(), services.Account{Name: "big", Endpoint: "https://big.example", Key: "none"})
	h.must(err)
	h.load(id, pins)
	_, err = h.user.AddAccount(b.Context(), services.Account{Name: "small", Endpoint: "https://small.example", Key: "none"})
	h.must(err)
	h.load(id+1, pins[len(pins)-len(pins)/20:])
	return h, pins
}

func BenchmarkSecondListing(b *testing.B) {
	h, pins := full(b)
	for b.Loop() {
		h.load(1, pins)
	}
	b.ReportMetric(float64(len(pins))*float64(b.N)/b.Elapsed().Seconds(), "pins/s")
}

// p95 reports the 95th percentile of what took how long.
func p95(b *testing.B, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	sorted := append([]time.Duration(nil), took...)
	for i := 1; i < len(sorted); i++ {
		for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	b.ReportMetric(float64(sorted[len(sorted)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(sorted[len(sorted)-1].Microseconds())/1000, "max-ms")
}

func BenchmarkRead(b *testing.B) {
	h, pins := full(b)
	rnd := rand.New(rand.NewPCG(3, 4))
	measure := func(name string, fn func(ctx context.Context) error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				h.must(fn(b.Context()))
				took = append(took, time.Since(start))
			}
			p95(b, took)
		})
	}
	filters := map[string]store.Filter{
		"all": {}, "name": {Sort: store.SortName}, "size": {Sort: store.SortSize}, "copies": {Sort: store.SortCopies},
		"safe": {State: store.Safe}, "working by name": {State: store.Working, Sort: store.SortName}, "needs": {State: store.NeedsYou},
		"one copy by size": {OneCopy: true, Sort: store.SortSize}, "small account": {Account: 2},
		"small account by name": {Account: 2, Sort: store.SortName}, "small account working": {Account: 2, State: store.Working},
	}
	for name, f := range filters {
		measure("first page/"+name, func(ctx context.Context) error {
			l, err := h.reader.Items(ctx, f)
			if err == nil {
				_, err = l.Rows(ctx, 0, 50)
			}
			return err
		})
	}
	for _, name := range []string{"all", "name", "safe"} {
		l, err := h.reader.Items(b.Context(), filters[name])
		h.must(err)
		measure("any page/"+name, func(ctx context.Context) error {
			_, err := l.Rows(ctx, rnd.IntN(max(1, l.Len()-50)), 50)
			return err
		})
	}
	for name, text := range map[string]string{
		"one hit": fmt.Sprintf("%06d", len(pins)/2), "none": "qqqqqq", "common": "beach", "pair": "beach photo", "pair and a digit": "photo 7 beach", "rare pair": "unlikely photo", "few": "unlikely", "two letters": "be",
		"cid": cidOf(5).Text[:12], "cid start": "bafk",
	} {
		for _, s := range []store.Sort{store.SortAdded, store.SortName} {
			measure("search/"+name+"/"+string(s), func(ctx context.Context) error {
				l, err := h.reader.Items(ctx, store.Filter{Search: text, Sort: s})
				if err == nil {
					_, err = l.Rows(ctx, 0, 50)
				}
				return err
			})
		}
	}
	measure("counts", func(ctx context.Context) error { _, err := h.reader.Counts(ctx, store.Filter{}); return err })
	measure("counts of an account", func(ctx context.Context) error { _, err := h.reader.Counts(ctx, store.Filter{Account: 2}); return err })
	measure("counts of a search", func(ctx context.Context) error {
		_, err := h.reader.Counts(ctx, store.Filter{Search: "beach"})
		return err
	})
	measure("health", func(ctx context.Context) error { _, err := h.reader.Health(ctx, at); return err })
	measure("far jump", func(ctx context.Context) error {
		l, err := h.reader.Items(ctx, store.Filter{})
		if err == nil {
			_, err = l.Rows(ctx, l.Len()/2, 50)
		}
		return err
	})
}
