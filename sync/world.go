package sync

import (
	"context"
	"net"
	"slices"
	"time"
)

// asleep is by how much the wall clock must run ahead of the machine's own for
// us to have been suspended.
const asleep = time.Minute

// watchWorld notices that the computer woke up or got on a network, and then
// tries at once what had been put off.
func (e *Engine) watchWorld(ctx context.Context) {
	last, network := time.Now(), addresses()
	for wait(ctx, nil, time.Now().Add(worldEvery)) {
		now := time.Now()
		slept := suspended(now.Round(0).Sub(last.Round(0)), now.Sub(last))
		last = now
		if slept {
			if !e.wokeUp(ctx) {
				return
			}
			continue
		}
		if changed := addresses(); !slices.Equal(changed, network) {
			network = changed
			e.renew()
			e.tryAgain(false)
		}
	}
}

// suspended reports whether the computer slept while so much time went by on the
// wall's clock and so much on its own.
func suspended(wall, own time.Duration) bool { return wall-own > asleep }

// wokeUp lets go of the connections, which died meanwhile, and looks at
// everything once the network has had a moment. It is false where ctx ended.
func (e *Engine) wokeUp(ctx context.Context) bool {
	e.c.Log.Info("computer woke up")
	e.eachPlace((*place).drop)
	if !wait(ctx, nil, time.Now().Add(afterSleep)) {
		return false
	}
	e.renew()
	e.tryAgain(true)
	e.folders.rescan()
	return true
}

// tryAgain makes due what could not be reached, or everything.
func (e *Engine) tryAgain(all bool) {
	e.eachPlace(func(p *place) {
		if all {
			p.mu.Lock()
			p.schedule.check = time.Time{}
			p.mu.Unlock()
			wake(p.poll)
		}
		p.retryReach()
	})
}

// addresses are the computer's own; they change when a network comes or goes.
func addresses() []string {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var texts []string
	for _, a := range list {
		texts = append(texts, a.String())
	}
	slices.Sort(texts)
	return texts
}
