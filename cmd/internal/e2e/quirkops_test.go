package e2e_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest/recorded"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// operationQuirks are about adding.
var operationQuirks = []known{
	{20, "a requestid may be the CID", []string{"sync:send", listing + ":note"}, func(t *testing.T) {
		c := quirky(t, "20-same-id-twice")
		c.sync(t)
		c.holds(t, "r1:pinned:a")
		quirky(t, "20-same-id-in-pages").whole(t, 24) // of 25, says its count
		c = quirky(t, "20-cluster")
		op := c.add(t, pinOf(cids[0], "one"))
		if op.State != store.OpDone || !op.AlreadyKept {
			t.Errorf("the add is %s, already kept %v", op.State, op.AlreadyKept)
		}
		c.holds(t, cids[0]+":pinned:one")
	}},
	{29, "delegates may be nonsense", []string{"sync/handover:targets", psa + ":UnmarshalJSON"}, func(t *testing.T) {
		c := quirky(t, "29-nonsense")
		is(t, c.bring(t), store.OpDone)
		if p := c.only(t); p.Status != services.Queued || p.RequestID != "r1" {
			t.Errorf("stored: %+v", p)
		}
		c.run(t)
		for end := time.Now().Add(30 * time.Second); c.server.Others() == 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the one machine among them that can be dialled was not")
			}
		}
		pins, _, err := c.Engine.Show(t.Context(), "r1")
		if err != nil || len(pins) != 1 || len(pins[0].Delegates) != 20 {
			t.Errorf("shown: %+v, %v", pins, err)
		}
	}},
	{30, "origins are only a hint", []string{"sync:add", "sync:offer"}, func(t *testing.T) {
		c := quirky(t, "30-none-at-all")
		pin := pinOf(cids[0], "one")
		pin.Origins = []string{"/ip4/203.0.113.7/tcp/4001/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"}
		is(t, c.add(t, pin), store.OpDone)
		c.times(t, 2, "POST", "/pins")
		c = quirky(t, "30-pinata")
		is(t, c.bring(t), store.OpDone)
		posts := c.asked("POST", "/pins")
		if len(posts) != 2 || !strings.Contains(posts[0].Body, "quic") || !strings.Contains(posts[1].Body, "/tcp/") || strings.Contains(posts[1].Body, "quic") {
			t.Errorf("asked with all origins and then with those over TCP: %+v", posts)
		}
	}},
	{33, "meta may be dropped", []string{"sync:learntOfAdd"}, func(t *testing.T) {
		c := quirky(t, "33-drops-meta")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		profile, err := c.Reader.Profile(t.Context(), c.id)
		if err != nil || !profile.Disproved(services.FactMeta) {
			t.Errorf("the profile: %+v, %v", profile, err)
		}
	}},
	{35, "a body holds what the API has and no more", []string{psa + ":encodePin"}, func(t *testing.T) {
		c := quirky(t, "35-strict")
		is(t, c.add(t, pinOf(cids[0], "")), store.OpDone)
		var body map[string]json.RawMessage
		if err := json.Unmarshal([]byte(c.asked("POST", "/pins")[0].Body), &body); err != nil || len(body) != 2 {
			t.Errorf("sent: %v, %v", body, err)
		}
	}},
	{36, "what may have arrived is looked for", []string{"sync:refused", "sync:lookForAdds", psa + ":classify", psa + ":timeout"}, func(t *testing.T) {
		each(t, func(t *testing.T, name string) {
			c := quirky(t, name)
			op := c.add(t, pinOf(cids[0], "one"))
			if answered := op.State == store.OpDone; answered != (name == "36-slow") {
				t.Errorf("after the add is sent it is %s", op.State)
			}
			op = c.settle(t, op, false)
			if op.State != store.OpDone || op.Adopted || op.AlreadyKept {
				t.Errorf("the add is %s, adopted %v, already kept %v", op.State, op.Adopted, op.AlreadyKept)
			}
			c.holds(t, "r1:pinned:one")
			c.times(t, 1, "POST", "/")
		}, "36-backend-failed", "36-no-answer", "36-slow")
	}},
	{37, "a limit is kept to, however it is said", []string{psa + ":retryAfter", "sync:drain"}, func(t *testing.T) {
		for _, name := range []string{"37-seconds", "37-date", "37-reset"} {
			c := quirky(t, name)
			c.says(t, 5, "Svc asked us to slow down: Rate limit exceeded\nhint: try again in 2m0s", "sync")
			left := time.Until(c.account(t).LimitedUntil)
			if left < 100*time.Second || left > 121*time.Second {
				t.Errorf("%s: limited for another %v, want two minutes", name, left)
			}
			c.times(t, 1, "GET", "/")
			is(t, c.add(t, pinOf(cids[0], "one")), store.OpWaiting)
			c.times(t, 0, "POST", "/")
		}
	}},
	{38, "what is there already is no failure", []string{psa + ":classify", "sync:refused"}, func(t *testing.T) {
		c := quirky(t, "38-there-already")
		op := c.settle(t, c.add(t, pinOf(cids[0], "one")), false)
		if op.State != store.OpDone || !op.AlreadyKept || op.RequestID != "r9" {
			t.Errorf("the add is %s, already kept %v, of %q", op.State, op.AlreadyKept, op.RequestID)
		}
		c.holds(t, "r9:pinned:from before")
		c.times(t, 1, "POST", "/")
	}},
	{39, "a first failure is not believed", []string{"sync:settled"}, func(t *testing.T) {
		c := quirky(t, "39-first-failed")
		op := c.settle(t, c.add(t, pinOf(cids[0], "one")), true)
		is(t, op, store.OpDone)
		c.holds(t, "r1:pinned:one")
		if kinds := c.observed(t); slices.Contains(kinds, "failed") {
			t.Errorf("observed: %q", kinds)
		}
	}},
	{39, "what stays queued is not asked for again", []string{"sync:wanted"}, func(t *testing.T) {
		c := quirky(t, "39-queued-for-ever")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		a, err := c.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{pinOf(cids[0], "two")}, Accounts: []services.AccountID{c.id}})
		if err != nil || len(a.Refused) != 1 || a.Refused[0].Err.Reason != "already-kept" {
			t.Errorf("asked again: %+v, %v", a, err)
		}
		c.holds(t, "r1:queued:one")
		item, _, err := c.Reader.ItemByCID(t.Context(), services.WireCID(cids[0]))
		if err != nil || item.State == store.Safe {
			t.Errorf("the item: %+v, %v", item, err)
		}
	}},
}

// run has the engine run until the test ends.
func (c *client) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// bring gives a file of this computer, as far as one round of work goes.
func (c *client) bring(t *testing.T) store.Operation {
	t.Helper()
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, []byte("a photo"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := c.Engine.Import(t.Context(), pinsync.ImportRequest{Paths: []store.Path{store.Path(path)}, Accounts: []services.AccountID{c.id}})
	return c.taken(t, a, err)
}

// again has a stuck operation tried once more, and sees it through.
func (c *client) again(t *testing.T, op store.Operation) store.Operation {
	t.Helper()
	if err := c.Engine.Retry(t.Context(), []store.OperationID{op.ID}); err != nil {
		t.Fatal(err)
	}
	return c.settle(t, op, false)
}

// lookedFor sees a rename come to where what it may have made is looked for: for
// two and a half minutes, before it is asked for anew.
func (c *client) lookedFor(t *testing.T, op store.Operation) {
	t.Helper()
	posts := len(c.asked("POST", "/pins"))
	for end := time.Now().Add(30 * time.Second); op.State != store.OpAmbiguous; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the rename is %s (%s: %s)", op.State, op.LastCode, op.LastText)
		}
		must(t, c.Engine.Work(t.Context()))
		op = c.operation(t, op.ID)
	}
	must(t, c.Engine.Work(t.Context()))
	if again := len(c.asked("POST", "/pins")); again > posts+1 {
		t.Errorf("asked for %d times before it was looked for", again-posts)
	}
	c.sync(t)
	if kinds := c.observed(t); len(kinds) > 0 {
		t.Errorf("observed: %q", kinds)
	}
}

// changeQuirks are about what is done to pins that are there.
var changeQuirks = []known{
	{17, "a pin whose id is its CID is never replaced", []string{"sync:rename"}, func(t *testing.T) {
		c := quirky(t, "17-cluster")
		c.sync(t)
		is(t, c.settle(t, c.rename(t, cids[0], "two"), false), store.OpDone)
		c.sync(t)
		c.holds(t, cids[0]+":pinned:two")
		c.times(t, 0, "POST", "/pins/")
		c.times(t, 0, "DELETE", "/")
	}},
	{18, "half a replacing is made good", []string{"sync:byNew", "sync:rename", "sync:half", "sync:gone"}, func(t *testing.T) {
		c := quirky(t, "18-half")
		c.sync(t)
		is(t, c.settle(t, c.rename(t, "r1", "two"), false), store.OpDone)
		c.times(t, 0, "POST", "/pins/")
		c.sync(t)
		c.holds(t, "r2:pinned:two")
		for _, name := range []string{"18-half-said", "18-half-later", "18-half-refused"} { // it keeps no second pin of a CID
			c := quirky(t, name)
			c.sync(t)
			op := c.rename(t, "r1", "two")
			is(t, op, store.OpStuck)
			switch name {
			case "18-half-said":
				is(t, c.again(t, op), store.OpDone)
				c.sync(t)
				if p := c.only(t); p.RequestID != "r3" {
					t.Errorf("stored: %q", c.pins(t))
				}
			case "18-half-later": // once in place it did well
				is(t, c.again(t, op), store.OpDone)
				c.lookedFor(t, c.rename(t, "r2", "three"))
				c.times(t, 1, "POST", "/pins/r2")
			case "18-half-refused":
				must(t, c.Engine.Retry(t.Context(), []store.OperationID{op.ID}))
				c.lookedFor(t, op)
			}
			c.times(t, 1, "POST", "/pins/r1")
		}
	}},
	{19, "a replacing is read back", []string{"sync:anew", "sync:made", "sync:rename", "sync:answered"}, func(t *testing.T) {
		c := quirky(t, "19-helia")
		c.sync(t)
		op := c.settle(t, c.rename(t, "r1", ""), false)
		c.times(t, 0, "POST", "/pins/")
		for _, op := range []store.Operation{op, c.again(t, op)} { // added anew, then in place
			if op.State != store.OpStuck || op.LastText != "not-renamed" {
				t.Errorf("the renaming is %s: %s", op.State, op.LastText)
			}
		}
		c.times(t, 1, "POST", "/pins/")
		c.sync(t)
		c.holds(t, "r1:pinned:one")
		c.times(t, 0, "DELETE", "/")
	}},
	{21, "a new id is no loss", []string{"sync:losses"}, func(t *testing.T) {
		c := quirky(t, "21-crust")
		c.sync(t)
		c.server.Set("repinned")
		c.sync(t)
		c.holds(t, "r2:pinned:one")
		if kinds := c.observed(t); len(kinds) > 0 {
			t.Errorf("observed: %q", kinds)
		}
	}},
	{40, "a list is not believed about one pin", []string{"sync:askForMissing"}, func(t *testing.T) {
		c := quirky(t, "40-unlisted")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		c.sync(t)
		c.holds(t, "r1:queued:one")
	}},
	{40, "what is deleted is not listed again", []string{"sync:living"}, func(t *testing.T) {
		c := quirky(t, "40-still-listed")
		c.sync(t)
		is(t, c.remove(t, "r1"), store.OpDone)
		c.trySync(t)
		c.holds(t)
	}},
	{41, "a delete is looked after", []string{"sync:end"}, func(t *testing.T) {
		c := quirky(t, "41-unknown-id")
		c.sync(t)
		c.server.Set("gone")
		is(t, c.remove(t, "r1"), store.OpDone)
		c.holds(t)
		all := c.server.Requests()
		asked := slices.IndexFunc(all, func(r recorded.Request) bool { return r.Method == "DELETE" })
		if asked < 0 || !slices.ContainsFunc(all[asked:], func(r recorded.Request) bool { return r.Method == "GET" && r.Path() == "/pins/r1" }) {
			t.Error("after the delete nobody looked whether the pin is gone")
		}
		c = quirky(t, "41-says-so-only")
		c.sync(t)
		if op := c.remove(t, "r1"); op.State == store.OpDone {
			t.Error("the removal is done, though the pin still answers")
		}
		c.holds(t, "r1:pinned:one")
	}},
	{42, "a delete may take more with it", []string{"sync:losses"}, func(t *testing.T) {
		c := quirky(t, "42-shared")
		c.sync(t)
		is(t, c.remove(t, "r1"), store.OpDone)
		c.sync(t)
		c.holds(t)
		if kinds := c.observed(t); !slices.Equal(kinds, []string{"lost"}) {
			t.Errorf("observed: %q, want the other pin lost", kinds)
		}
	}},
	{43, "a key is pasted with what is around it", []string{psa + ":cleanKey", "services/token:Parse"}, func(t *testing.T) {
		for _, pasted := range []string{" " + theirKey + "\n", "Bearer " + theirKey, "bearer  " + theirKey + "\r\n"} {
			c := openOn(t, recordedServer(t, "quirks", "43-any-key"), pasted, "")
			c.sync(t)
			for _, r := range c.server.Requests() {
				if got := r.Header.Get("Authorization"); got != "Bearer "+theirKey {
					t.Errorf("pasted as %q: sent %q", pasted, got)
				}
			}
		}
	}},
	{44, "no redirect is followed", []string{psa + ":newHTTP", psa + ":movedTo"}, func(t *testing.T) {
		for _, name := range []string{"44-to-301", "44-to-302", "44-to-307"} {
			c := quirky(t, name)
			op := c.add(t, pinOf(cids[0], "one"))
			if op.State == store.OpDone || op.LastText != c.server.URL+"/moved/pins" {
				t.Errorf("the add is %s: %s", op.State, op.LastText)
			}
			c.says(t, 7, "Svc sends us to another address, which we don't follow with a key: "+c.server.URL+"/moved/pins", "sync")
			c.times(t, 0, "GET", "/moved")
			c.times(t, 0, "POST", "/moved")
		}
	}},
}
