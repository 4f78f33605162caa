package psa_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest"
)

// answer answers every request with a JSON body.
func answer(status int, body string, headers ...string) transport {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r,
		}, nil
	}
}

const onePin = `{"requestid":"r1","status":"queued","created":"2024-05-06T07:08:09Z","pin":{"cid":"` + knownCID + `"}}`

// sent records the last request and answers it with body.
func sent(into **http.Request, text *string, body string) transport {
	return func(r *http.Request) (*http.Response, error) {
		*into, *text = r, ""
		if r.Body != nil {
			all, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			*text = string(all)
		}
		return answer(http.StatusOK, body)(r)
	}
}

func TestClient_SendsEveryParameterOfAList(t *testing.T) {
	var r *http.Request
	var text string
	c := over(t, sent(&r, &text, `{"count":0,"results":[]}`))
	at := time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.FixedZone("", 3600))
	for _, test := range []struct {
		q    services.Query
		want url.Values
	}{
		{services.Query{}, url.Values{}},
		{services.Query{Limit: 1000, Status: services.AllStatuses()}, url.Values{
			"limit": {"1000"}, "status": {"queued,pinning,pinned,failed"},
		}},
		{services.Query{Name: "a+b & ü"}, url.Values{"name": {"a+b & ü"}, "match": {"exact"}}},
		{services.Query{Name: "a", Match: services.MatchIPartial}, url.Values{"name": {"a"}, "match": {"ipartial"}}},
		{services.Query{Match: services.MatchIPartial}, url.Values{}},
		{services.Query{Before: at, After: at.Add(-time.Hour)}, url.Values{
			"before": {"2026-01-02T02:04:05.123456789Z"}, "after": {"2026-01-02T01:04:05.123456789Z"},
		}},
		{services.Query{CIDs: []services.CID{knownPin.CID, services.WireCID("Qm1"), knownPin.CID}}, url.Values{
			"cid": {knownCID + ",Qm1"},
		}},
		{services.Query{Meta: map[string]string{"b": `"`, "a": "1"}}, url.Values{"meta": {`{"a":"1","b":"\""}`}}},
	} {
		if _, err := c.List(t.Context(), test.q); err != nil {
			t.Fatal(err)
		}
		if got := r.URL.Query().Encode(); got != test.want.Encode() {
			t.Errorf("%+v: got %s, want %s", test.q, got, test.want.Encode())
		}
		if r.Method != http.MethodGet || r.URL.Path != "/psa/pins" || r.Body != nil {
			t.Errorf("got %s %s", r.Method, r.URL.Path)
		}
	}
}

func TestClient_SendsSpecFieldsOnly(t *testing.T) {
	var r *http.Request
	var text string
	c := over(t, sent(&r, &text, onePin))
	origins := make([]string, 25)
	for i := range origins {
		origins[i] = "/dns4/h" + string(rune('a'+i)) + ".example/tcp/4001/p2p/x"
	}
	whole := services.Pin{CID: knownPin.CID, Name: `q"ü`, Origins: append(origins[:1:1], origins...), Meta: map[string]string{"k": "v"}}
	want, err := json.Marshal(map[string]any{
		"cid": knownCID, "name": `q"ü`, "origins": origins[:20], "meta": map[string]string{"k": "v"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Add(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	wantSame(t, text, string(want))
	if r.Method != http.MethodPost || r.URL.Path != "/psa/pins" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %s %s of %s", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	if _, err := c.Replace(t.Context(), "r1", services.Pin{CID: knownPin.CID}); err != nil {
		t.Fatal(err)
	}
	wantSame(t, text, `{"cid":"`+knownCID+`"}`)
	for name := range r.Header {
		switch name {
		case "Accept", "Authorization", "Content-Type", "User-Agent":
		default:
			t.Errorf("sent the header %s: an Idempotency-Key for one would make it be sent twice", name)
		}
	}
}

func wantSame(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if json.Unmarshal([]byte(got), &g) != nil || json.Unmarshal([]byte(want), &w) != nil {
		t.Fatalf("no JSON: %s, %s", got, want)
	}
	a, _ := json.Marshal(g)
	b, _ := json.Marshal(w)
	if !bytes.Equal(a, b) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestClient_EscapesTheRequestID(t *testing.T) {
	var r *http.Request
	var text string
	c := over(t, sent(&r, &text, onePin))
	for id, want := range map[string]string{
		"plain":     "/psa/pins/plain",
		"a/b":       "/psa/pins/a%2Fb",
		"a?b#c%d e": "/psa/pins/a%3Fb%23c%25d%20e",
		"..":        "/psa/pins/%2E%2E",
		".":         "/psa/pins/%2E",
		"a==":       "/psa/pins/a==",
		"写":         "/psa/pins/%E5%86%99",
	} {
		if _, err := c.Get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if got := r.URL.EscapedPath(); got != want || r.URL.RawQuery != "" {
			t.Errorf("%q: got %s, want %s", id, got, want)
		}
	}
}

func TestClient_ChecksBeforeItSends(t *testing.T) {
	c := over(t, answer(http.StatusOK, onePin))
	ctx, many := t.Context(), make([]services.CID, 11)
	for i := range many {
		many[i] = servicetest.RandomCID()
	}
	list := func(q services.Query) error { _, err := c.List(ctx, q); return err }
	add := func(p services.Pin) error { _, err := c.Add(ctx, p); return err }
	get := func(id string) error { _, err := c.Get(ctx, id); return err }
	longest := strings.Repeat("写", services.MaxName)
	for what, test := range map[string]struct {
		err    error
		reason string
	}{
		"delete of nothing":  {c.Delete(ctx, ""), "empty-id"},
		"get of nothing":     {get(""), "empty-id"},
		"a damaged id":       {get("a\ufffdb"), "bad-id"},
		"an endless id":      {get(strings.Repeat("a", 513)), "bad-id"},
		"no cid":             {add(services.Pin{Name: "a"}), "no-cid"},
		"a long name":        {add(services.Pin{CID: knownPin.CID, Name: longest + "x"}), "name-too-long"},
		"a long name listed": {list(services.Query{Name: longest + "x"}), "name-too-long"},
		"too many cids":      {list(services.Query{CIDs: many}), "too-many-cids"},
		"a negative limit":   {list(services.Query{Limit: -1}), "limit"},
	} {
		e := services.AsError(test.err)
		if e == nil || e.Code != services.CodeInvalid || e.Reason != test.reason || !e.NotSent {
			t.Errorf("%s: got %+v, want reason %q", what, e, test.reason)
		}
	}
	if c.Requests() != 0 {
		t.Errorf("made %d requests", c.Requests())
	}
	if err := add(services.Pin{CID: knownPin.CID, Name: longest}); err != nil || c.Requests() != 1 {
		t.Errorf("255 characters of any script: got %v after %d requests", err, c.Requests())
	}
}

func TestNew_TakesKeysAsTheyArePasted(t *testing.T) {
	for pasted, want := range map[string]string{
		"abc.def-_~+/==":    "Bearer abc.def-_~+/==",
		"  abc\n":           "Bearer abc",
		"Bearer abc":        "Bearer abc",
		" bearer   abc\r\n": "Bearer abc",
		"":                  "",
	} {
		var r *http.Request
		var text string
		c, err := psa.New(psa.Config{
			Endpoint: "https://pins.example", Key: services.NewSecret(pasted),
			HTTP: &http.Client{Transport: sent(&r, &text, onePin)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Get(t.Context(), "r1"); err != nil {
			t.Fatal(err)
		}
		if got := r.Header.Get("Authorization"); got != want {
			t.Errorf("%q: got %q, want %q", pasted, got, want)
		}
	}
	for _, pasted := range []string{"a b", "a\nb", "schlüssel", "a\x00", "\u201cabc\u201d"} {
		_, err := psa.New(psa.Config{Endpoint: "https://pins.example", Key: services.NewSecret(pasted)})
		if e := services.AsError(err); e == nil || e.Reason != "key" || !e.NotSent || strings.Contains(e.Error(), pasted) {
			t.Errorf("%q: got %v, want reason key", pasted, err)
		}
	}
}

func TestNew_RefusesPlainHTTPOffThisComputer(t *testing.T) {
	for _, endpoint := range []string{"http://pins.example", "http://192.168.0.7:9097", "http://localhost.example"} {
		_, err := psa.New(psa.Config{Endpoint: endpoint, Key: services.NewSecret(token)})
		if e := services.AsError(err); e == nil || e.Reason != "plain-http" {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
}

func TestClient_KeepsTheKeyOutOfErrors(t *testing.T) {
	const key = "sec/ret+key=42"
	for what, f := range map[string]transport{
		"details":  answer(http.StatusForbidden, `{"error":{"reason":"NO `+key+`","details":"bad token `+key+`"}}`),
		"escaped":  answer(http.StatusForbidden, `{"error":{"reason":"NO","details":"`+url.QueryEscape(key)+`"}}`),
		"redirect": answer(http.StatusFound, "", "Location", "https://x.example/?t="+url.QueryEscape(key)),
		"html":     answer(http.StatusBadGateway, "<title>sec/ret&#43;key=42</title>", "Content-Type", "text/html"),
		"cut":      answer(http.StatusBadRequest, `"`+strings.Repeat("x", 505)+key+`"`),
	} {
		_, err := with(t, psa.Config{Key: services.NewSecret(key), HTTP: &http.Client{Transport: f}}).Get(t.Context(), "r1")
		e := services.AsError(err)
		if e == nil {
			t.Errorf("%s: got no error", what)
			continue
		}
		for _, part := range []string{key, url.QueryEscape(key), "sec/r"} {
			if strings.Contains(e.Error(), part) {
				t.Errorf("%s: the key shows in %q", what, e.Error())
			}
		}
		if len(e.Details) > 512 {
			t.Errorf("%s: got %d bytes of details", what, len(e.Details))
		}
	}
}

func TestClient_HonoursHowLongAServiceAsksToWait(t *testing.T) {
	const date = "Mon, 06 May 2024 07:08:09 GMT"
	for _, test := range []struct {
		status  int
		headers []string
		want    time.Duration
	}{
		{429, nil, 0},
		{429, []string{"Retry-After", "60"}, time.Minute},
		{429, []string{"Retry-After", "0"}, time.Second},
		{429, []string{"Retry-After", "-5"}, time.Second},
		{429, []string{"Retry-After", "99999"}, time.Hour},
		{429, []string{"Retry-After", "1e300"}, time.Hour},
		{429, []string{"Retry-After", "NaN"}, time.Second},
		{429, []string{"Retry-After", "soon"}, 0},
		{429, []string{"Date", date, "Retry-After", "Mon, 06 May 2024 07:10:09 GMT"}, 2 * time.Minute},
		{429, []string{"Date", date, "Retry-After", "Mon, 06 May 2024 07:00:00 GMT"}, time.Second},
		{429, []string{"Date", date, "X-RateLimit-Reset", "1714979319"}, 30 * time.Second},
		{429, []string{"Date", date, "X-RateLimit-Reset", "1714979319000"}, 30 * time.Second},
		{429, []string{"Date", date, "X-RateLimit-Reset", "12"}, 12 * time.Second},
		{429, []string{"Retry-After", "5", "X-RateLimit-Reset", "50"}, 5 * time.Second},
		{503, []string{"Retry-After", "120"}, 2 * time.Minute},
		{503, []string{"X-RateLimit-Reset", "12"}, 0},
	} {
		_, err := over(t, answer(test.status, `{"error":{"reason":"R"}}`, test.headers...)).Add(t.Context(), knownPin)
		e := services.AsError(err)
		if e == nil || e.RetryAfter != test.want || e.NotSent != (test.status == 429) {
			t.Errorf("%d %v: got %+v, want %v", test.status, test.headers, e, test.want)
		}
	}
}
