package sync

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestJudgeLate_KeepsTheOneOfTwoThatIsPinned(t *testing.T) {
	c := simCIDs()[0]
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpDone, RequestID: "older", Posts: 2, Pin: services.Pin{CID: c, Name: "a"}, SentAt: then}
	pin := func(id string, s services.Status, at time.Time) services.PinStatus {
		return services.PinStatus{RequestID: id, Status: s, Created: at, Pin: services.Pin{CID: c, Name: "a", Meta: map[string]string{metaKey: "key"}}}
	}
	p := services.Profile{services.FactManyIDs: {Fact: services.FactManyIDs, Belief: services.Proved, At: before}}
	older, younger := then, then.Add(time.Minute)
	for name, c := range map[string]struct {
		pins []services.PinStatus
		drop string
	}{
		"both pinned":           {[]services.PinStatus{pin("older", services.Pinned, older), pin("younger", services.Pinned, younger)}, "younger"},
		"the older never begun": {[]services.PinStatus{pin("older", services.Queued, older), pin("younger", services.Pinned, younger)}, "older"},
		"neither pinned":        {[]services.PinStatus{pin("older", services.Queued, older), pin("younger", services.Pinning, younger)}, ""},
	} {
		got := ""
		for _, d := range judgeLate(o, c.pins, p).drop {
			got += d.RequestID
		}
		if got != c.drop {
			t.Errorf("%s: dropped %q, want %q", name, got, c.drop)
		}
	}
}

// An add that took another pin of its content for its own may still bring one.
func TestJudgeLate_WhatCameAfterAnotherWasAdoptedIsOneTooMany(t *testing.T) {
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpDone, RequestID: "adopted", Adopted: true, Posts: 1, Pin: services.Pin{CID: simCIDs()[0], Name: "a"}, SentAt: then}
	if !suspect(o) {
		t.Error("nobody looks for it")
	}
	p := services.Profile{services.FactManyIDs: {Fact: services.FactManyIDs, Belief: services.Proved, At: before}}
	adopted, ours := keyed(o, "adopted"), keyed(o, "ours")
	adopted.Pin.Meta = map[string]string{metaKey: "another"}
	if v := judgeLate(o, []services.PinStatus{adopted, ours}, p); len(v.drop) != 1 || v.drop[0].RequestID != "ours" || v.keep.RequestID != "adopted" {
		t.Errorf("it keeps %q and drops %+v", v.keep.RequestID, v.drop)
	}
	for name, pins := range map[string][]services.PinStatus{"the adopted one alone": {adopted}, "ours alone": {ours}} {
		if v := judgeLate(o, pins, p); len(v.drop) > 0 {
			t.Errorf("%s: it drops %+v", name, v.drop)
		}
	}
	adopted.Status = services.Queued
	if v := judgeLate(o, []services.PinStatus{adopted, ours}, p); len(v.drop) > 0 {
		t.Errorf("the adopted one is not pinned: it drops %+v", v.drop)
	}
}

// A service may end a pin by a later one of the same CID (quirk 21): what came late
// of a cancelled add may be all there is of one that is wanted.
func TestWantedAnew_WhatKeepsWhatWasAskedForSinceStays(t *testing.T) {
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpCancelled, Posts: 1, Pin: services.Pin{CID: simCIDs()[0], Name: "a"}, SentAt: then}
	late, other := keyed(o, "late"), keyed(o, "other")
	other.Pin.Meta = nil
	for name, c := range map[string]struct {
		led    []string
		pins   []services.PinStatus
		wanted bool
	}{
		"nobody asked since":          {nil, []services.PinStatus{late}, false},
		"another has its own":         {[]string{"other"}, []services.PinStatus{late, other}, false},
		"another took it for its own": {[]string{"late"}, []services.PinStatus{late, other}, true},
		"another's own is no more":    {[]string{"other"}, []services.PinStatus{late}, true},
	} {
		v := judgeLate(o, c.pins, services.Profile{})
		if len(v.drop) != 1 || v.drop[0].RequestID != "late" {
			t.Fatalf("%s: it drops %+v", name, v.drop)
		}
		if got := wantedAnew(o, v, nil, c.led)("late"); got != c.wanted {
			t.Errorf("%s: wanted %v", name, got)
		}
	}
}

func TestLate_TakesNoMoreThanOneListCallsWorth(t *testing.T) {
	var l late
	for i := range 12 {
		l.note(store.Operation{ID: store.OperationID(i + 1), Kind: store.OpAdd, State: store.OpDone, Posts: 2, DoneAt: then}, then)
	}
	for _, want := range []int{services.MaxCIDs, 2, 0} {
		if due, _ := l.take(then.Add(lateAfter[0]), false); len(due) != want {
			t.Errorf("%d taken, want %d", len(due), want)
		}
	}
}

// asker notes the content IDs it is asked for, and has all of them.
type asker struct {
	services.Service
	asked []int
	has   []services.PinStatus
}

func (a *asker) List(_ context.Context, q services.Query) (services.Page, error) {
	a.asked = append(a.asked, len(q.CIDs))
	return services.Page{Count: int64(len(a.has)), Results: a.has}, nil
}

// Rule 8: a list is asked for ten content IDs at most; more are looked for in all
// there is, by one list.
func TestLookForAdds_AsksForTenAtMost(t *testing.T) {
	for n, want := range map[int][]int{10: {10}, 11: {0}} {
		svc := &asker{}
		var ops []store.Operation
		for i, c := range simCIDs()[:n] {
			key := fmt.Sprint("key", i)
			ops = append(ops, store.Operation{Key: key, Kind: store.OpAdd, State: store.OpAmbiguous, Posts: 1, Pin: services.Pin{CID: c}, SentAt: then})
			svc.has = append(svc.has, services.PinStatus{RequestID: fmt.Sprint("r", i), Status: services.Pinned, Created: then, Pin: services.Pin{CID: c, Meta: map[string]string{metaKey: key}}})
		}
		c := carrier{svc: svc, known: &simEngine{cache: map[string]store.Pin{}}}
		events, err := c.lookForAdds(context.Background(), ops)
		if err != nil || len(events) != n || slices.ContainsFunc(events, func(ev event) bool { return ev.found != foundOurs }) {
			t.Errorf("%d: %+v, %v", n, events, err)
		}
		if !slices.Equal(svc.asked, want) {
			t.Errorf("%d: asked for %v at a time, want %v", n, svc.asked, want)
		}
	}
}
