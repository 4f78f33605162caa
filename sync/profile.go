package sync

import (
	"context"
	"errors"

	"github.com/pintray/pintray/services"
)

// learn takes findings into what is known of the account's service, and returns
// that. Who lists and who writes may learn at the same time.
func (e *Engine) learn(ctx context.Context, p *place, findings ...services.Finding) (services.Profile, error) {
	p.learning.Lock()
	defer p.learning.Unlock()
	return e.learnLocked(ctx, p, findings...)
}

func (e *Engine) learnLocked(ctx context.Context, p *place, findings ...services.Finding) (services.Profile, error) {
	known, err := e.c.Cache.Profile(ctx, p.id)
	if err != nil || len(findings) == 0 || p.life.Err() != nil {
		return known, err
	}
	known = known.Learn(findings...)
	return known, e.c.Cache.SetProfile(context.WithoutCancel(ctx), p.id, known)
}

// learnAt is learn of what a check of the account, as it was when that began,
// found out: nothing, if it has been given another address since.
func (e *Engine) learnAt(ctx context.Context, p *place, a services.Account, findings ...services.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	p.learning.Lock()
	defer p.learning.Unlock()
	now, err := e.account(ctx, "list", a.ID)
	switch {
	case services.CodeOf(err) == services.CodeUsage:
		return nil // forgotten
	case err != nil || now.Endpoint != a.Endpoint:
		return err
	}
	_, err = e.learnLocked(ctx, p, findings...)
	return err
}

// move gives an account another address: nothing that was learnt of the service
// at the old one is believed of the new.
func (e *Engine) move(ctx context.Context, p *place, a services.Account) error {
	p.learning.Lock()
	defer p.learning.Unlock()
	known, err := e.c.Cache.Profile(ctx, p.id)
	if err != nil {
		return err
	}
	if err := e.c.Cache.SetProfile(ctx, p.id, nil); err != nil {
		return err
	}
	if err := e.c.User.UpdateAccount(ctx, a); err != nil {
		return errors.Join(err, e.c.Cache.SetProfile(context.WithoutCancel(ctx), p.id, known))
	}
	p.mu.Lock()
	p.cost, p.untold, p.off = 0, false, false
	p.mu.Unlock()
	p.refresh()
	return nil
}
