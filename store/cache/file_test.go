package cache_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
)

// fill makes a cache with n pins in dir and closes it.
func fill(t *testing.T, dir string, n int) {
	t.Helper()
	db := open(t, dir)
	p, err := db.Begin(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := p.Put(t.Context(), []services.PinStatus{pinned(i)}, at, int64(n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Finish(t.Context(), true, at); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// known reports whether the first pin is there.
func known(t *testing.T, db *cache.DB) bool {
	t.Helper()
	_, ok, err := db.Pin(t.Context(), 1, "request-1")
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// raw runs a statement on a closed file behind the program's back.
func raw(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_MakesAnUnusableCacheAnew(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, path string){
		"older schema":      func(t *testing.T, path string) { raw(t, path, "PRAGMA user_version = 0") },
		"newer schema":      func(t *testing.T, path string) { raw(t, path, "PRAGMA user_version = 99") },
		"another program's": func(t *testing.T, path string) { raw(t, path, "PRAGMA application_id = 7") },
		"header overwritten": func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = f.Write(make([]byte, 4096))
			_ = f.Close()
		},
		"cut in half": func(t *testing.T, path string) {
			info, _ := os.Stat(path)
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		},
		"emptied": func(t *testing.T, path string) {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir, 30)
			path := filepath.Join(dir, store.CacheFile)
			harm(t, path)
			db, rebuilt, err := cache.Open(t.Context(), dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			if !rebuilt || known(t, db) {
				t.Errorf("rebuilt %v", rebuilt)
			}
			bad, _ := filepath.Glob(path + ".bad-*")
			if want := name != "emptied"; (len(bad) == 1) != want {
				t.Errorf("set aside: %v", bad)
			}
		})
	}
}

func TestOpen_KeepsOneFileSetAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, store.CacheFile)
	for range 3 {
		fill(t, dir, 3)
		raw(t, path, "PRAGMA user_version = 99")
	}
	if err := os.WriteFile(path+".bad-20200101T000000Z", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = open(t, dir)
	if bad, _ := filepath.Glob(path + ".bad-*"); len(bad) != 1 {
		t.Errorf("got %v", bad)
	}
}

func TestOpen_AGoodCacheIsKept(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 3)
	db, rebuilt, err := cache.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if rebuilt || !known(t, db) {
		t.Errorf("rebuilt %v", rebuilt)
	}
}

func TestClose_SetsAsideWhatTurnedOutDamaged(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 400)
	path := filepath.Join(dir, store.CacheFile)
	db := open(t, dir) // Open itself would notice, and make it anew
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte("garbage "), int(info.Size())/8), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for i := 0; err == nil && i < 400; i++ {
		p := pinned(i)
		p.Status = services.Failed
		_, err = db.Put(t.Context(), 1, at, p)
	}
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "cache-damaged" {
		t.Fatalf("got %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if bad, _ := filepath.Glob(path + ".bad-*"); len(bad) != 1 {
		t.Errorf("got %v", bad)
	}
	db, _, err = cache.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
}

func TestOpen_FinishesWhatAStopInAFirstLoadLeftUndone(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	p, err := db.Begin(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	const total = 12_000
	for i := 0; i < total; i += 1000 {
		page := make([]services.PinStatus, 1000)
		for j := range page {
			page[j] = pinned(i + j)
		}
		if _, err := p.Put(t.Context(), page, at, total); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil { // without Finish: as if killed
		t.Fatal(err)
	}
	db = open(t, dir)
	if !known(t, db) {
		t.Fatal("the first page is gone")
	}
	_ = db.Close()
	path := filepath.Join(dir, store.CacheFile)
	file, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for query, want := range map[string]int{
		"SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('items_name', 'items_size', 'items_copies', 'items_state')": 4,
		"SELECT COUNT(*) FROM items_fts WHERE name_key LIKE '%photo 77.jpg%'":                                          1,
		"SELECT COUNT(*) = (SELECT COUNT(*) FROM pins) FROM items":                                                     1,
		"SELECT SUM(n) = (SELECT COUNT(*) FROM pins) FROM pin_counts":                                                  1,
		"SELECT SUM(n) = (SELECT COUNT(*) FROM items) FROM item_counts WHERE account = 0":                              1,
		"SELECT SUM(reading) FROM places":                                                                              0,
	} {
		var got int
		if err := file.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", query, got, err, want)
		}
	}
}
