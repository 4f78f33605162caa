package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

const (
	// limitShown is the shortest wait for a budget that is shown.
	limitShown = 5 * time.Second
	// limitLong is longer than a wait that only spreads calls: the service asked
	// for it, and nobody stands and waits for its end.
	limitLong = 2 * time.Minute
)

// budgeted is a Service that keeps within what its account is allowed: Delay is
// how long a call made now would wait.
type budgeted interface {
	Delay(op string) time.Duration
}

// paced says on the account until when nothing is sent, before a call begins to
// wait for its turn. A call whose turn is far is not made.
type paced struct {
	services.Service
	e *Engine
	p *place
}

// paced wraps a service that has a budget.
func (e *Engine) paced(p *place, svc services.Service) services.Service {
	if _, ok := svc.(budgeted); !ok {
		return svc
	}
	return &paced{svc, e, p}
}

func (s *paced) List(ctx context.Context, q services.Query) (services.Page, error) {
	if err := s.tell(ctx, "list"); err != nil {
		return services.Page{}, err
	}
	return s.Service.List(ctx, q)
}

func (s *paced) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	if err := s.tell(ctx, "add"); err != nil {
		return services.PinStatus{}, err
	}
	return s.Service.Add(ctx, pin)
}

func (s *paced) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	if err := s.tell(ctx, "get"); err != nil {
		return services.PinStatus{}, err
	}
	return s.Service.Get(ctx, requestID)
}

func (s *paced) Replace(ctx context.Context, requestID string, pin services.Pin) (services.PinStatus, error) {
	if err := s.tell(ctx, "replace"); err != nil {
		return services.PinStatus{}, err
	}
	return s.Service.Replace(ctx, requestID, pin)
}

func (s *paced) Delete(ctx context.Context, requestID string) error {
	if err := s.tell(ctx, "delete"); err != nil {
		return err
	}
	return s.Service.Delete(ctx, requestID)
}

// Close closes idle connections.
func (s *paced) Close() { letGo(s.Service) }

// tell writes down the wait to come, or that there is none any more. A long one
// is CodeLimited, Reason "budget".
func (s *paced) tell(ctx context.Context, op string) error {
	wait := s.Service.(budgeted).Delay(op)
	s.note(ctx, op, wait)
	if wait <= limitLong {
		return nil
	}
	return &services.Error{Code: services.CodeLimited, Op: op, Reason: "budget", NotSent: true, RetryAfter: wait}
}

func (s *paced) note(ctx context.Context, op string, wait time.Duration) {
	now := time.Now()
	s.p.mu.Lock()
	was := s.p.limited
	switch until := now.Add(wait); {
	case wait >= limitShown && until.After(was.Add(time.Second)):
		s.p.limited = until
	case wait < limitShown && !was.After(now):
		s.p.limited = time.Time{}
	}
	is := s.p.limited
	s.p.mu.Unlock()
	if is.Equal(was) {
		return
	}
	if err := s.e.c.User.NoteLimit(context.WithoutCancel(ctx), s.p.id, is); err != nil {
		s.e.c.Log.Warn("limit not written down", "account", s.p.id, "op", op, "error", err.Error())
	}
}

// limitedUntil is until when nothing is sent, zero where calls are made.
func (p *place) limitedUntil() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.limited.After(time.Now()) {
		p.limited = time.Time{}
	}
	return p.limited
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
