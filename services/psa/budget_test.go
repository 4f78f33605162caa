package psa_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
)

const noPins = `{"count":0,"results":[]}`

// counter is a service that refuses what is too much in any minute.
type counter struct {
	most int

	mu       sync.Mutex
	calls    []time.Time
	refused  int
	slowness time.Duration // at most, on the way there and back
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.lag()
	c.mu.Lock()
	now, recent := time.Now(), 0
	for _, at := range c.calls {
		if now.Sub(at) < time.Minute {
			recent++
		}
	}
	full := recent >= c.most
	if full {
		c.refused++
	} else {
		c.calls = append(c.calls, now)
	}
	c.mu.Unlock()
	c.lag()
	if full {
		return answer(http.StatusTooManyRequests, "", "Retry-After", "7")(r)
	}
	return answer(http.StatusOK, noPins)(r)
}

func (c *counter) lag() {
	if c.slowness > 0 {
		time.Sleep(rand.N(c.slowness))
	}
}

// list makes n list calls, so many at once, and says how long they took.
func list(t *testing.T, c *psa.Client, n, atOnce int) time.Duration {
	t.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for i := range atOnce {
		all.Go(func() {
			for range (n + atOnce - 1 - i) / atOnce {
				_, _ = c.List(t.Context(), services.Query{})
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

func TestBudget_NoMinuteHoldsMoreThanIsAllowed(t *testing.T) {
	for name, slowness := range map[string]time.Duration{"prompt": 0, "slow": time.Second, "very slow": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &counter{most: 30, slowness: slowness}
				c := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(30, 0)})
				took := list(t, c, 300, 8)
				if server.refused > 0 || len(server.calls) != 300 {
					t.Errorf("%d calls taken, %d refused", len(server.calls), server.refused)
				}
				if most := 11 * time.Minute; slowness <= time.Second && took > most {
					t.Errorf("took %v, want at most %v", took, most)
				}
			})
		})
	}
}

func TestBudget_ListsAndOtherCallsDoNotHoldEachOtherUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := with(t, psa.Config{HTTP: &http.Client{Transport: answer(http.StatusOK, noPins)}, Budget: psa.NewBudget(3, 2)})
		began := time.Now()
		list(t, c, 3, 1)
		for range 2 {
			_, _ = call(t.Context(), c, "get")
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("what is allowed took %v", took)
		}
		if got := []time.Duration{c.Delay("list"), c.Delay("add")}; got[0] != time.Minute || got[1] != time.Minute {
			t.Errorf("next after %v", got)
		}
		_, _ = call(t.Context(), c, "delete")
		if took := time.Since(began); took != time.Minute {
			t.Errorf("the third other call came after %v", took)
		}
	})
}

func TestBudget_WhoHasNoTimeToWaitIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := with(t, psa.Config{HTTP: &http.Client{Transport: answer(http.StatusOK, noPins)}, Budget: psa.NewBudget(1, 0)})
		list(t, c, 1, 1)
		time.Sleep(50 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.List(ctx, services.Query{})
		wantError(t, "no time to wait", err, services.CodeLimited, "budget", true)
		if e := services.AsError(err); e == nil || e.RetryAfter != 10*time.Second {
			t.Errorf("got a wait of %+v", e)
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err = c.List(ctx, services.Query{})
		wantError(t, "cancelled while waiting", err, services.CodeTimeout, "cancelled", true)
		if c.Requests() != 1 {
			t.Error("a list that was not its turn was sent")
		}
		if took := list(t, c, 1, 1); took != 9*time.Second {
			t.Errorf("those two used up the budget: the next came after %v", took)
		}
	})
}

func TestBudget_AServiceThatAllowsLessThanWasKnownIsAskedLess(t *testing.T) {
	for name, most := range map[string]int{"known to allow 30": 30, "no bound known": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &counter{most: 12, slowness: 200 * time.Millisecond}
				c := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(most, 0)})
				took := list(t, c, 500, 8)
				// At first all that are under way together; later one now and then.
				if server.refused > 24 {
					t.Errorf("%d refused in %v", server.refused, took)
				}
				if rate := float64(len(server.calls)) / took.Minutes(); rate < 6 {
					t.Errorf("%.1f calls a minute", rate)
				}
			})
		})
	}
}

func TestBudget_TheRateGrowsBackWhenTheServiceIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &counter{most: 30}
		c := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(30, 0)})
		list(t, c, 20, 1)
		server.most = 0
		list(t, c, 1, 1)
		server.most = 30
		if took := list(t, c, 1, 1); took < 7*time.Second {
			t.Errorf("asked again after %v, the service said 7 s", took)
		}
		first := list(t, c, 5, 1)
		time.Sleep(10 * time.Minute)
		second := list(t, c, 5, 1)
		time.Sleep(2 * time.Hour)
		third := list(t, c, 5, 1)
		if !(first > second && second > third && third == 0) {
			t.Errorf("five calls took %v, %v, %v", first, second, third)
		}
		if server.refused != 1 {
			t.Errorf("%d refused", server.refused)
		}
	})
}

// A call refused in a quiet minute says nothing of how few calls are allowed:
// another program of the person may have used the minute up.
func TestBudget_ARefusalInAQuietMinuteIsNoMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		most, strays int
		within       time.Duration
	}{
		"of the first call":        {most: 30, strays: 1, within: 15 * time.Minute}, // 200 s unrefused
		"of the first three calls": {most: 30, strays: 3, within: 30 * time.Minute},
		"no bound known":           {most: 0, strays: 1, within: 15 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &counter{most: 0}
				client := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(c.most, 0)})
				list(t, client, c.strays, 1)
				server.most = 30
				time.Sleep(time.Minute)
				if took := list(t, client, 100, 1); took > c.within || server.refused > c.strays {
					t.Errorf("100 calls took %v, %d refused", took, server.refused)
				}
			})
		})
	}
}

func TestBudget_WhatAServiceSaysIsLeftIsNotExceeded(t *testing.T) {
	for name, header := range map[string]func(reset time.Time) string{
		"seconds since 1970":      func(reset time.Time) string { return strconv.FormatInt(reset.Unix(), 10) },
		"milliseconds since 1970": func(reset time.Time) string { return strconv.FormatInt(reset.UnixMilli(), 10) },
		"seconds from now": func(reset time.Time) string {
			return strconv.FormatFloat(time.Until(reset).Seconds(), 'f', 3, 64)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(26 * 366 * 24 * time.Hour) // the bubble's clock begins with 2000
				var mu sync.Mutex
				left, reset, refused := 5, time.Now().Add(time.Minute), 0
				server := transport(func(r *http.Request) (*http.Response, error) {
					time.Sleep(rand.N(time.Second))
					mu.Lock()
					defer mu.Unlock()
					if !time.Now().Before(reset) {
						left, reset = 5, time.Now().Add(time.Minute)
					}
					if left == 0 {
						refused++
						return answer(http.StatusTooManyRequests, "")(r)
					}
					left--
					return answer(http.StatusOK, noPins, "X-Ratelimit-Limit", "5",
						"X-Ratelimit-Remaining", strconv.Itoa(left), "X-Ratelimit-Reset", header(reset))(r)
				})
				c := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(0, 0)})
				took := list(t, c, 40, 3)
				if refused > 0 {
					t.Errorf("%d refused", refused)
				}
				if took > 17*time.Minute {
					t.Errorf("40 calls at 5 a minute took %v", took)
				}
			})
		})
	}
}

// A service counts a call when it comes, we do when its answer is here: so of what
// the first of several answers says is left, the others may have been taken off.
func TestBudget_WhoHasTimeForTheAnswersUnderWayIsNotTurnedAway(t *testing.T) {
	for name, left := range map[string]string{"something is left then": "1", "nothing is left then": "0"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := transport(func(r *http.Request) (*http.Response, error) {
					lag := 10 * time.Millisecond
					if r.Method == http.MethodGet && r.URL.Query().Get("limit") == "2" {
						lag = 100 * time.Millisecond
					}
					time.Sleep(lag)
					return answer(http.StatusOK, noPins, "X-Ratelimit-Remaining", left, "X-Ratelimit-Reset", "30")(r)
				})
				c := with(t, psa.Config{HTTP: &http.Client{Transport: server}, Budget: psa.NewBudget(0, 0)})
				var both sync.WaitGroup
				for limit := range 2 {
					both.Go(func() { _, _ = c.List(t.Context(), services.Query{Limit: 1 + limit}) })
				}
				defer both.Wait()
				time.Sleep(20 * time.Millisecond) // one answer is here, the other is not
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				began := time.Now()
				_, err := c.List(ctx, services.Query{})
				if took := time.Since(began); took > 100*time.Millisecond {
					t.Errorf("took %v", took)
				}
				if left == "1" && err != nil {
					t.Errorf("turned away: %v", err)
				}
				if left == "0" {
					wantError(t, "nothing left", err, services.CodeLimited, "budget", true)
				}
			})
		})
	}
}

// One that is under way cannot make room in less: it counts for a minute from its
// end.
func TestBudget_WhoCouldOnlyWaitForAMinuteIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := transport(func(r *http.Request) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			return answer(http.StatusOK, noPins)(r)
		})
		c := with(t, psa.Config{HTTP: &http.Client{Transport: slow}, Budget: psa.NewBudget(1, 0)})
		var one sync.WaitGroup
		one.Go(func() { _, _ = c.List(t.Context(), services.Query{}) })
		time.Sleep(50 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		_, err := c.List(ctx, services.Query{})
		wantError(t, "a minute", err, services.CodeLimited, "budget", true)
		if took := time.Since(began); took > 0 {
			t.Errorf("told after %v", took)
		}
		one.Wait()
		if took := list(t, c, 1, 1); took < time.Minute {
			t.Errorf("the next came %v after the end of the one before", took-100*time.Millisecond)
		}
	})
}

func TestBudget_NoneIsNoBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, b := range []*psa.Budget{nil, psa.NewBudget(0, 0)} {
			c := with(t, psa.Config{HTTP: &http.Client{Transport: answer(http.StatusOK, noPins)}, Budget: b})
			if took := list(t, c, 1000, 8); took > 0 {
				t.Errorf("took %v", took)
			}
		}
	})
}
