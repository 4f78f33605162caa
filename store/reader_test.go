package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// reason opens the reader over a folder that cannot be, and returns why.
func reason(t *testing.T, dir string) string {
	t.Helper()
	r, err := store.Open(t.Context(), dir, nil)
	if err == nil {
		_ = r.Close()
		t.Fatal("it was opened")
	}
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage {
		t.Fatalf("got %v", err)
	}
	return e.Reason
}

func TestOpen_NeedsWhatTheWritersMade(t *testing.T) {
	dir := t.TempDir()
	if got := reason(t, dir); got != "no-data" {
		t.Errorf("nothing there: got %q", got)
	}
	u, err := user.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = u.Close()
	if got := reason(t, dir); got != "cache-damaged" {
		t.Errorf("no cache: got %q", got)
	}
	fillFolder(t, dir)
	for file, want := range map[string]string{store.CacheFile: "cache-damaged", store.UserFile: "newer"} {
		db, err := sql.Open("sqlite", filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		if got := reason(t, dir); got != want && file == store.UserFile {
			t.Errorf("%s of a newer program: got %q", file, got)
		}
	}
}

func TestReader_CannotWriteAndDoesNotWaitForAWriter(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"))
	p, err := h.cache.Begin(t.Context(), a) // a pass under way holds nothing
	h.must(err)
	if list := h.items(store.Filter{}); len(list) != 1 {
		t.Errorf("got %v", list)
	}
	_, err = p.Finish(t.Context(), true, at)
	h.must(err)
}

func TestAccounts_TellHowTheyAreDoing(t *testing.T) {
	h := newHome(t)
	b := h.account("b", pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y"), pin(3, services.Failed, "z"))
	a, err := h.user.AddAccount(t.Context(), services.Account{Name: "A", Endpoint: "https://a.example"})
	h.must(err)
	refused := &services.Error{Code: services.CodeAuth, Op: "list", Reason: "UNAUTHORIZED", Details: "no such key", HTTP: 401}
	h.must(h.user.NoteCall(t.Context(), a, refused, time.Second, at))
	first, err := h.reader.Accounts(t.Context())
	h.must(err)
	h.must(h.user.NoteCall(t.Context(), a, refused, 0, time.Time{}))
	list, err := h.reader.Accounts(t.Context())
	h.must(err)
	if list[0].ID != a || list[1].ID != b {
		t.Fatalf("got %+v", list)
	}
	if d := cmp.Diff(refused, list[0].Err); d != "" {
		t.Error(d)
	}
	if s := list[0]; !s.Stale || !s.CheckedAt.IsZero() || s.ErrSince.IsZero() || !s.ErrSince.Equal(first[0].ErrSince) || s.Latency != time.Second {
		t.Errorf("got %+v", s)
	}
	if s := list[1]; s.Stale || !s.CheckedAt.Equal(at) || s.Pins() != 3 || s.Counts[services.Failed] != 1 || s.Err != nil {
		t.Errorf("got %+v", s)
	}
	h.must(h.user.NoteCall(t.Context(), a, nil, 0, time.Time{}))
	list, err = h.reader.Accounts(t.Context())
	h.must(err)
	if s := list[0]; s.Err != nil || !s.ErrSince.IsZero() {
		t.Errorf("after a call that went well: got %+v", s)
	}
}

func TestAccounts_AFirstLoadSaysHowFarItIs(t *testing.T) {
	h := newHome(t)
	id, err := h.user.AddAccount(t.Context(), services.Account{Name: "a"})
	h.must(err)
	p, err := h.cache.Begin(t.Context(), id)
	h.must(err)
	_, err = p.Put(t.Context(), []services.PinStatus{pin(1, services.Pinned, "x"), pin(2, services.Pinned, "y")}, at, 7)
	h.must(err)
	list, err := h.reader.Accounts(t.Context())
	h.must(err)
	if s := list[0]; !s.Reading || s.Seen != 2 || s.Expected != 7 {
		t.Errorf("got %+v", s)
	}
	if items := h.items(store.Filter{}); len(items) != 2 || items[0].State != store.Safe {
		t.Errorf("the first page is not in the list: %+v", items)
	}
	if v := h.health(at); v.State != store.Busy {
		t.Errorf("got %s", v.State)
	}
	_, err = p.Finish(t.Context(), true, at)
	h.must(err)
	list, err = h.reader.Accounts(t.Context())
	h.must(err)
	if s := list[0]; s.Reading || s.Stale {
		t.Errorf("got %+v", s)
	}
}

func TestHealth_NamesWhatNeedsYou(t *testing.T) {
	h := newHome(t)
	a := h.account("a", pin(1, services.Pinned, "x"), pin(2, services.Failed, "y"))
	_, err := h.user.AddOperations(t.Context(), []store.Operation{{Account: a, Kind: store.OpAdd, State: store.OpStuck, LastText: "no room", Pin: services.Pin{CID: cidOf(9)}}})
	h.must(err)
	h.must(h.user.Observe(t.Context(), store.Observation{At: at, Account: a, Kind: "lost", CID: cidOf(3), Name: "z"}))
	got := h.health(at)
	if got.State != store.Attend || got.Items != 2 || got.Safe != 1 || got.OpenOperations != 1 || got.Accounts != 1 || !got.CheckedAt.Equal(at) {
		t.Errorf("got %+v", got)
	}
	codes := map[string]int64{}
	for _, n := range got.NeedsYou {
		codes[n.Code] = n.Count
	}
	if d := cmp.Diff(map[string]int64{"failed": 1, "stuck": 1, "lost": 1}, codes); d != "" {
		t.Error(d)
	}
	list, err := h.reader.Observations(t.Context(), 0)
	h.must(err)
	h.must(h.user.Resolve(t.Context(), []int64{list[0].ID}))
	if got := h.health(at); len(got.NeedsYou) != 2 {
		t.Errorf("resolved, yet %+v", got.NeedsYou)
	}
}

func TestHealth_PausedUntil(t *testing.T) {
	h := newHome(t)
	h.account("a")
	h.must(h.user.Set(t.Context(), store.SettingPaused, at.Add(time.Hour).Format(time.RFC3339)))
	if got := h.health(at); got.State != store.Paused || !got.PausedUntil.Equal(at.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	if got := h.health(at.Add(2 * time.Hour)); got.State != store.Fine {
		t.Errorf("got %+v", got)
	}
}

func TestOperations_FilterAndPage(t *testing.T) {
	h := newHome(t)
	var ops []store.Operation
	for i := range 10 {
		o := store.Operation{Account: services.AccountID(i%2 + 1), Kind: store.OpAdd, Pin: services.Pin{CID: cidOf(i), Name: "Über " + words[i]}}
		if i >= 8 {
			o.State = store.OpDone
		}
		ops = append(ops, o)
	}
	ops, err := h.user.AddOperations(t.Context(), ops)
	h.must(err)
	for name, c := range map[string]struct {
		f    store.OperationFilter
		want []int
	}{
		"open of one": {store.OperationFilter{Open: true, Account: 1}, []int{6, 4, 2, 0}},
		"closed":      {store.OperationFilter{Closed: true}, []int{9, 8}},
		"page":        {store.OperationFilter{Before: ops[5].ID, Limit: 2}, []int{4, 3}},
		"by id":       {store.OperationFilter{IDs: []store.OperationID{ops[3].ID, ops[1].ID}}, []int{3, 1}},
		"no id":       {store.OperationFilter{IDs: []store.OperationID{}}, nil},
		"by content":  {store.OperationFilter{CID: cidOf(4)}, []int{4}},
		"by name":     {store.OperationFilter{Search: "ÜBER PHOTO"}, []int{2}},
		"by words":    {store.OperationFilter{Search: "photo über"}, []int{2}},
	} {
		list, err := h.reader.Operations(t.Context(), c.f)
		h.must(err)
		var got []int
		for _, o := range list {
			got = append(got, int(o.ID-ops[0].ID))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
