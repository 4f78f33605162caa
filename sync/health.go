package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

// failed notes a call that did not reach the service or was refused as a whole.
func (e *Engine) failed(ctx context.Context, p *place, err *services.Error) error {
	now := time.Now()
	p.mu.Lock()
	p.breaker.failed(now, err)
	p.mu.Unlock()
	if e.offline() {
		p.mu.Lock()
		p.breaker.offline(now)
		p.mu.Unlock()
	}
	if err.Code == services.CodeAuth {
		p.drop() // a key in a variable or a file may have been changed
	}
	var limited time.Time
	if err.Code == services.CodeLimited {
		limited = p.closedUntil()
	}
	e.c.Log.Debug("call failed", "account", p.id, "op", err.Op, "code", err.Code, "error", err.Error())
	if p.notedBefore(err) && limited.IsZero() {
		return nil // nothing new to write, every few seconds for hours
	}
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, err, 0, limited)
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
	was := p.breaker
	p.breaker = breaker{}
	again := was.err != nil && p.unread
	if again {
		p.schedule.full = time.Time{} // the check that failed can be made up for
	}
	noted := was.err != nil && !p.unread
	if noted {
		p.noted = nil
	}
	p.mu.Unlock()
	if was.err == nil {
		return nil
	}
	wake(p.poll)
	wake(p.work)
	if was.unreachable() {
		e.backOnline(p)
		if err := e.release(context.WithoutCancel(ctx), p.id, was.err.Code); err != nil {
			return err
		}
	}
	if !noted {
		return nil
	}
	return e.c.User.NoteCall(context.WithoutCancel(ctx), p.id, nil, 0, time.Time{})
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
		all = all && p.breaker.unreachable()
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
	again := p.breaker.unreachable()
	if again {
		p.breaker.until = time.Time{}
		p.schedule.full = time.Time{}
	}
	p.mu.Unlock()
	if again {
		wake(p.poll)
		wake(p.work)
	}
}
