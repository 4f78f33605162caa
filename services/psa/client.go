// Package psa speaks the IPFS Pinning Service API v1.0.0 over HTTP: as a
// client that survives every known server, and as a handler over any Service.
//
// The client starts no goroutine that outlives a call (but for idle
// connections, see Close); every call returns when its ctx ends.
package psa

import (
	"context"
	"net/http"

	"github.com/pintray/pintray/services"
)

// Config says which service to speak to, and how.
type Config struct {
	// Endpoint is the base URL; services.CleanEndpoint is applied.
	Endpoint string
	// Key is the access key; zero sends none. Space and a pasted "Bearer " go.
	Key services.Secret
	// UserAgent is the User-Agent header; "" is "pintray".
	UserAgent string
	// HTTP replaces the client's own transport, for tests. Redirects are never
	// followed and no cookies kept, whatever it says.
	HTTP *http.Client
	// ListsPerMinute and Burst bound List calls, which wait for their turn; 0 is
	// no bound. Burst 0 is 1.
	ListsPerMinute, Burst int
}

// Client is a pinning service reached over HTTP.
type Client struct{}

var _ services.Service = (*Client)(nil)

// New makes a client. It fails, with an *services.Error of CodeInvalid, for
// what CleanEndpoint refuses and for a key no header can carry (Reason "key").
func New(c Config) (*Client, error) { panic("bug: not yet") }

// Requests is how many HTTP requests were made.
func (c *Client) Requests() int64 { panic("bug: not yet") }

// Close closes idle connections. The client may be used on.
func (c *Client) Close() {}

// List implements services.Service.
func (c *Client) List(ctx context.Context, q services.Query) (services.Page, error) {
	panic("bug: not yet")
}

// Add implements services.Service.
func (c *Client) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Get implements services.Service.
func (c *Client) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Replace implements services.Service.
func (c *Client) Replace(ctx context.Context, requestID string, p services.Pin) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Delete implements services.Service.
func (c *Client) Delete(ctx context.Context, requestID string) error { panic("bug: not yet") }
