// Package psa speaks the IPFS Pinning Service API v1.0.0 over HTTP: as a
// client that survives every known server, and as a handler over any Service.
//
// The client starts no goroutine that outlives a call (but for idle
// connections, see Close); every call returns when its ctx ends.
package psa

import (
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
)

// Config says which service to speak to, and how.
type Config struct {
	// Endpoint is the base URL; services.CleanEndpoint is applied.
	Endpoint string
	// Key is the access key; zero sends none. Space and a pasted "Bearer " go.
	Key services.Secret
	// User, where set, makes Key the password of that user: access keys are made
	// of both (IPFS Cluster), and made anew when one has ended.
	User string
	// NoneIs404 takes 404 in the API's words for a list of nothing (quirk 6), which is
	// what any server of the API says at a wrong address.
	NoneIs404 bool
	// UserAgent is the User-Agent header; "" is "pintray".
	UserAgent string
	// HTTP replaces the client's own transport, for tests. Redirects are never
	// followed and no cookies kept, whatever it says.
	HTTP *http.Client
	// Budget bounds the calls, which wait for their turn; nil is no bound. A call
	// whose turn comes later than its ctx allows fails at once with CodeLimited
	// (Reason "budget") and the wait in RetryAfter.
	Budget *Budget
	// Connections is how many there may be to the service at once; 0 is 4.
	Connections int
}

// Client is a pinning service reached over HTTP. Its calls fail with an
// *services.Error; NotSent is set in it exactly where nothing can have arrived.
type Client struct {
	base     string
	key      string
	forms    []string // the key as an answer could repeat it
	login    *login   // nil where key is given
	none404  bool
	agent    string
	http     *http.Client
	budget   *Budget
	requests atomic.Int64
}

var _ services.Service = (*Client)(nil)

// New makes a client. It fails, with an *services.Error of CodeInvalid, for
// what CleanEndpoint refuses and for a key no header can carry (Reason "key",
// of a User "user" or "password").
func New(c Config) (*Client, error) {
	base, err := services.CleanEndpoint(c.Endpoint)
	if err != nil {
		return nil, err
	}
	client := &Client{base: base, agent: c.UserAgent, none404: c.NoneIs404, http: newHTTP(c.HTTP, c.Connections), budget: c.Budget}
	if err := client.setKey(c); err != nil {
		return nil, err
	}
	if client.agent == "" {
		client.agent = "pintray"
	}
	return client, nil
}

// setKey takes the key, or what keys are made of.
func (c *Client) setKey(given Config) (err error) {
	if given.User != "" {
		if c.login, err = newLogin(given.User, given.Key); err == nil {
			c.forms = formsOf(given.Key.Reveal(), strings.TrimPrefix(c.login.basic, "Basic "))
		}
		return err
	}
	key, ok := cleanKey(given.Key.Reveal())
	if !ok {
		return refuse("connect", "key", "")
	}
	if c.key = key; key != "" {
		c.forms = formsOf(key)
	}
	return nil
}

// Delay is how long a call made now would wait for its turn within the budget:
// "list", or any other op.
func (c *Client) Delay(op string) time.Duration { return c.budget.Delay(op) }

// Requests is how many HTTP requests were made.
func (c *Client) Requests() int64 { return c.requests.Load() }

// Close closes idle connections. The client may be used on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// cleanKey takes off what is pasted along with a key (quirk 43). ok is false
// where a header cannot carry it.
func cleanKey(key string) (clean string, ok bool) {
	key = strings.TrimSpace(key)
	if scheme, rest, found := strings.Cut(key, " "); found && strings.EqualFold(scheme, "bearer") {
		key = strings.TrimSpace(rest)
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] >= 0x7f {
			return "", false
		}
	}
	return key, true
}

// refuse is our own check of a call: nothing was sent.
func refuse(op, reason, details string) *services.Error {
	return &services.Error{Code: services.CodeInvalid, Op: op, Reason: reason, Details: details, NotSent: true}
}
