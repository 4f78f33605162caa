package store_test

import (
	"encoding/json"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// importing is an operation whose file is still being read.
func importing(id store.OperationID, source store.SourceID, account services.AccountID) store.Operation {
	return store.Operation{
		ID: id, Account: account, Kind: store.OpAdd, Source: source, State: store.OpPreparing, Created: at,
		Pin: services.Pin{Name: "photo.jpg"},
	}
}

func TestItems_OfAFileBeingReadHasNoCIDButItsSource(t *testing.T) {
	h := newHome(t)
	a, b := h.account("a", pin(1, services.Pinned, "x")), h.account("b")
	ops := []store.Operation{importing(1, 7, a), importing(2, 7, b)}
	h.must(h.cache.SetPending(t.Context(), ops, true))
	it, ok, err := h.reader.ItemBySource(t.Context(), 7)
	h.must(err)
	if !ok || it.Source != 7 || !it.CID.IsZero() || it.Name != "photo.jpg" || it.State != store.Working || len(it.Marks) != 2 || it.Places != 2 {
		t.Fatalf("got %+v, %v", it, ok)
	}
	if found := h.items(store.Filter{Search: "photo"}); len(found) != 1 || found[0].ID != it.ID {
		t.Errorf("search found %+v", found)
	}
	row := it.ID
	for i := range ops {
		ops[i].State, ops[i].Pin.CID = store.OpWaiting, cidOf(9)
	}
	h.must(h.cache.SetPending(t.Context(), ops, false))
	if it = h.item(cidOf(9)); it.ID != row || it.Source != 0 || len(it.Marks) != 2 || it.Name != "photo.jpg" {
		t.Errorf("with its CID: got %+v; want the same row", it)
	}
	if _, ok, err := h.reader.ItemBySource(t.Context(), 7); ok || err != nil {
		t.Errorf("the source still has a row: %v", err)
	}
	if all := h.items(store.Filter{}); len(all) != 2 {
		t.Errorf("got %+v", all)
	}
}

func TestItems_OfAFileWhoseCIDIsThereIsThatRow(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"))
	b := h.account("b")
	op := importing(1, 7, b)
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, true))
	want := h.item(cidOf(1)).ID
	op.State, op.Pin.CID = store.OpWaiting, cidOf(1)
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, false))
	it := h.item(cidOf(1))
	if it.ID != want || it.Places != 2 || it.Marks[0].Account != a {
		t.Errorf("got %+v", it)
	}
	if all := h.items(store.Filter{}); len(all) != 1 {
		t.Errorf("got %+v", all)
	}
}

func TestItems_OfAFileThatCannotBeReadNeedsThePerson(t *testing.T) {
	h := newHome(t)
	op := importing(1, 7, h.account("a"))
	op.State, op.LastCode, op.LastText = store.OpStuck, services.CodeSource, services.ReasonVanished
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, true))
	if it, ok, err := h.reader.ItemBySource(t.Context(), 7); err != nil || !ok || it.State != store.NeedsYou {
		t.Errorf("got %+v, %v, %v", it, ok, err)
	}
	op.State = store.OpCancelled
	h.must(h.cache.SetPending(t.Context(), []store.Operation{op}, false))
	if all := h.items(store.Filter{}); len(all) != 0 {
		t.Errorf("after it was cancelled: %+v", all)
	}
}

func TestItems_OfAFileThatWasReadHereHaveItsSizeWhateverAServiceSays(t *testing.T) {
	h := newHome(t)
	said := pin(2, services.Pinned, "said")
	said.Info = map[string]string{"dag_size": "99"}
	h.must(h.cache.SetSizes(t.Context(), store.Source{CID: cidOf(1), Size: 5}, store.Source{CID: cidOf(2), Size: 5}, store.Source{Size: 7}))
	h.account("a", pin(1, services.Pinned, "x"), said, pin(3, services.Pinned, "y"))
	h.must(h.cache.SetSizes(t.Context(), store.Source{CID: cidOf(3), Size: 0}))
	for n, want := range map[int]int64{1: 5, 2: 5, 3: 0} {
		if got := h.item(cidOf(n)).Size; got != want {
			t.Errorf("thing %d: %d, want %d", n, got, want)
		}
	}
}

func TestPath_KeepsEveryByteAsText(t *testing.T) {
	for _, p := range []store.Path{"", "/a/b", "/a\xff\n", "base64:x", "/ünï"} {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back store.Path
		if err := json.Unmarshal(text, &back); err != nil || back != p {
			t.Errorf("%q became %s, %q, %v", p, text, back, err)
		}
	}
}
