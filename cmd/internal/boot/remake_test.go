package boot

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

// leftDamaged makes a data folder as a process leaves it that was killed, some
// pages of its cache overwritten since.
func leftDamaged(t *testing.T) (dir string) {
	t.Helper()
	was, dir := t.TempDir(), t.TempDir()
	db, _, err := cache.Open(t.Context(), was, nil)
	if err != nil {
		t.Fatal(err)
	}
	pins := make([]services.PinStatus, 1500)
	for i := range pins {
		id := fmt.Sprintf("request-%d", i)
		pins[i] = services.PinStatus{RequestID: id, Status: services.Pinned, Pin: services.Pin{CID: services.WireCID("b" + id), Name: id}}
	}
	if _, err := db.Put(t.Context(), 7, time.Now(), pins...); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, _, err = cache.Open(t.Context(), was, nil); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Put(t.Context(), 8, time.Now(), pins[0]); err != nil { // stands in the log
		t.Fatal(err)
	}
	for _, name := range []string{store.CacheFile, store.CacheFile + "-wal"} {
		data, err := os.ReadFile(filepath.Join(was, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == store.CacheFile {
			const page = 4096
			for n := len(data) / page / 2; n < len(data)/page/2+20; n++ {
				copy(data[n*page:(n+1)*page], bytes.Repeat([]byte("garbage!"), page/8))
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRun_ACacheThatTurnsOutDamagedIsMadeAnewOnTheWay(t *testing.T) {
	dir := leftDamaged(t)
	app, err := Open(t.Context(), Options{Dir: dir, Mode: Own})
	if err != nil {
		t.Fatal(err)
	}
	if bad, _ := filepath.Glob(filepath.Join(dir, store.CacheFile+".bad-*")); len(bad) != 0 {
		t.Fatal("seen at the opening already: this is to be about what is seen later")
	}
	if l, err := app.Reader.Items(t.Context(), store.Filter{}); err != nil || l.Len() == 0 {
		t.Fatalf("the list is %+v, %v", l, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	late := time.Now().Add(time.Minute)
	for {
		bad, _ := filepath.Glob(filepath.Join(dir, store.CacheFile+".bad-*"))
		l, err := app.Reader.Items(t.Context(), store.Filter{})
		if len(bad) == 1 && err == nil && l.Len() == 0 {
			break
		}
		if time.Now().After(late) {
			t.Fatalf("set aside: %v; the list: %+v, %v", bad, l, err)
		}
		select {
		case err := <-ended:
			t.Fatalf("the engine ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := app.Engine.Refresh(t.Context(), nil); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := app.Close(); err != nil {
		t.Error(err)
	}
}

// readAll reads every pin.
func readAll(t *testing.T, r *store.Reader) error {
	t.Helper()
	for _, err := range r.EachPin(t.Context(), store.PinFilter{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestClose_ACacheThatReadingShowedDamagedIsMadeAnew(t *testing.T) {
	dir := leftDamaged(t)
	u, err := user.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Close(); err != nil {
		t.Fatal(err)
	}
	app, err := Open(t.Context(), Options{Dir: dir, Mode: Read})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, store.CacheFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head = 20 * 4096 // what the tables are, which is read at the opening
	copy(data[head:], bytes.Repeat([]byte("garbage!"), (len(data)-head)/8))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if app.Mended {
		t.Error("seen at the opening already: this is to be about what is seen later")
	}
	if err := readAll(t, app.Reader); !store.IsCacheDamaged(err) {
		t.Errorf("got %v", err)
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	if app, err = Open(t.Context(), Options{Dir: dir, Mode: Read}); err != nil {
		t.Fatal(err)
	}
	if err := readAll(t, app.Reader); err != nil {
		t.Error(err)
	}
	if err := app.Close(); err != nil {
		t.Error(err)
	}
	if bad, _ := filepath.Glob(filepath.Join(dir, store.CacheFile+".bad-*")); len(bad) != 1 {
		t.Errorf("set aside: %v", bad)
	}
}

func TestRun_ACacheThatAnotherProcessFindsDamagedIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	app, err := Open(t.Context(), Options{Dir: dir, Mode: Own})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	if err := os.Remove(filepath.Join(dir, store.CacheFile)); err != nil {
		t.Fatal(err)
	}
	other, err := Open(t.Context(), Options{Dir: dir, Mode: Read})
	if err != nil {
		t.Fatal(err)
	}
	if other.Reader == nil || !other.Mended {
		t.Errorf("got %+v", other)
	} else if accounts, err := other.Reader.Accounts(t.Context()); err != nil || len(accounts) != 1 {
		t.Errorf("got %+v, %v", accounts, err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := app.Close(); err != nil {
		t.Error(err)
	}
}
