package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
)

// pattern is the content of the golden files: byte i is (i*7+13) mod 251.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte((i*7 + 13) % 251)
	}
	return b
}

// golden makes what a line of cids.tsv is about.
func golden(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	switch {
	case name == "dir":
		write(t, filepath.Join(path, "readme.txt"), []byte("hello\n"))
		write(t, filepath.Join(path, "photos/a.txt"), []byte("a"))
		write(t, filepath.Join(path, "photos/2026/b.txt"), []byte(strings.Repeat("b", 300_000)))
		write(t, filepath.Join(path, ".secret"), []byte("secret"))
		write(t, filepath.Join(path, "sp ace é中.txt"), []byte("unicode"))
		if err := os.Mkdir(filepath.Join(path, "empty"), 0o755); err != nil {
			t.Fatal(err)
		}
	case strings.HasPrefix(name, "many"):
		n, _ := strconv.Atoi(name[4:])
		for i := range n {
			write(t, filepath.Join(path, fmt.Sprintf("f-%05d", i)), []byte(strconv.Itoa(i)))
		}
	default:
		n, err := strconv.Atoi(name[1:])
		if err != nil {
			t.Fatalf("a golden line is about %q, which no test makes", name)
		}
		write(t, path, pattern(n))
	}
	return path
}

func TestPath_GivesTheCIDsOfKubo(t *testing.T) {
	text, err := os.ReadFile("testdata/cids.tsv")
	if err != nil {
		t.Fatal(err)
	}
	dir, db := t.TempDir(), openBlocks(t)
	lines := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		t.Run(f[0]+"/"+f[1], func(t *testing.T) {
			path := store.Path(golden(t, dir, f[1]))
			o := ingest.Options{Profile: store.Profile(f[0])}
			root, err := ingest.Path(t.Context(), path, o, nil)
			if err != nil || root.CID.Text != f[2] {
				t.Errorf("%s is %s, want %s (%v)", f[1], root.CID, f[2], err)
			}
			if left := boolInt(f[1] == "dir"); root.Left != left {
				t.Errorf("%d entries were left out, want %d", root.Left, left)
			}
			if f[1] == "many4000" || f[1] == "many10000" {
				return // many4200 stands for them
			}
			w, err := db.Write(t.Context(), blocks.Holder(lines))
			if err != nil {
				t.Fatal(err)
			}
			again, err := ingest.Path(t.Context(), path, o, w)
			if err != nil || again != root {
				t.Errorf("with blocks kept it is %+v, want %+v (%v)", again, root, err)
			}
			if _, err := w.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	if lines != 45 {
		t.Errorf("%d golden lines were checked, want 45", lines)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
