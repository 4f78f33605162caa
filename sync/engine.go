package sync

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

// Engine is made by New and does nothing before Run.
//
// All verbs may be called from any goroutine, before and during Run, and
// return once what was asked for is durable (Add, Rename, Delete, Retry,
// Cancel) or known (Sync, Test, Show). Their errors are *services.Error.
type Engine struct {
	c      Config
	moved  store.Changes // posted whenever an operation or a pin moved
	reload chan struct{} // capacity one: the accounts are not what they were
	// imports is woken when there may be something to read.
	imports chan struct{}
	// give is woken when what is given may have to change besides moved.
	give      chan struct{}
	importing turn          // one source is read at a time
	giving    turn          // what is live and what is asked for stay in step
	sendings  chan struct{} // a place for each upload at once
	reader    *ingest.Reader
	giver     Giver // nil: nothing is given
	bytes     bringing
	folders   *folderLoop
	asking    turn // what a request was checked against holds until it is written
	// showing is held for reading from finding an account there until what Show
	// learnt of it is written.
	showing sync.RWMutex

	lends atomic.Bool // Work lets files be fetched meanwhile

	mu        sync.Mutex
	places    map[services.AccountID]*place
	hosts     map[string]*host // by endpoint
	running   bool
	recovered bool
}

// New makes an engine. It starts nothing.
func New(c Config) *Engine {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{
		c: c, reload: make(chan struct{}, 1), imports: make(chan struct{}, 1), give: make(chan struct{}, 1),
		importing: newTurn(), giving: newTurn(), sendings: make(chan struct{}, uploadsAtOnce), asking: newTurn(),
		places: make(map[services.AccountID]*place), hosts: make(map[string]*host), folders: newFolderLoop(),
	}
	if c.Blocks != nil {
		e.reader = ingest.NewReader(c.Blocks, e.spoil)
	}
	if c.Blocks != nil && c.Giver != nil {
		e.giver = c.Giver(e.reader)
	}
	return e
}

// Close closes the files the engine has open to be given. It is called after Run
// has returned, and before the databases are closed.
func (e *Engine) Close() error {
	if e.reader == nil {
		return nil
	}
	return e.reader.Close()
}

// turn lets one at a time do something, and the others wait no longer than
// their context.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) give() { <-t }

// wake sends on a channel of capacity one.
func wake(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// place returns what is kept in memory of an account, making it if need be.
func (e *Engine) place(id services.AccountID) *place {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.placeLocked(id)
}

func (e *Engine) placeLocked(id services.AccountID) *place {
	p, ok := e.places[id]
	if !ok {
		p = newPlace(id)
		e.places[id] = p
	}
	return p
}

func (e *Engine) eachPlace(do func(*place)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.places {
		do(p)
	}
}

// wakeAll makes every poller and worker look again at what is due.
func (e *Engine) wakeAll() {
	e.eachPlace(func(p *place) { wake(p.poll); wake(p.work); wake(p.upload) })
}

// account reads one account.
func (e *Engine) account(ctx context.Context, op string, id services.AccountID) (services.Account, error) {
	list, err := e.c.User.Accounts(ctx)
	if err != nil {
		return services.Account{}, err
	}
	for _, a := range list {
		if a.ID == id {
			return a, nil
		}
	}
	return services.Account{}, usage(op, "unknown-account", "")
}

// accounts reads those with the ids, or all that are not paused for none.
func (e *Engine) accounts(ctx context.Context, op string, ids []services.AccountID) ([]services.Account, error) {
	list, err := e.c.User.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []services.Account
	if len(ids) == 0 {
		for _, a := range list {
			if !a.Paused {
				chosen = append(chosen, a)
			}
		}
		return chosen, nil
	}
	byID := make(map[services.AccountID]services.Account, len(list))
	for _, a := range list {
		byID[a.ID] = a
	}
	for _, id := range ids {
		a, ok := byID[id]
		if !ok {
			return nil, usage(op, "unknown-account", "")
		}
		chosen = append(chosen, a)
	}
	return chosen, nil
}

// service is the account's service, made when first needed and again when the
// account was edited. It may wait for a keyring.
func (e *Engine) service(ctx context.Context, p *place, a services.Account) (services.Service, error) {
	if err := p.connecting.take(ctx); err != nil {
		return nil, stopped("connect", err)
	}
	defer p.connecting.give()
	if svc := p.connected(a); svc != nil {
		return svc, nil
	}
	svc, err := e.c.Connect(ctx, a, services.Secret{})
	if err != nil {
		return nil, err
	}
	svc = e.paced(p, svc)
	p.connect(a, svc, e.host(a.Endpoint))
	return svc, nil
}

// paused says whether, and until when, nothing is to be sent or checked; a
// pause without an end is far.
func (e *Engine) paused(ctx context.Context) (until time.Time, err error) {
	text, err := e.c.User.Setting(ctx, store.SettingPaused)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Now().Add(far), nil
}

// far is the wait of what only a wake-up ends.
const far = 24 * time.Hour

// wait returns at the time, at a wake-up, or when ctx ends; then it is false.
func wait(ctx context.Context, woken <-chan struct{}, at time.Time) bool {
	if at.IsZero() {
		at = time.Now().Add(far)
	}
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-woken:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

func usage(op, reason, details string) *services.Error {
	return &services.Error{Code: services.CodeUsage, Op: op, Reason: reason, Details: details, NotSent: true}
}

// stopped is the end of a context as an *services.Error.
func stopped(op string, err error) *services.Error {
	return &services.Error{Code: services.CodeTimeout, Op: op, Reason: "cancelled", NotSent: true, Err: err}
}
