package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
)

func TestListenHere_ATakenPortIsSaid(t *testing.T) {
	l, err := listenHere(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := listenHere(t.Context(), l.Addr().String()); err == nil ||
		!strings.Contains(explain(err).text, "another program listens on "+l.Addr().String()) {
		t.Errorf("got %v", err)
	}
}

// What is opened asks for the key, keeps to the limits, and lets no browser in.
func TestDoor_IsOpenToProgramsWithTheKeyOnly(t *testing.T) {
	app, err := boot.Open(t.Context(), boot.Options{Dir: t.TempDir(), Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	l, err := listenHere(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runOpen(ctx, app, door{l, services.NewSecret("made-up")}) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	}()

	ask := func(method, host, key, origin, body string) (int, string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, method, "http://"+l.Addr().String()+"/pins", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		if key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	pin := `{"cid":"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy","name":"one"}`
	for name, c := range map[string]struct {
		method, host, key, origin, body string
		want                            int
	}{
		"a list":                 {"GET", "", "made-up", "", "", 200},
		"an add":                 {"POST", "", "made-up", "", pin, 202},
		"no key":                 {"GET", "", "", "", "", 401},
		"another key":            {"GET", "", "made", "", "", 401},
		"a name that leads here": {"GET", "rebound.example", "made-up", "", "", 403},
		"a page in a browser":    {"GET", "", "made-up", "https://site.example", "", 403},
		"a body over 1 MiB":      {"POST", "", "made-up", "", `{"cid":"` + strings.Repeat("a", 1<<20) + `"}`, 413},
	} {
		if got, text := ask(c.method, c.host, c.key, c.origin, c.body); got != c.want || got >= 400 && !strings.Contains(text, `"reason"`) {
			t.Errorf("%s: %d %s, want %d", name, got, text, c.want)
		}
	}
}
