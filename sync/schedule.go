package sync

import (
	"math/rand/v2"
	"time"

	"github.com/pintray/pintray/services"
)

// How often an account is looked at.
const (
	checkEvery   = 5 * time.Minute // where the budget allows it
	checkLeast   = time.Minute
	recheck      = time.Minute // after a look that came at a bad moment
	budgetShare  = 5           // checks take at most one of so many allowed list calls
	budgetOwn    = 120         // list calls a minute of a service that sets no limit
	pendingFloor = 10 * time.Second
)

// pendingSteps are the times after which pins under way are looked at.
var pendingSteps = [...]time.Duration{5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}

// schedule says when an account is looked at next. Its zero value is: now.
type schedule struct {
	want    bool      // somebody asked for everything to be read
	check   time.Time // when the next check is due
	full    time.Time // from when on it reads everything, zero: when that is a week ago
	pending time.Time // when pins under way are due, zero if there are none
	step    int
	looked  time.Time // at pending pins
}

// heed takes up what somebody asked for: what is asked for from now on is one
// more check. That this one reads everything holds until one has.
func (s *schedule) heed(now time.Time) {
	if s.want {
		s.want, s.full = false, now
	}
}

// plan sets the next check, and from when on it is a full one.
func (s *schedule) plan(check, full time.Time) {
	if !full.IsZero() && full.Before(check) {
		check = full
	}
	s.check, s.full = check, full
}

// expect makes pending pins due soon, but never within the floor.
func (s *schedule) expect(now time.Time) {
	s.step = 0
	s.look(now, pendingSteps[0])
}

// seen plans the next look after one at now that left pins pending.
func (s *schedule) seen(now time.Time, left, changed bool) {
	s.looked = now
	if !left {
		s.pending = time.Time{}
		return
	}
	s.step = min(s.step+1, len(pendingSteps)-1)
	if changed {
		s.step = 1
	}
	s.look(now, pendingSteps[s.step])
}

func (s *schedule) look(now time.Time, after time.Duration) {
	at := now.Add(after)
	if floor := s.looked.Add(pendingFloor); at.Before(floor) {
		at = floor
	}
	s.pending = at
}

// interval spaces checks of so many requests: such that they use a fifth of what
// the service allows, with jitter so that accounts drift apart.
func interval(a services.Account, requests int, roll float64) time.Duration {
	perMinute := services.LimitsOf(a).Lists
	if perMinute == 0 {
		perMinute = budgetOwn
	}
	every := time.Duration(budgetShare*requests) * time.Minute / time.Duration(perMinute)
	every = max(every, checkEvery)
	return max(every+time.Duration((roll-0.5)*0.2*float64(every)), checkLeast)
}

// backoff is how long to wait after so many failures before: full jitter,
// from 1 s doubling to 5 min (06 section 4.2).
func backoff(failures int, roll float64) time.Duration {
	most := min(time.Second<<min(failures, 16), 5*time.Minute)
	return time.Duration(roll*float64(most)) + 50*time.Millisecond
}

// The breaker's figures.
const (
	breakAfter   = 5 // failures in a row
	breakFirst   = 30 * time.Second
	breakLast    = 10 * time.Minute
	offlineProbe = 15 * time.Second // while nothing at all can be reached
	offlineLong  = time.Minute      // the same after so many probes:
	offlineQuick = 40
	refusedProbe = time.Hour       // a refused key, until somebody changes it
	brokenProbe  = 5 * time.Minute // no API, a bad certificate, no key to be had
)

// breaker keeps calls from a service that does not take them. Its zero value
// lets everything through.
type breaker struct {
	failures int
	until    time.Time
	err      *services.Error // of the last call, nil where it went well
}

// failed notes a failed call.
func (b *breaker) failed(now time.Time, err *services.Error) {
	b.err = err
	b.failures++
	d := backoff(b.failures, rand.Float64())
	switch {
	case err.RetryAfter > 0:
		d = min(max(err.RetryAfter, time.Second), time.Hour)
	case err.Code == services.CodeAuth:
		d = refusedProbe
	case err.Code == services.CodeTLS, err.Code == services.CodeKeyring, err.Code == services.CodeNotAPI, !err.Temporary():
		d = brokenProbe
	case b.failures >= breakAfter:
		d = min(breakFirst<<min(b.failures-breakAfter, 10), breakLast)
	}
	b.until = now.Add(d)
}

// offline shortens the wait while no account at all can be reached: it is our
// own network then, and it comes back for all at once.
func (b *breaker) offline(now time.Time) {
	probe := offlineProbe
	if b.failures > breakAfter+offlineQuick {
		probe = offlineLong
	}
	if at := now.Add(probe); b.until.After(at) {
		b.until = at
	}
}

// unreachable reports whether the last call found nobody.
func (b *breaker) unreachable() bool {
	return b.err != nil && nobody(b.err)
}
