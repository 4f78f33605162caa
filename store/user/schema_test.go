package user_test

import (
	"database/sql"
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
