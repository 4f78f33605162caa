package e2e_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// whole demands that a full check reads all n pins and knows that it did.
func (c *client) whole(t *testing.T, n int) {
	t.Helper()
	c.sync(t)
	c.has(t, n)
}

// within demands that no more requests were made so far.
func (c *client) within(t *testing.T, n int) {
	t.Helper()
	if all := c.server.Requests(); len(all) > n {
		t.Errorf("%d requests, want %d at most", len(all), n)
	}
}

// has demands that n pins are stored, and that the account says so.
func (c *client) has(t *testing.T, n int) {
	t.Helper()
	if got := c.pins(t); len(got) != n || c.account(t).Pins() != int64(n) {
		t.Errorf("%d pins are stored, the account says %d, want %d: %q", len(got), c.account(t).Pins(), n, got)
	}
}

// partly demands that a check does not take the list for whole, and that
// nothing is lost by it.
func (c *client) partly(t *testing.T, n int) {
	t.Helper()
	if res := c.trySync(t); res.Err != nil || res.Complete || res.Removed > 0 {
		t.Errorf("the check: complete %v, %d removed, %v", res.Complete, res.Removed, res.Err)
	}
	c.has(t, n)
	if kinds := c.observed(t); slices.Contains(kinds, "lost") {
		t.Errorf("observed: %q", kinds)
	}
}

const listing = "sync/listing"

// listQuirks are about how lists are paged.
var listQuirks = []known{
	{7, "no results are not nothing", []string{psa + ":shape", listing + ":start"}, func(t *testing.T) {
		quirky(t, "07-results-null").whole(t, 0)
		quirky(t, "07-count-without-results").partly(t, 0)
		c := quirky(t, "07-forgets")
		c.whole(t, 1)
		for _, state := range []string{"null", "none"} {
			c.server.Set(state)
			c.partly(t, 1)
		}
	}},
	{8, "a count ends nothing", []string{listing + ":on", listing + ":plusOne"}, func(t *testing.T) {
		for _, name := range []string{"08-count-page", "08-count-all", "08-count-plus-one"} {
			quirky(t, name).whole(t, 25)
		}
		quirky(t, "08-one-more-than-ten").whole(t, 10)
	}},
	{10, "a page may be longer than asked for", []string{psa + ":encodeQuery"}, func(t *testing.T) {
		c := quirky(t, "10-everything")
		if found, err := c.Engine.CheckAccount(t.Context(), c.id); err != nil || found.Err != nil || found.Pins != 36 {
			t.Errorf("CheckAccount: %+v, %v", found, err)
		}
		c.whole(t, 36)
	}},
	{15, "filters after the limit are not met", []string{listing + ":want"}, func(t *testing.T) {
		c := quirky(t, "15-late")
		c.whole(t, 25)
		c.whole(t, 25)
	}},
	{23, "no order is needed", []string{listing + ":odd", listing + ":bisect"}, func(t *testing.T) {
		quirky(t, "23-shuffled").whole(t, 25)
		quirky(t, "23-reversed").whole(t, 25)
	}},
	{24, "before may be inclusive or cut", []string{listing + ":noteBounds", listing + ":wider"}, func(t *testing.T) {
		quirky(t, "24-inclusive").whole(t, 25)
		quirky(t, "24-inclusive-seconds").whole(t, 25)
		c := quirky(t, "24-cut")
		c.whole(t, 25)
		c.within(t, 5) // it is learnt at once
	}},
	{25, "pins may share a second", []string{listing + ":over", listing + ":wider", listing + ":slice"}, func(t *testing.T) {
		quirky(t, "25-ties").whole(t, 25)
		quirky(t, "25-more-than-a-page").whole(t, 25)
	}},
	{27, "a page may come again", []string{listing + ":beyond", listing + ":unpageable"}, func(t *testing.T) {
		c := quirky(t, "27-no-paging")
		c.whole(t, 25)
		c.server.Set("capped")
		c.partly(t, 25)
	}},
}

// filterQuirks are about filters that are not kept.
var filterQuirks = []known{
	{11, "a list by CID may be of anything", []string{"sync:showAt", "sync:match"}, func(t *testing.T) {
		c := quirky(t, "11-cid-ignored")
		shown, failed, err := c.Engine.Show(t.Context(), cids[0])
		if err != nil || len(failed) > 0 || len(shown) != 1 || shown[0].RequestID != "r1" {
			t.Errorf("shown: %+v, %v, %v", shown, failed, err)
		}
		op := c.settle(t, c.add(t, pinOf(cids[2], "three")), false) // it says it has it: nothing of that CID is there
		if op.State != store.OpStuck || op.RequestID != "" {
			t.Errorf("the add is %s, of %q", op.State, op.RequestID)
		}
	}},
	{12, "a pin is looked at before it is removed", []string{"sync:delete"}, func(t *testing.T) {
		c := quirky(t, "12-other-content")
		c.sync(t)
		shown := c.ref(t, "r1")
		c.server.Set("other")
		op := c.remove(t, shown.RequestID)
		if op.State != store.OpStuck || op.LastText != "changed" {
			t.Errorf("the removal is %s: %s", op.State, op.LastText)
		}
		c.times(t, 0, "DELETE", "/")
	}},
	{13, "nothing is asked for by meta", []string{"sync:lookForAdds"}, func(t *testing.T) {
		c := quirky(t, "13-anything-filters")
		op := c.settle(t, c.add(t, pinOf(cids[0], "one")), false)
		if op.State != store.OpDone || op.Adopted || op.RequestID != "r1" {
			t.Errorf("the add is %s, adopted %v, of %q", op.State, op.Adopted, op.RequestID)
		}
		c.times(t, 1, "POST", "/")
	}},
	{14, "statuses are said and read", []string{psa + ":encodeQuery", listing + ":want"}, func(t *testing.T) {
		for _, name := range []string{"14-status-ignored", "14-spec"} {
			c := quirky(t, name)
			for range 2 {
				c.whole(t, 8)
				for _, s := range services.AllStatuses() {
					if n := c.account(t).Counts[s]; n != 2 {
						t.Errorf("%s: %d are %v, want 2", name, n, s)
					}
				}
			}
		}
	}},
	{16, "a list by CID may forget the rest", []string{listing + ":unpageable", "sync:showAt"}, func(t *testing.T) {
		c := quirky(t, "16-only-cid")
		shown, failed, err := c.Engine.Show(t.Context(), cids[0])
		var got []string
		for _, p := range shown {
			got = append(got, fmt.Sprintf("%s:%v", p.RequestID, p.Status))
		}
		slices.Sort(got)
		if err != nil || len(failed) > 0 || !slices.Equal(got, []string{"r1:pinned", "r2:failed"}) {
			t.Errorf("shown: %q, %v, %v", got, failed, err)
		}
		c.within(t, 2)
	}},
}
