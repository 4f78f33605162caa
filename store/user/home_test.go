package user

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/store"
)

// These tests are inside the package: they say which computer they are on.

// on opens dir on a computer and says whether user.db moved.
func on(t *testing.T, machine, dir string) (*DB, bool) {
	t.Helper()
	db, err := open(t.Context(), dir, machine, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	moved, err := db.Moved(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return db, moved
}

// copyFile copies what is in a file into another, as cp does.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestMoved: what happens to a folder in which user.db was used twice and is
// closed, and whether that is a move.
func TestMoved(t *testing.T) {
	const here, there = "this computer", "another computer"
	for name, c := range map[string]struct {
		happens func(t *testing.T, dir, before string) (machine, now string)
		want    bool
	}{
		"nothing": {func(_ *testing.T, dir, _ string) (string, string) { return here, dir }, false},
		"the cache is deleted": {func(t *testing.T, dir, _ string) (string, string) {
			_ = os.WriteFile(filepath.Join(dir, store.CacheFile), nil, 0o600)
			if err := os.Remove(filepath.Join(dir, store.CacheFile)); err != nil {
				t.Fatal(err)
			}
			return here, dir
		}, false},
		"the folder is renamed": {func(t *testing.T, dir, _ string) (string, string) {
			if err := os.Rename(dir, dir+" renamed"); err != nil {
				t.Fatal(err)
			}
			return here, dir + " renamed"
		}, false},
		"the computer's id cannot be read":  {func(_ *testing.T, dir, _ string) (string, string) { return "", dir }, false},
		"the disk goes to another computer": {func(_ *testing.T, dir, _ string) (string, string) { return there, dir }, true},
		"the folder is copied": {func(t *testing.T, dir, _ string) (string, string) {
			to := t.TempDir()
			for _, f := range []string{File, markFile} {
				copyFile(t, filepath.Join(dir, f), filepath.Join(to, f))
			}
			return here, to
		}, true},
		"only user.db is copied": {func(t *testing.T, dir, _ string) (string, string) {
			to := t.TempDir()
			copyFile(t, filepath.Join(dir, File), filepath.Join(to, File))
			return "", to
		}, true},
		"an older copy is put back in place": {func(t *testing.T, dir, before string) (string, string) {
			copyFile(t, before, filepath.Join(dir, File))
			return here, dir
		}, true},
		"an older copy is moved there": {func(t *testing.T, dir, before string) (string, string) {
			if err := os.Rename(before, filepath.Join(dir, File)); err != nil {
				t.Fatal(err)
			}
			return here, dir
		}, true},
		"an older schema's copy is put back": {func(t *testing.T, dir, _ string) (string, string) {
			copyFile(t, filepath.Join("testdata", "schema-2.db"), filepath.Join(dir, File))
			return here, dir
		}, true},
		"a backup of the last session is put back": {func(t *testing.T, dir, _ string) (string, string) {
			list, err := dated(dir)
			if err != nil || len(list) != 1 {
				t.Fatalf("got %v, %v", list, err)
			}
			copyFile(t, list[0], filepath.Join(dir, File))
			return here, dir
		}, true},
		"a backup is all there is": {func(t *testing.T, dir, _ string) (string, string) {
			list, _ := dated(dir)
			to := t.TempDir()
			if err := os.Rename(list[0], filepath.Join(to, File)); err != nil {
				t.Fatal(err)
			}
			return here, to
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			db, moved := on(t, here, dir)
			if moved {
				t.Fatal("a new one is no move")
			}
			_ = db.Close()
			before := filepath.Join(t.TempDir(), "copy")
			copyFile(t, filepath.Join(dir, File), before)
			db, moved = on(t, here, dir)
			if moved {
				t.Fatal("nothing has happened yet")
			}
			if err := db.Backup(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			_ = db.Close()

			machine, now := c.happens(t, dir, before)
			db, moved = on(t, machine, now)
			if moved != c.want {
				t.Fatalf("moved: %v", moved)
			}
			if !moved {
				return
			}
			_ = db.Close()
			db, moved = on(t, machine, now)
			if !moved {
				t.Error("forgotten at a restart")
			}
			if err := db.Settled(t.Context()); err != nil {
				t.Fatal(err)
			}
			if moved, _ := db.Moved(t.Context()); moved {
				t.Error("it is settled")
			}
			_ = db.Close()
			if _, moved = on(t, machine, now); moved {
				t.Error("told again after it was settled")
			}
		})
	}
}

func TestMoved_AStopAtAnyMomentIsNone(t *testing.T) {
	for name, stop := range map[string]func(db *DB, mark string) error{
		"while it is open": func(*DB, string) error { return nil },
		"before the new mark is in the file": func(db *DB, mark string) error {
			return writeMarks(db.dir, mark, "next")
		},
		"when it is in the file": func(db *DB, mark string) error {
			if err := writeMarks(db.dir, mark, "next"); err != nil {
				return err
			}
			_, err := db.db.Exec("UPDATE home SET mark = 'next'")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db, _ := on(t, "here", dir)
			was, err := readHome(t.Context(), db.db)
			if err != nil {
				t.Fatal(err)
			}
			if err := stop(db, was.mark); err != nil {
				t.Fatal(err)
			}
			_ = db.db.Close() // as the end of the process does: nothing is marked
			if _, moved := on(t, "here", dir); moved {
				t.Error("taken for a move")
			}
		})
	}
}

func TestMoved_MarksThatCannotBeWrittenStay(t *testing.T) {
	dir := t.TempDir()
	db, _ := on(t, "here", dir)
	if err := os.Mkdir(filepath.Join(dir, markFile+".part"), 0o700); err != nil { // cannot be written
		t.Fatal(err)
	}
	if err := db.leave(t.Context()); err == nil {
		t.Error("the marks were written")
	}
	_ = db.db.Close()
	if err := os.Remove(filepath.Join(dir, markFile+".part")); err != nil {
		t.Fatal(err)
	}
	if _, moved := on(t, "here", dir); moved {
		t.Error("taken for a move")
	}
}
