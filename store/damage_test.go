package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// overwrite puts garbage over a file, from an offset to its end.
func overwrite(t *testing.T, path string, from int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte("garbage!"), int(info.Size()-from)/8), from); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_NamesTheFileThatIsDamaged(t *testing.T) {
	for file, want := range map[string]string{store.CacheFile: "cache-damaged", store.UserFile: "damaged"} {
		dir := t.TempDir()
		fillFolder(t, dir)
		if err := os.Chmod(filepath.Join(dir, file), 0o600); err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(dir, file), 0)
		if got := reason(t, dir); got != want {
			t.Errorf("%s: got %q", file, got)
		}
	}
}

func TestReader_NamesTheFileThatTurnsOutDamaged(t *testing.T) {
	for file, want := range map[string]string{store.CacheFile: "cache-damaged", store.UserFile: "damaged"} {
		dir := t.TempDir()
		fillFolder(t, dir)
		if err := os.Chmod(filepath.Join(dir, file), 0o600); err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(dir, file), 4096) // the first page says what the file is
		told := 0
		r, err := store.Open(t.Context(), dir, nil)
		if err == nil {
			r.OnCacheDamage(func() { told++ })
			_, err = r.Accounts(t.Context())
			if cerr := r.Close(); cerr != nil {
				t.Error(cerr)
			}
		}
		var e *services.Error
		if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != want {
			t.Errorf("%s: got %v", file, err)
		}
		if told > 0 && file != store.CacheFile || store.IsCacheDamaged(err) != (file == store.CacheFile) {
			t.Errorf("%s: told %d times of the cache", file, told)
		}
	}
}
