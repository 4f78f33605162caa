// Package local is "This computer" as a pinning service over what is stored
// here: what was imported stands in the person's own files, by reference;
// anything else is fetched from the origins of the pin and from whoever
// connects, and kept as a CAR file in the data folder.
//
// The owner of the data folder makes one Service and runs it; the engine, and
// through package psa other programs of this computer, call it. Run owns every
// goroutine, and the libp2p host, which lives only while something is being
// fetched. When its context ends, what was fetched so far stays for the next
// time.
package local

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// Why a pin failed: Info["status_details"] of a failed pin is one of these, or
// one of the Reasons of services.CodeSource where a file of this computer is
// not what it was.
const (
	ReasonNobody   = "nobody-has-it" // no one who has it could be reached
	ReasonDeadline = "timed-out"     // not whole by the deadline
	ReasonBadBlock = "bad-block"     // who was asked sent something else, and no one else is there
	ReasonBroken   = "broken"        // a part of it is not what its ID says it is, or of an unknown kind
	ReasonTooLarge = "too-large"     // over Config.MaxSize
	ReasonNoSpace  = "no-space"      // it would leave less than Config.Floor free
)

// Config is what a Service needs. User, Blocks and Dir are required.
type Config struct {
	User   *user.DB
	Blocks *blocks.DB
	// Dir is the folder of what was fetched; it is made when needed.
	Dir string
	Log *slog.Logger
	// MaxSize is how many bytes one pin may have, 16 GiB where it is 0.
	MaxSize int64
	// Floor is how many bytes of the disk stay free, 1 GiB where it is 0.
	Floor int64
	// Patience is how long no block may come, 10 minutes where it is 0; Deadline
	// how long one run may work on a pin, 24 hours where it is 0.
	Patience, Deadline time.Duration
}

// Service is this computer. Its methods may be called from any goroutine.
type Service struct {
	c      Config
	reader *ingest.Reader
	wake   chan struct{}
	active chan struct{} // a place for each pin whose blocks come in
	moved  chan struct{} // holds one notice

	mu        sync.Mutex
	jobs      map[int64]*job // by LocalPin.ID
	delegates []string       // of the host, none while it is not there
	up        chan struct{}  // closed once the host is there; nil while Run does not run
	paused    bool
}

var _ services.Service = (*Service)(nil)

// activeFetches is how many pins are fetched at once, past their first block.
const activeFetches = 4

// New makes the service. Nothing is fetched until Run.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.MaxSize = orElse(c.MaxSize, 16<<30)
	c.Floor = orElse(c.Floor, 1<<30)
	c.Patience = orElse(c.Patience, 10*time.Minute)
	c.Deadline = orElse(c.Deadline, 24*time.Hour)
	return &Service{
		c: c, reader: ingest.NewReader(c.Blocks, nil), jobs: make(map[int64]*job),
		wake: make(chan struct{}, 1), active: make(chan struct{}, activeFetches), moved: make(chan struct{}, 1),
	}
}

func orElse[T int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Pause stops fetching, or goes on with it. What is queued stays so.
func (s *Service) Pause(paused bool) {
	s.mu.Lock()
	same := s.paused == paused
	s.paused = paused
	for _, j := range s.jobs {
		if paused {
			j.cancel(context.Canceled)
		}
	}
	s.mu.Unlock()
	if !same {
		notify(s.wake)
	}
}

// Changed receives when Run made a pin another than it was: it has begun to come,
// is whole, or failed. It keeps one notice.
func (s *Service) Changed() <-chan struct{} { return s.moved }

// Close closes the files it has open. Run must have returned.
func (s *Service) Close() error { return s.reader.Close() }

// heldTime is how long an Add looks for what is here already before it leaves
// that to Run.
const heldTime = 2 * time.Second

// Add keeps p. What is whole on this computer already is pinned at once;
// anything else is queued.
func (s *Service) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	if _, err := parse("add", p.CID); err != nil {
		return services.PinStatus{}, err
	}
	made, err := s.c.User.AddLocalPin(ctx, user.LocalPin{Pin: p, Status: services.Queued, Size: -1})
	if err != nil {
		return services.PinStatus{}, err
	}
	return s.begin(ctx, made)
}

// begin answers for a pin that was just stored.
func (s *Service) begin(ctx context.Context, pin user.LocalPin) (services.PinStatus, error) {
	looking, cancel := context.WithTimeout(ctx, heldTime)
	defer cancel()
	held, err := s.takeHeld(looking, &pin)
	if err == nil && !held {
		held, err = s.takeSource(looking, &pin, readAtOnce)
	}
	if err != nil && looking.Err() == nil {
		return services.PinStatus{}, err
	}
	if !held {
		s.rouse(ctx)
	}
	return s.status(pin), nil
}

// Get finds a pin by its requestid.
func (s *Service) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	pin, err := s.c.User.LocalPin(ctx, requestID)
	if err != nil {
		return services.PinStatus{}, err
	}
	return s.status(pin), nil
}

// List lists what matches, newest first; Count is exact. Like every service it
// takes no Status for pinned, and no Limit for 10.
func (s *Service) List(ctx context.Context, q services.Query) (services.Page, error) {
	if len(q.Status) == 0 {
		q.Status = []services.Status{services.Pinned}
	}
	if q.Limit <= 0 {
		q.Limit = 10
	}
	pins, count, err := s.c.User.LocalPins(ctx, q)
	if err != nil {
		return services.Page{}, err
	}
	page := services.Page{Count: count, Results: make([]services.PinStatus, 0, len(pins))}
	for _, pin := range pins {
		page.Results = append(page.Results, s.status(pin))
	}
	return page, nil
}

// Replace keeps p instead of the pin of requestID, under a new requestid. What
// both share is not fetched again.
func (s *Service) Replace(ctx context.Context, requestID string, p services.Pin) (services.PinStatus, error) {
	if _, err := parse("replace", p.CID); err != nil {
		return services.PinStatus{}, err
	}
	old, made, err := s.c.User.ReplaceLocalPin(ctx, requestID, user.LocalPin{Pin: p, Status: services.Queued, Size: -1})
	if err != nil {
		return services.PinStatus{}, err
	}
	ctx = context.WithoutCancel(ctx) // half replaced is no state to stay in
	st, err := s.begin(ctx, made)
	s.stop(old.ID)
	return st, errors.Join(err, s.release(ctx, old))
}

// Delete lets go of a pin, and of every block nothing else needs.
func (s *Service) Delete(ctx context.Context, requestID string) error {
	pin, err := s.c.User.RemoveLocalPin(ctx, requestID)
	if err != nil {
		return err
	}
	s.stop(pin.ID)
	return s.release(context.WithoutCancel(ctx), pin)
}

// status is a pin as a service says it.
func (s *Service) status(pin user.LocalPin) services.PinStatus {
	st := services.PinStatus{RequestID: pin.RequestID, Status: pin.Status, Created: pin.Created, Pin: pin.Pin}
	details, size := pin.Details, pin.Size
	s.mu.Lock()
	if pin.Status.Pending() {
		st.Delegates = s.delegates
		if j := s.jobs[pin.ID]; j != nil && j.pin.RequestID == pin.RequestID {
			st.Status, details = j.standing()
		}
	}
	s.mu.Unlock()
	info := make(map[string]string)
	if details != "" {
		info["status_details"] = details
	}
	if size >= 0 {
		info["dag_size"] = strconv.FormatInt(size, 10)
	}
	if len(info) > 0 {
		st.Info = info
	}
	return st
}

// rouse tells Run of a new pin, and waits a moment for the host: a program that
// reads delegates only in the answer to its POST finds them there.
func (s *Service) rouse(ctx context.Context) {
	notify(s.wake)
	s.mu.Lock()
	up, paused := s.up, s.paused
	s.mu.Unlock()
	if up == nil || paused {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, hostTime)
	defer cancel()
	select {
	case <-up:
	case <-ctx.Done():
	}
}

func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// parse is a CID as blocks know it.
func parse(op string, c services.CID) (cid.Cid, error) {
	got, err := cid.Decode(c.Text)
	if err != nil || !c.Valid() {
		return cid.Undef, &services.Error{Code: services.CodeInvalid, Op: op, Reason: "BAD_REQUEST", Details: "cid", NotSent: true}
	}
	return got, nil
}

// holder is what holds the blocks of a pin.
func holder(pin user.LocalPin) blocks.Holder { return blocks.Holder(-pin.ID) }
