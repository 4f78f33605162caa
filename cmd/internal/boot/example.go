package boot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
)

// openDemo opens made-up services in a folder that is gone at Close.
func (a *App) openDemo(ctx context.Context, o Options) error {
	dir, err := os.MkdirTemp("", "pintray-demo-")
	if err != nil {
		return storageError(err)
	}
	a.Dir = dir
	a.close = append(a.close, func() error { return os.RemoveAll(dir) })
	lock, err := tryLock(dir)
	if err != nil {
		return err
	}
	if err := a.openOwner(ctx, lock, o); err != nil {
		return err
	}
	for name, endpoint := range map[string]string{"Slow": demoSlow, "Faulty": demoFaulty} {
		endpoint = fmt.Sprintf("%s?pins=%d", endpoint, o.Demo)
		if err := a.addDemo(ctx, name, endpoint); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) addDemo(ctx context.Context, name, endpoint string) error {
	_, err := a.owner.user.AddAccount(ctx, services.Account{Name: name, Endpoint: endpoint, Key: services.KeyNone, Created: time.Now()})
	return err
}

// Example connects a made-up service where there is no account at all, so that
// there is something to see; it is forgotten when the first real account is
// connected. Call it in the owner, before Run.
func (a *App) Example(ctx context.Context) error {
	if a.owner == nil {
		panic("bug: Example in a process that does not own the data folder")
	}
	accounts, err := a.owner.user.Accounts(ctx)
	if err != nil || len(accounts) > 0 {
		return err
	}
	return a.addDemo(ctx, "Example", demoExample)
}

// engine is the engine of the owner. It forgets the example as soon as there
// is something real.
type engine struct {
	*pinsync.Engine
	user    *user.DB
	connect *connector
}

// Connect connects an account; the first real one ends the example.
func (e *engine) Connect(ctx context.Context, a pinsync.NewAccount) (services.Account, error) {
	made, err := e.Engine.Connect(ctx, a)
	if err != nil || made.Demo() {
		return made, err
	}
	return made, e.forgetExample(ctx)
}

func (e *engine) forgetExample(ctx context.Context) error {
	accounts, err := e.user.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Endpoint == demoExample {
			err = errors.Join(err, e.Engine.ForgetAccount(ctx, a.ID), e.connect.drop(demoExample))
		}
	}
	return err
}
