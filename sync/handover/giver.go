package handover

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Config is what a Giver needs.
type Config struct {
	Blocks Blocks
	Log    *slog.Logger // nil: none
	// Listen takes connections too; without it only ours, to the machines the
	// service names, carry blocks.
	Listen bool
	// NoDial never dials: for tests of the other direction.
	NoDial bool
	// Loopback listens on 127.0.0.1 only: for tests, and where every service is
	// on this computer.
	Loopback bool
	// Addresses are multiaddrs to listen on in place of TCP and QUIC on a port
	// of the system's choosing. Where none can be had it only dials.
	Addresses []string
	// Resolver looks names up; nil is the system's.
	Resolver Resolver
	// Identity is a file that holds the host's key and addresses from its first
	// job to its last, so that what services were told still leads here after a
	// restart in the middle; "" keeps none.
	Identity string
	// Grace is how long the host outlives the last job; 0 is 10 s.
	Grace time.Duration
	// Patience is how long a job may be without a peer before that is a
	// Trouble; 0 is 30 s.
	Patience time.Duration
	// UserAgent is what other machines see of us; "" is "pintray".
	UserAgent string
}

const (
	defaultGrace    = 10 * time.Second
	defaultPatience = 30 * time.Second
	// look is how often Run looks whether this computer's addresses changed.
	look = 15 * time.Second
)

// Giver serves the blocks of live jobs over bitswap. Its methods may be called
// from any goroutine.
type Giver struct {
	config  Config
	limit   *rate.Limiter
	wake    chan struct{} // for Run; holds one
	dial    chan struct{} // for the dialler; holds one
	changed chan struct{} // holds one

	mu       sync.Mutex
	jobs     map[Key]*job
	sources  map[store.SourceID][]*job
	accounts map[services.AccountID]*account
	node     *node // nil while there is none
	opening  error // why there is none though there are jobs
	settled  chan struct{}
	paused   bool
	listen   bool
	idle     time.Time // since when there is no job
	where    whereabouts
}

// New makes a Giver; Run brings it to life.
func New(c Config) *Giver {
	c.Grace, c.Patience = cmp.Or(c.Grace, defaultGrace), cmp.Or(c.Patience, defaultPatience)
	c.UserAgent = cmp.Or(c.UserAgent, "pintray")
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	quieten(c.Log)
	return &Giver{
		config: c, listen: c.Listen,
		limit:    rate.NewLimiter(rate.Inf, 1),
		wake:     make(chan struct{}, 1),
		dial:     make(chan struct{}, 1),
		changed:  make(chan struct{}, 1),
		settled:  make(chan struct{}),
		jobs:     map[Key]*job{},
		sources:  map[store.SourceID][]*job{},
		accounts: map[services.AccountID]*account{},
	}
}

// notify wakes who waits on a channel of capacity one.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run owns the host and everything that dials, until ctx ends; then nothing of
// it is left. It returns nil.
func (g *Giver) Run(ctx context.Context) error {
	kept := g.recall()
	g.mu.Lock()
	g.idle = time.Now() // jobs of before come back in a moment
	g.mu.Unlock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(g.step(ctx, &kept))
		select {
		case <-ctx.Done():
			g.close()
			if kept.used && !g.busy() {
				g.forget(&kept)
			}
			return nil
		case <-g.wake:
		case <-timer.C:
		}
	}
}

// step opens or closes the host as it is needed, and says when to look again.
func (g *Giver) step(ctx context.Context, kept *identity) time.Duration {
	g.mu.Lock()
	node, paused, listen, busy := g.node, g.paused, g.listen, len(g.jobs) > 0
	rest := g.config.Grace - time.Since(g.idle)
	g.mu.Unlock()
	switch {
	case node == nil && busy && !paused:
		return g.open(ctx, kept, listen)
	case node == nil && !busy && rest > 0:
		return rest
	case node == nil:
		if !busy {
			g.forget(kept)
		}
		return look
	case paused || node.listen != listen:
		g.close()
		return 0
	case !busy && rest <= 0:
		g.close()
		g.forget(kept)
		return look
	case !busy:
		return rest
	}
	g.tellChanges()
	return look
}

// busy reports whether there are live jobs.
func (g *Giver) busy() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.jobs) > 0
}

// open starts the host, as who we were where jobs have outlived the last one:
// then the addresses their services know may still be right.
func (g *Giver) open(ctx context.Context, kept *identity, listen bool) time.Duration {
	node, err := g.newNode(ctx, kept, listen)
	if err == nil {
		g.keep(*kept) // before anyone is told of it
	}
	g.mu.Lock()
	g.node, g.opening = node, err
	wait := look
	for _, j := range g.jobs {
		j.alone = time.Now()
	}
	if err != nil {
		kept.tries++
		wait = backoff(kept.tries)
		g.config.Log.Warn("cannot give: no host", "try", kept.tries, "error", err)
	}
	g.settleLocked()
	g.mu.Unlock()
	if err == nil {
		kept.tries, kept.used = 0, true
		g.config.Log.Info("giving", "peer", node.host.ID(), "listen", listen)
		g.tellChanges()
	}
	return wait
}

// close ends the host, if there is one, and waits for all of it.
func (g *Giver) close() {
	g.mu.Lock()
	node := g.node
	g.node, g.opening = nil, nil
	if len(g.jobs) == 0 {
		clear(g.accounts)
	}
	g.settleLocked()
	g.mu.Unlock()
	if node != nil {
		node.close()
		g.config.Log.Info("no longer giving")
	}
}

// settleLocked wakes every Offer that waits for the host.
func (g *Giver) settleLocked() {
	close(g.settled)
	g.settled = make(chan struct{})
}

// Offer makes a job live, or keeps it so, and returns Origins of it. It waits
// for the host to come up, so Run must run; while paused there are none, and
// Changed says when there are. It fails where ctx ends, and with an
// *services.Error of CodeUnreachable (ReasonNoNode) where no host can be had;
// the job is live then too, and will be given as soon as there is one.
func (g *Giver) Offer(ctx context.Context, j Job) (origins []string, err error) {
	near := g.reachOf(ctx, j.Endpoint)
	g.add(j, near)
	for {
		g.mu.Lock()
		node, opening, paused, settled := g.node, g.opening, g.paused, g.settled
		g.mu.Unlock()
		switch {
		case node != nil, paused:
			return g.Origins(j.Key(), false), nil
		case opening != nil:
			return nil, &services.Error{Code: services.CodeUnreachable, Op: opGive, Reason: ReasonNoNode, NotSent: true, Err: opening}
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return nil, services.AsError(ctx.Err())
		}
	}
}

const opGive = "give"

// ReasonNoNode is the Reason of Offer's *services.Error where this computer
// cannot open a host.
const ReasonNoNode = "no-node"

// Connect dials the machines a service named for a job, in the background, and
// again while none of that account's is connected. They are added to those
// named before, of which the oldest are forgotten. It returns at once; a job
// that is not live is ignored.
func (g *Giver) Connect(k Key, delegates []string) {
	g.mu.Lock()
	_, live := g.jobs[k]
	if live && len(delegates) > 0 {
		g.nameLocked(g.accounts[k.Account], delegates)
	}
	g.mu.Unlock()
	if live {
		notify(g.dial)
	}
}

// End makes a job not live: nothing more of it is served.
func (g *Giver) End(k Key) {
	g.mu.Lock()
	defer g.mu.Unlock()
	j, ok := g.jobs[k]
	if !ok {
		return
	}
	delete(g.jobs, k)
	rest := slices.DeleteFunc(g.sources[k.Source], func(other *job) bool { return other == j })
	if g.sources[k.Source] = rest; len(rest) == 0 {
		delete(g.sources, k.Source)
	}
	g.where.forget()
	if len(g.jobs) == 0 {
		g.idle = time.Now()
		notify(g.wake)
	}
}

// SetLimit bounds what all jobs together send, in bytes per second; 0 is no
// bound.
func (g *Giver) SetLimit(bytesPerSecond int64) {
	if bytesPerSecond <= 0 {
		g.limit.SetLimit(rate.Inf)
		return
	}
	g.limit.SetBurst(int(min(max(bytesPerSecond/4, 1<<10), 256<<10)))
	g.limit.SetLimit(rate.Limit(bytesPerSecond))
}

// SetListen is Config.Listen from now on.
func (g *Giver) SetListen(on bool) {
	g.mu.Lock()
	changed := g.listen != on
	g.listen = on
	g.mu.Unlock()
	if changed {
		notify(g.wake)
	}
}

// Pause closes the host and keeps the jobs; at the end of the pause it comes
// back, if it can under the addresses it had.
func (g *Giver) Pause(on bool) {
	g.mu.Lock()
	changed := g.paused != on
	if changed {
		g.paused = on
		g.settleLocked()
	}
	g.mu.Unlock()
	if changed {
		notify(g.wake)
	}
}

// Renew drops every connection and dials again: after a wake-up or a change of
// network.
func (g *Giver) Renew() {
	g.mu.Lock()
	node := g.node
	for _, a := range g.accounts {
		a.rest()
	}
	g.mu.Unlock()
	if node != nil {
		node.drop()
	}
	notify(g.dial)
	notify(g.wake)
}

// Changed receives when the origins of live jobs are not what Offer or Origins
// last said. It keeps one notice.
func (g *Giver) Changed() <-chan struct{} { return g.changed }

// tellChanges notices origins that are not what was told of them. The machines
// that services named are dialled anew then: a connection from an address that is
// gone may be dead and not know it yet.
func (g *Giver) tellChanges() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.node == nil {
		return
	}
	all := g.node.addresses()
	to := make(map[reach][]string) // the same for each: of thousands of jobs every new one comes here
	for _, j := range g.jobs {
		now, ok := to[j.account.near]
		if !ok {
			now = g.node.origins(all, j.account.near, false)
			to[j.account.near] = now
		}
		j.stale = j.given != nil && !slices.Equal(now, j.given)
		if j.told != nil && !slices.Equal(now, j.told) {
			j.told = now
			j.account.rest()
			notify(g.changed)
			notify(g.dial)
		}
	}
}

// backoff is how long to wait after the n-th failure in a row, from 1.
func backoff(n int) time.Duration {
	return min(2*time.Second<<min(n-1, 10), time.Minute)
}
