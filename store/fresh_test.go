package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestFreshness_AgesPerAccountAndComesBack(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"))
	b := h.account("b")
	h.list(b, at.Add(20*time.Hour), true, pin(1, services.Pinned, "x"))
	h.must(h.cache.Restale(t.Context(), at.Add(store.SafeFor+time.Minute)))
	it := h.item(cidOf(1))
	if it.State != store.Safe || it.Copies != 1 || !it.Marks[0].Stale || it.Marks[1].Stale {
		t.Errorf("one of two stale: got %+v", it)
	}
	h.must(h.cache.Restale(t.Context(), at.Add(60*time.Hour)))
	it = h.item(cidOf(1))
	if it.State != store.Unchecked || it.Copies != 0 || it.Marks[0].Status != services.Pinned {
		t.Errorf("both stale: got %+v", it)
	}
	h.list(a, at.Add(60*time.Hour), true, pin(1, services.Pinned, "x"))
	it = h.item(cidOf(1))
	if it.State != store.Safe || it.Copies != 1 || !it.Marks[0].SeenAt.Equal(at.Add(60*time.Hour)) {
		t.Errorf("checked again: got %+v", it)
	}
}

func TestFreshness_AFailedCheckChangesNothing(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y"))
	before := h.items(store.Filter{})
	if missing := h.list(a, at.Add(time.Hour), false, pin(1, services.Pinned, "x")); missing != nil {
		t.Errorf("missing after half a list: %v", missing)
	}
	if d := cmp.Diff(before, h.items(store.Filter{})); d != "" {
		t.Error(d)
	}
	list, err := h.reader.Accounts(t.Context())
	h.must(err)
	if !list[0].Incomplete || list[0].Stale || !list[0].CheckedAt.Equal(at) {
		t.Errorf("got %+v", list[0])
	}
}

func TestMissing_StaysUntilItIsConfirmedGone(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y"))
	missing := h.list(a, at.Add(time.Hour), true, pin(1, services.Pinned, "x"))
	if len(missing) != 1 || missing[0].RequestID != "request-2" {
		t.Fatalf("got %v", missing)
	}
	it := h.item(cidOf(2))
	if it.State != store.Unchecked || !it.Marks[0].Stale || !it.Marks[0].SeenAt.Equal(at) {
		t.Errorf("not seen, not confirmed: got %+v", it)
	}
	if missing := h.list(a, at.Add(2*time.Hour), true, pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y")); len(missing) != 0 {
		t.Errorf("seen again, yet missing: %v", missing)
	}
	if it := h.item(cidOf(2)); it.State != store.Safe || !it.Marks[0].SeenAt.Equal(at.Add(2*time.Hour)) {
		t.Errorf("seen again: got %+v", it)
	}
	h.must(h.cache.Remove(t.Context(), a, "request-2", "unknown"))
	if list := h.items(store.Filter{}); len(list) != 1 {
		t.Errorf("removed, yet listed: %+v", list)
	}
}

func TestMissing_NotWhatWasAddedDuringThePass(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"))
	p, err := h.cache.Begin(t.Context(), a)
	h.must(err)
	_, err = h.cache.Put(t.Context(), a, at, pin(2, services.Queued, "added meanwhile"))
	h.must(err)
	_, err = p.Put(t.Context(), []services.PinStatus{pin(1, services.Pinned, "x")}, at, 1)
	h.must(err)
	missing, err := p.Finish(t.Context(), true, at)
	h.must(err)
	if len(missing) != 0 {
		t.Errorf("got %v", missing)
	}
}

func TestPending_ShowsAnItemBeforeAnythingWasSent(t *testing.T) {
	h := newHome(t)
	a := h.account("a")
	op := store.Operation{ID: 1, Account: a, Kind: store.OpAdd, State: store.OpWaiting, Created: at, Pin: services.Pin{CID: cidOf(1), Name: "new"}}
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, true))
	it := h.item(cidOf(1))
	if it.Name != "new" || it.State != store.Working || it.Places != 1 || it.Marks[0].Pending != store.OpAdd || !it.Added.Equal(at) {
		t.Errorf("waiting: got %+v", it)
	}
	op.State = store.OpStuck
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, false))
	if it := h.item(cidOf(1)); it.State != store.NeedsYou || !it.Marks[0].Stuck {
		t.Errorf("stuck: got %+v", it)
	}
	_, err := h.cache.Put(t.Context(), a, at, pin(1, services.Queued, "new"))
	h.must(err)
	op.State = store.OpDone
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, false))
	if it := h.item(cidOf(1)); it.State != store.Working || it.Marks[0].Pending != "" {
		t.Errorf("done: got %+v", it)
	}
	h.must(h.cache.SetPending(t.Context(), []store.Operation{{ID: 2, Account: a, Kind: store.OpAdd, State: store.OpWaiting, Created: at, Pin: services.Pin{CID: cidOf(2)}}}, false))
	h.must(h.cache.SetPending(t.Context(), nil, true))
	if list := h.items(store.Filter{}); len(list) != 1 {
		t.Errorf("cancelled, yet listed: %+v", list)
	}
}

func TestForget_LeavesWhatOthersKeep(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y"))
	h.account("b", pin(2, services.Pinned, "y"))
	h.must(h.cache.Forget(t.Context(), a))
	list := h.items(store.Filter{})
	if len(list) != 1 || list[0].Name != "y" || list[0].Copies != 1 || len(list[0].Marks) != 1 {
		t.Errorf("got %+v", list)
	}
	counts, err := h.reader.Counts(t.Context(), store.Filter{Account: a})
	h.must(err)
	if counts != (store.ItemCounts{}) {
		t.Errorf("got %+v", counts)
	}
}
