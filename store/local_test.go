package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// here makes the account that is this computer.
func (h *home) here(pins ...services.PinStatus) services.AccountID {
	h.t.Helper()
	id, err := h.user.AddAccount(h.t.Context(), services.Account{Name: "This computer", Endpoint: services.LocalEndpoint, Key: "none"})
	h.must(err)
	h.must(h.cache.SetLocal(h.t.Context(), id))
	h.list(id, at, true, pins...)
	return id
}

func TestThisComputer_IsNeverACopy(t *testing.T) {
	h := newHome(t)
	here := h.here(pin(1, services.Pinned, "only here"), pin(2, services.Pinned, "also online"), pin(3, services.Queued, "coming"),
		pin(4, services.Failed, "failed"), pin(5, services.Pinned, "stale online"))
	h.account("a", pin(2, services.Pinned, "also online"), pin(5, services.Unknown, "stale online"))
	h.must(h.cache.SetPending(t.Context(), []store.Operation{{
		ID: 1, Account: here, Kind: store.OpAdd, State: store.OpWaiting, Created: at, Pin: services.Pin{CID: cidOf(6), Name: "being added"},
	}}, true))

	type row struct {
		State          store.ItemState
		Copies, Places int
		Here           bool // has a mark of this computer
	}
	got := map[string]row{}
	for _, it := range h.items(store.Filter{}) {
		r := row{it.State, it.Copies, it.Places, false}
		for _, m := range it.Marks {
			r.Here = r.Here || m.Account == here && m.Local
			if m.Account != here && m.Local {
				t.Errorf("%s: the mark of another account is local", it.Name)
			}
		}
		got[it.Name] = r
	}
	want := map[string]row{
		"only here":    {store.OnlyHere, 0, 0, true},
		"also online":  {store.Safe, 1, 1, true},
		"coming":       {store.Working, 0, 0, true},
		"failed":       {store.NeedsYou, 0, 0, true},
		"stale online": {store.Unchecked, 0, 1, true},
		"being added":  {store.Working, 0, 0, true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	counts, err := h.reader.Counts(t.Context(), store.Filter{})
	h.must(err)
	if d := cmp.Diff(store.ItemCounts{All: 6, Safe: 1, Working: 2, NeedsYou: 1, Unchecked: 1, OnlyHere: 1, OneCopy: 1}, counts); d != "" {
		t.Error(d)
	}
	if list := h.items(store.Filter{State: store.OnlyHere}); len(list) != 1 || list[0].Name != "only here" {
		t.Errorf("filtered by OnlyHere: %+v", list)
	}
	if list := h.items(store.Filter{Account: here}); len(list) != 6 {
		t.Errorf("this computer has %d items, want 6", len(list))
	}
}

func TestThisComputer_GoesFromOnlyHereToSafeAndBack(t *testing.T) {
	h := newHome(t)
	h.here(pin(1, services.Pinned, "file"))
	a := h.account("a", pin(1, services.Pinned, "file"))
	if it := h.item(cidOf(1)); it.State != store.Safe || it.Copies != 1 {
		t.Errorf("kept online: %v, %d copies", it.State, it.Copies)
	}
	h.must(h.cache.Remove(t.Context(), a, "request-1"))
	if it := h.item(cidOf(1)); it.State != store.OnlyHere || it.Copies != 0 {
		t.Errorf("gone online: %v, %d copies", it.State, it.Copies)
	}
}

func TestHealth_IsAboutServicesNotThisComputer(t *testing.T) {
	h := newHome(t)
	h.here(pin(1, services.Pinned, "file"))
	if v := h.health(at); v.State != store.Fine || v.Accounts != 0 || v.Safe != 0 || !v.CheckedAt.IsZero() {
		t.Errorf("with this computer alone: %+v", v)
	}
	a := h.account("a")
	h.must(h.user.NoteCall(t.Context(), a, &services.Error{Code: services.CodeUnreachable}, 0, time.Time{}))
	if v := h.health(at); v.State != store.Offline || v.Accounts != 1 || !v.CheckedAt.Equal(at) {
		t.Errorf("with the only service away: %+v", v)
	}
}
