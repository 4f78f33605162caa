package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

func TestPath_BelowAFolderNoLinkIsFollowed(t *testing.T) {
	top, out := filepath.Join(t.TempDir(), "top"), t.TempDir()
	for _, path := range []string{filepath.Join(top, "in", "file"), filepath.Join(out, "secret")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{"file": filepath.Join(out, "secret"), "folder": out, "inside": "in", "up": ".."}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(top, name)); err != nil {
			t.Skip(err)
		}
	}
	linked := filepath.Join(out, "linked")
	if err := os.Symlink(top, linked); err != nil {
		t.Fatal(err)
	}
	read := func(below, path string) (ingest.Root, error) {
		return ingest.Path(t.Context(), store.Path(path), ingest.Options{Below: store.Path(below)}, nil)
	}
	for _, path := range []string{"in/file", "in", ""} {
		path = filepath.Join(top, path)
		want, err := read("", path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(top, path); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", path, got, err, want)
		}
	}
	for path, want := range map[string]string{
		"file": services.ReasonSpecial, "folder": services.ReasonSpecial, "folder/secret": services.ReasonSpecial,
		"inside/file": services.ReasonSpecial, "up/top/in/file": services.ReasonSpecial, "nothing": services.ReasonVanished,
	} {
		if got, err := read(top, filepath.Join(top, path)); services.AsError(err) == nil || services.AsError(err).Reason != want {
			t.Errorf("%s: got %+v, %v, want %s", path, got, err, want)
		}
	}
	if got, err := read(linked, filepath.Join(linked, "in", "file")); err == nil {
		t.Errorf("through a folder that is a link now: %+v", got)
	}
	if got, err := read(top, filepath.Join(out, "secret")); err == nil {
		t.Errorf("what is not below it: %+v", got)
	}
}
