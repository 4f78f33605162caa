package boot_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
)

func TestOpen_ASecondProcessLeavesAServiceAloneThatAskedTheFirstFor(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "made-up")
	var asked atomic.Int32
	var refuses atomic.Bool
	good := psa.Handler(demo.New(demo.Options{Pins: 3}), func(string) bool { return true })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if refuses.Load() {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		good.ServeHTTP(w, r)
	}))
	defer server.Close()
	dir := t.TempDir()
	process := func(does func(*boot.App)) {
		t.Helper()
		a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
		if err != nil {
			t.Fatal(err)
		}
		does(a)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	syncs := func(a *boot.App) {
		t.Helper()
		got, err := a.Engine.Sync(t.Context(), nil)
		if err != nil || got[0].Err == nil || got[0].Err.Code != services.CodeLimited || got[0].Err.RetryAfter < 9*time.Minute {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	process(func(a *boot.App) { connect(t, a.Engine, "one", server.URL) })
	refuses.Store(true)
	process(syncs)
	was := asked.Load()
	process(func(*boot.App) {}) // that asks nobody hands on what it was told
	process(syncs)
	if n := asked.Load() - was; n > 0 {
		t.Errorf("it was asked %d times in ten minutes of quiet", n)
	}
	if err := os.WriteFile(filepath.Join(dir, "budgets.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses.Store(false)
	process(func(a *boot.App) { // one that is damaged is as one that is not there
		if got, err := a.Engine.Sync(t.Context(), nil); err != nil || got[0].Err != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}
