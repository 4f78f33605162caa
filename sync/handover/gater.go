package handover

import (
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
)

// gater decides which connections there may be.
type gater struct{ g *Giver }

// InterceptPeerDial: only machines a service named are ever dialled.
func (t gater) InterceptPeerDial(p peer.ID) bool {
	return !t.g.config.NoDial && t.g.named(p)
}

// InterceptAddrDial: never into a network the service is not in, whatever a
// name resolves to and whatever the peer itself says of its addresses.
func (t gater) InterceptAddrDial(p peer.ID, a multiaddr.Multiaddr) bool {
	return t.g.mayDial(p, a)
}

func (t gater) InterceptAccept(network.ConnMultiaddrs) bool { return true }

// InterceptSecured: who would be served nothing need not come in.
func (t gater) InterceptSecured(way network.Direction, p peer.ID, _ network.ConnMultiaddrs) bool {
	return way == network.DirOutbound || t.g.welcome(p)
}

func (t gater) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }

// named reports whether p is a machine of an account with live jobs.
func (g *Giver) named(p peer.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.accounts {
		if _, ok := a.peers[p]; ok {
			return true
		}
	}
	return false
}

// mayDial reports whether a is in reach of a service that named p.
func (g *Giver) mayDial(p peer.ID, a multiaddr.Multiaddr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, acct := range g.accounts {
		if _, ok := acct.peers[p]; ok && acct.near.has(a) {
			return true
		}
	}
	return false
}

// welcome reports whether any live job is open to p.
func (g *Giver) welcome(p peer.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, j := range g.jobs {
		if j.openTo(p) {
			return true
		}
	}
	return false
}
