package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestNeedText_CountsOneAndNamesWhatItKnows(t *testing.T) {
	ill := store.AccountState{Account: services.Account{ID: 2, Name: "Ill"}, Err: &services.Error{Code: services.CodeServer, HTTP: 500}}
	all := &accounts{list: []store.AccountState{ill}, byID: map[services.AccountID]string{1: "Demo", 2: "Ill"}}
	gone := store.Source{Path: "/art/a.png", Reason: services.ReasonVanished}
	for _, c := range []struct {
		need  store.Need
		stuck store.Source
		want  string
	}{
		{store.Need{Code: "lost", Account: 1, Count: 1}, gone, "1 item is gone from Demo, and nobody here removed it"},
		{store.Need{Code: "lost", Account: 1, Count: 2, Details: "b"}, gone, "2 items are gone from Demo, and nobody here removed them: b"},
		{store.Need{Code: "mass-change", Account: 1, Count: 1}, gone, `1 item disappeared from Demo at once; if they are really gone: pintrayctl sync --account "Demo" --accept-gone`},
		{store.Need{Code: "stuck", Account: 1, Count: 1}, gone, "1 operation at Demo waits for you"},
		{store.Need{Code: "stuck", Account: 1, Count: 3}, gone, "3 operations at Demo wait for you"},
		{store.Need{Code: "stuck", Account: 1, Cause: services.CodePlan, Kind: store.OpAdd, Count: 12, Details: "no funds"}, gone, "Demo says your plan is full or unpaid: no funds; 12 operations wait"},
		{store.Need{Code: "stuck", Account: 1, Cause: services.CodeAuth, Kind: store.OpAdd, Count: 1}, gone, "the key of Demo may read but not add; 1 operation waits"},
		{store.Need{Code: "stuck", Account: 1, Cause: services.CodeAuth, Kind: store.OpDelete, Count: 1, Details: "no"}, gone, "Demo doesn't accept the access key: no; 1 operation waits"},
		{store.Need{Code: "stuck", Account: 1, Cause: services.CodeInvalid, Count: 2, Details: "bad name"}, gone, "2 operations at Demo wait for you: bad name"},
		{store.Need{Code: "unreachable", Account: 2, Since: time.Now().Add(-2 * 24 * time.Hour)}, gone, "Ill has trouble of its own (HTTP 500)"},
		{store.Need{Code: "source", Count: 1, Details: services.ReasonVanished}, gone, "not there: /art/a.png"},
		{store.Need{Code: "source", Count: 3, Details: services.ReasonVanished}, gone, "not there: /art/a.png (and 2 more)"},
		{store.Need{Code: "source", Count: 1, Details: services.ReasonVanished}, store.Source{}, "not there"},
		{store.Need{Code: "folder", Path: "/art", Count: 1, Details: "burst"}, gone, "the folder /art waits for you: 1 new file came at once"},
		{store.Need{Code: "folder", Path: "/art", Count: 12, Details: "emptied"}, gone, "the folder /art waits for you: 12 files went at once"},
		{store.Need{Code: "folder", Path: "/art", Details: "replaced"}, gone, "the folder /art waits for you: another folder stands in its place"},
		{store.Need{Code: "unreachable", Account: 1, Since: time.Now().Add(-8 * 24 * time.Hour)}, gone, `Demo can't be reached; it has not answered for a week and may have closed: pintrayctl copy --from "Demo" --to ANOTHER`},
		{store.Need{Code: "unreachable", Account: 1, Since: time.Now().Add(-2 * 24 * time.Hour)}, gone, "Demo can't be reached"},
	} {
		if got := needText(all, c.need, c.stuck); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestHealth_SaysWhatNobodyCheckedForADay(t *testing.T) {
	old := store.AccountState{Account: services.Account{ID: 1, Name: "old", Endpoint: "https://old"}, CheckedAt: time.Now().Add(-10 * 24 * time.Hour), Stale: true}
	fresh := store.AccountState{Account: services.Account{ID: 2, Name: "fresh", Endpoint: "https://fresh"}, CheckedAt: time.Now()}
	var out, errs bytes.Buffer
	c := &cli{out: bufio.NewWriter(&out), errw: &errs}
	all := &accounts{list: []store.AccountState{old, fresh}}
	if err := c.printHealth(all, store.Health{State: store.Fine, Items: 1, Accounts: 2}, store.Source{}); err != nil {
		t.Fatal(err)
	}
	if err := c.noteAllGone(all, nil); err != nil {
		t.Fatal(err)
	}
	_ = c.out.Flush()
	want := fmt.Sprintf("old was last read through at %s, so that what it has may not be safe any more: pintrayctl sync\n", when(old.CheckedAt))
	if _, lines, _ := strings.Cut(out.String(), "\n"); lines != "  "+want || errs.String() != "note: "+want {
		t.Errorf("printed %q and noted %q, want %q", lines, errs.String(), want)
	}
}

func TestHealth_NamesAServiceThatHasNotAnsweredForAMinute(t *testing.T) {
	now := time.Now()
	account := func(id services.AccountID, name string, code services.Code, since time.Duration) store.AccountState {
		return store.AccountState{Account: services.Account{ID: id, Name: name, Endpoint: "https://" + name}, Err: &services.Error{Code: code}, ErrSince: now.Add(-since)}
	}
	paused := account(6, "paused", services.CodeUnreachable, time.Hour)
	paused.Paused = true
	all := &accounts{list: []store.AccountState{
		account(1, "away", services.CodeUnreachable, 2*time.Minute), account(2, "slow", services.CodeTimeout, time.Hour),
		account(3, "just-now", services.CodeUnreachable, 30*time.Second), account(4, "named", services.CodeUnreachable, 25*time.Hour),
		account(5, "no-key", services.CodeAuth, time.Hour), paused, account(7, "ill", services.CodeServer, time.Hour),
	}}
	var out, errs bytes.Buffer
	c := &cli{out: bufio.NewWriter(&out), errw: &errs, json: true}
	h := store.Health{
		State: store.Attend, Items: 9, Safe: 7, Working: 2, Accounts: 6, OpenOperations: 1,
		NeedsYou: []store.Need{{Code: "unreachable", Account: 4}},
	}
	if err := c.printHealth(all, h, store.Source{}); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("note: away has not answered since %s\nnote: slow has not answered since %s\nnote: ill has trouble of its own, since %[2]s\n", when(now.Add(-2*time.Minute)), when(now.Add(-time.Hour)))
	if errs.String() != want {
		t.Errorf("noted %q, want %q", errs.String(), want)
	}
	_ = c.out.Flush()
	if counts := `"items":9,"safe":7,"working":2,"services":6,"open_operations":1,`; !strings.Contains(out.String(), counts) {
		t.Errorf("printed %s, want %s", out.String(), counts)
	}
}
