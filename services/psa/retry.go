package psa

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The wait a service can ask for is taken between these two.
const (
	minWait = time.Second
	maxWait = time.Hour
)

// retryAfter is how long a refused call asks to wait, 0 where it does not say:
// Retry-After in seconds or as a date (against the answer's own Date, so that
// no clock of ours matters), else x-ratelimit-reset of a 429.
func retryAfter(a answer) time.Duration {
	if a.good() || a.status < 400 {
		return 0
	}
	now := serverTime(a)
	if s := strings.TrimSpace(a.header.Get("Retry-After")); s != "" {
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return clampSeconds(n)
		}
		if at, err := http.ParseTime(s); err == nil {
			return clampSeconds(at.Sub(now).Seconds())
		}
	}
	if a.status != http.StatusTooManyRequests {
		return 0
	}
	return resetIn(a)
}

// serverTime is the answer's own Date, ours where it has none.
func serverTime(a answer) time.Time {
	if d, err := http.ParseTime(a.header.Get("Date")); err == nil {
		return d
	}
	return time.Now()
}

// resetIn is in what time x-ratelimit-reset says that calls are counted anew: in
// seconds from now, or as a time in seconds or milliseconds since 1970. It is 0
// where it does not say.
func resetIn(a answer) time.Duration {
	now := serverTime(a)
	n, err := strconv.ParseFloat(strings.TrimSpace(a.header.Get("X-Ratelimit-Reset")), 64)
	switch {
	case err != nil || math.IsNaN(n):
		return 0
	case n > 1e12: // milliseconds since 1970
		return clampSeconds(n/1e3 - float64(now.Unix()))
	case n > 1e9: // seconds since 1970
		return clampSeconds(n - float64(now.Unix()))
	}
	return clampSeconds(n)
}

func clampSeconds(n float64) time.Duration {
	if math.IsNaN(n) || n <= minWait.Seconds() {
		return minWait
	}
	if n >= maxWait.Seconds() {
		return maxWait
	}
	return time.Duration(n * float64(time.Second))
}
