package user

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// TestAddOperations_OnAFullDiskAllOrNone is inside the package: only the
// connection itself can be told to hold no more pages.
func TestAddOperations_OnAFullDiskAllOrNone(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var pages int
	if err := db.db.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+3)); err != nil {
		t.Fatal(err)
	}
	ops := make([]store.Operation, 100)
	for i := range ops {
		ops[i].Pin.Name = strings.Repeat("x", 1000)
	}
	if _, err := db.AddOperations(t.Context(), ops[:1]); err != nil {
		t.Fatal(err)
	}
	_, err = db.AddOperations(t.Context(), ops)
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "full" {
		t.Fatalf("got %v", err)
	}
	list, err := db.OpenOperations(t.Context())
	if err != nil || len(list) != 1 {
		t.Errorf("got %d operations, %v; want the one from before", len(list), err)
	}
}
