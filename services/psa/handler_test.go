package psa_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest"
)

// ask sends one request to a handler, with the token.
func ask(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func guarded(svc services.Service) http.Handler {
	return psa.Handler(svc, func(t string) bool { return t == token })
}

// wantFailure checks status and shape of a bad answer.
func wantFailure(t *testing.T, what string, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	var body struct {
		Error struct {
			Reason  string `json:"reason"`
			Details string `json:"details"`
		} `json:"error"`
	}
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); w.Code != status || err != nil || body.Error.Reason == "" ||
		w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%s: got %d, %+v, %v, want %d and a reason", what, w.Code, body, err, status)
	}
}

func TestHandler_AnswersWithTheSpecsCodes(t *testing.T) {
	h := guarded(demo.New(demo.Options{}))
	pin := `{"cid":"` + knownCID + `","name":"a","meta":{"k":"v"},"origins":["/dns4/a.example/tcp/1/p2p/x"]}`
	w := ask(h, "POST", "/pins", pin)
	var st struct {
		RequestID, Status, Created string
		Pin                        struct{ CID, Name string }
		Delegates                  []string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &st); err != nil || w.Code != http.StatusAccepted || st.RequestID == "" {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if _, err := time.Parse(time.RFC3339, st.Created); err != nil || !strings.HasSuffix(st.Created, "Z") {
		t.Errorf("got created %q", st.Created)
	}
	if st.Pin.CID != knownCID || st.Pin.Name != "a" || len(st.Delegates) == 0 {
		t.Errorf("got %+v", st)
	}
	one := "/pins/" + st.RequestID
	for _, test := range []struct {
		method, target, body string
		want                 int
	}{
		{"GET", "/pins", "", 200},
		{"HEAD", "/pins", "", 200},
		{"OPTIONS", "/pins", "", 204},
		{"GET", one, "", 200},
		{"HEAD", one, "", 200},
		{"OPTIONS", one, "", 204},
		{"POST", one, pin, 202},
		{"GET", one, "", 404},
		{"DELETE", one, "", 404},
		{"POST", one, pin, 404},
		{"PUT", "/pins", pin, 405},
		{"DELETE", "/pins", "", 405},
		{"PATCH", one, pin, 405},
		{"GET", "/", "", 404},
		{"GET", "/pins/", "", 404},
		{"GET", "/pins/a/b", "", 404},
		{"GET", "/psa/pins", "", 404},
		{"GET", "/pins?limit=1", "", 200},
	} {
		w := ask(h, test.method, test.target, test.body)
		if w.Code != test.want {
			t.Errorf("%s %s: got %d %s, want %d", test.method, test.target, w.Code, w.Body, test.want)
		}
		if test.want >= 400 {
			wantFailure(t, test.method+" "+test.target, w, test.want)
		}
		if allow := w.Header().Get("Allow"); (test.want == 405 || test.want == 204) == (allow == "") {
			t.Errorf("%s %s: got Allow %q", test.method, test.target, allow)
		}
	}
}

func TestHandler_DeleteAnswers202WithoutABody(t *testing.T) {
	svc := demo.New(demo.Options{})
	st, err := svc.Add(t.Context(), knownPin)
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(guarded(svc), "DELETE", "/pins/"+st.RequestID, ""); w.Code != http.StatusAccepted || w.Body.Len() != 0 {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestHandler_LetsNobodyInWithoutTheToken(t *testing.T) {
	h := guarded(demo.New(demo.Options{Pins: 1}))
	for _, auth := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + token, token, "Bearer " + token + "x"} {
		for _, target := range []string{"/pins", "/pins/x", "/elsewhere"} {
			r := httptest.NewRequest("GET", target, nil)
			r.Header.Set("Authorization", auth)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			wantFailure(t, target+" with "+auth, w, http.StatusUnauthorized)
		}
	}
	w := httptest.NewRecorder()
	psa.Handler(demo.New(demo.Options{}), nil).ServeHTTP(w, httptest.NewRequest("GET", "/pins", nil))
	if w.Code != http.StatusOK {
		t.Errorf("a service without a key: got %d", w.Code)
	}
}

func TestHandler_RefusesWhatTheSpecDoesNotAllow(t *testing.T) {
	h := guarded(demo.New(demo.Options{Pins: 1}))
	for _, query := range []string{
		"limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "status=unpinned", "status=", "status=pinned,,failed",
		"match=fuzzy", "match=", "name=" + strings.Repeat("a", 256), "cid=nonsense", "cid=",
		"cid=" + strings.Repeat(knownCID+"x,", 11), "before=yesterday", "after=2024-13-01T00:00:00Z", "before=",
		"meta=x", "meta=[]", `meta={"a":1}`, "meta=", "name=%ff", "name=%zz",
	} {
		wantFailure(t, query, ask(h, "GET", "/pins?"+strings.ReplaceAll(query, `"`, "%22"), ""), http.StatusBadRequest)
	}
	many := strings.Repeat(`"/dns4/a/tcp/1",`, 21)
	for _, body := range []string{
		"", "x", "[]", "null", "{}", `{"cid":""}`, `{"cid":"nonsense"}`, `{"cid":5}`, `{"cid":"` + knownCID + `"} {}`,
		`{"cid":"` + knownCID + `","name":5}`, `{"cid":"` + knownCID + `","name":"` + strings.Repeat("a", 256) + `"}`,
		`{"cid":"` + knownCID + `","origins":"x"}`, `{"cid":"` + knownCID + `","origins":[` + many[:len(many)-1] + `]}`,
		`{"cid":"` + knownCID + `","origins":["/a","/a"]}`, `{"cid":"` + knownCID + `","meta":{"a":1}}`,
	} {
		wantFailure(t, body, ask(h, "POST", "/pins", body), http.StatusBadRequest)
	}
	wantFailure(t, "2 MiB", ask(h, "POST", "/pins", strings.Repeat(" ", 2<<20)), http.StatusRequestEntityTooLarge)
	r := httptest.NewRequest("POST", "/pins", strings.NewReader(`{"cid":"`+knownCID+`"}`))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	wantFailure(t, "a form of a web page", w, http.StatusBadRequest)
}

// spy is a Service that records the query and answers with err.
type spy struct {
	services.Service
	query services.Query
	id    string
	err   error
}

func (s *spy) List(_ context.Context, q services.Query) (services.Page, error) {
	s.query = q
	return services.Page{Count: 1 << 40, Results: []services.PinStatus{{RequestID: "r1", Pin: knownPin}}}, s.err
}

func (s *spy) Get(_ context.Context, id string) (services.PinStatus, error) {
	s.id = id
	return services.PinStatus{RequestID: id}, s.err
}

func TestHandler_PassesTheQueryOnWithTheSpecsDefaults(t *testing.T) {
	s := &spy{}
	h := guarded(s)
	w := ask(h, "GET", "/pins", "")
	if s.query.Limit != 10 || len(s.query.Status) != 1 || s.query.Status[0] != services.Pinned || s.query.Match != services.MatchExact {
		t.Errorf("got %+v, want limit 10 and pinned", s.query)
	}
	for _, part := range []string{`"count":2147483647`, `"delegates":[]`} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("got %s, want %s in it", w.Body, part)
		}
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)
	ask(h, "GET", "/pins?"+url.Values{
		"limit": {"1000"}, "status": {"queued,failed"}, "name": {"a b"}, "match": {"ipartial"}, "cid": {knownCID + "," + knownCID},
		"before": {at.Format(time.RFC3339Nano)}, "after": {"2026-01-02T03:04:05+01:00"}, "meta": {`{"k":"v"}`}, "other": {"x"},
	}.Encode(), "")
	q := s.query
	if q.Limit != 1000 || len(q.Status) != 2 || q.Status[1] != services.Failed || q.Name != "a b" || q.Match != services.MatchIPartial ||
		len(q.CIDs) != 1 || !q.Before.Equal(at) || !q.After.Equal(at.Add(-time.Hour-600)) || q.Meta["k"] != "v" {
		t.Errorf("got %+v", q)
	}
	ask(h, "GET", "/pins?after=2026-01-02T03:04:05+01:00", "") // a + that was not escaped
	if !s.query.After.Equal(at.Add(-time.Hour - 600)) {
		t.Errorf("got %v", s.query.After)
	}
	ask(h, "GET", "/pins/a%2Fb%3F", "")
	if s.id != "a/b?" {
		t.Errorf("got requestid %q", s.id)
	}
}

func TestHandler_TellsFailuresApart(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{&services.Error{Code: services.CodeNotFound}, 404},
		{&services.Error{Code: services.CodeAuth}, 401},
		{&services.Error{Code: services.CodePlan}, 409},
		{&services.Error{Code: services.CodeInvalid}, 400},
		{&services.InputError{Kind: services.InputEmpty}, 400},
		{&services.Error{Code: services.CodeLimited, RetryAfter: 1500 * time.Millisecond}, 429},
		{&services.Error{Code: services.CodeTimeout}, 504},
		{&services.Error{Code: services.CodeServer}, 500},
		{errors.New("odd"), 500},
	} {
		w := ask(guarded(&spy{err: test.err}), "GET", "/pins", "")
		wait := w.Header().Get("Retry-After")
		wantFailure(t, test.err.Error(), w, test.want)
		if (wait == "2") != (test.want == 429) {
			t.Errorf("%v: got Retry-After %q", test.err, wait)
		}
	}
}

func TestClientOverHandler_MeetsTheFaultsOfADemo(t *testing.T) {
	for fault, want := range map[demo.Fault]struct {
		code    services.Code
		notSent bool
		kept    int
	}{
		demo.FaultServer:  {services.CodeServer, false, 0},
		demo.FaultLimited: {services.CodeLimited, true, 0},
		demo.FaultDropped: {services.CodeUnreachable, false, 1},
	} {
		svc := demo.New(demo.Options{FailEvery: 2, Faults: []demo.Fault{fault}})
		c := serve(t, svc)
		if _, err := c.List(t.Context(), services.Query{}); err != nil {
			t.Fatal(err)
		}
		_, err := c.Add(t.Context(), services.Pin{CID: servicetest.RandomCID()})
		e := services.AsError(err)
		if e == nil || e.Code != want.code || e.NotSent != want.notSent || len(svc.Snapshot()) != want.kept {
			t.Errorf("%s: got %+v and %d pins, want %+v", fault, e, len(svc.Snapshot()), want)
		}
	}
}

func FuzzHandler_AnswersInTheAPIsWords(f *testing.F) {
	f.Add("GET", "/pins?limit=5&status=pinned", "")
	f.Add("POST", "/pins", `{"cid":"`+knownCID+`"}`)
	f.Add("DELETE", "/pins/%2e%2e", "")
	f.Add("GET", "/pins?before=2024-05-06T07:08:09Z&meta={}", "")
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Host != "" {
			return
		}
		r := &http.Request{
			Method: method, URL: u, Header: http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body)),
		}
		w := httptest.NewRecorder()
		guarded(demo.New(demo.Options{Pins: 2})).ServeHTTP(w, r)
		if w.Code >= 500 || w.Code < 200 {
			t.Errorf("%q %q: got %d %s", method, target, w.Code, w.Body)
		}
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q %q: got %q", method, target, w.Body)
		}
	})
}
