package demo

import (
	"context"
	"net/http"
	"time"

	"github.com/pintray/pintray/services"
)

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

// silence is how long FaultTimeout lets a caller wait.
const silence = 30 * time.Second

// fault is what the n-th call meets, "" for nothing.
func (s *Service) fault(n int64) Fault {
	every := int64(s.options.FailEvery)
	if every <= 0 || n%every != 0 {
		return ""
	}
	faults := s.options.Faults
	return faults[(n/every-1)%int64(len(faults))]
}

// instead is the error that comes in place of the call, nil where the call is made.
func (f Fault) instead(ctx context.Context) error {
	switch f {
	case FaultServer:
		return &services.Error{
			Code: services.CodeServer, HTTP: http.StatusInternalServerError, Reason: "INTERNAL_SERVER_ERROR",
			Details: "The service has a bad moment",
		}
	case FaultLimited:
		return &services.Error{
			Code: services.CodeLimited, HTTP: http.StatusTooManyRequests, Reason: "TOO_MANY_REQUESTS",
			NotSent: true, RetryAfter: time.Second,
		}
	case FaultTimeout:
		if err := wait(ctx, silence); err != nil {
			return err
		}
		return &services.Error{Code: services.CodeTimeout}
	}
	return nil
}

func dropped() error {
	return &services.Error{Code: services.CodeUnreachable, Reason: services.ReasonDropped}
}

// wait returns after d, or with what ended ctx.
func wait(ctx context.Context, d time.Duration) error {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if err := ctx.Err(); err != nil {
		return &services.Error{Code: services.CodeTimeout, Reason: reasonOf(err), Err: err}
	}
	return nil
}

func reasonOf(err error) string {
	if err == context.Canceled {
		return "cancelled"
	}
	return ""
}
