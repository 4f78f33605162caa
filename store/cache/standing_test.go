package cache

import (
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

// TestStanding_LooksAtNoPin is inside the package: a question every look asks
// three times must not cost more the larger the account is, and only the query
// itself can say so on a small one.
func TestStanding_LooksAtNoPin(t *testing.T) {
	db, _, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.readers.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+standing, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, cost int
		var does string
		if err := rows.Scan(&id, &parent, &cost, &does); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(does, " pins ") && !strings.Contains(does, "pins_missing") || strings.Contains(does, "TEMP") {
			t.Errorf("it does %q", does)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestStanding_KnowsTheNewestPinThereWas(t *testing.T) {
	db, _, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	pin := func(id string, created time.Time) services.PinStatus {
		return services.PinStatus{RequestID: id, Status: services.Pinned, Created: created, Pin: services.Pin{CID: services.WireCID(id)}}
	}
	newest := func(want time.Time) {
		t.Helper()
		s, err := db.Standing(t.Context(), 1)
		if err != nil || !s.Newest.Equal(want) {
			t.Errorf("the newest is of %v, want %v (%v)", s.Newest, want, err)
		}
	}
	newest(time.Time{})
	put := func(pins ...services.PinStatus) {
		t.Helper()
		if _, err := db.Put(t.Context(), 1, at, pins...); err != nil {
			t.Fatal(err)
		}
	}
	put(pin("a", at), pin("b", at.Add(-time.Hour)))
	newest(at)
	put(pin("b", at.Add(time.Hour))) // it says another time now
	newest(at.Add(time.Hour))
	// What came before it was seen, whether it is there or not.
	if err := db.Remove(t.Context(), 1, "b"); err != nil {
		t.Fatal(err)
	}
	newest(at.Add(time.Hour))
	if _, err := db.Put(t.Context(), 2, at, pin("c", at.Add(2*time.Hour))); err != nil {
		t.Fatal(err)
	}
	newest(at.Add(time.Hour))
	pass, err := db.Begin(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]services.PinStatus, 10)
	for n := range 3 { // the first page, and pages of a large first load
		for i := range page {
			page[i] = pin(strings.Repeat("p", 1+10*n+i), at.Add(time.Duration(10*n+i)*time.Minute))
		}
		if _, err := pass.Put(t.Context(), page, at, 2*leanFrom); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pass.Finish(t.Context(), true, at); err != nil {
		t.Fatal(err)
	}
	if s, err := db.Standing(t.Context(), 3); err != nil || !s.Newest.Equal(at.Add(29*time.Minute)) {
		t.Errorf("got %v, %v", s.Newest, err)
	}
}
