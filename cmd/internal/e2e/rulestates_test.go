package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// stateRules are about what is kept of what is said.
var stateRules = []known{
	{10, "a pin is known by its own meta", []string{"sync:match"}, func(t *testing.T) {
		c := ruled(t, "10-more-meta")
		op := c.settle(t, c.add(t, pinOf(cids[0], "one")), false)
		if op.State != store.OpDone || op.Adopted {
			t.Errorf("the add is %s, adopted %v", op.State, op.Adopted)
		}
		c.times(t, 1, "POST", "/")
	}},
	{12, "meta and info are kept", []string{psa + ":UnmarshalJSON", psa + ":pinStatus"}, func(t *testing.T) {
		c := ruled(t, "12-known-info")
		c.trySync(t)
		p := c.only(t)
		for key, want := range map[string]string{
			"status_details": "no peers had it", "dag_size": "4711", "raw_size": "4700", "pinned_until": "2030-01-01T00:00:00Z",
		} {
			if p.Info[key] != want {
				t.Errorf("%s: %q, want %q", key, p.Info[key], want)
			}
		}
		if p.Pin.Meta["album"] != "summer" {
			t.Errorf("meta: %v", p.Pin.Meta)
		}
		item, _, err := c.Reader.ItemByCID(t.Context(), p.Pin.CID)
		if err != nil || item.Size != 4711 {
			t.Errorf("the item: %+v, %v", item, err)
		}
	}},
	{13, "what is required may be missing", []string{psa + ":pinStatus"}, func(t *testing.T) {
		c := ruled(t, "13-bare")
		c.trySync(t)
		c.holds(t, "r1:unknown:", "r2:pinned:", "r3:pinned:whole")
	}},
	{14, "content and requests are two things", []string{"store/cache:summarize", "sync:delete"}, func(t *testing.T) {
		c := ruled(t, "14-two-ids")
		c.sync(t)
		c.holds(t, "r1:pinned:one", "r2:pinned:again")
		item, ok, err := c.Reader.ItemByCID(t.Context(), services.WireCID(cids[0]))
		if err != nil || !ok || item.Copies != 1 {
			t.Errorf("the item: %+v, %v, want one copy", item, err)
		}
		is(t, c.remove(t, "r1"), store.OpDone)
		c.sync(t)
		c.holds(t, "r2:pinned:again")
	}},
	{15, "a replaced pin is no more", []string{"sync:rename", "sync:goneBy"}, func(t *testing.T) {
		c := ruled(t, "15-spec")
		c.sync(t)
		is(t, c.settle(t, c.rename(t, "r1", "two"), false), store.OpDone)
		c.holds(t, "r2:pinned:two")
		c.sync(t)
		c.holds(t, "r2:pinned:two")
		if kinds := c.observed(t); len(kinds) > 0 {
			t.Errorf("observed: %q", kinds)
		}
	}},
	{16, "a pin is followed to its end", []string{"sync:askOne", "sync:observeFailed"}, func(t *testing.T) {
		each(t, func(t *testing.T, name string) {
			c := ruled(t, name)
			op := c.add(t, pinOf(cids[0], "one"))
			c.holds(t, "r1:queued:one")
			is(t, c.settle(t, op, true), store.OpDone)
			_, end, _ := strings.Cut(name, "-")
			c.holds(t, "r1:"+end+":one")
			if failed := slices.Contains(c.observed(t), "failed"); failed != (end == "failed") {
				t.Errorf("observed: %q", c.observed(t))
			}
		}, "16-pinned", "16-failed")
	}},
}
