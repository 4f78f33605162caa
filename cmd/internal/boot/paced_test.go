//go:build !race

// This file is left out with the race detector: the hour takes minutes then, and
// what it shows is how many calls there are, not who makes them at once.

package boot

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
)

// strict is a service over HTTP, without a network, that refuses what is too
// much in any minute: of lists, and of all calls together.
type strict struct {
	handler      http.Handler
	lists, calls int

	mu      sync.Mutex
	listed  []time.Time
	called  []time.Time
	refused int
	total   int
}

// RoundTrip answers after up to half a second, and counts halfway.
func (s *strict) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(rand.N(250 * time.Millisecond))
	if !s.take(r.Method == http.MethodGet && r.URL.Path == "/pins") {
		return &http.Response{
			StatusCode: http.StatusTooManyRequests, Request: r, Body: io.NopCloser(bytes.NewReader(nil)),
			Header: http.Header{"Retry-After": {strconv.Itoa(60)}},
		}, nil
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	time.Sleep(rand.N(250 * time.Millisecond))
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

func (s *strict) take(list bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.total++
	s.listed, s.called = recent(s.listed, now), recent(s.called, now)
	if len(s.called) >= s.calls || list && len(s.listed) >= s.lists {
		s.refused++
		return false
	}
	s.called = append(s.called, now)
	if list {
		s.listed = append(s.listed, now)
	}
	return true
}

// recent is what lies less than a minute back.
func recent(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= time.Minute {
		times = times[1:]
	}
	return times
}

func (s *strict) count() (total, refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total, s.refused
}

// noKeys is a keyring nobody needs.
type noKeys struct{}

func (noKeys) Set(context.Context, services.Secret) (services.KeySource, error) {
	return services.KeyNone, nil
}
func (noKeys) Hold(services.Secret) (services.KeySource, error) { return services.KeyNone, nil }
func (noKeys) Delete(context.Context, services.KeySource) error { return nil }
func (noKeys) Unlock(context.Context) error                     { return nil }
func (noKeys) Locked(context.Context) string                    { return "" }
func (noKeys) Changed() <-chan struct{}                         { return nil }

// strictPins is how many pins the account has, and strictLists how many lists a
// minute its service takes, as one that nobody knows does at least.
const (
	strictPins  = 100_000
	strictLists = 30
	strictCalls = 180
)

// A full check of 100,000 pins, operations and looks at what is under way share
// an hour, and not one call is one too many.
func TestBudget_AnHourWithoutOneRefusedCall(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		userDB, err := user.Open(ctx, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = userDB.Close() }()
		cacheDB, _, err := cache.Open(ctx, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = cacheDB.Close() }()
		made := demo.New(demo.Options{Pins: strictPins, Queued: 20 * time.Second, Pinning: 3 * time.Minute})
		server := &strict{
			handler: psa.Handler(made, func(string) bool { return true }), lists: strictLists, calls: strictCalls,
		}
		c := &connector{}
		key := services.NewSecret("made-up")
		connect := func(_ context.Context, a services.Account, _ services.Secret) (services.Service, error) {
			return psa.New(psa.Config{
				Endpoint: a.Endpoint, Key: key, HTTP: &http.Client{Transport: server}, Budget: c.budget(a, key),
			})
		}
		e := pinsync.New(pinsync.Config{User: userDB, Cache: cacheDB, Keys: noKeys{}, Connect: connect})
		defer func() { _ = e.Close() }()
		a, err := e.Connect(ctx, pinsync.NewAccount{Name: "a", Endpoint: "https://pins.example", Source: services.KeyNone})
		if err != nil {
			t.Fatal(err)
		}
		// The first load alone: at most a tenth more than the budget makes of it.
		began := time.Now()
		got, err := e.SyncFull(ctx, nil)
		if err != nil || got[0].Err != nil || got[0].Pins != strictPins || !got[0].Complete {
			t.Fatalf("got %+v, %v", got, err)
		}
		most := strictPins / services.MaxLimit * time.Minute / strictLists * 11 / 10
		if took := time.Since(began); took > most {
			t.Errorf("%d requests took %v, want at most %v", got[0].Requests, took, most)
		}
		added := hour(t, e, dir, a)
		if total, refused := server.count(); refused > 0 {
			t.Errorf("%d of %d calls refused", refused, total)
		}
		if n := len(made.Snapshot()); n != strictPins+added {
			t.Errorf("the service has %d pins", n)
		}
	})
}

// hour lets the engine run for an hour, with all kinds of work, and says how
// many pins were added.
func hour(t *testing.T, e *pinsync.Engine, dir string, a services.Account) (added int) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	limited := false
	for minute := range 60 {
		if minute == 1 {
			if err := e.Refresh(ctx, nil); err != nil {
				t.Error(err)
			}
		}
		if minute%2 == 0 && minute < 50 {
			added += addSome(t, e, a, minute)
		}
		for range 6 {
			time.Sleep(10 * time.Second)
			limited = limited || limitedNow(t, dir)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !limited {
		t.Error("the account never said that it waits for its budget")
	}
	return added
}

// addSome asks for ten pins, and says how many were not kept yet.
func addSome(t *testing.T, e *pinsync.Engine, a services.Account, minute int) int {
	var pins []services.Pin
	for _, pin := range demo.New(demo.Options{Pins: 10, Seed: uint64(1000 + minute)}).Snapshot() {
		pins = append(pins, services.Pin{CID: pin.Pin.CID})
	}
	got, err := e.Add(context.Background(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}})
	if err != nil {
		t.Error(err)
	}
	return len(got.Operations)
}

// limitedNow reports whether the account says until when nothing is sent.
func limitedNow(t *testing.T, dir string) bool {
	r, err := store.Open(context.Background(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	list, err := r.Accounts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return len(list) == 1 && list[0].LimitedUntil.After(time.Now())
}
