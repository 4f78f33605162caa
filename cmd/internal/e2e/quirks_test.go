package e2e_test

import (
	"math"
	"slices"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// Every way services are known to depart from the specification, by the numbers
// their reports have in the packages' comments ("quirk 17"): what a service of
// that kind sends, byte for byte (services/psa/testdata/quirks), against the
// whole program. Each test fails where its coping is taken out.
func TestQuirk(t *testing.T) {
	t.Parallel()
	all(t, slices.Concat(answerQuirks, listQuirks, filterQuirks, operationQuirks, changeQuirks))
}

const psa = "services/psa"

// answerQuirks are about how single answers are written.
var answerQuirks = []known{
	{1, "any 2xx is taken", []string{psa + ":good", psa + ":Delete"}, func(t *testing.T) {
		c := quirky(t, "01-pinata")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		c.holds(t, "r1:queued:one")
		is(t, c.remove(t, "r1"), store.OpDone)
		c.holds(t)
	}},
	{2, "a refused key is known by its code and its reason", []string{psa + ":classify"}, func(t *testing.T) {
		for _, name := range []string{"02-keys-must-be-strings", "02-auth-403"} {
			c := quirky(t, name)
			c.says(t, 3, "Svc doesn't accept the access key", "sync")
			if err := c.account(t).Err; err == nil || err.Code != services.CodeAuth {
				t.Errorf("%s: the account has %v", name, err)
			}
		}
	}},
	{3, "a plan is no bad key", []string{psa + ":classify"}, func(t *testing.T) {
		for _, name := range []string{"03-paid-account-403", "03-quota-422", "03-402", "03-402-bare", "03-409"} {
			c := quirky(t, name)
			op := c.add(t, pinOf(cids[0], "one"))
			is(t, op, store.OpStuck)
			if op.LastCode != services.CodePlan {
				t.Errorf("%s: %s, want plan", name, op.LastCode)
			}
			if name == "03-paid-account-403" {
				c.says(t, 4, "Svc says your plan is full or unpaid: This feature requires a paid account", "sync")
			}
		}
	}},
	{4, "a web page is no pinning service", []string{psa + ":missing", psa + ":wrongMethod", psa + ":check"}, func(t *testing.T) {
		for _, name := range []string{"04-html-404", "04-html-405", "04-html-200", "04-text-404", "04-json-404-no-route", "04-json-404", "04-foreign-json-200"} {
			quirky(t, name).says(t, 7, "the address of Svc isn't a pinning service", "sync")
		}
		if op := quirky(t, "04-html-400").add(t, pinOf(cids[0], "one")); op.LastCode != services.CodeInvalid {
			t.Errorf("a refusal as a web page: %s %s, want invalid", op.LastCode, op.LastText)
		}
		c := quirky(t, "04-moved")
		c.sync(t)
		c.server.Set("moved")
		c.says(t, 7, "isn't a pinning service", "sync")
		c.says(t, 7, "isn't a pinning service", "show", "r1")
		c.holds(t, "r1:pinned:one")
	}},
	{5, "failures of any shape are read", []string{psa + ":readFailure"}, func(t *testing.T) {
		for name, want := range map[string]string{
			"05-code-message": "API Key is malformed", "05-capital-error": "no such thing", "05-fastify": "body must have cid",
			"05-bare-string": "Invalid request", "05-numeric-code": "cannot be processed", "05-empty": "Internal Server Error",
		} {
			if op := quirky(t, name).add(t, pinOf(cids[0], "one")); op.LastText != want || op.State == store.OpDone {
				t.Errorf("%s: %s, %q, want %q", name, op.State, op.LastText, want)
			}
		}
		if res := quirky(t, "05-code-message").trySync(t); res.Err == nil || res.Err.Reason != "ERROR_INVALID_TOKEN" {
			t.Errorf("the reason: %v", res.Err)
		}
	}},
	{6, "an empty list may be 404", []string{psa + ":List"}, func(t *testing.T) {
		c := openOn(t, recordedServer(t, "quirks", "06-empty-list-404"), theirKey, "functionland")
		c.sync(t)
		if a := c.account(t); a.Err != nil || a.CheckedAt.IsZero() || a.Pins() != 0 {
			t.Errorf("the account: %+v", a)
		}
		if res := quirky(t, "06-empty-list-404").trySync(t); services.CodeOf(res.Err) != services.CodeNotAPI {
			t.Errorf("anywhere else: %v", res.Err)
		}
	}},
	{9, "a count is any number", []string{psa + ":count", psa + ":UnmarshalJSON"}, func(t *testing.T) {
		for name, want := range map[string]int64{
			"09-count-float": 7, "09-count-huge": math.MaxInt64, "09-count-string": 7, "09-count-negative": -1, "09-count-missing": 1,
		} {
			c := quirky(t, name)
			if found, err := c.Engine.CheckAccount(t.Context(), c.id); err != nil || found.Err != nil || found.Pins != want {
				t.Errorf("%s: %+v, %v, want %d", name, found, err, want)
			}
			if res := c.trySync(t); res.Err != nil {
				t.Errorf("%s: %v", name, res.Err)
			}
			c.holds(t, "r1:pinned:a")
		}
	}},
	{22, "a requestid is any text", []string{psa + ":UnmarshalJSON", psa + ":pinPath"}, func(t *testing.T) {
		c := quirky(t, "22-all-kinds")
		c.trySync(t)
		if got := c.pins(t); !slices.Contains(got, "48213:pinned:number") || !slices.Contains(got, "UmVxOjE/Lw==:pinned:base64") ||
			!slices.Contains(got, "camel:pinned:spelled") {
			t.Fatalf("stored: %q", got)
		}
		is(t, c.remove(t, "UmVxOjE/Lw=="), store.OpDone)
		for _, cid := range []string{"", cids[2]} {
			a, err := c.Engine.Delete(t.Context(), []pinsync.PinRef{{Account: c.id, CID: services.WireCID(cid)}}, 0)
			if err != nil || len(a.Operations) > 0 || len(a.Refused) != 1 || a.Refused[0].Err.Reason != "empty-id" {
				t.Errorf("an empty requestid: %+v, %v", a, err)
			}
		}
		c.times(t, 1, "DELETE", "/")
	}},
	{26, "created is written in any way", []string{psa + ":parseCreated"}, func(t *testing.T) {
		c := quirky(t, "26-every-way")
		c.sync(t)
		got := map[string]string{}
		for _, p := range c.stored(t) {
			got[p.RequestID] = p.Created.Format("15:04:05.999999")
		}
		for id, want := range map[string]string{"r0": "07:08:09.9", "r1": "07:07:09.123456", "r2": "07:06:09.5", "r3": "07:05:09"} {
			if got[id] != want {
				t.Errorf("%s was created at %q, want %q", id, got[id], want)
			}
		}
		is(t, c.add(t, pinOf(cids[1], "new")), store.OpDone)
		if res := c.trySync(t); res.Changed != 0 {
			t.Errorf("the same time in fewer digits: %d pins have changed", res.Changed)
		}
		c = quirky(t, "26-year-one")
		c.trySync(t)
		if p := c.only(t); !p.Created.IsZero() {
			t.Errorf("created in the year 1: %v", p.Created)
		}
	}},
	{28, "delegates may be missing", []string{psa + ":pinStatus"}, func(t *testing.T) {
		for _, name := range []string{"28-delegates-null", "28-delegates-missing"} {
			c := quirky(t, name)
			c.trySync(t)
			if p := c.only(t); p.Status != services.Pinned || len(p.Delegates) > 0 {
				t.Errorf("%s: %+v", name, p)
			}
		}
		c := quirky(t, "28-added-without")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		c.holds(t, "r1:pinned:one")
	}},
	{31, "null is nothing", []string{psa + ":UnmarshalJSON"}, func(t *testing.T) {
		c := quirky(t, "31-nulls")
		c.trySync(t)
		if p := c.only(t); p.Pin.Name != "" || len(p.Pin.Meta)+len(p.Pin.Origins)+len(p.Info) > 0 {
			t.Errorf("stored: %+v", p)
		}
	}},
	{32, "a CID is no name", []string{"store/cache:realName"}, func(t *testing.T) {
		c := quirky(t, "32-cid-as-name")
		c.trySync(t)
		item, ok, err := c.Reader.ItemByCID(t.Context(), services.WireCID(cids[0]))
		if err != nil || !ok || item.Name != "" {
			t.Errorf("the item: %+v, %v, %v, want it unnamed", item, ok, err)
		}
	}},
	{34, "what nobody knows is left aside", []string{psa + ":decodePage", "services:WireCID"}, func(t *testing.T) {
		for _, name := range []string{"34-extra-fields", "34-odd-cid"} {
			c := quirky(t, name)
			c.trySync(t)
			c.holds(t, "r1:pinned:a")
			if p := c.only(t); name == "34-odd-cid" && p.Pin.CID.Text != "not a cid" {
				t.Errorf("its content: %+v", p.Pin.CID)
			}
		}
		c := quirky(t, "12-odd-items")
		c.trySync(t)
		c.holds(t, "good:pinned:a", "r1:pinned:", "r2:pinned:a")
	}},
}
