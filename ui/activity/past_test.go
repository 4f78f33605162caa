package activity

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

var filebase = store.AccountState{Account: services.Account{ID: 7, Name: "Filebase"}}

func TestHistory_WhatAFolderBroughtIsOneLineAService(t *testing.T) {
	test.NewTempApp(t)
	pinata := store.AccountState{Account: services.Account{ID: 8, Name: "Pinata"}}
	h := history{accounts: map[services.AccountID]store.AccountState{7: filebase, 8: pinata}, deeds: map[store.OperationID]store.FolderDeed{}, now: now}
	var ops []store.Operation
	for i := range 37 { // the two take turns
		for a := services.AccountID(7); a <= 8; a++ {
			o := store.Operation{
				ID: store.OperationID(1000 - len(ops)), Account: a, Kind: store.OpAdd, State: store.OpDone,
				Pin: services.Pin{Name: fmt.Sprintf("%02d.jpg", 37-i)}, DoneAt: now.Add(-time.Duration(i) * time.Second),
			}
			deed := store.FolderDeed{Folder: 3, Path: "/home/x/Art"}
			if a == 7 {
				deed.Safe = o.DoneAt.Add(time.Hour)
			}
			h.deeds[o.ID] = deed
			ops = append(ops, o)
		}
	}
	got := h.rows(ops, nil, "", false)
	if len(got) != 2 {
		t.Fatalf("%d lines: %+v", len(got), got)
	}
	if p := got[0]; p.what != "Folder Art: 37 items safe on Filebase" || p.name != "01.jpg to 37.jpg" || p.ink != kit.SafeInk || !p.at.Equal(now.Add(time.Hour)) {
		t.Errorf("got %+v", p)
	}
	if p := got[1]; p.what != "Folder Art: 37 items sent to Pinata" {
		t.Errorf("got %+v", p)
	}
	if got := h.rows(ops, nil, "07", false); len(got) != 74 {
		t.Errorf("searched: %d lines, want each", len(got))
	}
	ops[0].DoneAt = now.Add(-10 * time.Hour)
	h.deeds[ops[0].ID] = store.FolderDeed{Folder: 3, Safe: now.Add(-9 * time.Hour)}
	if got := h.rows(ops, nil, "", false); len(got) != 3 || got[2].what != "Safe on Filebase" {
		t.Errorf("one from long before: %+v", got)
	}
}

func TestHistory_TellsWhatWasThereBeforeFromWhatWasSent(t *testing.T) {
	test.NewTempApp(t)
	here := store.AccountState{Account: services.Account{ID: 1, Name: "This computer", Endpoint: services.LocalEndpoint}}
	for _, tt := range []struct {
		o    store.Operation
		a    store.AccountState
		want string
	}{
		{store.Operation{State: store.OpDone}, filebase, "Sent to Filebase"},
		{store.Operation{State: store.OpDone, AlreadyKept: true}, filebase, "Filebase kept it already"},
		{store.Operation{State: store.OpDone, Adopted: true}, filebase, "Found on Filebase, kept there under its ID"},
		{store.Operation{State: store.OpDone}, here, "Kept on this computer"},
		{store.Operation{State: store.OpCancelled}, filebase, "Taken back before Filebase got it"},
		{store.Operation{State: store.OpCancelled, LastText: "already-asked"}, filebase, "Not asked twice of Filebase"},
	} {
		tt.o.Kind = store.OpAdd
		if got := pastOfOperation(tt.o, tt.a).what; got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.o, got, tt.want)
		}
	}
}

func TestStuck_SpeaksNoCodeWords(t *testing.T) {
	test.NewTempApp(t)
	o := store.Operation{State: store.OpStuck, Kind: store.OpRename, Account: 7, LastCode: services.CodeInvalid, LastText: "not-renamed"}
	got := stuckRows([]store.Operation{o}, map[services.AccountID]store.AccountState{7: filebase}, kit.Bringing{})
	if got[0].why != "It made no second one under the new name" || got[0].again.label() != "Rename in place" {
		t.Errorf("why = %q, trying again is %q", got[0].why, got[0].again.label())
	}
	if got := needOf(store.Need{Code: "stuck", Account: 7, Count: 1, Details: "incomplete"}, filebase, now); got.text != "Why: it never shows its whole list, so nobody can tell whether this arrived." {
		t.Errorf("card: %q", got.text)
	}
	if got := needOf(store.Need{Code: "stuck", Account: 7, Count: 1, Details: "out of cheese"}, filebase, now); got.text != "It says: out of cheese" {
		t.Errorf("card: %q", got.text)
	}
}

// One button for all would rename in place what waits for something else.
func TestNotRenamed_BesideOtherRequestsHasItsButtonInItsRowAlone(t *testing.T) {
	test.NewTempApp(t)
	renamed := store.Operation{ID: 1, State: store.OpStuck, Kind: store.OpRename, Account: 7, LastText: "not-renamed"}
	accounts := map[services.AccountID]store.AccountState{7: filebase}
	cards := func(ops ...store.Operation) []need {
		list := needs([]store.Need{{Code: "stuck", Account: 7, Count: int64(len(ops)), Details: "not-renamed"}}, accounts, now)
		apart(list, stuckRows(ops, accounts, kit.Bringing{}))
		return list
	}
	if got := cards(renamed)[0]; got.title != "Filebase did not rename 1 item" || got.primary != actInPlace || got.second != actLeave {
		t.Errorf("alone: %q, %v, %v", got.title, got.primary, got.second)
	}
	if got := cards(renamed, store.Operation{ID: 2, State: store.OpStuck, Kind: store.OpAdd, Account: 7})[0]; got.title != "2 requests to Filebase are stuck" || got.primary != noAct {
		t.Errorf("beside another: %q, %v", got.title, got.primary)
	}
}

func TestNeeds_EveryCauseHasItsWords(t *testing.T) {
	test.NewTempApp(t)
	none := needOf(store.Need{Code: "surprise"}, filebase, now).title
	for _, code := range []string{
		"auth", "plan", "keyring", "not-api", "tls", "failed", "stuck", "source", "lost", "mass-change", "unreachable", "folder",
	} {
		if got := needOf(store.Need{Code: code, Count: 2, Path: "/x/Art"}, filebase, now); got.title == none || got.title == "" {
			t.Errorf("%s has no words", code)
		}
	}
}
