package user_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
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

var fillFlag = flag.Bool("fill", false, "write testdata/schema-N.db anew, with the schema of today")

// TestOpen_ReadsEveryReleasedSchema opens a filled copy of each schema a
// released program wrote, and compares what comes of it with a fresh file.
func TestOpen_ReadsEveryReleasedSchema(t *testing.T) {
	if *fillFlag {
		fillSchema(t)
	}
	copies, err := filepath.Glob("testdata/schema-*.db")
	if err != nil || len(copies) != store.UserSchema {
		t.Fatalf("got %v, %v; want one of each schema up to %d", copies, err, store.UserSchema)
	}
	fresh := t.TempDir()
	_ = open(t, fresh).Close()
	for i, path := range copies {
		t.Run(filepath.Base(path), func(t *testing.T) {
			dir := t.TempDir()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, user.File), data, 0o600); err != nil {
				t.Fatal(err)
			}
			db := open(t, dir)
			accounts, err := db.Accounts(t.Context())
			if err != nil || len(accounts) != 2 || accounts[1].Name != "Zürich" {
				t.Errorf("got %+v, %v", accounts, err)
			}
			ops, err := db.OpenOperations(t.Context())
			if err != nil || len(ops) != 1+2*min(i, 1) || ops[0].Pin.Meta["k"] != "v" || ops[0].State != store.OpAmbiguous {
				t.Errorf("got %+v, %v", ops, err)
			}
			if v, err := db.Setting(t.Context(), store.SettingPaused); v != store.UntilResume || err != nil {
				t.Errorf("got %q, %v", v, err)
			}
			sources, err := db.OpenSources(t.Context())
			if err != nil || len(sources) != 2*min(i, 1) {
				t.Errorf("got %+v, %v", sources, err)
			}
			folders, err := db.Folders(t.Context())
			if err != nil || len(folders) != min(i, 1) {
				t.Errorf("got %+v, %v", folders, err)
			}
			_ = db.Close()
			if d := cmp.Diff(schemaOf(t, filepath.Join(fresh, user.File)), schemaOf(t, filepath.Join(dir, user.File))); d != "" {
				t.Error(d)
			}
		})
	}
}

func fillSchema(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	for _, name := range []string{"Zürich", "Aarau"} {
		id, err := db.AddAccount(t.Context(), services.Account{Name: name, Endpoint: "https://" + name, Key: "none"})
		if err != nil {
			t.Fatal(err)
		}
		e := &services.Error{Code: services.CodeAuth, Op: "list", Details: "no"}
		if err := db.NoteCall(t.Context(), id, e, time.Second, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := db.Observe(t.Context(), store.Observation{At: time.Now(), Account: id, Kind: "lost", CID: services.CID{Text: "c", Key: "c"}}); err != nil {
			t.Fatal(err)
		}
	}
	o := op(1, "cid", "req")
	o.Pin.Meta, o.Pin.Origins = map[string]string{"k": "v"}, []string{"/ip4/1.2.3.4"}
	ops := add(t, db, o, op(2, "cid", ""))
	ops[0].State, ops[1].State, ops[1].DoneAt = store.OpAmbiguous, store.OpDone, time.Now()
	update(t, db, ops[0], store.OpWaiting)
	update(t, db, ops[1], store.OpWaiting)
	if err := db.Set(t.Context(), store.SettingPaused, store.UntilResume); err != nil {
		t.Fatal(err)
	}
	source := store.Source{Path: "/home/photo.jpg", Profile: store.ProfileV1, Name: "photo.jpg"}
	if _, _, err := db.AddSources(t.Context(), []store.Source{source}, [][]store.Operation{nil}); err != nil {
		t.Fatal(err)
	}
	fillFolder(t, db)
	if err := db.Backup(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	list, _ := filepath.Glob(filepath.Join(dir, "user.db.bak-*"))
	data, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	_ = os.MkdirAll("testdata", 0o755)
	if err := os.WriteFile(filepath.Join("testdata", fmt.Sprintf("schema-%d.db", store.UserSchema)), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// schemaOf is every table and index of a file, as SQL.
func schemaOf(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY sql")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
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
