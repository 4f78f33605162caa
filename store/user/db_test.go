package user_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// refused opens a folder that cannot be, and returns the reason.
func refused(t *testing.T, dir string) string {
	t.Helper()
	db, err := user.Open(t.Context(), dir, nil)
	if err == nil {
		_ = db.Close()
		t.Fatal("it was opened")
	}
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage {
		t.Fatalf("got %v", err)
	}
	return e.Reason
}

// raw runs statements on a closed file behind the program's back.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestAccounts_SurviveReopening(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	want := services.Account{
		Name: "Päivi", Endpoint: "https://example.org", Template: "own", Key: "env:KEY", Paused: true,
		Created: time.UnixMicro(1_700_000_000_000_001).UTC(),
	}
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

func TestAccounts_NamesAreUniqueWithoutRegardToCase(t *testing.T) {
	db := open(t, t.TempDir())
	if _, err := db.AddAccount(t.Context(), services.Account{Name: "MÜNCHEN"}); err != nil {
		t.Fatal(err)
	}
	other, err := db.AddAccount(t.Context(), services.Account{Name: "other"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.AddAccount(t.Context(), services.Account{Name: "münchen"})
	for _, err := range []error{err, db.UpdateAccount(t.Context(), services.Account{ID: other, Name: "München"})} {
		if e := services.AsError(err); e == nil || e.Code != services.CodeUsage || e.Reason != "name-taken" {
			t.Errorf("got %v", err)
		}
	}
	if err := db.UpdateAccount(t.Context(), services.Account{ID: other, Name: "OTHER"}); err != nil {
		t.Errorf("its own name: %v", err)
	}
	err = db.UpdateAccount(t.Context(), services.Account{ID: 99, Name: "x"})
	if e := services.AsError(err); e == nil || e.Reason != "unknown-account" {
		t.Errorf("got %v", err)
	}
}

func TestSettings_SurviveReopening(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	for _, v := range []string{"1", "2"} {
		if err := db.Set(t.Context(), "k", v); err != nil {
			t.Fatal(err)
		}
	}
	_ = db.Close()
	db = open(t, dir)
	if v, err := db.Setting(t.Context(), "k"); v != "2" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := db.Setting(t.Context(), "never set"); v != "" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
}

func TestWrites_PostAChangeAfterTheCommitOnly(t *testing.T) {
	var changes store.Changes
	db, err := user.Open(t.Context(), t.TempDir(), &changes)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	notices, cancel := changes.Subscribe()
	defer cancel()
	<-notices // the one every subscriber begins with
	ended, stop := context.WithCancel(t.Context())
	stop()
	if err := db.Set(ended, "k", "v"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(notices) != 0 {
		t.Error("told of a change that was not made")
	}
	if err := db.Set(t.Context(), "k", "v"); err != nil || len(notices) != 1 {
		t.Errorf("not told: %v", err)
	}
}

func TestOpen_RefusesANewerFileAndLeavesItAlone(t *testing.T) {
	dir := t.TempDir()
	_ = open(t, dir).Close()
	path := filepath.Join(dir, user.File)
	raw(t, path, "PRAGMA user_version = 99")
	before, _ := os.ReadFile(path)
	if got := refused(t, dir); got != "newer" {
		t.Errorf("got %q", got)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the file was changed")
	}
}

func TestOpen_NeverBeginsADamagedFileAnew(t *testing.T) {
	fill := func(t *testing.T) (dir, path string) {
		dir = t.TempDir()
		db := open(t, dir)
		for range 20 {
			add(t, db, op(1, "cid", ""))
		}
		_ = db.Close()
		return dir, filepath.Join(dir, user.File)
	}
	for name, harm := range map[string]func(t *testing.T, dir, path string){
		"another program's": func(t *testing.T, _, path string) { raw(t, path, "PRAGMA application_id = 7") },
		"header overwritten": func(t *testing.T, _, path string) {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = f.Write(make([]byte, 4096))
			_ = f.Close()
		},
		"cut in half": func(t *testing.T, _, path string) {
			info, _ := os.Stat(path)
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		},
		"emptied beside its copies": func(t *testing.T, dir, path string) {
			db := open(t, dir)
			if err := db.Backup(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			_ = db.Close()
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := fill(t)
			harm(t, dir, path)
			before, _ := os.Stat(path)
			if got := refused(t, dir); got != "damaged" {
				t.Errorf("got %q", got)
			}
			if after, err := os.Stat(path); err != nil || after.Size() != before.Size() {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

func TestOpen_OnlyTheOwnerCanReadTheFiles(t *testing.T) {
	dir := t.TempDir()
	add(t, open(t, dir), op(1, "cid", ""))
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) < 2 {
		t.Fatalf("got %v", files)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
}

func TestBackup_KeepsTheYoungestThree(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	day := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range 5 {
		if err := db.Set(t.Context(), "day", day.AddDate(0, 0, i).Format(time.DateOnly)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := db.Backup(t.Context(), day.AddDate(0, 0, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	list, _ := filepath.Glob(filepath.Join(dir, "user.db.bak-*"))
	var names []string
	for _, p := range list {
		names = append(names, filepath.Base(p))
	}
	want := []string{"user.db.bak-2026-03-03", "user.db.bak-2026-03-04", "user.db.bak-2026-03-05"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	other := t.TempDir()
	if err := os.Rename(list[0], filepath.Join(other, user.File)); err != nil {
		t.Fatal(err)
	}
	if v, err := open(t, other).Setting(t.Context(), "day"); v != "2026-03-03" || err != nil {
		t.Errorf("the copy says %q, %v", v, err)
	}
}

func TestOpen_LooksThroughTheFileAfterAStopThatDidNotCloseIt(t *testing.T) {
	was := t.TempDir()
	db := open(t, was)
	ops := make([]store.Operation, 3000)
	for i := range ops {
		ops[i] = op(1, fmt.Sprint("cid", i), "")
	}
	if _, err := db.AddOperations(t.Context(), ops); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	db = open(t, was)
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(was)); err != nil { // while it is open
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "data")
	path := filepath.Join(dir, user.File)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data)/2+20*4096; i++ {
		data[i] = 'x'
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := refused(t, dir); got != "damaged" {
		t.Errorf("got %q", got)
	}
	after, err := os.ReadFile(path)
	if err != nil || len(after) != len(data) {
		t.Errorf("the file was changed: %d bytes of %d, %v", len(after), len(data), err)
	}
}
