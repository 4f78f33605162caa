package boot_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func TestApp_ThisComputerIsThereFromTheFirstStart(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
		list, err := a.Reader.Accounts(t.Context())
		if err != nil || len(list) != 1 || !list[0].Local() || list[0].Name != "This computer" {
			t.Fatalf("accounts: %+v, %v", list, err)
		}
		if err := a.Engine.ForgetAccount(t.Context(), list[0].ID); !is(err, services.CodeUsage, "this-computer") {
			t.Errorf("forgotten: %v", err)
		}
		if h, err := a.Reader.Health(t.Context(), time.Now()); err != nil || h.Accounts != 0 {
			t.Errorf("health: %+v, %v", h, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestApp_ThisComputerFetchesNothingWhilePaused(t *testing.T) {
	dir := t.TempDir()
	a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	list, err := a.Reader.Accounts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("accounts: %+v, %v", list, err)
	}
	here := list[0].Account
	delegates := func() int {
		t.Helper()
		st, err := a.ThisComputer().Add(t.Context(), services.Pin{CID: servicetest.RandomCID()})
		if err != nil || st.Status != services.Queued {
			t.Fatalf("Add = %+v, %v", st, err)
		}
		return len(st.Delegates)
	}
	for _, paused := range []bool{true, false, true} {
		here.Paused = paused
		if err := a.Engine.EditAccount(t.Context(), here); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(10 * time.Second); delegates() > 0; { // until the host is closed
		if time.Now().After(end) {
			t.Fatal("the host is still there")
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open(t, boot.Options{Dir: dir, Mode: boot.Own})
	if n := delegates(); n > 0 {
		t.Error("after a restart it fetches though it is paused")
	}
	here.Paused = false
	if err := a.Engine.EditAccount(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if n := delegates(); n == 0 {
		t.Error("after the pause it does not fetch")
	}
}

func TestApp_AFileOfThisComputerIsKeptAndNoCopy(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte("what I want to keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := open(t, boot.Options{Dir: dir, Mode: boot.Ask})
	list, err := a.Reader.Accounts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("accounts: %+v, %v", list, err)
	}
	taken, err := a.Engine.Import(t.Context(), pinsync.ImportRequest{Paths: []store.Path{store.Path(file)}, Accounts: []services.AccountID{list[0].ID}})
	if err != nil || len(taken.Operations) != 1 {
		t.Fatalf("Import = %+v, %v", taken, err)
	}
	if err := a.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Engine.Wait(t.Context(), []store.OperationID{taken.Operations[0].ID}, true); err != nil {
		t.Fatal(err)
	}
	items, err := a.Reader.Items(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := items.Rows(t.Context(), 0, 2)
	if err != nil || len(rows) != 1 || rows[0].Name != "notes.txt" || rows[0].State != store.OnlyHere || rows[0].Copies != 0 {
		t.Errorf("items: %+v, %v", rows, err)
	}
}
