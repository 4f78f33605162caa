// Package demo is a made-up pinning service in memory: the demo mode of the
// program and the double of its tests. It has state one can rely on, and
// misbehaves only where it was told to.
//
// It starts no goroutine: how far a pin has come is computed from the clock at
// each call, so it works inside a testing/synctest bubble.
package demo

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

// Options says what service to make up. The zero value is an empty, prompt and
// faultless one.
type Options struct {
	// Pins is how many pins there are at the start, the same ones for the same
	// Seed. A million take about 30 MB.
	Pins int
	// Seed tells one made-up service from another.
	Seed uint64
	// Span is how far back the oldest of them goes; 0 is 300 days.
	Span time.Duration
	// Ties is how many of them share each Created; 0 and 1: every one is unique,
	// to the microsecond.
	Ties int

	// Latency is how long every call takes.
	Latency time.Duration
	// FailEvery makes every n-th call (1 is every call) meet the next of Faults;
	// 0 is never.
	FailEvery int
	// Faults are met in turn; empty is AllFaults.
	Faults []Fault
	// Lag is how long a new pin is missing from lists; Get finds it at once.
	Lag time.Duration

	// Queued and Pinning are how long a new pin stays in either status.
	Queued, Pinning time.Duration
	// MaxLimit caps how many pins a list answers with; 0 is services.MaxLimit.
	MaxLimit int
	// RequestIDIsCID names requests by their CID, as IPFS Cluster does: a second
	// pin of a CID takes the place of the first (quirk 20).
	RequestIDIsCID bool

	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// File keeps the state, so that what was pinned survives a restart. The
	// options of the first start are kept with it: Pins, Seed, Span, Ties.
	File string
	// Before is called before a call is looked at; an error answers the call.
	Before func(Call) error
	// After is called when a call is done; its error takes the place of the
	// call's own, so a non-nil one after an Add is a lost answer.
	After func(Call, error) error
}

// Call says what was called, for the hooks.
type Call struct {
	N         int64  // 1 for the first
	Op        string // "list", "add", "get", "replace", "delete"
	RequestID string
	Pin       services.Pin
	Query     services.Query
}

// Fault is a way to fail.
type Fault string

// The faults there are.
const (
	// FaultServer answers 500 and does nothing.
	FaultServer Fault = "server"
	// FaultLimited answers 429 with a wait of one second and does nothing.
	FaultLimited Fault = "limited"
	// FaultTimeout does nothing and answers nothing for 30 s.
	FaultTimeout Fault = "timeout"
	// FaultDropped does what was asked, then the answer is lost.
	FaultDropped Fault = "dropped"
)

// AllFaults is every fault, in the order they are met.
func AllFaults() []Fault {
	return []Fault{FaultServer, FaultLimited, FaultDropped, FaultTimeout}
}

// Service is a made-up pinning service.
type Service struct{}

var _ services.Service = (*Service)(nil)

// New makes one up. It touches no file before the first call.
func New(o Options) *Service { panic("bug: not yet") }

// List implements services.Service.
func (s *Service) List(ctx context.Context, q services.Query) (services.Page, error) {
	panic("bug: not yet")
}

// Add implements services.Service.
func (s *Service) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Get implements services.Service.
func (s *Service) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Replace implements services.Service.
func (s *Service) Replace(ctx context.Context, requestID string, p services.Pin) (services.PinStatus, error) {
	panic("bug: not yet")
}

// Delete implements services.Service.
func (s *Service) Delete(ctx context.Context, requestID string) error { panic("bug: not yet") }

// Snapshot is every pin there is, newest first, past every fault, lag and latency.
func (s *Service) Snapshot() []services.PinStatus { panic("bug: not yet") }

// Calls is how many calls there were.
func (s *Service) Calls() int64 { panic("bug: not yet") }
