package handover

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	madns "github.com/multiformats/go-multiaddr-dns"
	"golang.org/x/sync/errgroup"
)

const (
	dialTime    = 15 * time.Second // for all addresses of one peer
	resolveTime = 10 * time.Second // for all names of one round
	dialsAtOnce = 16               // of one account
	maxAddress  = 512              // bytes of a delegate as text
	// maxDepth is how often a dnsaddr may lead to another one, maxResolved how
	// many addresses one may become.
	maxDepth    = 4
	maxResolved = 64
)

// Resolver looks names up. *net.Resolver is one.
type Resolver interface {
	LookupIPAddr(ctx context.Context, name string) ([]net.IPAddr, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

func (g *Giver) resolver() Resolver {
	if g.config.Resolver != nil {
		return g.config.Resolver
	}
	return net.DefaultResolver
}

// dialAll keeps every account with live jobs connected, until ctx ends.
func (g *Giver) dialAll(ctx context.Context, n *node) {
	var rounds sync.WaitGroup
	defer rounds.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		due, wait := g.due(n)
		for _, a := range due {
			rounds.Go(func() { g.round(ctx, n, a) })
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-g.dial:
		case <-timer.C:
		}
	}
}

// due are the accounts to be dialled now, marked as being so, and how long the
// next one has time.
func (g *Giver) due(n *node) (accounts []*account, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait = time.Hour
	busy := map[*account]bool{}
	for _, j := range g.jobs {
		busy[j.account] = true
	}
	now := time.Now()
	for a := range busy {
		if a.dialling || len(a.delegates) == 0 || !a.again && a.connected(n) {
			continue
		}
		if rest := a.next.Sub(now); rest > 0 {
			wait = min(wait, rest)
			continue
		}
		a.dialling, a.again = true, false
		accounts = append(accounts, a)
	}
	return accounts, wait
}

// connected reports whether any machine of the account is.
func (a *account) connected(n *node) bool {
	for p := range a.peers {
		if n.connected(p) {
			return true
		}
	}
	return false
}

// round dials every machine of an account once, side by side.
func (g *Giver) round(ctx context.Context, n *node, a *account) {
	g.mu.Lock()
	delegates := slices.Clone(a.delegates)
	g.mu.Unlock()
	targets := g.targets(ctx, a, delegates)
	var dials errgroup.Group
	dials.SetLimit(dialsAtOnce)
	for _, t := range targets {
		if t.ID == n.host.ID() || n.connected(t.ID) {
			continue
		}
		dials.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, dialTime)
			defer cancel()
			if err := n.host.Connect(ctx, t); err != nil {
				g.config.Log.Debug("a machine of a service cannot be reached", "account", a.id, "peer", t.ID, "error", err)
				return nil
			}
			g.config.Log.Debug("connected to a machine of a service", "account", a.id, "peer", t.ID)
			return nil
		})
	}
	_ = dials.Wait() // each has logged its own
	g.mu.Lock()
	a.dialling = false
	if a.unreached = !a.connected(n); a.unreached {
		a.failed(time.Now())
	} else {
		a.tries, a.next = 0, time.Time{}
	}
	g.mu.Unlock()
	notify(g.dial)
}

// targets are the machines the delegates name, with the addresses of each that
// may be dialled; what makes no sense is logged and left out (quirk 29).
func (g *Giver) targets(ctx context.Context, a *account, delegates []string) []peer.AddrInfo {
	ctx, cancel := context.WithTimeout(ctx, resolveTime)
	defer cancel()
	var mu sync.Mutex
	var all []multiaddr.Multiaddr
	var lookups errgroup.Group
	lookups.SetLimit(dialsAtOnce)
	for _, text := range delegates {
		lookups.Go(func() error {
			addrs, err := g.resolve(ctx, text)
			if err != nil {
				g.config.Log.Debug("a delegate is left out", "account", a.id, "delegate", text, "error", err)
			}
			mu.Lock()
			all = append(all, addrs...)
			mu.Unlock()
			return nil
		})
	}
	_ = lookups.Wait()

	var infos []peer.AddrInfo
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, addr := range all {
		where, id := peer.SplitAddr(addr)
		if id == "" {
			continue
		}
		a.learn(id)
		if where == nil || !a.near.has(where) {
			continue
		}
		i := slices.IndexFunc(infos, func(t peer.AddrInfo) bool { return t.ID == id })
		if i < 0 {
			i = len(infos)
			infos = append(infos, peer.AddrInfo{ID: id})
		}
		infos[i].Addrs = append(infos[i].Addrs, where)
	}
	return infos
}

// resolve reads a delegate and follows dnsaddr. Other names are looked up as
// they are dialled.
func (g *Giver) resolve(ctx context.Context, text string) ([]multiaddr.Multiaddr, error) {
	addr, err := multiaddr.NewMultiaddr(strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	resolver, err := madns.NewResolver(madns.WithDefaultResolver(g.resolver()))
	if err != nil {
		return nil, err
	}
	var done []multiaddr.Multiaddr
	todo := []multiaddr.Multiaddr{addr}
	for range maxDepth {
		var more []multiaddr.Multiaddr
		for _, a := range todo {
			if !isDNSAddr(a) {
				done = append(done, a)
				continue
			}
			found, e := resolver.Resolve(ctx, a)
			if e != nil {
				err = e
			}
			more = append(more, found...)
		}
		if todo = more; len(todo) == 0 {
			break
		}
	}
	return done[:min(len(done), maxResolved)], err
}

func isDNSAddr(a multiaddr.Multiaddr) bool {
	_, err := a.ValueForProtocol(multiaddr.P_DNSADDR)
	return err == nil
}
