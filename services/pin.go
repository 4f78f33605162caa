package services

import (
	"context"
	"fmt"
	"time"
)

// Limits of the spec (ipfs-pinning-service.yaml v1.0.0).
const (
	MaxName    = 255  // characters of Pin.Name, and of Query.Name
	MaxOrigins = 20   // entries of Pin.Origins
	MaxMeta    = 1000 // keys of Pin.Meta and PinStatus.Info
	MaxLimit   = 1000 // Query.Limit
	MaxCIDs    = 10   // Query.CIDs
)

// Status is how far a service has come with a pin.
type Status int

const (
	// Unknown is a status nobody said or one the spec does not know. It is never
	// shown as "not pinned".
	Unknown Status = iota
	// Queued: the service has it on its list (passive).
	Queued
	// Pinning: the service is collecting the blocks (active).
	Pinning
	// Pinned: the service keeps it.
	Pinned
	// Failed: the service gave up; Info["status_details"] may say why.
	Failed
)

// AllStatuses is what a list must ask for: without a status parameter the API
// answers pinned ones only (spec rule 7).
func AllStatuses() []Status { return []Status{Queued, Pinning, Pinned, Failed} }

// String is the spec's word for the status.
func (s Status) String() string {
	switch s {
	case Queued:
		return "queued"
	case Pinning:
		return "pinning"
	case Pinned:
		return "pinned"
	case Failed:
		return "failed"
	default:
		return "unknown"
	}
}

// Pending reports whether the service is still at work on it.
func (s Status) Pending() bool { return s == Queued || s == Pinning }

// ParseStatus reads the spec's word; any other is Unknown (spec rule 16).
func ParseStatus(word string) Status {
	for _, s := range AllStatuses() {
		if s.String() == word {
			return s
		}
	}
	return Unknown
}

// Pin is what a service is asked to keep: always the whole DAG below CID.
type Pin struct {
	CID     CID
	Name    string            // at most MaxName characters, may be empty
	Origins []string          // multiaddrs of providers known to have it, a hint
	Meta    map[string]string // a service may ignore it (quirk 33)
}

// PinStatus is one pin request at a service.
type PinStatus struct {
	// RequestID is the service's own name for the request, opaque. It may be the
	// CID (quirk 20) and it may stand twice in one list.
	RequestID string
	Status    Status
	// Created is when the service took the request, by its own clock and in its
	// own precision; zero where the service sent none that can be read.
	Created   time.Time
	Pin       Pin
	Delegates []string          // multiaddrs that will fetch it, a hint
	Info      map[string]string // free text of the service
}

// TextMatch is how Query.Name is compared.
type TextMatch string

const (
	MatchExact    TextMatch = "exact"
	MatchIExact   TextMatch = "iexact"
	MatchPartial  TextMatch = "partial"
	MatchIPartial TextMatch = "ipartial"
)

// Query narrows a list. A service may ignore any part of it (quirks 10 to 16),
// so callers decide by what came back, never by what they asked for.
type Query struct {
	CIDs   []CID // at most MaxCIDs
	Name   string
	Match  TextMatch // "" is MatchExact
	Status []Status  // empty is left out: the API then answers pinned ones only
	Before time.Time // exclusive by the spec, inclusive on some (quirk 24)
	After  time.Time
	Limit  int // 0 is left out: the API then answers 10
	Meta   map[string]string
}

// Page is one answer to a list.
type Page struct {
	// Count is how many the service says match in all. It is wrong on many
	// services (quirk 8): never end a loop by it alone.
	Count   int64
	Results []PinStatus
}

// Service is a pinning service: one method per call of the spec. Its
// implementations may be called from several goroutines at once, return when
// ctx ends, and fail with an *Error.
type Service interface {
	// List answers GET /pins.
	List(ctx context.Context, q Query) (Page, error)
	// Add answers POST /pins. It is not idempotent.
	Add(ctx context.Context, p Pin) (PinStatus, error)
	// Get answers GET /pins/{requestid}; CodeNotFound where there is none.
	Get(ctx context.Context, requestID string) (PinStatus, error)
	// Replace answers POST /pins/{requestid}: p instead of the old pin, in one
	// step. The answer may carry a new requestid. It is not safe on every
	// service (quirks 17 to 19).
	Replace(ctx context.Context, requestID string, p Pin) (PinStatus, error)
	// Delete answers DELETE /pins/{requestid}; CodeNotFound where there is none,
	// which callers take for success.
	Delete(ctx context.Context, requestID string) error
}

// Secret is an access key, or a password that keys are made of. It prints as
// dots everywhere; only Reveal gives it.
type Secret struct {
	key      string
	password bool
}

// NewSecret wraps a key.
func NewSecret(key string) Secret { return Secret{key: key} }

// NewPassword wraps a password, which may hold what no access key may: space,
// and letters beyond ASCII.
func NewPassword(text string) Secret { return Secret{key: text, password: true} }

// Password reports whether NewPassword made it.
func (s Secret) Password() bool { return s.password }

// Reveal is the key itself, for the Authorization header and the keyring only.
func (s Secret) Reveal() string { return s.key }

// IsZero reports whether there is no key.
func (s Secret) IsZero() bool { return s.key == "" }

// String never shows the key.
func (s Secret) String() string { return "••••" }

// GoString never shows the key.
func (s Secret) GoString() string { return "••••" }

// Format never shows the key, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("••••")) }

// MarshalText never shows the key; it keeps it out of JSON too.
func (s Secret) MarshalText() ([]byte, error) { return []byte("••••"), nil }
