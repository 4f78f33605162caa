package user_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func open(t testing.TB, dir string) *user.DB {
	t.Helper()
	db, err := user.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func add(t testing.TB, db *user.DB, ops ...store.Operation) []store.Operation {
	t.Helper()
	list, err := db.AddOperations(t.Context(), ops)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAccounts_SurviveReopening(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	want := services.Account{Name: "Päivi", Endpoint: "https://example.org", Template: "own", Key: "env:KEY", Paused: true, Created: time.UnixMicro(1_700_000_000_000_001).UTC()}
	id, err := db.AddAccount(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	want.ID = id
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := open(t, dir).Accounts(t.Context())
	if err != nil || len(list) != 1 || list[0] != want {
		t.Fatalf("got %+v, %v; want %+v", list, err, want)
	}
}
