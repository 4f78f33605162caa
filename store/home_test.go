package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

// at is when the tests take place.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// home is a data folder with its two writers and a reader.
type home struct {
	t      testing.TB
	dir    string
	user   *user.DB
	cache  *cache.DB
	reader *store.Reader
}

func newHome(t testing.TB) *home {
	t.Helper()
	return openHome(t, t.TempDir())
}

func openHome(t testing.TB, dir string) *home {
	t.Helper()
	h := &home{t: t, dir: dir}
	var err error
	h.user, err = user.Open(t.Context(), h.dir, nil)
	h.must(err)
	t.Cleanup(func() { _ = h.user.Close() })
	h.cache, _, err = cache.Open(t.Context(), h.dir, nil)
	h.must(err)
	t.Cleanup(func() { _ = h.cache.Close() })
	h.reader, err = store.Open(t.Context(), h.dir, nil)
	h.must(err)
	t.Cleanup(func() { _ = h.reader.Close() })
	return h
}

func (h *home) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// account makes an account whose pins have been listed, completely, at at.
func (h *home) account(name string, pins ...services.PinStatus) services.AccountID {
	h.t.Helper()
	id, err := h.user.AddAccount(h.t.Context(), services.Account{Name: name, Endpoint: "https://" + name + ".example", Key: "none"})
	h.must(err)
	h.list(id, at, true, pins...)
	return id
}

// list is a listing of an account's pins; it returns what is missing.
func (h *home) list(id services.AccountID, at time.Time, complete bool, pins ...services.PinStatus) []store.Pin {
	h.t.Helper()
	p, err := h.cache.Begin(h.t.Context(), id)
	h.must(err)
	for len(pins) > 0 {
		n := min(1000, len(pins))
		_, err = p.Put(h.t.Context(), pins[:n], at, int64(len(pins)))
		h.must(err)
		pins = pins[n:]
	}
	missing, err := p.Finish(h.t.Context(), complete, at)
	h.must(err)
	return missing
}

// items reads the whole list of a filter.
func (h *home) items(f store.Filter) []store.Item {
	h.t.Helper()
	l, err := h.reader.Items(h.t.Context(), f)
	h.must(err)
	list, err := l.Rows(h.t.Context(), 0, l.Len()+1)
	h.must(err)
	return list
}

// item is the one row of a CID.
func (h *home) item(c services.CID) store.Item {
	h.t.Helper()
	it, ok, err := h.reader.ItemByCID(h.t.Context(), c)
	h.must(err)
	if !ok {
		h.t.Fatalf("no item of %s", c)
	}
	return it
}

func (h *home) health(now time.Time) store.Health {
	h.t.Helper()
	v, err := h.reader.Health(h.t.Context(), now)
	h.must(err)
	return v
}

// cidOf is the CID of the n-th thing of the tests.
func cidOf(n int) services.CID {
	h, err := mh.Sum(fmt.Appendf(nil, "thing %d", n), mh.SHA2_256, -1)
	if err != nil {
		panic(err)
	}
	return services.WireCID(cid.NewCidV1(cid.Raw, h).String())
}

// pin is the n-th pin of the tests, as a service would list it; the larger n,
// the older.
func pin(n int, status services.Status, name string) services.PinStatus {
	return services.PinStatus{
		RequestID: fmt.Sprintf("request-%d", n), Status: status, Created: at.Add(-time.Duration(n) * time.Minute),
		Pin: services.Pin{CID: cidOf(n), Name: name},
	}
}

func names(items []store.Item) []string {
	list := make([]string, len(items))
	for i, it := range items {
		list[i] = it.Name
	}
	return list
}
