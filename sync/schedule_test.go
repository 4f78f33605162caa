package sync

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

func TestInterval_UsesAFifthOfTheBudget(t *testing.T) {
	unsaid := services.Account{Endpoint: "https://pins.example"}
	for _, c := range []struct {
		requests int
		want     time.Duration
	}{
		{1, 5 * time.Minute},
		{30, 5 * time.Minute},
		{100, 100 * 5 * time.Minute / 30},
		{1000, 1000 * 5 * time.Minute / 30},
	} {
		if got := interval(unsaid, c.requests, 0.5); got != c.want {
			t.Errorf("%d requests: every %v, want %v", c.requests, got, c.want)
		}
		for _, roll := range []float64{0, 0.999} {
			got := interval(unsaid, c.requests, roll)
			if got < checkLeast || got < c.want*9/10 || got > c.want*11/10 {
				t.Errorf("%d requests: every %v with jitter", c.requests, got)
			}
		}
	}
}

func TestSchedule_LooksLessOftenAndNeverWithinTheFloor(t *testing.T) {
	var s schedule
	now := then
	s.expect(now)
	var waits []time.Duration
	for range 7 {
		waits = append(waits, s.pending.Sub(now))
		now = s.pending
		s.seen(now, true, false)
	}
	want := []time.Duration{5, 10, 30, 60, 300, 300, 300}
	for i := range want {
		if waits[i] != want[i]*time.Second {
			t.Errorf("waits %v", waits)
		}
	}
	s.expect(now.Add(time.Second))
	if got := s.pending.Sub(now); got != pendingFloor {
		t.Errorf("looked again after %v", got)
	}
	s.seen(now, false, true)
	if !s.pending.IsZero() {
		t.Error("looks for nothing")
	}
}

func TestBreaker(t *testing.T) {
	wait := func(b *breaker, err services.Error) time.Duration {
		b.failed(then, &err)
		return b.until.Sub(then)
	}
	var b breaker
	gone := services.Error{Code: services.CodeUnreachable, NotSent: true}
	for range breakAfter - 1 {
		if d := wait(&b, gone); d > 17*time.Second {
			t.Errorf("waits %v after %d failures", d, b.failures)
		}
	}
	for _, want := range []time.Duration{30, 60, 120, 240, 480, 600, 600} {
		if d := wait(&b, gone); d != want*time.Second {
			t.Errorf("waits %v, want %v s", d, want)
		}
	}
	b.offline(then)
	if d := b.until.Sub(then); d != offlineProbe {
		t.Errorf("waits %v while offline", d)
	}
	for _, c := range []struct {
		err  services.Error
		want time.Duration
	}{
		{services.Error{Code: services.CodeLimited, RetryAfter: 90 * time.Second}, 90 * time.Second},
		{services.Error{Code: services.CodeLimited, RetryAfter: time.Millisecond}, time.Second},
		{services.Error{Code: services.CodeServer, RetryAfter: 48 * time.Hour}, time.Hour},
		{services.Error{Code: services.CodeAuth}, time.Hour},
		{services.Error{Code: services.CodeKeyring}, 5 * time.Minute},
	} {
		if d := wait(&breaker{}, c.err); d != c.want {
			t.Errorf("%v: waits %v, want %v", c.err.Code, d, c.want)
		}
	}
}

func TestBackoff_IsJitteredAndBounded(t *testing.T) {
	for n := range 100 {
		if d := backoff(n, 0.999); d > 5*time.Minute+time.Second {
			t.Errorf("%v after %d", d, n)
		}
		if d := backoff(n, 0); d > time.Second || d <= 0 {
			t.Errorf("%v after %d", d, n)
		}
	}
}
