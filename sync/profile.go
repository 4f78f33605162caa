package sync

import (
	"context"

	"github.com/pintray/pintray/services"
)

// learn takes findings into what is known of the account's service, and returns
// that. Who lists and who writes may learn at the same time.
func (e *Engine) learn(ctx context.Context, p *place, findings ...services.Finding) (services.Profile, error) {
	p.learning.Lock()
	defer p.learning.Unlock()
	known, err := e.c.Cache.Profile(ctx, p.id)
	if err != nil || len(findings) == 0 || p.life.Err() != nil {
		return known, err
	}
	known = known.Learn(findings...)
	return known, e.c.Cache.SetProfile(context.WithoutCancel(ctx), p.id, known)
}
