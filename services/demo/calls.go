package demo

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// List implements services.Service: newest first, Before and After exclusive,
// every filter applied, Count exact.
func (s *Service) List(ctx context.Context, q services.Query) (services.Page, error) {
	return answer(ctx, s, Call{Op: "list", Query: q}, func(now time.Time) (services.Page, error) {
		if q.Limit < 0 || len(q.CIDs) > services.MaxCIDs {
			return services.Page{}, invalid("limit or cid out of bounds")
		}
		if q.Limit == 0 {
			q.Limit = 10
		}
		if len(q.Status) == 0 {
			q.Status = []services.Status{services.Pinned}
		}
		q.Limit = min(q.Limit, s.options.MaxLimit)
		return s.table.list(q, now.Add(-s.options.Lag)), nil
	})
}

// Add implements services.Service.
func (s *Service) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	return answer(ctx, s, Call{Op: "add", Pin: p}, func(now time.Time) (services.PinStatus, error) {
		if err := checkPin(p); err != nil {
			return services.PinStatus{}, err
		}
		st := s.table.add(p, now)
		return st, s.saveLocked()
	})
}

// Get implements services.Service.
func (s *Service) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	c := Call{Op: "get", RequestID: requestID}
	return answer(ctx, s, c, func(time.Time) (services.PinStatus, error) {
		pos, ok := s.table.find(requestID)
		if !ok {
			return services.PinStatus{}, notFound()
		}
		return s.table.pinStatus(pos, s.table.records[pos]), nil
	})
}

// Replace implements services.Service: a new requestid, and the old one is gone.
func (s *Service) Replace(ctx context.Context, requestID string, p services.Pin) (services.PinStatus, error) {
	c := Call{Op: "replace", RequestID: requestID, Pin: p}
	return answer(ctx, s, c, func(now time.Time) (services.PinStatus, error) {
		pos, ok := s.table.find(requestID)
		if !ok {
			return services.PinStatus{}, notFound()
		}
		if err := checkPin(p); err != nil {
			return services.PinStatus{}, err
		}
		s.table.remove(pos)
		st := s.table.add(p, now)
		return st, s.saveLocked()
	})
}

// Delete implements services.Service.
func (s *Service) Delete(ctx context.Context, requestID string) error {
	c := Call{Op: "delete", RequestID: requestID}
	_, err := answer(ctx, s, c, func(time.Time) (struct{}, error) {
		pos, ok := s.table.find(requestID)
		if !ok {
			return struct{}{}, notFound()
		}
		s.table.remove(pos)
		return struct{}{}, s.saveLocked()
	})
	return err
}

// answer runs one call: latency, hooks and faults around do, which runs under
// the lock with the table brought up to now.
func answer[T any](ctx context.Context, s *Service, c Call, do func(now time.Time) (T, error)) (T, error) {
	var none T
	c.N = s.calls.Add(1)
	if err := wait(ctx, s.options.Latency); err != nil {
		return none, named(err, c.Op)
	}
	if s.options.Before != nil {
		if err := s.options.Before(c); err != nil {
			return none, err
		}
	}
	fault := s.fault(c.N)
	if err := fault.instead(ctx); err != nil {
		return none, named(err, c.Op)
	}
	out, err := locked(s, do)
	if err == nil && fault == FaultDropped {
		err = dropped()
	}
	if s.options.After != nil {
		if e := s.options.After(c, err); e != nil {
			return none, e
		}
	}
	if err != nil {
		return none, named(err, c.Op)
	}
	return out, nil
}

func locked[T any](s *Service, do func(now time.Time) (T, error)) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.openLocked(); err != nil {
		var none T
		return none, err
	}
	now := s.options.Now()
	s.table.advance(now)
	return do(now)
}

// named puts the call's name into the error.
func named(err error, op string) error {
	e := *services.AsError(err)
	e.Op = op
	return &e
}

func checkPin(p services.Pin) error {
	switch {
	case !p.CID.Valid():
		return invalid("cid is none")
	case utf8.RuneCountInString(p.Name) > services.MaxName:
		return invalid("name is too long")
	case len(p.Origins) > services.MaxOrigins || len(p.Meta) > services.MaxMeta:
		return invalid("too many origins or meta")
	}
	return nil
}

func invalid(details string) error {
	return &services.Error{
		Code: services.CodeInvalid, HTTP: http.StatusBadRequest, Reason: "BAD_REQUEST", Details: details,
	}
}

func notFound() error {
	return &services.Error{Code: services.CodeNotFound, HTTP: http.StatusNotFound, Reason: "NOT_FOUND"}
}
