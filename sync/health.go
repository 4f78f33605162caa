package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

// failed notes a call that did not reach the service or was refused as a whole.
func (e *Engine) failed(ctx context.Context, p *place, err *services.Error) error {
	now := time.Now()
	p.failedNow(now, err)
	if e.offline() {
		p.mu.Lock()
		p.breaker.offline(now)
		p.host.offline(now)
		p.mu.Unlock()
	}
	if err.Code == services.CodeAuth {
		p.drop() // a key in a variable or a file may have been changed
	}
	limited := p.limitedUntil()
	e.c.Log.Debug("call failed", "account", p.id, "op", err.Op, "code", err.Code, "error", err.Error())
	if p.notedBefore(err) && limited.IsZero() {
		return nil // nothing new to write, every few seconds for hours
	}
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, err, 0, limited)
}

// failedNow closes the account, or all of its host where nobody is there.
func (p *place) failedNow(now time.Time, err *services.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err.Code == services.CodeUnreachable && p.host != nil {
		p.breaker.err = err
		p.host.failed(now, err)
		return
	}
	p.breaker.failed(now, err)
	if err.Code == services.CodeLimited {
		p.limited = latest(p.limited, p.breaker.until)
	}
}

// notedBefore reports whether the last failure noted was the same.
func (p *place) notedBefore(err *services.Error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.noted
	p.noted = err
	return last != nil && last.Code == err.Code && last.Op == err.Op && last.Reason == err.Reason &&
		last.Details == err.Details && last.HTTP == err.HTTP
}

// reached notes a call that the service took.
func (e *Engine) reached(ctx context.Context, p *place) error {
	p.mu.Lock()
	was, found := p.breaker, p.host.reached()
	p.breaker = breaker{}
	again := was.err != nil && p.unread
	if again {
		p.schedule.check = time.Time{} // the check that failed can be made up for
	}
	noted := was.err != nil && !p.unread
	if noted {
		p.noted = nil
	}
	p.mu.Unlock()
	if found {
		e.backOnline(p)
		e.wakeAll() // who waited for the host without having tried it
	}
	if was.err == nil {
		return nil
	}
	wake(p.poll)
	wake(p.work)
	if was.unreachable() {
		if !found {
			e.backOnline(p)
		}
		if err := e.release(context.WithoutCancel(ctx), p.id, was.err.Code); err != nil {
			return err
		}
	}
	if !noted {
		return nil
	}
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, nil, 0, p.limitedUntil())
}

// offline reports whether no account could be reached when last tried.
func (e *Engine) offline() bool {
	all, any := true, false
	e.eachPlace(func(p *place) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.made.Demo() || p.made.Local() {
			return
		}
		any = true
		all = all && p.unreachableLocked()
	})
	return any && all
}

// backOnline tries the accounts at once that could not be reached either.
func (e *Engine) backOnline(found *place) {
	e.eachPlace(func(p *place) {
		if p != found {
			p.retryReach()
		}
	})
}

// retryReach opens the breaker of an account that could not be reached.
func (p *place) retryReach() {
	p.mu.Lock()
	again := p.unreachableLocked()
	if again {
		p.breaker.until = time.Time{}
		p.host.reopen()
		p.schedule.check = time.Time{}
	}
	p.mu.Unlock()
	if again {
		wake(p.poll)
		wake(p.work)
	}
}

// unreachableLocked reports whether nobody answered the last call to the account,
// or another one's to its host.
func (p *place) unreachableLocked() bool { return p.breaker.unreachable() || p.host.away() }
