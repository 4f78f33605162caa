package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest/recorded"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// The rules of the specification that an answer can break or that a caller has
// to keep, by their numbers in the packages' comments ("rule 6"), as TestQuirk.
// The 17th, that no rule changes any more, is nobody's to test.
func TestRule(t *testing.T) {
	t.Parallel()
	all(t, slices.Concat(callRules, stateRules))
}

// proper demands of a request what the specification demands of every caller.
// All that any recorded service was asked goes through it.
func proper(t *testing.T, r recorded.Request) {
	t.Helper()
	wrong := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s %s: "+format, append([]any{r.Method, r.Target}, args...)...)
	}
	if got := r.Header.Values("Authorization"); len(got) != 1 || got[0] != "Bearer "+theirKey {
		wrong("rule 2: the key is sent as %q", got)
	}
	others := r.Header.Clone()
	others.Del("Authorization")
	if strings.Contains(fmt.Sprint(r.Target, r.Body, others), theirKey) {
		wrong("rule 2: the key is sent elsewhere, too")
	}
	switch {
	case r.Method == http.MethodGet && r.Path() == "/pins":
		properQuery(wrong, r)
	case strings.Contains(r.Target, "?"):
		wrong("only a list has a query")
	}
	if r.Method == http.MethodPost {
		properBody(wrong, r)
	} else if r.Body != "" {
		wrong("it has a body: %q", r.Body)
	}
}

func properQuery(wrong func(string, ...any), r recorded.Request) {
	_, raw, _ := strings.Cut(r.Target, "?")
	query, err := url.ParseQuery(raw)
	if err != nil || len(r.Target) > 2000 {
		wrong("rule 8: a query of %d bytes: %v", len(r.Target), err)
	}
	for name, values := range query {
		spec := []string{"cid", "name", "match", "status", "before", "after", "limit", "meta"}
		if len(values) != 1 || !slices.Contains(spec, name) {
			wrong("quirk 13: %s is no parameter of a list, or stands twice", name)
		}
	}
	var limit int
	if _, err := fmt.Sscan(query.Get("limit"), &limit); err != nil || limit < 1 || limit > 1000 {
		wrong("rule 5: the limit is %q", query.Get("limit"))
	}
	for word := range strings.SplitSeq(query.Get("status"), ",") {
		if services.ParseStatus(word) == services.Unknown {
			wrong("rule 7: the status is %q", query.Get("status"))
		}
	}
	if query.Has("name") != query.Has("match") || utf8.RuneCountInString(query.Get("name")) > 255 {
		wrong("rule 9: a name goes with a match: %v", query)
	}
	if query.Has("meta") {
		var meta map[string]string
		if err := json.Unmarshal([]byte(query.Get("meta")), &meta); err != nil {
			wrong("rule 10: meta is %q: %v", query.Get("meta"), err)
		}
	}
	if all := strings.Split(query.Get("cid"), ","); len(all) > 10 || len(slices.Compact(slices.Sorted(slices.Values(all)))) < len(all) {
		wrong("rule 8: the CIDs are %q", all)
	}
	for _, name := range []string{"before", "after"} {
		if at := query.Get(name); at != "" {
			if _, err := time.Parse(time.RFC3339, at); err != nil || !strings.HasSuffix(at, "Z") {
				wrong("rule 6: %s is %q", name, at)
			}
		}
	}
	if strings.Contains(raw, "+") {
		wrong("quirk 26: a + means a space")
	}
}

func properBody(wrong func(string, ...any), r recorded.Request) {
	var body map[string]json.RawMessage
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil || r.Header.Get("Content-Type") != "application/json" {
		wrong("it is no JSON: %q, %v", r.Body, err)
	}
	for name, value := range body {
		empty := slices.Contains([]string{`""`, "null", "{}", "[]"}, string(value))
		if !slices.Contains([]string{"cid", "name", "origins", "meta"}, name) || empty {
			wrong("quirk 35: %s is %s", name, value)
		}
	}
	var pin struct {
		CID, Name string
		Origins   []string
		Meta      map[string]string
	}
	if err := json.Unmarshal([]byte(r.Body), &pin); err != nil || pin.CID == "" {
		wrong("rule 13: a pin has a CID: %q, %v", r.Body, err)
	}
	if utf8.RuneCountInString(pin.Name) > 255 {
		wrong("rule 9: a name of %d characters", utf8.RuneCountInString(pin.Name))
	}
	if len(pin.Origins) > 20 || len(slices.Compact(slices.Sorted(slices.Values(pin.Origins)))) < len(pin.Origins) {
		wrong("rule 11: the origins are %q", pin.Origins)
	}
	if len(pin.Meta) > 1000 {
		wrong("rule 12: %d of meta", len(pin.Meta))
	}
}

// callRules are about what is sent.
var callRules = []known{
	{1, "a requestid is one segment of the path", []string{psa + ":pinPath"}, func(t *testing.T) {
		for name, id := range map[string]string{"01-odd-id": "a/b?c#d e%41..", "01-dots": ".."} {
			c := ruled(t, name)
			c.trySync(t)
			if pins, _, err := c.Engine.Show(t.Context(), id); err != nil || len(pins) != 1 {
				t.Errorf("%s: shown %+v, %v", name, pins, err)
			}
			is(t, c.remove(t, id), store.OpDone)
			c.holds(t)
		}
	}},
	{2, "the key goes in the header of every request", []string{psa + ":newRequest"}, func(t *testing.T) {
		c := ruled(t, "02-echo")
		is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
		c.sync(t)
		is(t, c.remove(t, "r1"), store.OpDone)
		methods := map[string]bool{}
		for _, r := range c.server.Requests() {
			methods[r.Method] = true // proper looks at each
		}
		if len(methods) != 3 {
			t.Errorf("asked by %v", methods)
		}
	}},
	{3, "any 2xx is good", []string{psa + ":good", psa + ":Delete"}, func(t *testing.T) {
		for _, name := range []string{"03-all-200", "03-all-201", "03-all-202"} {
			c := ruled(t, name)
			is(t, c.add(t, pinOf(cids[0], "one")), store.OpDone)
			c.sync(t)
			c.holds(t, "r1:pinned:one")
			is(t, c.remove(t, "r1"), store.OpDone)
			c.holds(t)
		}
	}},
	{4, "each failure has its sentence", []string{psa + ":classify", psa + ":readFailure", "cmd/pintrayctl:explainError"}, func(t *testing.T) {
		for name, want := range map[string]struct {
			status int
			says   string
		}{
			"04-400":      {9, "Svc didn't take the request: Explanation for humans"},
			"04-401":      {3, "Svc doesn't accept the access key: Access token is missing"},
			"04-409":      {4, "Svc says your plan is full or unpaid: Unable to process request due to the lack of funds"},
			"04-409-bare": {4, "Svc says your plan is full or unpaid"},
			"04-422":      {9, "Svc didn't take the request: Optional explanation"},
			"04-500":      {15, "Svc has trouble of its own: Explanation for humans"},
		} {
			ruled(t, name).says(t, want.status, want.says, "add", cids[0], "--to", "Svc")
		}
		ruled(t, "04-404").says(t, 8, `no service knows "r1"`, "show", "r1")
	}},
	{5, "a limit is always sent", []string{psa + ":encodeQuery"}, func(t *testing.T) {
		c := ruled(t, "05-default-ten")
		if found, err := c.Engine.CheckAccount(t.Context(), c.id); err != nil || found.Err != nil {
			t.Errorf("CheckAccount: %+v, %v", found, err)
		}
		c.server.Set("asked")
		before := len(c.server.Requests())
		c.whole(t, 30)
		if n := len(c.server.Requests()) - before; n > 4 {
			t.Errorf("%d requests for 30 pins", n)
		}
	}},
	{6, "the next page is what is older", []string{listing + ":step", psa + ":encodeQuery"}, func(t *testing.T) {
		c := ruled(t, "06-pages")
		c.whole(t, 35)
		if n := len(c.server.Requests()); n > 12 {
			t.Errorf("%d requests for four pages", n)
		}
	}},
	{7, "every status is asked for", []string{psa + ":encodeQuery", listing + ":want"}, func(t *testing.T) {
		c := ruled(t, "07-four")
		c.whole(t, 4)
		if got := c.account(t).Counts; got[services.Queued]*got[services.Pinning]*got[services.Pinned]*got[services.Failed] != 1 {
			t.Errorf("counted: %v", got)
		}
	}},
	{8, "ten CIDs go in one list", []string{"sync:lookedForToo", psa + ":encodeQuery"}, func(t *testing.T) {
		c := ruled(t, "08-lost")
		var pins []services.Pin
		for i := range 12 {
			pins = append(pins, services.Pin{CID: madeUp(i), Name: fmt.Sprint(i)})
		}
		a, err := c.Engine.Add(t.Context(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{c.id}})
		if err != nil || len(a.Operations) != 12 {
			t.Fatalf("%+v, %v", a, err)
		}
		var ids []store.OperationID
		for _, op := range a.Operations {
			ids = append(ids, op.ID)
		}
		most := 0
		for end := time.Now().Add(time.Minute); most < 10 && time.Now().Before(end); {
			if err := errors.Join(c.Engine.Work(t.Context()), c.Engine.Retry(t.Context(), ids)); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if op := c.operation(t, id); op.LastCode == services.CodeInvalid {
					t.Fatalf("a look failed: %s %s", op.LastCode, op.LastText)
				}
			}
			for _, r := range c.asked("GET", "/pins") {
				most = max(most, len(strings.Split(r.Query().Get("cid"), ","))) // proper says where it is too many
			}
		}
		if most != 10 {
			t.Errorf("of twelve at most %d are looked for at once, want ten", most)
		}
	}},
	{9, "a name has 255 characters", []string{"sync:askable", "sync:Rename"}, func(t *testing.T) {
		c := ruled(t, "09-takes-all")
		long := strings.Repeat("写", 255)
		is(t, c.add(t, pinOf(cids[0], long)), store.OpDone)
		c.holds(t, "r1:pinned:"+long)
		a, err := c.Engine.Rename(t.Context(), c.ref(t, "r1"), long+"!")
		if err != nil || len(a.Refused) != 1 || a.Refused[0].Err.Reason != "name-too-long" {
			t.Errorf("renamed: %+v, %v", a, err)
		}
		a, err = c.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{pinOf(cids[1], long+"!")}, Accounts: []services.AccountID{c.id}})
		if err != nil || len(a.Refused) != 1 || a.Refused[0].Err.Reason != "name-too-long" {
			t.Errorf("added: %+v, %v", a, err)
		}
		c.says(t, 2, "name", "add", cids[1], "--to", "Svc", "--name", long+"!")
		c.times(t, 1, "POST", "/")
	}},
	{11, "origins are twenty at most", []string{psa + ":encodePin", "sync:askable"}, func(t *testing.T) {
		c := ruled(t, "11-takes")
		pin := pinOf(cids[0], "one")
		for i := range 20 {
			pin.Origins = append(pin.Origins, fmt.Sprintf("/ip4/203.0.113.%d/tcp/4001/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN", i/2))
		}
		is(t, c.add(t, pin), store.OpDone)
		pin = pinOf(cids[1], "two")
		pin.Origins = slices.Repeat([]string{"/ip4/203.0.113.1/tcp/1"}, 21)
		a, err := c.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{pin}, Accounts: []services.AccountID{c.id}})
		if err != nil || len(a.Refused) != 1 || a.Refused[0].Err.Reason != "too-many-origins" {
			t.Errorf("added: %+v, %v", a, err)
		}
		c.times(t, 1, "POST", "/")
		is(t, c.bring(t), store.OpDone) // whoever it names cannot be dialled
	}},
}

// madeUp is one of many content IDs.
func madeUp(i int) services.CID {
	const letters = "abcdefghijklmnop"
	return services.WireCID(strings.Replace(cids[0], "huyqmxt3", "huyqmxt"+letters[i:i+1], 1))
}
