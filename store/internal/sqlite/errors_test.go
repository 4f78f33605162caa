package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// A file whose writer ended in the middle of a transaction, or is in one before it
// has a log beside it, can't be read: that is no folder that can't be written.
func TestError_OfAFileThatIsJustBeingMadeIsBusy(t *testing.T) {
	made := filepath.Join(t.TempDir(), "made.db")
	db, err := sql.Open("sqlite", made+"?_pragma=journal_mode(DELETE)&_pragma=cache_size(1)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("CREATE TABLE t AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT randomblob(1000) FROM n"); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(t.TempDir(), "made.db")
	for _, end := range []string{"", "-journal"} {
		b, err := os.ReadFile(made + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := sqlite.OpenReaders(left)
	defer r.Close()
	_, _, err = sqlite.Identity(t.Context(), r, "main")
	if err = sqlite.Error("open", err); !sqlite.IsBusy(err) {
		t.Errorf("got %v", err)
	}
}
