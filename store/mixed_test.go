package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// mixedFiles are those of a home that was filled once: with the race detector
// that takes seconds, and many tests read the same.
var mixedFiles struct {
	sync.Once
	byName map[string][]byte
}

// mixed is a home with some thousand items on three accounts.
func mixed(t *testing.T) *home {
	t.Helper()
	mixedFiles.Do(func() {
		h := newHome(t)
		fillMixed(h)
		h.must(errors.Join(h.reader.Close(), h.cache.Close(), h.user.Close()))
		files := make(map[string][]byte)
		for _, name := range []string{store.UserFile, store.CacheFile} {
			b, err := os.ReadFile(filepath.Join(h.dir, name))
			h.must(err)
			files[name] = b
		}
		mixedFiles.byName = files
	})
	dir := t.TempDir()
	for name, b := range mixedFiles.byName {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return openHome(t, dir)
}

func fillMixed(h *home) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for n, share := range []int{1, 2, 30} {
		var pins []services.PinStatus
		for i := range 5200 {
			if i%share != 0 {
				continue
			}
			p := pin(i, services.Pinned, fmt.Sprintf("%s %d", words[rnd.IntN(len(words))], rnd.IntN(50)))
			p.RequestID = fmt.Sprintf("%d-%d", n, i)
			p.Info = map[string]string{"dag_size": fmt.Sprint(rnd.IntN(100))}
			switch rnd.IntN(20) {
			case 0:
				p.Status = services.Failed
			case 1, 2:
				p.Status = services.Queued
			case 3:
				p.Pin.Name = ""
			}
			pins = append(pins, p)
		}
		h.account(fmt.Sprintf("account %d", n), pins...)
	}
}
