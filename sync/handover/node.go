package handover

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"

	bitswap "github.com/ipfs/boxo/bitswap/network"
	"github.com/ipfs/boxo/bitswap/network/bsnet"
	"github.com/ipfs/boxo/bitswap/server"
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/gologshim"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ws "github.com/libp2p/go-libp2p/p2p/transport/websocket"
	"github.com/multiformats/go-multiaddr"
	madns "github.com/multiformats/go-multiaddr-dns"
)

// What the server works with. The library's own figures are for nodes that
// serve the world; a message as large as a block saves a round trip a block.
const (
	readers     = 8
	senders     = 32 // a peer that stalls holds the few with its messages, not all
	messageSize = 256 << 10
	outstanding = 4 << 20 // bytes on their way to one peer
)

// node is a libp2p host with a bitswap server, and the dialler.
type node struct {
	host    host.Host
	net     bitswap.BitSwapNetwork
	server  *server.Server
	listen  bool // as it was asked for
	cancel  context.CancelFunc
	dialler sync.WaitGroup
}

// newNode opens the host and starts the dialler. Of libp2p it has what carries
// bytes, and identify, which every peer expects.
func (g *Giver) newNode(ctx context.Context, kept *identity, listen bool) (*node, error) {
	if kept.key == nil {
		key, _, err := crypto.GenerateEd25519Key(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		kept.key = key
	}
	h, err := g.openHost(kept, listen)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // close ends it, in order
	n := &node{host: h, listen: listen, cancel: cancel}
	n.net = counted{bsnet.NewFromIpfsHost(h), g}
	n.server = server.New(ctx, n.net, shelf{g},
		server.WithPeerBlockRequestFilter(g.asked),
		server.EngineBlockstoreWorkerCount(readers),
		server.TaskWorkerCount(senders),
		server.WithTargetMessageSize(messageSize),
		server.MaxOutstandingBytesPerPeer(outstanding),
	)
	n.net.Start(n.server)
	h.Network().Notify(&network.NotifyBundle{
		DisconnectedF: func(network.Network, network.Conn) { notify(g.dial) },
	})
	if !g.config.NoDial {
		n.dialler.Go(func() { g.dialAll(ctx, n) })
	}
	return n, nil
}

// openHost makes a host that listens where it did before, if it can, and else
// anywhere; where nothing can be listened on it only dials.
func (g *Giver) openHost(kept *identity, listen bool) (host.Host, error) {
	resolver, err := madns.NewResolver(madns.WithDefaultResolver(g.resolver()))
	if err != nil {
		return nil, err
	}
	var fresh []multiaddr.Multiaddr
	for _, text := range g.listenOn() {
		a, err := multiaddr.NewMultiaddr(text)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, a)
	}
	h, err := libp2p.New(
		libp2p.Identity(kept.key),
		libp2p.NoListenAddrs, // New leaves goroutines behind where listening fails
		libp2p.UserAgent(g.config.UserAgent),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(quic.NewTransport),
		libp2p.Transport(ws.New),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
		libp2p.ConnectionGater(gater{g}),
		libp2p.MultiaddrResolver(swarm.ResolverFromMaDNS{Resolver: resolver}),
		libp2p.WithDialTimeout(dialTime),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(),
		libp2p.ForceReachabilityPrivate(), // or it would begin to ask others
		libp2p.Ping(false),
	)
	if err != nil || !listen {
		return h, err
	}
	if len(kept.listen) == 0 || h.Network().Listen(kept.listen...) != nil {
		if err := h.Network().Listen(fresh...); err != nil {
			g.config.Log.Warn("cannot listen; only dials", "error", err)
		}
	}
	kept.listen = h.Network().ListenAddresses()
	return h, nil
}

// listenOn is where to take connections.
func (g *Giver) listenOn() []string {
	switch {
	case len(g.config.Addresses) > 0:
		return g.config.Addresses
	case g.config.Loopback:
		return []string{"/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"}
	}
	return []string{
		"/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1",
		"/ip6/::/tcp/0", "/ip6/::/udp/0/quic-v1",
	}
}

// close ends everything of the node and waits for it.
func (n *node) close() {
	n.cancel()
	n.dialler.Wait()
	_ = n.host.Close() // first: nothing new comes in, and whoever writes stops
	n.net.Stop()
	n.server.Close()
}

// drop closes every connection.
func (n *node) drop() {
	for _, p := range n.peers() {
		_ = n.host.Network().ClosePeer(p)
	}
}

// peers are the connected ones; none of no node.
func (n *node) peers() []peer.ID {
	if n == nil {
		return nil
	}
	return n.host.Network().Peers()
}

func (n *node) connected(p peer.ID) bool {
	return n.host.Network().Connectedness(p) == network.Connected
}

// quieten sends what libp2p logs, in all of this process, to our log: else it
// goes to standard error. It must come before the first line of any host.
func quieten(log *slog.Logger) { gologshim.SetDefaultHandler(warnings{log.Handler()}) }

// warnings is a handler that lets through nothing below a warning, and calls
// that one a debug message: a peer's troubles are not the person's.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, slog.LevelDebug)
}

func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	r.Level = slog.LevelDebug
	return w.Handler.Handle(ctx, r)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(n string) slog.Handler      { return warnings{w.Handler.WithGroup(n)} }
