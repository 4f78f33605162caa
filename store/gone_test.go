package store_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
)

func (h *home) missing(a services.AccountID) map[string]bool {
	h.t.Helper()
	got, err := h.cache.Missing(h.t.Context(), a)
	h.must(err)
	return got
}

func TestAside_StaysInTheListUntilThePersonSaysSoOrItIsSeenAgain(t *testing.T) {
	h := newHome(t)
	x, y, z := pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y"), pin(3, services.Failed, "z")
	a := h.account("a", x, y, z)
	h.list(a, at.Add(time.Hour), true, x)
	if got := h.missing(a); !maps.Equal(got, map[string]bool{"request-2": false, "request-3": false}) {
		t.Errorf("missing: got %v", got)
	}
	h.must(h.cache.SetAside(t.Context(), a, "request-1", "request-2", "request-3", "unknown"))
	if got := h.missing(a); !maps.Equal(got, map[string]bool{"request-2": true, "request-3": true}) {
		t.Errorf("set aside: got %v", got)
	}
	list, err := h.reader.Accounts(t.Context())
	h.must(err)
	if list[0].Missing != 2 || list[0].Pins() != 3 {
		t.Errorf("got %+v", list[0])
	}
	if it := h.item(cidOf(2)); it.State != store.Unchecked || !it.Marks[0].SeenAt.Equal(at) {
		t.Errorf("set aside: got %+v", it)
	}
	for search, want := range map[string][]string{"": {"y", "z"}, "z": {"z"}, "x": {}} {
		f := store.Filter{Account: a, Missing: true, Search: search}
		if got := names(h.items(f)); !slices.Equal(got, want) {
			t.Errorf("only what is missing, with %q in it: got %q", search, got)
		}
		if c, err := h.reader.Counts(t.Context(), f); err != nil || c.All != int64(len(want)) {
			t.Errorf("with %q counted %+v, %v", search, c, err)
		}
	}
	if missing := h.list(a, at.Add(2*time.Hour), true, x, y); len(missing) != 1 {
		t.Errorf("one is back: missing %v", missing)
	}
	if it := h.item(cidOf(2)); it.State != store.Safe {
		t.Errorf("seen again: got %+v", it)
	}
	n, err := h.cache.RemoveAside(t.Context(), a)
	h.must(err)
	if left := names(h.items(store.Filter{})); n != 1 || !slices.Equal(left, []string{"x", "y"}) {
		t.Errorf("%d taken out, left %q", n, left)
	}
}

func TestLook_WritesOnlyWhatIsNews(t *testing.T) {
	h := newHome(t)
	x, y := pin(1, services.Pinned, "x"), pin(2, services.Queued, "y")
	a := h.account("a", x, y)
	later := at.Add(time.Hour)
	failed := y
	failed.Status = services.Failed
	res, err := h.cache.Look(t.Context(), a, later, x, failed, pin(0, services.Pinned, "new"))
	h.must(err)
	if res.New != 1 || res.Changed != 1 || len(res.WentFailed) != 1 {
		t.Errorf("got %+v", res)
	}
	got, _, err := h.cache.Pin(t.Context(), a, "request-1")
	h.must(err)
	if !got.SeenAt.Equal(at) {
		t.Errorf("a look alone made it seen at %v", got.SeenAt)
	}
	s, err := h.cache.Standing(t.Context(), a)
	h.must(err)
	if want := (cache.Standing{Pins: 3, Unfinished: 1, Newest: at, FullAt: at, CheckedAt: at}); !same(s, want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
	unfinished, err := h.cache.Unfinished(t.Context(), a, 10)
	h.must(err)
	if len(unfinished) != 1 || unfinished[0].RequestID != "request-2" {
		t.Errorf("unfinished: %+v", unfinished)
	}
}

func same(a, b cache.Standing) bool {
	return a.Pins == b.Pins && a.Unfinished == b.Unfinished && a.Newest.Equal(b.Newest) &&
		a.FullAt.Equal(b.FullAt) && a.CheckedAt.Equal(b.CheckedAt) && a.Incomplete == b.Incomplete
}

func TestVouch_MakesFreshWhatWasReadToItsEndAndIsThere(t *testing.T) {
	h := newHome(t)
	x, y := pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y")
	a := h.account("a", x, y)
	h.list(a, at.Add(time.Hour), true, x) // y is not there any more
	later := at.Add(30 * time.Hour)
	h.must(h.cache.Vouch(t.Context(), a, later))
	if it := h.item(cidOf(1)); it.State != store.Safe || !it.Marks[0].SeenAt.Equal(later) {
		t.Errorf("got %+v", it)
	}
	if it := h.item(cidOf(2)); it.State != store.Unchecked || !it.Marks[0].SeenAt.Equal(at) {
		t.Errorf("missing: got %+v", it)
	}
	s, err := h.cache.Standing(t.Context(), a)
	h.must(err)
	if !s.FullAt.Equal(at.Add(time.Hour)) || !s.CheckedAt.Equal(later) || s.Pins != 1 {
		t.Errorf("got %+v", s)
	}
	h.list(a, later, false, x)
	h.must(h.cache.Vouch(t.Context(), a, later.Add(30*time.Hour)))
	if s, _ := h.cache.Standing(t.Context(), a); !s.CheckedAt.Equal(later) {
		t.Errorf("vouched for an account that was not read to its end: %+v", s)
	}
}
