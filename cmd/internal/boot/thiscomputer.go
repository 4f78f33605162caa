package boot

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/local"
)

// thisComputer is the first name of the account that is this computer. The
// person may call it something else.
const thisComputer = "This computer"

// fetchedFolder is where in the data folder stands what this computer fetched.
const fetchedFolder = "fetched"

// openLocal makes this computer a service, and an account from the first start.
func (w *owner) openLocal(ctx context.Context, dir string) error {
	w.local = local.New(local.Config{User: w.user, Blocks: w.blocks, Dir: filepath.Join(dir, fetchedFolder), Log: w.log})
	w.close = append(w.close, w.local.Close)
	account, err := w.localAccount(ctx)
	if err != nil {
		return err
	}
	if err := w.cache.SetLocal(ctx, account.ID); err != nil {
		return err
	}
	w.local.Pause(true) // until the engine says whether it may
	w.runLocal()
	return nil
}

// runLocal lets this computer fetch while the data folder is open: a call of the
// shell that waits for it has no engine running.
func (w *owner) runLocal() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { keep(ctx, w.local.Run, w.log) })
	w.close = append(w.close, func() error {
		cancel()
		running.Wait()
		return nil
	})
}

// ThisComputer is this computer as a pinning service. Only the owner has it.
func (a *App) ThisComputer() services.Service {
	if a.owner == nil || a.owner.local == nil {
		panic("bug: ThisComputer in a process that does not own the data folder")
	}
	return a.owner.local
}

// localAccount finds the account, or makes it.
func (w *owner) localAccount(ctx context.Context) (services.Account, error) {
	accounts, err := w.user.Accounts(ctx)
	if err != nil {
		return services.Account{}, err
	}
	for _, a := range accounts {
		if a.Local() {
			return a, nil
		}
	}
	made := services.Account{Name: thisComputer, Endpoint: services.LocalEndpoint, Key: services.KeyNone}
	for n := 2; ; n++ {
		made.ID, err = w.user.AddAccount(ctx, made)
		var e *services.Error
		if !errors.As(err, &e) || e.Reason != "name-taken" {
			return made, err
		}
		made.Name = fmt.Sprintf("%s %d", thisComputer, n)
	}
}

// engine is the owner's engine. It tells this computer when its account is to
// rest.
type engine struct {
	*pinsync.Engine
	owner *owner
}

// Space is what this computer uses and has left.
func (e *engine) Space(ctx context.Context) (local.Space, error) {
	if e.owner.local == nil {
		return local.Space{Free: -1}, nil
	}
	return e.owner.local.Space(ctx)
}

// EditAccount stores what was edited.
func (e *engine) EditAccount(ctx context.Context, a services.Account) error {
	if err := e.Engine.EditAccount(ctx, a); err != nil || e.owner.local == nil {
		return err
	}
	return e.RestLocal(ctx)
}
