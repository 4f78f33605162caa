package sync

import (
	"context"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// place is what the engine keeps in memory of one account: its connection, how
// it is doing, and what is to be looked at when.
type place struct {
	id services.AccountID
	// life ends when the account is forgotten; every pass and every call of it
	// ends then.
	life context.Context
	end  context.CancelFunc

	connecting, passing, working, uploading turn
	poll, work, upload                      chan struct{} // wake-ups, capacity one

	learning sync.Mutex // held while the profile is read and written

	mu       sync.Mutex
	svc      services.Service
	made     services.Account // what svc was made for
	host     *host            // where svc is, nil before it is made
	breaker  breaker
	schedule schedule
	cost     int                  // requests of the last full check, 0: not known
	untold   bool                 // a quick look cannot tell whether anything is gone
	off      bool                 // at the last look the service's count was not ours
	acted    time.Time            // the last time one of our operations changed something
	unread   bool                 // the last check failed
	limited  time.Time            // until then nothing is sent, as written on the account
	noted    *services.Error      // the failure written on the account, nil: none
	tombs    map[string]tomb      // by the requestid of what was deleted by us
	doubted  map[string]time.Time // requestids of adds that were answered with failed, and when they were sent
	out      outbox
	late     late // what may still arrive
	turns    pace // of looks that read the whole account
}

func newPlace(id services.AccountID) *place {
	p := &place{
		id: id, connecting: newTurn(), passing: newTurn(), working: newTurn(), uploading: newTurn(),
		poll: make(chan struct{}, 1), work: make(chan struct{}, 1), upload: make(chan struct{}, 1), tombs: make(map[string]tomb), doubted: make(map[string]time.Time),
	}
	p.life, p.end = context.WithCancel(context.Background())
	return p
}

// within is ctx that also ends with the account.
func (p *place) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.life, cancel)
	return ctx, func() { stop(); cancel() }
}

func (p *place) connected(a services.Account) services.Service {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made.Endpoint != a.Endpoint || p.made.Key != a.Key || p.made.User != a.User || p.made.Template != a.Template {
		p.dropLocked()
	}
	return p.svc
}

func (p *place) connect(a services.Account, svc services.Service, at *host) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.svc, p.made, p.host = svc, a, at
}

// drop lets go of the connection; the next call makes one anew.
func (p *place) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropLocked()
}

func (p *place) dropLocked() {
	if c, ok := p.svc.(interface{ Close() }); ok {
		c.Close() // idle connections only
	}
	p.svc = nil
}

// refresh makes a full check due at once, whatever happened before.
func (p *place) refresh() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.want = true
	p.breaker = breaker{}
	p.host.reopen()
}

// reopen lets calls through again.
func (p *place) reopen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.breaker.until = time.Time{}
	p.host.reopen()
}

// closedUntil is when the service may be asked again.
func (p *place) closedUntil() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closedLocked()
}

func (p *place) closedLocked() time.Time {
	return latest(p.breaker.until, p.host.closedUntil())
}

// expect makes the pending pins due to be looked at soon, those of this computer
// at once: asking it costs nobody anything.
func (p *place) expect(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule.expect(now)
	if p.made.Local() {
		p.schedule.pending = now
	}
	wake(p.poll)
}
