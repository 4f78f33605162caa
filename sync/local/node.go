package local

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ipfs/boxo/bitswap/client"
	"github.com/ipfs/boxo/bitswap/message"
	"github.com/ipfs/boxo/bitswap/network/bsnet"
	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/go-cid"
	"github.com/ipfs/go-datastore"
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ws "github.com/libp2p/go-libp2p/p2p/transport/websocket"
	"github.com/multiformats/go-multiaddr"
)

// node is a libp2p host that only fetches: it listens on this computer alone,
// serves nothing, and looks for nobody. Origins are dialled wherever they are:
// who asks this computer to keep something is on it.
type node struct {
	host   host.Host
	net    interface{ Stop() }
	client *client.Client
	*watch
}

// hostTime is how long an Add waits for the host to be there.
const hostTime = time.Second

// newNode opens the host. bad is told of who sends something false, from the
// goroutine that reads its messages.
func newNode(ctx context.Context, bad func(*node, peer.ID)) (*node, error) {
	w := &watch{wanted: make(map[string]int), recent: make(map[string]struct{}), refused: make(map[peer.ID]struct{})}
	h, err := libp2p.New(
		libp2p.RandomIdentity,
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(quic.NewTransport),
		libp2p.Transport(ws.New),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
		libp2p.ConnectionGater(gater{w}),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(),
		libp2p.ForceReachabilityPrivate(), // or it would begin to ask others
		libp2p.Ping(false),
	)
	if err != nil {
		return nil, fmt.Errorf("open a host: %w", err)
	}
	// What comes in goes to whoever waits for it, never into this store.
	none := blockstore.NewBlockstore(datastore.NewNullDatastore())
	n := &node{host: h, watch: w}
	w.bad = func(p peer.ID) { bad(n, p) }
	net := bsnet.NewFromIpfsHost(h)
	n.net = net
	n.client = client.New(context.WithoutCancel(ctx), net, nil, none, client.WithTracer(w), client.WithoutDuplicatedBlockStats())
	net.Start(n.client)
	return n, nil
}

// close ends everything of the node and waits for it.
func (n *node) close() {
	_ = n.host.Close() // first: nothing new comes in
	n.net.Stop()
	_ = n.client.Close()
}

// delegates are where programs of this computer can connect to it.
func (n *node) delegates() []string {
	var list []string
	for _, a := range n.host.Addrs() {
		list = append(list, a.String()+"/p2p/"+n.host.ID().String())
	}
	return list
}

// refuse closes the connections of a peer for good.
func (n *node) refuse(p peer.ID) {
	n.mu.Lock()
	n.refused[p] = struct{}{}
	n.mu.Unlock()
	_ = n.host.Network().ClosePeer(p)
}

// peers is how many machines are connected.
func (n *node) peers() int { return len(n.host.Network().Peers()) }

// watch sees every message and knows which blocks somebody asked for. A peer
// that sends another one answers falsely: what its bytes hash to is the ID of a
// block nobody wants.
type watch struct {
	bad func(peer.ID)

	mu      sync.Mutex
	wanted  map[string]int      // multihashes, and how many wait for each
	recent  map[string]struct{} // wanted a moment ago: another peer may still send it
	order   [recentBlocks]string
	next    int
	refused map[peer.ID]struct{}
}

// recentBlocks is how many blocks a late second answer may be about.
const recentBlocks = 4096

// want notes blocks as waited for; done undoes it.
func (w *watch) want(cids []cid.Cid) (done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range cids {
		w.wanted[string(c.Hash())]++
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, c := range cids {
			w.forget(string(c.Hash()))
		}
	}
}

// forget is called with mu held.
func (w *watch) forget(hash string) {
	if w.wanted[hash]--; w.wanted[hash] > 0 {
		return
	}
	delete(w.wanted, hash)
	delete(w.recent, w.order[w.next])
	w.order[w.next], w.recent[hash] = hash, struct{}{}
	w.next = (w.next + 1) % recentBlocks
}

// MessageReceived is called by the client before it looks at a message.
func (w *watch) MessageReceived(p peer.ID, m message.BitSwapMessage) {
	w.mu.Lock()
	bad := false
	for _, b := range m.Blocks() {
		hash := string(b.Cid().Hash())
		_, recent := w.recent[hash]
		bad = bad || w.wanted[hash] == 0 && !recent
	}
	w.mu.Unlock()
	if bad {
		w.bad(p)
	}
}

// MessageSent is nothing to watch.
func (w *watch) MessageSent(peer.ID, message.BitSwapMessage) {}

// gater keeps those out who sent something false.
type gater struct{ w *watch }

func (g gater) InterceptPeerDial(p peer.ID) bool                                { return g.welcome(p) }
func (g gater) InterceptAddrDial(peer.ID, multiaddr.Multiaddr) bool             { return true }
func (g gater) InterceptAccept(network.ConnMultiaddrs) bool                     { return true }
func (g gater) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }

func (g gater) InterceptSecured(_ network.Direction, p peer.ID, _ network.ConnMultiaddrs) bool {
	return g.welcome(p)
}

func (g gater) welcome(p peer.ID) bool {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	_, refused := g.w.refused[p]
	return !refused
}
