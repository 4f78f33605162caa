package sync

import (
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// host is a server as all accounts there share it: whether it can be reached at
// all. That it refuses a key is the account's own affair. nil is one that
// nothing is known of.
type host struct {
	mu      sync.Mutex
	breaker breaker
}

// host is the one of an endpoint.
func (e *Engine) host(endpoint string) *host {
	e.mu.Lock()
	defer e.mu.Unlock()
	h, ok := e.hosts[endpoint]
	if !ok {
		h = new(host)
		e.hosts[endpoint] = h
	}
	return h
}

// failed notes that nobody was there.
func (h *host) failed(now time.Time, err *services.Error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.breaker.until) {
		return // another account found that out at the same moment
	}
	h.breaker.failed(now, err)
}

// reached notes that somebody is, and says whether that is news.
func (h *host) reached() (news bool) {
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	news = h.breaker.err != nil
	h.breaker = breaker{}
	return news
}

// reopen lets calls through again.
func (h *host) reopen() {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.breaker.until = time.Time{}
}

// closedUntil is when it may be tried again.
func (h *host) closedUntil() time.Time {
	if h == nil {
		return time.Time{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.breaker.until
}

// away reports whether nobody was there at the last call.
func (h *host) away() bool {
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.breaker.err != nil
}

// offline shortens the wait while no host at all can be reached.
func (h *host) offline(now time.Time) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.breaker.offline(now)
}
