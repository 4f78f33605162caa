package cache

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

// TestPut_ADiskThatIsFullLosesNothingThatWasThere is inside the package: only
// the connection itself can be told to hold no more pages.
func TestPut_ADiskThatIsFullLosesNothingThatWasThere(t *testing.T) {
	db, _, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	page := func(n int) []services.PinStatus {
		list := make([]services.PinStatus, 100)
		for i := range list {
			id := fmt.Sprintf("%d-%d", n, i)
			list[i] = services.PinStatus{RequestID: id, Status: services.Pinned, Pin: services.Pin{CID: services.WireCID(id), Name: id}}
		}
		return list
	}
	if _, err := db.Put(t.Context(), 1, time.Now(), page(0)...); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := db.row("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		if _, err := db.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 5)
	n := 1
	for ; err == nil && n < 100; n++ {
		_, err = db.Put(t.Context(), 1, time.Now(), page(n)...)
	}
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "full" {
		t.Fatalf("got %v", err)
	}
	if _, ok, err := db.Pin(t.Context(), 1, "0-0"); !ok || err != nil {
		t.Errorf("what was there is gone: %v", err)
	}
	if _, ok, err := db.Pin(t.Context(), 1, fmt.Sprintf("%d-0", n-1)); ok || err != nil {
		t.Errorf("half a page was kept: %v", err)
	}
	limit(1 << 30)
	if _, err := db.Put(t.Context(), 1, time.Now(), page(n)...); err != nil {
		t.Errorf("with room again: %v", err)
	}
	var items, counted int64
	err = db.row("SELECT COUNT(*), (SELECT SUM(n) FROM stretches WHERE sort = 'name_key' AND account = 0) FROM items").Scan(&items, &counted)
	if err != nil || counted != items || db.stretches[1][0].n != items {
		t.Errorf("of %d items %d are counted in the file and %d in memory (%v)", items, counted, db.stretches[1][0].n, err)
	}
}
