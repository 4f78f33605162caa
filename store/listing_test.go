package store_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// expect is what a filter means, worked out in Go from the whole list.
func expect(all []store.Item, f store.Filter) []store.Item {
	var list []store.Item
	for _, it := range all {
		at := slices.ContainsFunc(it.Marks, func(m store.Mark) bool { return m.Account == f.Account })
		switch {
		case f.State != store.AnyState && it.State != f.State,
			f.OneCopy && it.Copies != 1,
			f.Account != 0 && !at,
			slices.ContainsFunc(strings.Fields(f.Search), func(word string) bool { return !strings.Contains(it.Name, word) }):
			continue
		}
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b store.Item) int {
		c := 0
		switch f.Sort {
		case store.SortName:
			c = cmp.Compare(a.Name, b.Name)
		case store.SortSize:
			c = -cmp.Compare(a.Size, b.Size)
		case store.SortCopies:
			c = -cmp.Compare(a.Copies, b.Copies)
		default:
			c = -a.Added.Compare(b.Added)
		}
		if f.Sort == store.SortName {
			c = cmp.Or(c, cmp.Compare(a.ID, b.ID))
		} else {
			c = cmp.Or(c, -cmp.Compare(a.ID, b.ID))
		}
		if f.Reverse {
			return -c
		}
		return c
	})
	return list
}

func filters() []store.Filter {
	var list []store.Filter
	for _, sort := range []store.Sort{store.SortAdded, store.SortName, store.SortSize, store.SortCopies} {
		for _, reverse := range []bool{false, true} {
			for state := store.AnyState; state <= store.Unchecked; state++ {
				for account := range services.AccountID(5) {
					list = append(list, store.Filter{Sort: sort, Reverse: reverse, State: state, Account: account})
				}
			}
			list = append(list, store.Filter{Sort: sort, Reverse: reverse, OneCopy: true},
				store.Filter{Sort: sort, Reverse: reverse, OneCopy: true, State: store.NeedsYou, Account: 1},
				store.Filter{Sort: sort, Reverse: reverse, Search: "beach", State: store.Safe},
				store.Filter{Sort: sort, Reverse: reverse, Search: "be", Account: 3},
				store.Filter{Sort: sort, Reverse: reverse, Search: "winter 7"},
				store.Filter{Sort: sort, Reverse: reverse, Search: "photo beach", Account: 2},
				store.Filter{Sort: sort, Reverse: reverse, Search: "7 beach"})
		}
	}
	return list
}

func TestListing_EveryFilterAndOrderFindsEveryRowWhereItStands(t *testing.T) {
	h := mixed(t)
	all := h.items(store.Filter{})
	if len(all) != 5200 {
		t.Fatalf("got %d items", len(all))
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	for _, f := range filters() {
		want := expect(all, f)
		l, err := h.reader.Items(t.Context(), f)
		h.must(err)
		if l.Len() != len(want) && !l.More() {
			t.Errorf("%+v: got %d rows, want %d", f, l.Len(), len(want))
			continue
		}
		for range 2 {
			from := rnd.IntN(len(want) + 1)
			n := min(30, len(want)-from)
			got, err := l.Rows(t.Context(), from, 30)
			h.must(err)
			if d := gocmp.Diff(ids(want[from:from+n]), ids(got)); d != "" {
				t.Fatalf("%+v from %d: %s", f, from, d)
			}
			if n == 0 {
				continue
			}
			pos, ok, err := l.Position(t.Context(), got[0].ID)
			h.must(err)
			if !ok || pos != from {
				t.Errorf("%+v: row %d found at %d, %v", f, from, pos, ok)
			}
		}
	}
}

func ids(items []store.Item) []store.ItemID {
	list := make([]store.ItemID, 0, len(items))
	for _, it := range items {
		list = append(list, it.ID)
	}
	return list
}

func TestListing_SelectAllHasEveryRowOnce(t *testing.T) {
	h := mixed(t)
	l, err := h.reader.Items(t.Context(), store.Filter{Sort: store.SortName})
	h.must(err)
	all, err := l.IDs(t.Context(), 0, l.Len())
	h.must(err)
	last, err := l.IDs(t.Context(), l.Len()-5, 10)
	h.must(err)
	if d := gocmp.Diff(all[len(all)-5:], last); d != "" {
		t.Error(d)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 5200 {
		t.Errorf("got %d ids", len(all))
	}
}

func TestListing_ASearchWithManyHitsGoesOnPastWhatItKnows(t *testing.T) {
	h := mixed(t)
	want := expect(h.items(store.Filter{}), store.Filter{Search: "e"})
	l, err := h.reader.Items(t.Context(), store.Filter{Search: "e"})
	h.must(err)
	var got []store.Item
	for {
		page, err := l.Rows(t.Context(), len(got), 500)
		h.must(err)
		got = append(got, page...)
		if len(page) == 0 {
			break
		}
	}
	if d := gocmp.Diff(ids(want), ids(got)); d != "" || l.More() || l.Len() != len(want) {
		t.Errorf("more %v, %d of %d: %s", l.More(), l.Len(), len(want), d)
	}
}

func TestCounts_AgreeWithTheList(t *testing.T) {
	h := mixed(t)
	all := h.items(store.Filter{})
	for _, f := range []store.Filter{{}, {Account: 1}, {Account: 3}, {Account: 9}, {Search: "winter 7"}, {Search: "winter 7", Account: 2}} {
		got, err := h.reader.Counts(t.Context(), f)
		h.must(err)
		var want store.ItemCounts
		for _, it := range expect(all, f) {
			want.All++
			switch it.State {
			case store.Safe:
				want.Safe++
			case store.Working:
				want.Working++
			case store.NeedsYou:
				want.NeedsYou++
			case store.Unchecked:
				want.Unchecked++
			}
			if it.Copies == 1 {
				want.OneCopy++
			}
		}
		if got != want {
			t.Errorf("%+v: got %+v, want %+v", f, got, want)
		}
	}
}

func TestEach_StreamsEverythingInOrder(t *testing.T) {
	h := mixed(t)
	var got []store.Item
	for it, err := range h.reader.EachItem(t.Context(), store.Filter{Sort: store.SortSize}, 0) {
		h.must(err)
		got = append(got, it)
	}
	if d := gocmp.Diff(ids(h.items(store.Filter{Sort: store.SortSize})), ids(got)); d != "" {
		t.Error(d)
	}
	for _, f := range []struct {
		filter store.PinFilter
		want   int
	}{
		{store.PinFilter{}, 5200 + 2600 + 174},
		{store.PinFilter{Accounts: []services.AccountID{2, 3}}, 2600 + 174},
		{store.PinFilter{Limit: 2500}, 2500},
		{store.PinFilter{Sort: "name"}, 5200 + 2600 + 174},
		{store.PinFilter{Sort: "status", Limit: 10}, 10},
		{store.PinFilter{CID: cidOf(60)}, 3},
		{store.PinFilter{Request: "2-60"}, 1},
		{store.PinFilter{Search: cidOf(60).Text[:16]}, 3},
	} {
		var last store.Pin
		n := 0
		for p, err := range h.reader.EachPin(t.Context(), f.filter) {
			h.must(err)
			if n > 0 && f.filter.Sort == "" && p.Created.After(last.Created) {
				t.Fatalf("%+v: %v after %v", f.filter, p.Created, last.Created)
			}
			last = p
			n++
		}
		if n != f.want {
			t.Errorf("%+v: got %d pins, want %d", f.filter, n, f.want)
		}
	}
	for p, err := range h.reader.EachPin(t.Context(), store.PinFilter{Status: []services.Status{services.Failed}, Search: "BEACH"}) {
		h.must(err)
		if p.Status != services.Failed || !strings.Contains(p.Pin.Name, "beach") {
			t.Errorf("got %+v", p)
		}
	}
}

func TestListing_ManyMayAskAtOnce(t *testing.T) {
	h := mixed(t)
	l, err := h.reader.Items(t.Context(), store.Filter{})
	h.must(err)
	first, err := l.IDs(t.Context(), 0, 1)
	h.must(err)
	var g sync.WaitGroup
	for i := range 20 {
		g.Go(func() {
			if _, err := l.Rows(t.Context(), i*250, 10); err != nil {
				t.Error(err)
			}
			if _, _, err := l.Position(t.Context(), first[0]); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
}
