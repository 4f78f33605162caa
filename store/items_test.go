package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestItems_OneRowPerContentWithAMarkPerAccount(t *testing.T) {
	h := newHome(t)
	v0 := services.WireCID("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG")
	v1 := services.WireCID(v0.Key)
	a := h.account("a", services.PinStatus{RequestID: "1", Status: services.Pinned, Created: at, Pin: services.Pin{CID: v0, Name: "Readme"}})
	b := h.account("b", services.PinStatus{RequestID: "2", Status: services.Pinned, Created: at.Add(1), Pin: services.Pin{CID: v1, Name: v1.Text}})
	list := h.items(store.Filter{})
	if len(list) != 1 {
		t.Fatalf("got %d items, want 1", len(list))
	}
	want := store.Item{
		ID: list[0].ID, CID: v1, Name: "Readme", Size: -1, Added: at, State: store.Safe, Copies: 2, Places: 2,
		Marks: []store.Mark{
			{Account: a, Status: services.Pinned, SeenAt: at, Pins: 1},
			{Account: b, Status: services.Pinned, SeenAt: at, Pins: 1},
		},
	}
	if d := cmp.Diff(want, list[0]); d != "" {
		t.Error(d)
	}
}

func TestItems_StateFollowsThePins(t *testing.T) {
	h := newHome(t)
	h.account("a", pin(1, services.Pinned, "safe"), pin(2, services.Queued, "queued"), pin(3, services.Failed, "failed"),
		pin(4, services.Pinning, "pinning"), pin(5, services.Unknown, "odd"))
	got := map[string]store.ItemState{}
	for _, it := range h.items(store.Filter{}) {
		got[it.Name] = it.State
	}
	want := map[string]store.ItemState{
		"safe": store.Safe, "queued": store.Working, "failed": store.NeedsYou, "pinning": store.Working, "odd": store.Unchecked,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	counts, err := h.reader.Counts(t.Context(), store.Filter{})
	h.must(err)
	if d := cmp.Diff(store.ItemCounts{All: 5, Safe: 1, Working: 2, NeedsYou: 1, Unchecked: 1, OneCopy: 1}, counts); d != "" {
		t.Error(d)
	}
}

func TestSearch_FindsNamesWithoutRegardToCaseOrAccentForm(t *testing.T) {
	h := newHome(t)
	h.account("a", pin(1, services.Pinned, "Ferien MÜNCHEN 2024.jpg"), pin(2, services.Pinned, "100%_sicher.txt"), pin(3, services.Pinned, "日本の写真"), pin(4, services.Pinned, "z"))
	for text, want := range map[string][]string{
		"münchen":          {"Ferien MÜNCHEN 2024.jpg"},
		"MU\u0308NCH":      {"Ferien MÜNCHEN 2024.jpg"},
		"%_s":              {"100%_sicher.txt"},
		"_":                {"100%_sicher.txt"},
		"日本の":              {"日本の写真"},
		"写真":               {"日本の写真"},
		"Z":                {"z"},
		"nothing":          {},
		cidOf(3).Text:      {"日本の写真"},
		cidOf(3).Text[:20]: {"日本の写真"},
	} {
		if d := cmp.Diff(want, names(h.items(store.Filter{Search: text}))); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

func TestSearch_FindsNamesThatHaveEachWordInAnyOrder(t *testing.T) {
	h := newHome(t)
	h.account("a", pin(1, services.Pinned, "Winter light, Oslo 2024.png"), pin(2, services.Pinned, "Oslo in summer.png"),
		pin(3, services.Pinned, "light 7.png"), pin(4, services.Pinned, "7 Winters of LIGHT.png"))
	for text, want := range map[string][]string{
		"oslo winter":    {"Winter light, Oslo 2024.png"},
		"png  OSLO":      {"Oslo in summer.png", "Winter light, Oslo 2024.png"},
		"light 7":        {"7 Winters of LIGHT.png", "light 7.png"},
		"7 li":           {"7 Winters of LIGHT.png", "light 7.png"},
		"wint light 7":   {"7 Winters of LIGHT.png"},
		"oslo winter 23": nil,
		"light nothing":  nil,
	} {
		if d := cmp.Diff(want, slices.Sorted(slices.Values(names(h.items(store.Filter{Search: text}))))); d != "" {
			t.Errorf("%q: %s", text, d)
		}
		counts, err := h.reader.Counts(t.Context(), store.Filter{Search: text})
		h.must(err)
		if counts.All != int64(len(want)) {
			t.Errorf("%q: counted %d", text, counts.All)
		}
	}
}
