package handover

import (
	"cmp"
	"context"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"github.com/pintray/pintray/services"
)

// reach is where a service stands, seen from here: which addresses it may be
// told, and which of its own are believed.
type reach int

const (
	public reach = iota
	private
	loopback
)

// lookupTime is for the one name in an endpoint.
const lookupTime = 3 * time.Second

// reachOf is where an endpoint stands. A name that cannot be looked up is
// public: nothing of the local network is told to it.
func (g *Giver) reachOf(ctx context.Context, endpoint string) reach {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return public
	}
	if services.Loopback(u.Hostname()) {
		return loopback
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return reachOfIP(a)
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found, err := g.resolver().LookupIPAddr(ctx, u.Hostname())
	if err != nil || len(found) == 0 {
		return public
	}
	near := loopback
	for _, f := range found {
		a, _ := netip.AddrFromSlice(f.IP)
		near = min(near, reachOfIP(a))
	}
	return near
}

func reachOfIP(a netip.Addr) reach {
	switch a = a.Unmap(); {
	case a.IsLoopback():
		return loopback
	case a.IsPrivate(), a.IsLinkLocalUnicast():
		return private
	}
	return public
}

// has reports whether an address can be spoken of with a service that stands
// there.
func (r reach) has(a multiaddr.Multiaddr) bool {
	switch {
	case manet.IsIPUnspecified(a), manet.IsIP6LinkLocal(a):
		return false
	case manet.IsIPLoopback(a):
		return r == loopback
	case manet.IsPublicAddr(a):
		return true
	}
	return r >= private && (manet.IsPrivateAddr(a) || r == loopback)
}

// Origins are the addresses the service of a live job may be told, at most 20,
// each ending in /p2p/ID: public ones, or where the service itself is on this
// computer or a private network, those of that network too. tcpOnly leaves out
// all but TCP, for services that refuse others (INVALID_ORIGINS, quirk 30).
// There are none while paused, and none without a listener.
func (g *Giver) Origins(k Key, tcpOnly bool) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	j, live := g.jobs[k]
	if !live {
		return nil
	}
	if g.node == nil {
		j.told = []string{}
		return nil
	}
	all := g.node.addresses()
	j.told = g.node.origins(all, j.account.near, false)
	j.given, j.stale = j.told, false
	return g.node.origins(all, j.account.near, tcpOnly)
}

// Where is what Origins would be, without the service being told of it.
func (g *Giver) Where(k Key) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	j, live := g.jobs[k]
	if !live || g.node == nil {
		return nil
	}
	return g.node.origins(g.node.addresses(), j.account.near, false)
}

// Told notes what the service of a live job was told since.
func (g *Giver) Told(k Key, origins []string) {
	now := g.Where(k)
	g.mu.Lock()
	defer g.mu.Unlock()
	if j, live := g.jobs[k]; live {
		j.given, j.stale = origins, !slices.Equal(now, origins)
	}
}

// addresses are where the host can be found, none without a listener.
func (n *node) addresses() []multiaddr.Multiaddr {
	if len(n.host.Network().ListenAddresses()) == 0 {
		return nil
	}
	return n.host.Addrs()
}

// origins picks from addresses; the order is the same for the same ones.
func (n *node) origins(addrs []multiaddr.Multiaddr, near reach, tcpOnly bool) []string {
	told := []string{} // not nil: something was told
	id := "/p2p/" + n.host.ID().String()
	for _, a := range slices.SortedFunc(slices.Values(addrs), byTransport) {
		if !near.has(a) || tcpOnly && isUDP(a) {
			continue
		}
		if told = append(told, a.String()+id); len(told) == services.MaxOrigins {
			break
		}
	}
	return told
}

// byTransport puts TCP first: it gets through where UDP does not.
func byTransport(a, b multiaddr.Multiaddr) int {
	rank := func(m multiaddr.Multiaddr) int {
		if isUDP(m) {
			return 1
		}
		return 0
	}
	return cmp.Or(rank(a)-rank(b), cmp.Compare(a.String(), b.String()))
}

func isUDP(a multiaddr.Multiaddr) bool {
	_, err := a.ValueForProtocol(multiaddr.P_UDP)
	return err == nil
}
