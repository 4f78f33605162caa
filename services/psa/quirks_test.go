package psa_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest/recorded"
)

// transport answers requests without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// over gives a client whose requests go to f.
func over(tb testing.TB, f transport) *psa.Client {
	tb.Helper()
	return with(tb, psa.Config{HTTP: &http.Client{Transport: f}})
}

func with(tb testing.TB, c psa.Config) *psa.Client {
	tb.Helper()
	if c.Endpoint == "" {
		c.Endpoint = "https://pins.example/psa"
	}
	if c.Key.IsZero() {
		c.Key = services.NewSecret(token)
	}
	client, err := psa.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// answers gives every request what the service of that name ("01-add-200" is
// add-200 of 01.http) answers to its first.
func answers(tb testing.TB, name string) transport {
	tb.Helper()
	file, service, _ := strings.Cut(name, "-")
	s, err := recorded.Find("testdata/quirks/"+file+".http", service)
	if err != nil {
		tb.Fatal(err)
	}
	return func(r *http.Request) (*http.Response, error) {
		return http.ReadResponse(bufio.NewReader(bytes.NewReader(s.First())), r)
	}
}

const knownCID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"

var knownPin = services.Pin{CID: services.WireCID(knownCID), Name: "a"}

// call makes the call and tells its answer in one line.
func call(ctx context.Context, c *psa.Client, op string) (string, error) {
	var st services.PinStatus
	var err error
	switch op {
	case "list":
		page, err := c.List(ctx, services.Query{Limit: 10})
		return pageText(page), err
	case "add":
		st, err = c.Add(ctx, knownPin)
	case "get":
		st, err = c.Get(ctx, "r1")
	case "replace":
		st, err = c.Replace(ctx, "r1", knownPin)
	case "delete":
		return "", c.Delete(ctx, "r1")
	}
	return statusText(st), err
}

func pageText(page services.Page) string {
	var parts []string
	for _, st := range page.Results {
		parts = append(parts, statusText(st))
	}
	return fmt.Sprintf("%d: %s", page.Count, strings.Join(parts, "; "))
}

// statusText is requestid, status, created, CID where it is another than
// knownCID, name, number of delegates, info.
func statusText(st services.PinStatus) string {
	if st.RequestID == "" && st.Pin.CID.IsZero() {
		return ""
	}
	created := "-"
	if !st.Created.IsZero() {
		created = st.Created.Format(time.RFC3339Nano)
	}
	text := fmt.Sprintf("%q %v %s %s %d", st.RequestID, st.Status, created, st.Pin.Name, len(st.Delegates))
	if st.Pin.CID.Text != knownCID {
		text += fmt.Sprintf(" cid=%q", st.Pin.CID.Key)
	}
	if len(st.Info) > 0 {
		text += fmt.Sprint(" ", st.Info)
	}
	return text
}

func TestClient_TakesEveryKnownAnswer(t *testing.T) {
	const usual = `"r1" pinned 2024-05-06T07:08:09Z a 1`
	for _, test := range []struct{ name, op, want string }{
		{"01-delete-200-text", "delete", ""},
		{"01-add-200", "add", usual},
		{"01-add-200", "get", usual},
		{"01-add-200", "replace", usual},
		{"07-results-null", "list", "0: "},
		{"07-count-without-results", "list", "3: "},
		{"09-count-string", "list", "7: " + usual},
		{"09-count-float", "list", "7: " + usual},
		{"09-count-huge", "list", "9223372036854775807: " + usual},
		{"09-count-missing", "list", "1: " + usual},
		{"09-count-negative", "list", "0: " + usual},
		{"12-odd-items", "list", `9: "r1" pinned 2024-05-06T07:08:09Z  1 cid=""; "r2" pinned - a 1; "good" pinned 2024-05-06T07:08:09Z a 1`},
		{"16-odd-status", "list", `3: "r1" unknown 2024-05-06T07:08:09Z a 1; "r2" unknown 2024-05-06T07:08:09Z a 1; "r3" pinned 2024-05-06T07:08:09Z a 1`},
		{"20-same-id-twice", "list", "2: " + usual + "; " + usual},
		{"22-number-id", "list", `1: "48213" pinned 2024-05-06T07:08:09Z a 1`},
		{"22-spelled-requestId", "list", "1: " + usual},
		{"22-empty-id", "list", `1: "" pinned 2024-05-06T07:08:09Z a 1`},
		{"22-base64-id", "list", `1: "UmVxOjE/Lw==" pinned 2024-05-06T07:08:09Z a 1`},
		{"23-oldest-first", "list", `2: "old" pinned 2020-01-01T00:00:00Z a 1; "new" pinned 2021-01-01T00:00:00Z a 1`},
		{"28-delegates-null", "list", `1: "r1" pinned 2024-05-06T07:08:09Z a 0`},
		{"28-delegates-missing", "list", `1: "r1" pinned 2024-05-06T07:08:09Z a 0`},
		{"29-delegates-many", "list", `1: "r1" pinned 2024-05-06T07:08:09Z a 20`},
		{"31-nulls", "list", `1: "r1" pinned 2024-05-06T07:08:09Z  1`},
		{"33-info-kinds", "list", "1: " + usual + ` map[dag_size:123 deep:{"a":[1]} ok:true s:t]`},
		{"34-extra-fields", "list", "1: " + usual},
		{"34-odd-cid", "list", "1: " + usual + ` cid="?not a cid"`},
	} {
		got, err := call(t.Context(), over(t, answers(t, test.name)), test.op)
		if err != nil || got != test.want {
			t.Errorf("%s, %s: got\n%s, %v, want\n%s", test.name, test.op, got, err, test.want)
		}
	}
}

func TestClient_ANotFoundIsNothingOnlyWhereTheServiceSaysItSo(t *testing.T) { // quirk 6
	c := with(t, psa.Config{HTTP: &http.Client{Transport: answers(t, "06-empty-list-404")}, NoneIs404: true})
	if page, err := c.List(t.Context(), services.Query{}); err != nil || page.Count != 0 || len(page.Results) != 0 {
		t.Errorf("got %+v, %v", page, err)
	}
}

func TestClient_TellsEveryKnownRefusalApart(t *testing.T) {
	const invalid, auth, plan, notAPI = services.CodeInvalid, services.CodeAuth, services.CodePlan, services.CodeNotAPI
	const notFound, server, decode = services.CodeNotFound, services.CodeServer, services.CodeDecode
	for _, test := range []struct {
		name, op        string
		code            services.Code
		reason, details string
	}{
		{"02-keys-must-be-strings", "list", auth, "KEYS_MUST_BE_STRINGS", "pinata_api_key and pinata_secret_api_key must be strings"},
		{"02-auth-403", "add", auth, "ERR_INVALID_TOKEN", "Token not found"},
		{"03-paid-account-403", "list", plan, "FORBIDDEN", "This feature requires a paid account"},
		{"03-402", "add", plan, "PAYMENT", "Payment Required"},
		{"03-409", "add", plan, "INSUFFICIENT_FUNDS", "Unable to process request due to the lack of funds"},
		{"03-quota-422", "add", plan, "ERR", "Storage quota exceeded"},
		{"04-html-404", "list", notAPI, "html", "404 & gone"},
		{"04-html-404", "get", notAPI, "html", "404 & gone"},
		{"04-html-404", "delete", notAPI, "html", "404 & gone"},
		{"04-html-405", "add", notAPI, "html", "405 Not Allowed"},
		{"04-html-200", "list", notAPI, "html", "Welcome"},
		{"04-html-200", "add", notAPI, "html", "Welcome"},
		{"04-html-200", "delete", notAPI, "html", "Welcome"},
		{"04-html-400", "list", invalid, "", "Bad Request"},
		{"04-text-404", "list", notAPI, "html", "404 page not found"},
		{"04-text-404", "delete", notAPI, "html", "404 page not found"},
		{"04-json-404-no-route", "list", notAPI, "Not Found", "Route GET:/pins not found"},
		{"04-json-404-no-route", "delete", notAPI, "Not Found", "Route GET:/pins not found"},
		{"04-foreign-json-200", "list", notAPI, "foreign-json", ""},
		{"04-foreign-json-200", "get", notAPI, "foreign-json", ""},
		{"05-code-message", "list", auth, "ERROR_INVALID_TOKEN", "API Key is malformed"},
		{"05-capital-error", "add", invalid, "BAD", "no such thing"},
		{"05-fastify", "add", invalid, "FST_ERR_VALIDATION", "body must have cid"},
		{"05-bare-string", "add", invalid, "", "Invalid request"},
		{"05-empty", "list", server, "", "Internal Server Error"},
		{"05-error-string", "list", server, "boom", "Internal Server Error"},
		{"05-numeric-code", "add", invalid, "", "cannot be processed"},
		{"06-empty-list-404", "list", notAPI, "NOT_FOUND", "The specified resource was not found"},
		{"06-empty-list-404", "get", notFound, "NOT_FOUND", "The specified resource was not found"},
		{"06-empty-list-404", "add", invalid, "NOT_FOUND", "The specified resource was not found"},
		{"00-not-found", "replace", notFound, "NOT_FOUND", "Not Found"},
		{"00-not-found", "delete", notFound, "NOT_FOUND", "Not Found"},
		{"00-not-found-empty", "delete", notFound, "", "Not Found"},
		{"00-not-found-empty", "list", notAPI, "html", "Not Found"},
		{"36-backend-424", "add", server, "FAILED_DEPENDENCY", "Failed Dependency"},
		{"38-duplicate-409", "add", invalid, services.ReasonDuplicate, "Object already pinned to pinata"},
		{"38-duplicate-400", "add", invalid, services.ReasonDuplicate, "This CID already exists in your account"},
		{"38-duplicate-409", "list", plan, "DUPLICATE_OBJECT", "Object already pinned to pinata"},
		{"44-redirect", "list", notAPI, "redirect", "https://new.example/psa/pins"},
		{"44-redirect", "add", notAPI, "redirect", "https://new.example/psa/pins"},
		{"44-redirect", "delete", notAPI, "redirect", "https://new.example/psa/pins"},
		{
			"00-truncated", "list", decode, "json",
			`{"count":1,"results":[{"requestid":"r1","status":"pinned","created":"2024-05-06T07:08:09Z","pin":{"cid":"` +
				knownCID + `","name":"a"},"delegate`,
		},
		{"00-array", "list", decode, "json", ""},
		{"00-empty-200", "list", decode, "empty", ""},
		{"00-empty-200", "add", decode, "empty", ""},
		{"00-one-without-id", "add", decode, "no-requestid", ""},
		{"00-405-spec", "replace", invalid, "NOT_SUPPORTED", "Method Not Allowed"},
		{"00-503", "add", server, "", "Busy"},
		{"37-429", "add", services.CodeLimited, "RATE_LIMITED", "Too Many Requests"},
	} {
		_, err := call(t.Context(), over(t, answers(t, test.name)), test.op)
		e := services.AsError(err)
		if e == nil {
			t.Errorf("%s, %s: got no error", test.name, test.op)
			continue
		}
		if e.Code != test.code || e.Reason != test.reason || e.Details != test.details || e.Op != test.op {
			t.Errorf("%s, %s: got %q %q %q (%s), want %q %q %q",
				test.name, test.op, e.Code, e.Reason, e.Details, e.Op, test.code, test.reason, test.details)
		}
		if e.NotSent != (test.code == services.CodeLimited) || e.HTTP == 0 {
			t.Errorf("%s, %s: got NotSent %v, HTTP %d", test.name, test.op, e.NotSent, e.HTTP)
		}
	}
}

// Every service of the files is somebody's: this file's or the end-to-end tests'.
func TestQuirks_EveryRecordedAnswerIsTried(t *testing.T) {
	var source []byte
	for _, pattern := range []string{"quirks_test.go", "../../cmd/internal/e2e/quirk*_test.go", "../../cmd/internal/e2e/rule*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source = append(source, text...)
		}
	}
	for _, folder := range []string{"quirks", "rules"} {
		files, err := filepath.Glob("testdata/" + folder + "/*.http")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", folder, files, err)
		}
		for _, f := range files {
			all, err := recorded.Read(f)
			if err != nil {
				t.Error(err)
			}
			number := strings.TrimSuffix(filepath.Base(f), ".http")
			for _, s := range all {
				if !bytes.Contains(source, []byte(`"`+number+"-"+s.Name+`"`)) {
					t.Errorf("no test reads %s of %s", s.Name, f)
				}
			}
		}
	}
}

func TestClient_ReadsEveryWayToWriteATime(t *testing.T) {
	for text, want := range map[string]string{
		`"2024-05-06T07:08:09Z"`:                    "2024-05-06T07:08:09Z",
		`"2024-05-06T07:08:09.5Z"`:                  "2024-05-06T07:08:09.5Z",
		`"2024-05-06T07:08:09.123456Z"`:             "2024-05-06T07:08:09.123456Z",
		`"2024-05-06T07:08:09.123456789Z"`:          "2024-05-06T07:08:09.123456789Z",
		`"2024-05-06T07:08:09.9+00:00"`:             "2024-05-06T07:08:09.9Z",
		`"2024-05-06T07:08:09.000-04:00"`:           "2024-05-06T11:08:09Z",
		`"2024-05-06T07:08:09+0530"`:                "2024-05-06T01:38:09Z",
		`"2024-05-06t07:08:09z"`:                    "2024-05-06T07:08:09Z",
		`"2024-05-06 07:08:09"`:                     "2024-05-06T07:08:09Z",
		`"2024-05-06 07:08:09.123456789 +0000 UTC"`: "2024-05-06T07:08:09.123456789Z",
		`"2024-05-06T07:08:09"`:                     "2024-05-06T07:08:09Z",
		`1714979289`:                                "2024-05-06T07:08:09Z",
		`1714979289123`:                             "2024-05-06T07:08:09.123Z",
		`1714979289123456`:                          "2024-05-06T07:08:09.123456Z",
		`"0001-01-01T00:00:00Z"`:                    "-",
		`"yesterday"`:                               "-",
		`null`:                                      "-",
		`-5`:                                        "-",
		`{"a":1}`:                                   "-",
	} {
		body := `{"requestid":"r1","status":"pinned","created":` + text + `,"pin":{"cid":"` + knownCID + `"}}`
		st, err := over(t, answer(http.StatusOK, body)).Get(t.Context(), "r1")
		got := "-"
		if !st.Created.IsZero() {
			got = st.Created.Format(time.RFC3339Nano)
		}
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestClient_CutsFieldsThatAreTooLong(t *testing.T) {
	long := strings.Repeat("写", 1000)
	meta := make([]string, 0, 1200)
	for i := range 1200 {
		meta = append(meta, fmt.Sprintf(`"k%04d":"v"`, i))
	}
	body := fmt.Sprintf(`{"count":2,"results":[
		{"requestid":%q,"pin":{"cid":"x"}},
		{"requestid":"r1","pin":{"cid":%q,"name":%q,"meta":{%s}},"info":{"a":%q,"b":"short"}}]}`,
		strings.Repeat("i", 513), long, long, strings.Join(meta, ","), strings.Repeat("x", 70<<10))
	page, err := over(t, answer(http.StatusOK, body)).List(t.Context(), services.Query{})
	if err != nil || len(page.Results) != 1 {
		t.Fatalf("got %d pins, %v, want the one with a requestid that can be used", len(page.Results), err)
	}
	st := page.Results[0]
	if len(st.Pin.CID.Text) > 256 || len(st.Pin.Name) > 1024 || !strings.HasSuffix(st.Pin.Name, "写") {
		t.Errorf("got a CID of %d and a name of %d bytes", len(st.Pin.CID.Text), len(st.Pin.Name))
	}
	if len(st.Pin.Meta) != services.MaxMeta || st.Pin.Meta["k0999"] != "v" {
		t.Errorf("got %d meta keys", len(st.Pin.Meta))
	}
	if len(st.Info) > 1 {
		t.Errorf("got %d info values, want the huge one left out", len(st.Info))
	}
}
