package cache_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/cache"
)

// at is when the tests take place.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string) *cache.DB {
	t.Helper()
	db, _, err := cache.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// cidOf is the CID of the n-th thing of the tests.
func cidOf(n int) services.CID {
	h, err := mh.Sum(fmt.Appendf(nil, "thing %d", n), mh.SHA2_256, -1)
	if err != nil {
		panic(err)
	}
	return services.WireCID(cid.NewCidV1(cid.Raw, h).String())
}

// pinned is the n-th pin of the tests, as a service would list it.
func pinned(n int) services.PinStatus {
	return services.PinStatus{
		RequestID: fmt.Sprintf("request-%d", n), Status: services.Pinned, Created: at.Add(-time.Duration(n) * time.Minute),
		Pin: services.Pin{CID: cidOf(n), Name: fmt.Sprintf("Photo %d.jpg", n)},
	}
}

func TestPass_ReportsWhatAPageChanged(t *testing.T) {
	db := open(t, t.TempDir())
	p, err := db.Begin(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Put(t.Context(), []services.PinStatus{pinned(1), pinned(2)}, at, 2)
	if err != nil || res.New != 2 || res.Changed != 0 {
		t.Fatalf("got %+v, %v", res, err)
	}
	if missing, err := p.Finish(t.Context(), true, at); err != nil || len(missing) != 0 {
		t.Fatalf("got %v, %v", missing, err)
	}
	if p, err = db.Begin(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	failed := pinned(2)
	failed.Status = services.Failed
	res, err = p.Put(t.Context(), []services.PinStatus{failed}, at, 1)
	if err != nil || res.New != 0 || res.Changed != 1 || len(res.WentFailed) != 1 {
		t.Fatalf("got %+v, %v", res, err)
	}
	missing, err := p.Finish(t.Context(), true, at.Add(time.Minute))
	if err != nil || len(missing) != 1 || missing[0].RequestID != "request-1" || !missing[0].SeenAt.Equal(at) {
		t.Fatalf("got %+v, %v", missing, err)
	}
}

func TestFinish_SeesWhatIsMissingBesideWhatWasRemovedMeanwhile(t *testing.T) {
	d := open(t, t.TempDir())
	ctx := t.Context()
	var all []services.PinStatus
	for _, id := range []string{"a", "b", "c"} {
		all = append(all, services.PinStatus{RequestID: id, Status: services.Pinned, Created: time.Now(), Pin: services.Pin{CID: services.CID{Text: id, Key: id}}})
	}
	pass := func(pins []services.PinStatus, meanwhile func()) int {
		p, err := d.Begin(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Put(ctx, pins, time.Now(), int64(len(pins))); err != nil {
			t.Fatal(err)
		}
		meanwhile()
		missing, err := p.Finish(ctx, true, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return len(missing)
	}
	pass(all, func() {})
	got := pass(all[:2], func() { // the service lost c, and we delete b just after the page
		if err := d.Remove(ctx, 1, "b"); err != nil {
			t.Fatal(err)
		}
	})
	if got != 1 {
		t.Errorf("%d missing, want 1 (c)", got)
	}
}

// What was set aside as lost is pinned no more: a manifest must not call it safe.
func TestUnpinned_NamesWhatWasSetAside(t *testing.T) {
	d := open(t, t.TempDir())
	ctx := t.Context()
	pin := services.PinStatus{RequestID: "a", Status: services.Pinned, Created: time.Now(), Pin: services.Pin{CID: services.CID{Text: "a", Key: "a"}}}
	for _, pins := range [][]services.PinStatus{{pin}, nil} {
		p, err := d.Begin(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Put(ctx, pins, time.Now(), 0); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Finish(ctx, true, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.SetAside(ctx, 1, "a"); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Unpinned(ctx, 1, []string{"a"}); err != nil || len(got) != 1 {
		t.Errorf("got %q, %v", got, err)
	}
}
