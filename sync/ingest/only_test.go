package ingest_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/watch"
)

func TestInspect_NamesWhatLooksSecret(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "deploy"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"photo.jpg", "deploy/id_rsa", "server.pem", ".env", "old.pem"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := ingest.Options{Secret: watch.Secret, Ignore: []string{"old*"}}
	for path, want := range map[string][]string{".": {"deploy/id_rsa", "server.pem"}, "server.pem": {"server.pem"}, "photo.jpg": nil} {
		plan, err := ingest.Inspect(t.Context(), store.Path(filepath.Join(root, path)), o)
		slices.Sort(plan.Secrets)
		if err != nil || !slices.Equal(plan.Secrets, want) {
			t.Errorf("%s: %q, %v, want %q: what is left out is no danger", path, plan.Secrets, err, want)
		}
	}
}

func TestInspect_TakesOnlyWhatIsWanted(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"1.png", "1.gif", "list.cid", "a/2.png", "a/2.gif", "a/list.cid", "b/3.png"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		ignore []string
		files  int
	}{
		{[]string{"!*.png"}, 3},
		{[]string{"!*.png", "!*.cid"}, 5},
		{[]string{"!*.png", "/b"}, 2},
		{[]string{"!a/*"}, 3},
		{[]string{"/*.cid"}, 6},
		{[]string{"*.cid"}, 5},
		{[]string{"**/*.cid"}, 5},
	} {
		plan, err := ingest.Inspect(t.Context(), store.Path(root), ingest.Options{Ignore: tc.ignore})
		if err != nil || plan.Files != tc.files {
			t.Errorf("ignore %q: %d files, %v, want %d", tc.ignore, plan.Files, err, tc.files)
		}
	}
}
