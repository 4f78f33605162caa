// Package demo is a made-up pinning service in memory: the demo mode of the
// program and the double of its tests. It has state one can rely on, and
// misbehaves only where it was told to.
//
// It starts no goroutine: how far a pin has come is computed from the clock at
// each call, so it works inside a testing/synctest bubble.
package demo

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
)

// Options says what service to make up. The zero value is an empty, prompt and
// faultless one.
type Options struct {
	// Pins is how many pins there are at the start, the same ones for the same
	// Seed. A million take about 30 MB.
	Pins int
	// Seed tells one made-up service from another. A third of their pins are of
	// the same content under every Seed, so that two services hold copies.
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
	// File keeps the state, so that what was pinned survives a restart. What the
	// first start made up (Pins, Seed, Span, Ties) is kept with it. A file that
	// cannot be read or written fails the calls with CodeStorage.
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

// Service is a made-up pinning service. Its calls fail with an *services.Error.
type Service struct {
	options Options
	calls   atomic.Int64

	mu     sync.Mutex
	opened bool // table is there
	table  *table
}

var _ services.Service = (*Service)(nil)

// New makes one up. It touches no file before the first call.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Span <= 0 {
		o.Span = 300 * 24 * time.Hour
	}
	if o.MaxLimit <= 0 {
		o.MaxLimit = services.MaxLimit
	}
	if len(o.Faults) == 0 {
		o.Faults = AllFaults()
	}
	o.Ties = max(1, o.Ties)
	s := &Service{options: o}
	if o.File == "" {
		s.table = newTable(o, o.Now())
		s.opened = true
	}
	return s
}

// Calls is how many calls there were.
func (s *Service) Calls() int64 { return s.calls.Load() }

// Snapshot is every pin there is, newest first, past every fault, lag and
// latency. It is nil where the file cannot be read.
func (s *Service) Snapshot() []services.PinStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.openLocked() != nil {
		return nil
	}
	s.table.advance(s.options.Now())
	var all []services.PinStatus
	for pos := len(s.table.records) - 1; pos >= 0; pos-- {
		if r := s.table.records[pos]; !r.gone {
			all = append(all, s.table.pinStatus(pos, r))
		}
	}
	return all
}

// openLocked reads the state file, once it succeeds.
func (s *Service) openLocked() error {
	if s.opened {
		return nil
	}
	t, err := loadTable(s.options)
	if err != nil {
		return err
	}
	s.table, s.opened = t, true
	return nil
}
