package activity

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestLadder(t *testing.T) {
	test.NewTempApp(t)
	tests := []struct {
		took time.Duration
		want string
		role kit.Role
		hint bool
	}{
		{20 * time.Second, "for a moment, normal", kit.Ink3, false},
		{12 * time.Minute, "for 12 min, normal", kit.Ink3, false},
		{3 * time.Hour, "for 3 h, slow", kit.Warn, true},
		{50 * time.Hour, "for 2 days, stuck", kit.Warn, true},
	}
	for _, tt := range tests {
		got, role, hint := ladder(tt.took)
		if got != tt.want || role != tt.role || (hint != "") != tt.hint {
			t.Errorf("%v: %q, role %d, hint %q; want %q", tt.took, got, role, hint, tt.want)
		}
	}
}

func TestNeedOf_TellsALockedStoreFromAKeyThatIsGone(t *testing.T) {
	test.NewTempApp(t)
	for reason, want := range map[string]act{"locked": actUnlock, "session-ended": actNewKey, "missing-entry": actNewKey} {
		a := store.AccountState{Account: services.Account{ID: 1, Name: "Pinata"}, Err: &services.Error{Code: services.CodeKeyring, Reason: reason}}
		if got := needOf(store.Need{Code: "keyring", Account: 1}, a, time.Now()); got.primary != want {
			t.Errorf("%s: %q, button %d", reason, got.title, got.primary)
		}
	}
}

func TestWorkRows_APinWithAnOperationIsShownOnce(t *testing.T) {
	test.NewTempApp(t)
	now := time.Now()
	c := services.WireCID("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKSgbw")
	accounts := map[services.AccountID]store.AccountState{1: {Account: services.Account{ID: 1, Name: "Pinata"}}}
	ops := []store.Operation{
		{ID: 4, Account: 1, State: store.OpSent, Kind: store.OpAdd, Pin: services.Pin{CID: c}, Created: now},
		{ID: 5, Account: 1, State: store.OpStuck, Kind: store.OpAdd, Created: now},
		{ID: 6, Account: 1, State: store.OpDone, Kind: store.OpAdd, Created: now},
	}
	ops = append(ops, store.Operation{ID: 7, Account: 2, State: store.OpSent, Kind: store.OpAdd, Created: now.Add(-time.Hour)})
	accounts[2] = store.AccountState{Account: services.Account{ID: 2, Name: "This computer", Endpoint: services.LocalEndpoint}}
	pins := []store.Pin{
		{Account: 1, PinStatus: services.PinStatus{Status: services.Pinning, Pin: services.Pin{CID: c}}},
		{Account: 9, PinStatus: services.PinStatus{Status: services.Queued, Pin: services.Pin{CID: c}}},
	}
	got := workRows(ops, pins, accounts, kit.Bringing{}, now)
	if len(got) != 3 || len(got[0].ops) != 1 || got[0].ops[0] != 4 || got[1].ops[0] != 7 || got[2].ops != nil {
		t.Fatalf("rows: %+v", got)
	}
	if want := "Getting it ready here"; got[1].what != want {
		t.Errorf("this computer: %q, want %q: nothing is sent to it", got[1].what, want)
	}
	if want := "Sending to Pinata"; got[0].what != want {
		t.Errorf("what = %q, want %q", got[0].what, want)
	}
	if want := "Waiting at a removed service"; got[2].what != want {
		t.Errorf("what = %q, want %q", got[2].what, want)
	}
}

func TestPastRows_OlderObservationsWaitForTheirPage(t *testing.T) {
	test.NewTempApp(t)
	now := time.Now()
	ops := []store.Operation{{ID: 2, State: store.OpDone, Kind: store.OpAdd, DoneAt: now.Add(-time.Hour)}, {ID: 1, State: store.OpDone, Kind: store.OpDelete, DoneAt: now.Add(-2 * time.Hour)}}
	seen := []store.Observation{{ID: 1, At: now.Add(-90 * time.Minute), Kind: "lost", Name: "Dunes"}, {ID: 2, At: now.Add(-5 * time.Hour), Kind: "failed", Name: "Zine"}}
	if got := (history{now: now}).rows(ops, seen, "", true); len(got) != 3 || got[1].icon != "warn" {
		t.Errorf("with more to come: %d rows, %+v", len(got), got)
	}
	if got := (history{now: now}).rows(ops, seen, "", false); len(got) != 4 {
		t.Errorf("at the end: %d rows, want 4", len(got))
	}
	if got := (history{now: now}).rows(nil, seen, "zin", false); len(got) != 1 {
		t.Errorf("searched: %d rows, want 1", len(got))
	}
}
