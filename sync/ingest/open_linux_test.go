package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

// lease holds a file as a program does that must know before others read it
// (fcntl(2), F_SETLEASE).
func lease(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if _, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_WRLCK); err != nil {
		t.Skip("not run: this file system has no leases: ", err)
	}
}

func TestPath_SaysThatAnotherProgramHasAFile(t *testing.T) {
	dir := t.TempDir()
	held := filepath.Join(dir, "held.psd")
	for _, name := range []string{held, filepath.Join(dir, "free.psd")} {
		if err := os.WriteFile(name, []byte("layers"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lease(t, held)
	for _, path := range []string{held, dir} {
		_, err := ingest.Path(t.Context(), store.Path(path), ingest.Options{}, nil)
		if reason(err) != services.ReasonLocked || details(err) != held {
			t.Errorf("%s: got %v, want that %s is in use", path, err, held)
		}
	}
	plan, err := ingest.Inspect(t.Context(), store.Path(held), ingest.Options{})
	if err != nil || plan.Err == nil || plan.Err.Reason != services.ReasonLocked {
		t.Errorf("looked at: %+v, %v", plan, err)
	}
}
