package listing_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// aged are pins so many minutes old, in the order a service lists them.
func aged(minutes ...int) []services.PinStatus {
	pins := stamps(rand.New(rand.NewPCG(1, 2)), len(minutes), 1, time.Minute, time.Minute)
	for i, m := range minutes {
		pins[i].Created = epoch.Add(-time.Duration(m) * time.Minute)
	}
	return pins
}

func TestWalk_AFirstPageThatHappensToBeNewestFirstLosesNothing(t *testing.T) {
	var grouped []int // the newest hundred are queued, and listed last
	for m := 100; m < 2_600; m++ {
		grouped = append(grouped, m)
	}
	for m := range 100 {
		grouped = append(grouped, m)
	}
	for name, c := range map[string]struct {
		pins []services.PinStatus
		cap  int
	}{
		"by chance": {aged(2, 3, 6, 7, 10, 15, 17, 20, 21, 24, 9, 13, 8, 11, 14, 23, 18, 22, 19, 12, 4, 1, 16, 0, 5), 10},
		"by status": {aged(grouped...), 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := &pager{pins: c.pins, cap: c.cap, shown: 1}
			if newestFirst(p.pins) {
				t.Fatal("the list is in order")
			}
			seen, res := walk(t, p, listing.Options{})
			if len(seen) != len(c.pins) || !res.Complete {
				t.Errorf("%d of %d, complete: %v", len(seen), len(c.pins), res.Complete)
			}
			if !slices.ContainsFunc(res.Findings, func(f services.Finding) bool {
				return f.Fact == services.FactOrder && f.Belief == services.Disproved
			}) {
				t.Errorf("found %+v", res.Findings)
			}
		})
	}
}
