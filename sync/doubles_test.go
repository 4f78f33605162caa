package sync_test

import (
	"context"
	"sync/atomic"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

// silent is a service that never answers.
type silent struct{}

func (silent) hang(ctx context.Context) error {
	<-ctx.Done()
	return &services.Error{Code: services.CodeTimeout, Err: ctx.Err()}
}

func (s silent) List(ctx context.Context, _ services.Query) (services.Page, error) {
	return services.Page{}, s.hang(ctx)
}

func (s silent) Add(ctx context.Context, _ services.Pin) (services.PinStatus, error) {
	return services.PinStatus{}, s.hang(ctx)
}

func (s silent) Get(ctx context.Context, _ string) (services.PinStatus, error) {
	return services.PinStatus{}, s.hang(ctx)
}

func (s silent) Replace(ctx context.Context, _ string, _ services.Pin) (services.PinStatus, error) {
	return services.PinStatus{}, s.hang(ctx)
}

func (s silent) Delete(ctx context.Context, _ string) error { return s.hang(ctx) }

// failing gives up on everything, from now on.
type failing struct {
	*demo.Service
	now atomic.Bool
}

func (f *failing) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := f.Service.List(ctx, q)
	for i := range page.Results {
		page.Results[i] = f.fail(page.Results[i])
	}
	return page, err
}

func (f *failing) Get(ctx context.Context, id string) (services.PinStatus, error) {
	p, err := f.Service.Get(ctx, id)
	return f.fail(p), err
}

func (f *failing) fail(p services.PinStatus) services.PinStatus {
	if f.now.Load() {
		p.Status = services.Failed
	}
	return p
}

// hiding is a service whose list is empty while hide.
type hiding struct {
	*demo.Service
	hide *atomic.Bool
}

func (h *hiding) List(ctx context.Context, q services.Query) (services.Page, error) {
	if h.hide.Load() {
		return services.Page{}, nil
	}
	return h.Service.List(ctx, q)
}
