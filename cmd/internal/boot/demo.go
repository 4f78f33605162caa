package boot

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/pintray/pintray/services"
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
