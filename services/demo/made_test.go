package demo_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

// fixed is a clock that stands still.
func fixed() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestNew_MakesTheSamePinsUpForTheSameSeed(t *testing.T) {
	options := demo.Options{Pins: 500, Seed: 7, Now: fixed}
	first, second := demo.New(options).Snapshot(), demo.New(options).Snapshot()
	if len(first) != 500 || !reflect.DeepEqual(first, second) {
		t.Errorf("got %d and %d pins, not the same 500", len(first), len(second))
	}
	options.Seed = 8
	both := map[string]bool{}
	for _, st := range first {
		both[st.Pin.CID.Key] = true
	}
	shared, sameID := 0, 0
	for i, st := range demo.New(options).Snapshot() {
		if both[st.Pin.CID.Key] {
			shared++
		}
		if st.RequestID == first[i].RequestID {
			sameID++
		}
	}
	if shared < 100 || shared > 250 || sameID != 0 {
		t.Errorf("another seed shares %d of 500 contents and %d requestids, want about a third and none", shared, sameID)
	}
}

func TestNew_MakesUpWhatARealAccountHolds(t *testing.T) {
	pins := demo.New(demo.Options{Pins: 2000}).Snapshot()
	scripts := map[*unicode.RangeTable]int{unicode.Latin: 0, unicode.Han: 0, unicode.Arabic: 0, unicode.Cyrillic: 0}
	statuses, seen, unnamed := map[services.Status]int{}, map[string]bool{}, 0
	for i, st := range pins {
		statuses[st.Status]++
		if st.Pin.Name == "" {
			unnamed++
		}
		for script := range scripts {
			if strings.ContainsFunc(st.Pin.Name, func(r rune) bool { return unicode.Is(script, r) }) {
				scripts[script]++
			}
		}
		c, err := services.ParseCID(st.Pin.CID.Text)
		if err != nil || c != st.Pin.CID || seen[st.RequestID] || seen[c.Key] {
			t.Fatalf("pin %d: got CID %+v (%v), requestid %s", i, st.Pin.CID, err, st.RequestID)
		}
		seen[st.RequestID], seen[c.Key] = true, true
		if utf8.RuneCountInString(st.Pin.Name) > services.MaxName || strings.Contains(st.Pin.Name, "%!") || len(st.Delegates) == 0 {
			t.Errorf("pin %d: got %+v", i, st)
		}
		if i > 0 && !st.Created.Before(pins[i-1].Created) {
			t.Errorf("pin %d was created at %v, the newer one at %v", i, st.Created, pins[i-1].Created)
		}
		if st.Status == services.Failed && st.Info["status_details"] == "" {
			t.Errorf("pin %d failed without saying why", i)
		}
	}
	for script, n := range scripts {
		if n < 20 {
			t.Errorf("only %d names hold %v", n, script.R16[:1])
		}
	}
	if statuses[services.Pinned] < 1800 || statuses[services.Failed] == 0 || statuses[services.Queued] == 0 || statuses[services.Pinning] == 0 {
		t.Errorf("got %v", statuses)
	}
	if unnamed < 50 || unnamed > 500 {
		t.Errorf("%d of 2000 have no name", unnamed)
	}
	if age := pins[0].Created.Sub(pins[len(pins)-1].Created); age < 250*24*time.Hour {
		t.Errorf("they span %v", age)
	}
}

func TestNew_TiesShareATime(t *testing.T) {
	groups := map[time.Time]int{}
	for _, st := range demo.New(demo.Options{Pins: 370, Ties: 37}).Snapshot() {
		groups[st.Created]++
	}
	if len(groups) != 10 {
		t.Errorf("got %d different times, want 10", len(groups))
	}
	for at, n := range groups {
		if n != 37 {
			t.Errorf("%d pins share %v", n, at)
		}
	}
}

// TestList_EqualsAFilterOverEverything compares the quick ways of List with
// the slow one, over queries made at random.
func TestList_EqualsAFilterOverEverything(t *testing.T) {
	svc := demo.New(demo.Options{Pins: 3000, Span: time.Hour, Ties: 3})
	random := rand.New(rand.NewPCG(1, 2))
	for _, st := range svc.Snapshot() {
		if random.IntN(3) == 0 || (st.Pin.Name == "" && random.IntN(2) == 0) {
			if err := svc.Delete(t.Context(), st.RequestID); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := svc.Snapshot()
	for range 100 {
		q := randomQuery(random, all)
		var want []services.PinStatus
		for _, st := range all {
			if matches(q, st) {
				want = append(want, st)
			}
		}
		page, err := svc.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Count != int64(len(want)) {
			t.Fatalf("%+v: got count %d, want %d", q, page.Count, len(want))
		}
		if want = want[:min(len(want), q.Limit)]; len(page.Results) != len(want) {
			t.Fatalf("%+v: got %d pins, want %d", q, len(page.Results), len(want))
		}
		if len(want) > 0 && !reflect.DeepEqual(page.Results, want) {
			t.Fatalf("%+v: got other pins than wanted", q)
		}
	}
}

func randomQuery(random *rand.Rand, all []services.PinStatus) services.Query {
	one := func() services.PinStatus { return all[random.IntN(len(all))] }
	q := services.Query{Limit: 1 + random.IntN(1000)}
	for _, s := range services.AllStatuses() {
		if random.IntN(2) == 0 {
			q.Status = append(q.Status, s)
		}
	}
	if len(q.Status) == 0 {
		q.Status = services.AllStatuses()
	}
	if random.IntN(2) == 0 {
		q.Before = one().Created.Add(time.Duration(random.IntN(3)-1) * time.Nanosecond)
	}
	if random.IntN(2) == 0 {
		q.After = one().Created.Add(time.Duration(random.IntN(3)-1) * time.Nanosecond)
	}
	switch random.IntN(6) {
	case 0:
		for range 1 + random.IntN(9) {
			q.CIDs = append(q.CIDs, one().Pin.CID)
		}
	case 1:
		q.Name, q.Match = one().Pin.Name, services.MatchExact
	case 2:
		q.Name, q.Match = "JPG", services.MatchIPartial
	case 3:
		q.Meta = map[string]string{"project": "family"}
	}
	return q
}

func matches(q services.Query, st services.PinStatus) bool {
	inCIDs := len(q.CIDs) == 0 || slices.ContainsFunc(q.CIDs, func(c services.CID) bool { return c.Key == st.Pin.CID.Key })
	name := q.Name == "" || st.Pin.Name == q.Name
	if q.Match == services.MatchIPartial {
		name = strings.Contains(strings.ToLower(st.Pin.Name), strings.ToLower(q.Name))
	}
	return slices.Contains(q.Status, st.Status) && inCIDs && name &&
		(q.Meta == nil || st.Pin.Meta["project"] == q.Meta["project"]) &&
		(q.Before.IsZero() || st.Created.Before(q.Before)) && (q.After.IsZero() || st.Created.After(q.After))
}

func TestList_APageOfAMillionPinsTakesNoMoreThanOneOfAFewThousand(t *testing.T) {
	// What is made up is allocated, so that counts what a page touches. How long it
	// takes is for make bench, which lists a million.
	page := func(pins int) float64 {
		svc := demo.New(demo.Options{Pins: pins, Now: fixed})
		q := services.Query{Status: services.AllStatuses(), Limit: services.MaxLimit}
		newest, err := svc.List(t.Context(), q)
		if err != nil || len(newest.Results) != q.Limit || newest.Count != int64(pins) {
			t.Fatalf("of %d pins: got %d, count %d, %v", pins, len(newest.Results), newest.Count, err)
		}
		q.Before = newest.Results[q.Limit-1].Created.AddDate(0, 0, -150) // from the middle
		return testing.AllocsPerRun(5, func() {
			middle, err := svc.List(t.Context(), q)
			if err != nil || len(middle.Results) != q.Limit {
				t.Fatalf("from the middle of %d pins: got %d, %v", pins, len(middle.Results), err)
			}
		})
	}
	few, million := page(5_000), page(1_000_000)
	t.Logf("allocations of a page: %.0f of 5,000 pins, %.0f of a million", few, million)
	if million > 1.5*few {
		t.Errorf("a page of a million takes %.0f allocations, one of 5,000 pins %.0f", million, few)
	}
}
