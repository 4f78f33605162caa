package sync

import (
	"context"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// Test asks a service without storing anything: does it answer, is the key
// taken, how many pins are there. The error is of what was given ("no-host",
// "unknown-template", ...); how the service took it is in the Check.
func (e *Engine) Test(ctx context.Context, n NewAccount) (Check, error) {
	a, err := accountOf(n)
	if err != nil {
		return Check{}, err
	}
	svc, err := e.c.Connect(ctx, a, n.Key)
	if err != nil {
		return Check{Pins: -1, Err: services.AsError(err)}, nil
	}
	defer letGo(svc)
	return check(ctx, svc), nil
}

// accountOf is the account to be, without a name's uniqueness or a stored key.
func accountOf(n NewAccount) (services.Account, error) {
	a := services.Account{Name: strings.TrimSpace(n.Name), Template: n.Template, User: strings.TrimSpace(n.User), Key: n.Source}
	endpoint := n.Endpoint
	if n.Template != "" {
		t, ok := services.TemplateByID(n.Template)
		if !ok {
			return a, usage("connect", "unknown-template", n.Template)
		}
		if strings.TrimSpace(endpoint) == "" {
			endpoint = t.Endpoint
		}
	}
	if !n.Key.IsZero() && n.Source != "" {
		return a, usage("connect", "two-keys", "")
	}
	if n.Key.IsZero() && n.Source == "" {
		a.Key = services.KeyNone
	}
	if strings.HasPrefix(endpoint, "demo:") {
		a.Endpoint = endpoint
		return a, nil
	}
	var err error
	a.Endpoint, err = services.CleanEndpoint(endpoint)
	return a, err
}

// secretOf is what was given for an account as what it is there.
func secretOf(a services.Account, given services.Secret) services.Secret {
	if a.User == "" || given.IsZero() {
		return given
	}
	return services.NewPassword(given.Reveal())
}

// check reads one pin.
func check(ctx context.Context, svc services.Service) Check {
	began := time.Now()
	page, err := svc.List(ctx, services.Query{Status: services.AllStatuses(), Limit: 1})
	c := Check{Pins: page.Count, Latency: time.Since(began), Err: services.AsError(err)}
	if err != nil || c.Pins < int64(len(page.Results)) {
		c.Pins = -1
	}
	return c
}

// letGo closes idle connections of a service nobody needs any more.
func letGo(svc services.Service) {
	if c, ok := svc.(interface{ Close() }); ok {
		c.Close()
	}
}

// Connect stores a new account (after Test, unless NoCheck) and begins to read
// it. What Test found wrong is its error, and then nothing is stored.
func (e *Engine) Connect(ctx context.Context, n NewAccount) (services.Account, error) {
	a, err := accountOf(n)
	if err != nil {
		return a, err
	}
	n.Key = secretOf(a, n.Key)
	if err := e.nameFree(ctx, a); err != nil {
		return a, err
	}
	if !n.NoCheck {
		found, err := e.Test(ctx, n)
		if err != nil {
			return a, err
		}
		if found.Err != nil {
			return a, found.Err
		}
	}
	if !n.Key.IsZero() {
		if a.Key, err = e.keep(ctx, n.Key, n.SessionOnly); err != nil {
			return a, err
		}
	}
	a.Created = time.Now()
	if a.ID, err = e.c.User.AddAccount(ctx, a); err != nil {
		if !n.Key.IsZero() {
			e.forgetKey(ctx, a.Key)
		}
		return a, err
	}
	e.c.Log.Info("account connected", "account", a.ID)
	wake(e.reload)
	return a, nil
}

// nameFree refuses a name before a key is stored for it.
func (e *Engine) nameFree(ctx context.Context, a services.Account) error {
	if a.Name == "" {
		return usage("connect", "no-name", "")
	}
	list, err := e.c.User.Accounts(ctx)
	for _, other := range list {
		if strings.EqualFold(other.Name, a.Name) {
			return usage("connect", "name-taken", a.Name)
		}
	}
	return err
}

func (e *Engine) keep(ctx context.Context, key services.Secret, sessionOnly bool) (services.KeySource, error) {
	if sessionOnly {
		return e.c.Keys.Hold(key)
	}
	return e.c.Keys.Set(ctx, key)
}

// forgetKey drops a key nobody needs any more. That it stays behind in a
// locked keyring harms nobody.
func (e *Engine) forgetKey(ctx context.Context, source services.KeySource) {
	if source.Kind() != services.KeyInKeyring && source.Kind() != services.KeySession {
		return
	}
	if err := e.c.Keys.Delete(context.WithoutCancel(ctx), source); err != nil {
		e.c.Log.Warn("old key stays in the keyring", "error", err.Error())
	}
}

// EditAccount stores Name, Endpoint and Paused of a.ID.
func (e *Engine) EditAccount(ctx context.Context, a services.Account) error {
	old, err := e.account(ctx, "connect", a.ID)
	if err != nil {
		return err
	}
	edited := old
	edited.Name, edited.Endpoint, edited.Paused = strings.TrimSpace(a.Name), a.Endpoint, a.Paused
	if edited.Name == "" {
		return usage("connect", "no-name", "")
	}
	switch {
	case old.Local():
		edited.Endpoint = old.Endpoint // it is where it is
	case !edited.Demo():
		if edited.Endpoint, err = services.CleanEndpoint(a.Endpoint); err != nil {
			return err
		}
	}
	if edited.Endpoint != old.Endpoint {
		err = e.move(ctx, e.place(a.ID), edited)
	} else {
		err = e.c.User.UpdateAccount(ctx, edited)
	}
	if err != nil {
		return err
	}
	wake(e.reload)
	return nil
}

// NewKey tests the key against the account, stores it, and drops the old one.
// What the old key kept from being done is due again.
func (e *Engine) NewKey(ctx context.Context, id services.AccountID, key services.Secret) error {
	a, err := e.account(ctx, "key", id)
	if err != nil {
		return err
	}
	key = secretOf(a, key)
	svc, err := e.c.Connect(ctx, a, key)
	if err != nil {
		return err
	}
	found := check(ctx, svc)
	letGo(svc)
	if found.Err != nil {
		return found.Err
	}
	old := a.Key
	if a.Key, err = e.keep(ctx, key, old.Kind() == services.KeySession); err != nil {
		return err
	}
	if err := e.c.User.UpdateAccount(ctx, a); err != nil {
		e.forgetKey(ctx, a.Key)
		return err
	}
	e.forgetKey(ctx, old)
	p := e.place(id)
	p.drop()
	p.refresh()
	wake(e.reload)
	return e.release(ctx, id, services.CodeAuth)
}

// release makes due what was stuck or waiting for one cause.
func (e *Engine) release(ctx context.Context, id services.AccountID, code services.Code) error {
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return err
	}
	var ids []store.OperationID
	for _, op := range open {
		if op.Account == id && op.LastCode == code && (op.State == store.OpStuck || op.State == store.OpWaiting) {
			ids = append(ids, op.ID)
		}
	}
	return unlessClosed(e.tell(ctx, ids, wish{kind: evRetry, code: code}))
}

// ForgetAccount removes an account from this computer: its key, its pins in
// the cache, its open operations. Nothing is deleted at the service. This
// computer itself is CodeUsage, Reason "this-computer": it can only be paused.
func (e *Engine) ForgetAccount(ctx context.Context, id services.AccountID) error {
	a, err := e.account(ctx, "forget", id)
	if err != nil {
		return err
	}
	if a.Local() {
		return usage("forget", "this-computer", "")
	}
	if err := e.remove(ctx, id); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // half forgotten is no state to stay in
	p := e.place(id)
	p.end()
	// Whoever is in the middle of something ends at once and writes no more.
	_ = p.passing.take(ctx)
	_ = p.working.take(ctx)
	_ = p.uploading.take(ctx)
	p.drop()
	e.showing.Lock() // who writes later sees that it is gone
	e.mu.Lock()
	delete(e.places, id)
	e.mu.Unlock()
	e.showing.Unlock()
	p.passing.give()
	p.working.give()
	p.uploading.give()
	e.forgetKey(ctx, a.Key)
	if err := e.c.Cache.Forget(ctx, id); err != nil {
		return err
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return err
	}
	e.c.Log.Info("account forgotten", "account", id)
	e.moved.Post()
	wake(e.reload)
	return e.c.Cache.SetPending(ctx, open, true)
}

// remove takes the account out of user.db while nobody asks for anything: what
// was checked before would be written after it, and wait for ever.
func (e *Engine) remove(ctx context.Context, id services.AccountID) error {
	if err := e.asking.take(ctx); err != nil {
		return stopped("forget", err)
	}
	defer e.asking.give()
	return e.c.User.RemoveAccount(ctx, id)
}

// CheckAccount asks a stored account's service, as Test does, and finds out what
// may be believed of it, in at most listing.ProbeRequests requests that only
// read. It remembers both.
func (e *Engine) CheckAccount(ctx context.Context, id services.AccountID) (Check, error) {
	a, err := e.account(ctx, "connect", id)
	if err != nil {
		return Check{}, err
	}
	p := e.place(id)
	svc, err := e.service(ctx, p, a)
	if err != nil {
		se := services.AsError(err)
		return Check{Pins: -1, Err: se}, e.failed(ctx, p, se)
	}
	found := check(ctx, svc)
	if found.Profile, err = e.c.Cache.Profile(ctx, id); err != nil {
		return found, err
	}
	if found.Err == nil {
		findings, _, err := listing.Probe(ctx, svc, found.Profile)
		found.Err, found.Profile = services.AsError(err), found.Profile.Learn(findings...)
		if err := e.learnAt(ctx, p, a, findings...); err != nil {
			return found, err
		}
	}
	switch {
	case found.Err == nil:
		return found, e.reached(ctx, p)
	case ctx.Err() != nil:
		return found, nil
	}
	return found, e.failed(ctx, p, found.Err)
}

// Unlock asks the person to unlock the keyring.
func (e *Engine) Unlock(ctx context.Context) error {
	if err := e.c.Keys.Unlock(ctx); err != nil {
		return services.AsError(err)
	}
	return e.keysChanged(ctx)
}

// KeyringState is Keys.Locked: "" where keys can be read.
func (e *Engine) KeyringState(ctx context.Context) (string, error) {
	return e.c.Keys.Locked(ctx), nil
}

// keysChanged tries again what waited for a key.
func (e *Engine) keysChanged(ctx context.Context) error {
	var waiting []*place
	e.eachPlace(func(p *place) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.breaker.err != nil && p.breaker.err.Code == services.CodeKeyring {
			waiting = append(waiting, p)
		}
	})
	for _, p := range waiting {
		p.refresh()
		wake(p.poll)
		if err := e.release(ctx, p.id, services.CodeKeyring); err != nil {
			return err
		}
	}
	return nil
}
