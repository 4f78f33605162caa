package sync

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// runGiver runs the giver with the settings there are.
func (e *Engine) runGiver(ctx context.Context) {
	if e.giver == nil {
		return
	}
	err := e.setGiver(ctx)
	if err == nil {
		var following sync.WaitGroup
		following.Go(func() { e.followAddresses(ctx) })
		defer following.Wait()
		err = e.giver.Run(ctx)
	}
	if err != nil && ctx.Err() == nil {
		e.c.Log.Error("nothing can be given", "error", err.Error())
	}
}

// followAddresses has the services that fetch from here looked at again when we
// are found elsewhere than they were told: those that name machines of their own
// are dialled from there. One that does not can only reach us at what it was told
// with the pin: it is told anew where that is safe, and else its job says so until
// we are back there.
func (e *Engine) followAddresses(ctx context.Context) {
	told := make(map[handover.Key]telling)
	timer := time.NewTimer(0)
	timer.Stop()
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.giver.Changed():
			e.foundElsewhere()
		case <-timer.C:
		}
		// Some of them may lose their connections only later, or be told again.
		if len(e.bytes.offered()) > 0 {
			timer.Reset(tellEvery)
		}
		if err := e.readdress(ctx, told); err != nil && ctx.Err() == nil {
			e.c.Log.Warn("services cannot be told where this computer is", "error", err.Error())
		}
	}
}

func (e *Engine) foundElsewhere() {
	accounts := make(map[services.AccountID]bool)
	for k := range e.bytes.offered() {
		accounts[k.Account] = true
	}
	e.c.Log.Info("found elsewhere than services were told", "accounts", len(accounts))
	now := time.Now()
	for id := range accounts {
		e.place(id).expect(now)
	}
	e.moved.Post() // what is said of the jobs may be another
}

// giveMeanwhile lets services be told where files can be fetched, in a process
// without Run: whoever runs next gives them from the same addresses. The function
// it returns ends that.
func (e *Engine) giveMeanwhile(ctx context.Context) (end func(), err error) {
	none := func() {}
	if e.giver == nil || e.isRunning() {
		return none, nil
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil || !slices.ContainsFunc(open, func(op store.Operation) bool { return op.Source != 0 }) {
		return none, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { e.runGiver(ctx) })
	e.lends.Store(true)
	return func() {
		e.lends.Store(false)
		cancel()
		running.Wait()
	}, nil
}

// setGiver tells the giver how much it may send, and whether others may connect.
func (e *Engine) setGiver(ctx context.Context) error {
	if e.giver == nil {
		return nil
	}
	limit, err := e.c.User.Setting(ctx, store.SettingUploadLimit)
	if err != nil {
		return err
	}
	listen, err := e.c.User.Setting(ctx, store.SettingListen)
	if err != nil {
		return err
	}
	n, _ := strconv.ParseInt(limit, 10, 64) // no number is no limit
	e.giver.SetLimit(max(n, 0))
	e.giver.SetListen(listen != store.ListenOff)
	return nil
}

// pauseBytes brings what is given, uploaded, fetched and watched in step with the
// pause.
func (e *Engine) pauseBytes(ctx context.Context) error {
	until, err := e.paused(ctx)
	if err == nil && until.After(time.Now()) {
		e.bytes.stopSending()
	}
	wake(e.give)
	wake(e.folders.changed)
	if err == nil {
		err = e.RestLocal(ctx)
	}
	return err
}

// Fetcher fetches for the account that is this computer: a *local.Service.
type Fetcher interface {
	// Pause stops fetching, or goes on with it.
	Pause(paused bool)
	// Changed has a notice when a pin that was fetched has come further, or failed.
	Changed() <-chan struct{}
}

// localEvery is how often at most notices of this computer are followed.
const localEvery = time.Second

// followLocal has the pins of this computer looked at when one of them has come
// further: it need not be asked again and again.
func (e *Engine) followLocal(ctx context.Context) error {
	if e.c.Local == nil {
		return nil
	}
	for wait(ctx, e.c.Local.Changed(), time.Time{}) {
		accounts, err := e.c.User.Accounts(ctx)
		if err != nil {
			return storeError(ctx, err)
		}
		for _, a := range accounts {
			if a.Local() {
				e.place(a.ID).expect(time.Now())
			}
		}
		if !wait(ctx, nil, time.Now().Add(localEvery)) {
			break
		}
	}
	return nil
}

// RestLocal tells Config.Local whether it may fetch now: neither while everything
// is paused, nor while its account is.
func (e *Engine) RestLocal(ctx context.Context) error {
	if e.c.Local == nil {
		return nil
	}
	until, err := e.paused(ctx)
	if err != nil {
		return err
	}
	accounts, err := e.c.User.Accounts(ctx)
	if err != nil {
		return err
	}
	rests := slices.ContainsFunc(accounts, func(a services.Account) bool { return a.Local() && a.Paused })
	e.c.Local.Pause(rests || until.After(time.Now()))
	return nil
}

// renew makes the giver begin anew after a wake-up or a change of network.
func (e *Engine) renew() {
	if e.giver != nil {
		e.giver.Renew()
	}
}
