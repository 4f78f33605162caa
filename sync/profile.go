package sync

import (
	"context"
	"errors"

	"github.com/pintray/pintray/services"
)

// learnAt takes findings into what is known of the service of an account as it was
// when they were made: none, if it has been given another address since. Who lists
// and who writes may learn at the same time.
func (e *Engine) learnAt(ctx context.Context, p *place, a services.Account, findings ...services.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	p.learning.Lock()
	defer p.learning.Unlock()
	now, err := e.account(ctx, "list", a.ID)
	switch {
	case services.CodeOf(err) == services.CodeUsage, p.life.Err() != nil:
		return nil // forgotten
	case err != nil || now.Endpoint != a.Endpoint:
		return err
	}
	known, err := e.c.Cache.Profile(ctx, p.id)
	if err != nil {
		return err
	}
	return e.c.Cache.SetProfile(context.WithoutCancel(ctx), p.id, known.Learn(findings...))
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
