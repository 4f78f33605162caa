package sync

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
)

// The patience of one full check with each of its list calls.
const (
	steadyTries = 4
	steadyWait  = time.Minute // a service that asks for more is left alone
)

// steady makes a list call again that failed in passing, so that one bad
// answer does not cost a check of a hundred pages. A service nobody answers
// for at the first call is left to the breaker. It is used by one walk, whose
// calls may be made side by side.
type steady struct {
	services.Service
	answered atomic.Bool
}

func (s *steady) List(ctx context.Context, q services.Query) (services.Page, error) {
	for try := 1; ; try++ {
		page, err := s.Service.List(ctx, q)
		if err == nil {
			s.answered.Store(true)
			return page, nil
		}
		e := services.AsError(err)
		if try == steadyTries || !e.Temporary() || e.RetryAfter > steadyWait || !s.answered.Load() && nobody(e) {
			return page, err
		}
		if !wait(ctx, nil, time.Now().Add(max(backoff(try, rand.Float64()), e.RetryAfter))) {
			return page, err
		}
	}
}

// nobody reports whether there was no answer at all.
func nobody(err *services.Error) bool {
	return err.Code == services.CodeUnreachable || err.Code == services.CodeTimeout
}
