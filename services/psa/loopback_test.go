package psa_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest"
)

func TestOnlyLocal_RefusesBrowsersAndNamesThatLeadHere(t *testing.T) {
	h := psa.OnlyLocal(guarded(demo.New(demo.Options{})))
	for name, c := range map[string]struct {
		host   string
		header map[string]string
		want   int
	}{
		"by number":                {"127.0.0.1:9097", nil, http.StatusOK},
		"by the number of IPv6":    {"[::1]:9097", nil, http.StatusOK},
		"by name":                  {"localhost:9097", nil, http.StatusOK},
		"without a port":           {"localhost", nil, http.StatusOK},
		"a name that leads here":   {"rebound.example:9097", nil, http.StatusForbidden},
		"a name that looks like":   {"127.0.0.1.example:9097", nil, http.StatusForbidden},
		"another machine's number": {"192.168.1.2:9097", nil, http.StatusForbidden},
		"no host":                  {"", nil, http.StatusForbidden},
		"a page of another site":   {"127.0.0.1:9097", map[string]string{"Origin": "https://site.example"}, http.StatusForbidden},
		"a page of another port":   {"127.0.0.1:9097", map[string]string{"Origin": "http://127.0.0.1:8080"}, http.StatusForbidden},
		"a page from a file":       {"127.0.0.1:9097", map[string]string{"Origin": "null"}, http.StatusForbidden},
		"a page without an origin": {"127.0.0.1:9097", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"itself":                   {"127.0.0.1:9097", map[string]string{"Origin": "http://127.0.0.1:9097"}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/pins", nil)
			r.Host = c.host
			r.Header.Set("Authorization", "Bearer "+token)
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("got %d, want %d: %s", w.Code, c.want, w.Body)
			}
			if c.want != http.StatusOK {
				wantFailure(t, name, w, c.want)
			}
		})
	}
}

func TestHandler_NamesOfAnyStatusIsAboutNamesOnly(t *testing.T) {
	svc := demo.New(demo.Options{Queued: 1 << 40})
	h := psa.Handler(svc, nil, psa.NamesOfAnyStatus)
	if _, err := svc.Add(t.Context(), services.Pin{CID: servicetest.RandomCID(), Name: "queued"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"?name=queued":                `{"count":1`,
		"?name=ueue&match=partial":    `{"count":1`,
		"?name=queued&status=pinned":  `{"count":0`,
		"?name=queued&status=pinning": `{"count":0`,
		"":                            `{"count":0`,
	} {
		if w := ask(h, http.MethodGet, "/pins"+query, ""); w.Code != http.StatusOK || len(w.Body.String()) < len(want) || w.Body.String()[:len(want)] != want {
			t.Errorf("%q: %d %s, want %s", query, w.Code, w.Body, want)
		}
	}
}
