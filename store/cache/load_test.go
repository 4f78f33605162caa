package cache

import (
	"fmt"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

// These tests are inside the package: they stand where a first load is between
// two of its steps, or in the middle of one.

func TestPinsOf_WaitsForNoWriter(t *testing.T) {
	db, _, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	pin := services.PinStatus{RequestID: "r1", Status: services.Pinned, Pin: services.Pin{CID: services.WireCID("bafy1")}}
	if _, err := db.Put(t.Context(), 1, time.Now(), pin); err != nil {
		t.Fatal(err)
	}
	db.mu.Lock() // as a writer does
	defer db.mu.Unlock()
	found := make(chan error, 1)
	go func() {
		list, err := db.PinsOf(t.Context(), 1, pin.Pin.CID)
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("got %+v", list)
		}
		if _, known, again := db.Pin(t.Context(), 1, "r1"); err == nil && (again != nil || !known) {
			err = fmt.Errorf("not known: %w", again)
		}
		if _, again := db.Listed(t.Context(), 1); err == nil {
			err = again
		}
		found <- err
	}()
	select {
	case err := <-found:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for the writer")
	}
}

func TestBuild_FindsWhatWasAddedBetweenItsSteps(t *testing.T) {
	db, _, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	put := func(name string) {
		pin := services.PinStatus{RequestID: name, Status: services.Pinned, Pin: services.Pin{CID: services.WireCID("bafy" + name), Name: name}}
		if _, err := db.Put(t.Context(), 1, time.Now(), pin); err != nil {
			t.Fatal(err)
		}
	}
	db.loading = 1 // a first load is under way
	put("holiday one")
	put("holiday two")
	db.loading, db.unbuilt = 0, true // it is over, and lets others in
	put("holiday three")
	if err := db.Restale(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	put("holiday four")
	var found int
	if err := db.row("SELECT COUNT(*) FROM items_fts WHERE items_fts MATCH 'hol'").Scan(&found); err != nil {
		t.Fatal(err)
	}
	if found != 4 {
		t.Errorf("%d of 4 are found by their name", found)
	}
}
