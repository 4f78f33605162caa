package ingest_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/ingest"
)

// isOpen reports whether this process has a file open.
func isOpen(t *testing.T, path string) bool {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && to == path {
			return true
		}
	}
	return false
}

func TestReader_ClosesWhatNobodyReads(t *testing.T) {
	db := openBlocks(t)
	path := write(t, filepath.Join(t.TempDir(), "f"), pattern(1<<20))
	into(t, db, 1, path, ingest.Options{})
	list := cids(t, db, 1)
	synctest.Test(t, func(t *testing.T) {
		r := ingest.NewReader(db, nil)
		for _, c := range list {
			if _, err := r.Block(t.Context(), 1, c); err != nil {
				t.Fatal(err)
			}
		}
		if !isOpen(t, path) {
			t.Error("the file is opened for each block")
		}
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if isOpen(t, path) {
			t.Error("the file is still open after some seconds")
		}
	})
}

// Nothing waits for the other end of a FIFO that took a file's place.
func TestReader_DoesNotHangOnAFIFO(t *testing.T) {
	db := openBlocks(t)
	path := write(t, filepath.Join(t.TempDir(), "f"), pattern(1000))
	into(t, db, 1, path, ingest.Options{})
	if err := errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	r := newReader(t, db, nil)
	if _, err := r.Block(t.Context(), 1, cids(t, db, 1)[0]); reason(err) != services.ReasonSpecial {
		t.Error(err)
	}
	if err := r.Unchanged(t.Context(), 1); reason(err) != services.ReasonChanged {
		t.Error(err)
	}
}
