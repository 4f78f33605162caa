package blocks_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
)

func TestOpen_MakesADamagedFileAnew(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"garbage":   func(p string) error { return os.WriteFile(p, []byte("this is not a database, not at all"), 0o600) },
		"emptied":   func(p string) error { return os.Truncate(p, 0) },
		"cut":       func(p string) error { return os.Truncate(p, 5000) },
		"not ours":  func(p string) error { return pragma(p, "application_id = 7") },
		"newer":     func(p string) error { return pragma(p, "user_version = 99") },
		"overwrite": overwrite,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db, rebuilt := open(t, dir)
			if rebuilt {
				t.Error("a new file counts as rebuilt")
			}
			hold(t, db, 1, many(0, 1000))
			closeDB(t, db)
			if err := harm(filepath.Join(dir, blocks.Name)); err != nil {
				t.Fatal(err)
			}
			db, rebuilt = open(t, dir)
			defer closeDB(t, db)
			if !rebuilt {
				t.Error("nobody is told that it was made anew")
			}
			hold(t, db, 1, many(0, 10))
		})
	}
}

func pragma(path, text string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.Exec("PRAGMA " + text)
	return errors.Join(err, db.Close())
}

func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, 100), 0)
	return errors.Join(err, f.Close())
}

// A file whose pages go bad while it is open is set aside at the end, so that
// the next start is told.
func TestClose_SetsAsideWhatTurnedOutToBeDamaged(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	hold(t, db, 1, many(0, 4000))
	closeDB(t, db)
	path := filepath.Join(dir, blocks.Name)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// All but the first pages, which have the schema.
	if _, err := f.WriteAt(make([]byte, info.Size()-64<<10), 64<<10); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	db, rebuilt, err := blocks.Open(t.Context(), dir)
	if err == nil && !rebuilt {
		for _, err = range db.Each(t.Context(), 1) {
			if err != nil {
				break
			}
		}
		var e *services.Error
		if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "blocks-damaged" {
			t.Errorf("reading it says %v", err)
		}
		closeDB(t, db)
		db, _, err = blocks.Open(t.Context(), dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer closeDB(t, db)
	if left, _ := filepath.Glob(path + ".bad-*"); len(left) != 1 {
		t.Errorf("%d damaged files are kept", len(left))
	}
	hold(t, db, 1, many(0, 10))
}
