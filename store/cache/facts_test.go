package cache_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

func TestProfile_IsKeptUntilTheAccountIsForgotten(t *testing.T) {
	d := open(t, t.TempDir())
	ctx := context.Background()
	at := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	want := services.Profile{
		services.FactOrder: {Fact: services.FactOrder, Belief: services.Proved, Evidence: "pages=3", At: at},
		services.FactCount: {Fact: services.FactCount, Belief: services.Disproved, Evidence: "count=11 results=10", At: at},
	}
	for range 2 {
		if err := d.SetProfile(ctx, 1, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Profile(ctx, 1)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if other, err := d.Profile(ctx, 2); err != nil || len(other) != 0 {
		t.Errorf("another account: %v, %v", other, err)
	}
	if err := d.Forget(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Profile(ctx, 1); err != nil || len(got) != 0 {
		t.Errorf("forgotten: %v, %v", got, err)
	}
}
