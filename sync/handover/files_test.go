package handover_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

// A file that changes after it was read: no other byte is ever served, and who
// must know is told.
func TestGiver_NoticesWhatBecomesOfTheFileItGives(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil  func(t *testing.T, path string) error
		reason string
	}{
		"changed in place": {func(t *testing.T, path string) error {
			t.Helper()
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			if _, err := f.WriteAt([]byte("other"), 100); err != nil {
				return err
			}
			return f.Close()
		}, services.ReasonChanged},
		"truncated": {func(t *testing.T, path string) error { t.Helper(); return os.Truncate(path, 100) }, services.ReasonChanged},
		"deleted":   {func(t *testing.T, path string) error { t.Helper(); return os.Remove(path) }, services.ReasonVanished},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "film.bin")
			content := make([]byte, 256<<10) // one block
			_, _ = rand.Read(content)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			db, _, err := blocks.Open(t.Context(), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			w, err := db.Write(t.Context(), blocks.HolderOf(1))
			if err != nil {
				t.Fatal(err)
			}
			root, err := ingest.Path(t.Context(), store.Path(path), ingest.Options{}, w)
			if err != nil {
				t.Fatal(err)
			}
			totals, err := w.Commit(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var told atomic.Pointer[services.Error]
			r := ingest.NewReader(db, func(_ store.SourceID, e *services.Error) { told.Store(e) })
			t.Cleanup(func() { _ = r.Close() })
			g := start(t, handover.Config{Blocks: r, Listen: true})
			s := newService(t)
			if err := s.dial(offer(t, g, handover.Job{Account: 7, Source: 1, Size: totals.Bytes, Endpoint: home})); err != nil {
				t.Fatal(err)
			}
			if err := tt.spoil(t, path); err != nil {
				t.Fatal(err)
			}
			c, err := cid.Decode(root.CID.Text)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.get(t, never, c); len(got) > 0 {
				t.Error("got a block of a file that is not what it was")
			}
			eventually(t, "somebody is told", func() bool { return told.Load() != nil })
			if e := told.Load(); e.Code != services.CodeSource || e.Reason != tt.reason {
				t.Errorf("told %v, want %s", e, tt.reason)
			}
		})
	}
}
