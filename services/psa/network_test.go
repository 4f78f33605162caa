package psa_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
)

// at gives a client of a real server.
func at(tb testing.TB, endpoint string) *psa.Client {
	tb.Helper()
	c := with(tb, psa.Config{Endpoint: endpoint})
	tb.Cleanup(c.Close)
	return c
}

func listen(tb testing.TB, h http.HandlerFunc) *httptest.Server {
	tb.Helper()
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	return server
}

func wantError(t *testing.T, what string, err error, code services.Code, reason string, notSent bool) {
	t.Helper()
	e := services.AsError(err)
	if e == nil || e.Code != code || e.Reason != reason || e.NotSent != notSent {
		t.Errorf("%s: got %+v, want %s %q NotSent %v", what, e, code, reason, notSent)
	}
}

func TestClient_FollowsNoRedirect(t *testing.T) {
	var reached atomic.Int64
	target := listen(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := listen(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target.URL+"/new/pins", status)
		})
		for _, op := range []string{"list", "add", "get", "replace", "delete"} {
			_, err := call(t.Context(), at(t, server.URL), op)
			wantError(t, op, err, services.CodeNotAPI, "redirect", false)
			if e := services.AsError(err); e != nil && e.Details != target.URL+"/new/pins" {
				t.Errorf("%s: got %q", op, e.Details)
			}
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests went to the new place", n)
	}
}

func TestClient_KeepsNoCookies(t *testing.T) {
	var cookies atomic.Int64
	server := listen(t, func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int64(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, onePin)
	})
	c := at(t, server.URL)
	for range 3 {
		if _, err := c.Get(t.Context(), "r1"); err != nil {
			t.Fatal(err)
		}
	}
	if cookies.Load() != 0 || c.Requests() != 3 {
		t.Errorf("sent %d cookies in %d requests", cookies.Load(), c.Requests())
	}
}

func TestClient_KnowsWhatCannotHaveArrived(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = at(t, nobody).Add(t.Context(), knownPin)
	wantError(t, "nobody listens", err, services.CodeUnreachable, "", true)

	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	_, err = at(t, untrusted.URL).Add(t.Context(), knownPin)
	wantError(t, "a certificate nobody signed", err, services.CodeTLS, "", true)

	plain := listen(t, func(http.ResponseWriter, *http.Request) {})
	_, err = at(t, strings.Replace(plain.URL, "http:", "https:", 1)).Add(t.Context(), knownPin)
	wantError(t, "no TLS on that port", err, services.CodeTLS, "", true)

	_, err = over(t, func(*http.Request) (*http.Response, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "pins.example", IsNotFound: true}
	}).Add(t.Context(), knownPin)
	wantError(t, "no such host", err, services.CodeUnreachable, "dns", true)

	_, err = over(t, func(*http.Request) (*http.Response, error) {
		return nil, &tls.CertificateVerificationError{Err: errors.New("expired")}
	}).Add(t.Context(), knownPin)
	wantError(t, "an expired certificate", err, services.CodeTLS, "", true)
}

func TestClient_KnowsWhatMayHaveArrived(t *testing.T) {
	dies := listen(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, op := range []string{"add", "replace", "delete", "get", "list"} {
		_, err := call(t.Context(), at(t, dies.URL), op)
		wantError(t, op+", connection lost", err, services.CodeUnreachable, "", false)
	}
	half := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "500")
		_, _ = io.WriteString(w, onePin)
		panic(http.ErrAbortHandler)
	})
	_, err := at(t, half.URL).Add(t.Context(), knownPin)
	wantError(t, "half an answer", err, services.CodeUnreachable, "", false)

	_, err = over(t, func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }).Add(t.Context(), knownPin)
	wantError(t, "a transport of unknown kind", err, services.CodeUnreachable, "", false)
}

func TestClient_SendsAPostOnceWhenAKeptConnectionDies(t *testing.T) {
	var posts atomic.Int64
	server := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, onePin)
	})
	c := at(t, server.URL)
	if _, err := c.Get(t.Context(), "r1"); err != nil { // leaves a connection behind
		t.Fatal(err)
	}
	_, err := c.Add(t.Context(), knownPin)
	wantError(t, "add", err, services.CodeUnreachable, "", false)
	if posts.Load() != 1 {
		t.Errorf("the POST was sent %d times", posts.Load())
	}
}

func TestClient_ACancelledCallSaysSo(t *testing.T) {
	arrived, done := make(chan bool, 1), make(chan bool)
	server := listen(t, func(http.ResponseWriter, *http.Request) { arrived <- true; <-done })
	t.Cleanup(func() { close(done) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := at(t, server.URL).Add(ctx, knownPin)
	wantError(t, "cancelled under way", err, services.CodeTimeout, "cancelled", false)
	_, err = at(t, server.URL).Add(ctx, knownPin)
	wantError(t, "cancelled before", err, services.CodeTimeout, "cancelled", true)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want one that is context.Canceled", err)
	}
}

func TestClient_EveryCallHasAnEnd(t *testing.T) {
	silent := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	dribbling := func(r *http.Request) (*http.Response, error) {
		resp, err := answer(http.StatusOK, "")(r)
		resp.Body = io.NopCloser(dribble{r.Context()})
		return resp, err
	}
	for _, test := range []struct {
		what, op string
		f        transport
		want     time.Duration
	}{
		{"no answer", "list", silent, 30 * time.Second},
		{"no answer", "get", silent, 30 * time.Second},
		{"no answer", "delete", silent, 30 * time.Second},
		{"no answer", "add", silent, 120 * time.Second},
		{"no answer", "replace", silent, 120 * time.Second},
		{"a byte a second", "list", dribbling, 60 * time.Second},
		{"a byte a second", "get", dribbling, 30 * time.Second},
		{"a byte a second", "add", dribbling, 120 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := call(t.Context(), over(t, test.f), test.op)
			if got := time.Since(start); got != test.want {
				t.Errorf("%s, %s: took %v, want %v", test.op, test.what, got, test.want)
			}
			wantError(t, test.op+", "+test.what, err, services.CodeTimeout, "", false)
		})
	}
}

// dribble gives a byte a second until ctx ends.
type dribble struct{ ctx context.Context }

func (d dribble) Read(p []byte) (int, error) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func TestClient_BoundsAnAnswerOnceUnpacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(bytes.Repeat([]byte(" "), 20<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	server := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	for _, op := range []string{"list", "get", "add"} {
		_, err := call(t.Context(), at(t, server.URL), op)
		wantError(t, op, err, services.CodeDecode, "too-large", false)
	}
	whole := answer(http.StatusOK, strings.Repeat("x", 16<<20), "Content-Type", "text/plain")
	_, err := over(t, whole).List(t.Context(), services.Query{})
	wantError(t, "16 MiB are read to their end", err, services.CodeNotAPI, "html", false)
}
