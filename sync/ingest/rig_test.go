package ingest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
)

func write(t testing.TB, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func openBlocks(t testing.TB) *blocks.DB {
	t.Helper()
	db, _, err := blocks.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// reason is the Reason of a CodeSource error, "?" and the text of any other.
func reason(err error) string {
	var e *services.Error
	if errors.As(err, &e) && e.Code == services.CodeSource {
		return e.Reason
	}
	if err == nil {
		return ""
	}
	return "?" + err.Error()
}

func details(err error) string {
	var e *services.Error
	if errors.As(err, &e) {
		return e.Details
	}
	return ""
}

func read(t testing.TB, path string, o ingest.Options) (ingest.Root, error) {
	t.Helper()
	return ingest.Path(t.Context(), store.Path(path), o, nil)
}

func mustRead(t testing.TB, path string, o ingest.Options) ingest.Root {
	t.Helper()
	root, err := read(t, path, o)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// into reads a path into the blocks of a holder.
func into(t testing.TB, db *blocks.DB, h blocks.Holder, path string, o ingest.Options) (ingest.Root, blocks.Totals) {
	t.Helper()
	w, err := db.Write(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	root, err := ingest.Path(t.Context(), store.Path(path), o, w)
	if err != nil {
		t.Fatal(err)
	}
	totals, err := w.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return root, totals
}
