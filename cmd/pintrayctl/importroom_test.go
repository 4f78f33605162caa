package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
)

// roomFor is an import that waits at two open operations, after three were asked
// for at a service that answers each POST with status; 0 is nobody.
func roomFor(t *testing.T, status int) (*listImport, services.Account) {
	t.Helper()
	app, err := boot.Open(t.Context(), boot.Options{Dir: t.TempDir(), Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			w.WriteHeader(status)
		}
		_, _ = io.WriteString(w, `{"count":0,"results":[]}`)
	}))
	t.Cleanup(s.Close)
	a, err := app.Engine.Connect(t.Context(), pinsync.NewAccount{Name: "box", Endpoint: s.URL, Source: services.KeyNone, NoCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	c := &cli{out: bufio.NewWriter(io.Discard), errw: io.Discard}
	m := &listImport{cli: c, app: app, to: []services.AccountID{a.ID}, most: 2}
	if m.all, err = loadAccounts(t.Context(), app.Reader); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		id, err := services.ParseCID(madeUpCID(i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := app.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{{CID: id}}, Accounts: m.to}); err != nil {
			t.Fatal(err)
		}
	}
	return m, a
}

func wantRoomEnds(t *testing.T, m *listImport, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := m.room(ctx)
	if err == nil || ctx.Err() != nil || !strings.Contains(explain(err).text, want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// What another account waits for keeps nobody.
func TestImport_EndsWhereAllItAskedForWaitsForThePerson(t *testing.T) {
	m, _ := roomFor(t, http.StatusConflict)
	if err := m.app.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantRoomEnds(t, m, "operations wait at box for you: box says your plan is full or unpaid")
	here, err := m.all.find("this computer")
	if err != nil {
		t.Fatal(err)
	}
	m.to = []services.AccountID{here.ID}
	if err := m.room(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestImport_EndsWhereTheAccountIsPaused(t *testing.T) {
	m, a := roomFor(t, http.StatusServiceUnavailable)
	a.Paused = true
	if err := m.app.Engine.EditAccount(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	wantRoomEnds(t, m, "box is paused: 3 operations wait")
}
