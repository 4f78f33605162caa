package boot_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	pinsync "github.com/pintray/pintray/sync"
)

// file writes a file of the person's own.
func file(t *testing.T, content []byte) store.Path {
	t.Helper()
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return store.Path(path)
}

func bring(t *testing.T, e boot.Engine, p store.Path, to services.Account) store.Operation {
	t.Helper()
	got, err := e.Import(t.Context(), pinsync.ImportRequest{Paths: []store.Path{p}, Accounts: []services.AccountID{to.ID}})
	if err != nil || len(got.Operations) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	return got.Operations[0]
}

// TestImport_BringsAFileToAnotherComputersPintray has two data folders: what one
// is asked to keep it fetches from the other, over bitswap.
func TestImport_BringsAFileToAnotherComputersPintray(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "made-up")
	there := open(t, boot.Options{Dir: t.TempDir(), Mode: boot.Own})
	server := httptest.NewServer(psa.Handler(there.ThisComputer(), func(key string) bool { return key == "made-up" }))
	t.Cleanup(server.Close)
	here := open(t, boot.Options{Dir: t.TempDir(), Mode: boot.Own})
	running(t, here)
	content := bytes.Repeat([]byte("a photo, "), 100_000)
	op := bring(t, here.Engine, file(t, content), connect(t, here.Engine, "there", server.URL))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ops, err := here.Engine.Wait(ctx, []store.OperationID{op.ID}, true)
	if err != nil || len(ops) != 1 || ops[0].State != store.OpDone {
		t.Fatalf("got %+v, %v", ops, err)
	}
	pin, err := there.ThisComputer().Get(t.Context(), ops[0].RequestID)
	if err != nil || pin.Status != services.Pinned || pin.Pin.Name != "photo.jpg" {
		t.Errorf("there: %+v, %v", pin, err)
	}
}

func TestWork_TellsServicesWhereFilesCanBeFetchedByWhoeverRunsNext(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "made-up")
	s := demo.New(demo.Options{Queued: time.Hour})
	server := httptest.NewServer(psa.Handler(s, func(string) bool { return true }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	account := connect(t, a.Engine, "mine", server.URL)
	bring(t, a.Engine, file(t, []byte("hello")), account)
	for range 2 { // the second has nothing to give, and ends nothing
		if err := a.Engine.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.Snapshot()
	if len(kept) != 1 || len(kept[0].Pin.Origins) == 0 {
		t.Fatalf("asked for %+v, want it to say where", kept)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "giving.key")); err != nil {
		t.Error("whoever runs next is somebody else: ", err)
	}
}

func TestOpen_ReadsFilesAgainWhoseIndexIsDamaged(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "made-up")
	s := demo.New(demo.Options{Queued: time.Hour})
	server := httptest.NewServer(psa.Handler(s, func(string) bool { return true }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	op := bring(t, a.Engine, file(t, []byte("hello")), connect(t, a.Engine, "mine", server.URL))
	if err := a.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "blocks.db"), []byte("this is no database, and never was one"), 0o600); err != nil {
		t.Fatal(err)
	}
	a = open(t, boot.Options{Dir: dir, Mode: boot.Own})
	if src, ok, err := a.Reader.Source(t.Context(), op.Source); err != nil || !ok || src.State != store.SourcePreparing {
		t.Errorf("got %+v, %v, %v; want it to be read again", src, ok, err)
	}
	if err := a.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if src, _, err := a.Reader.Source(t.Context(), op.Source); err != nil || src.State != store.SourceReady {
		t.Errorf("got %+v, %v", src, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	db, rebuilt, err := blocks.Open(t.Context(), dir)
	if err != nil || rebuilt {
		t.Fatal(rebuilt, err)
	}
	defer func() { _ = db.Close() }()
	if held, err := db.Totals(t.Context(), blocks.HolderOf(op.Source)); err != nil || held.Bytes != 5 {
		t.Errorf("got %+v, %v", held, err)
	}
}
