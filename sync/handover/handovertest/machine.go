// Package handovertest is the other end of a handover, for tests and the bench:
// a machine of a pinning service that fetches blocks over bitswap, on loopback,
// knowing nobody but whom it dials or who dials it.
package handovertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/ipfs/boxo/bitswap/client"
	bitswap "github.com/ipfs/boxo/bitswap/network"
	"github.com/ipfs/boxo/bitswap/network/bsnet"
	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/boxo/exchange"
	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	ipld "github.com/ipfs/go-ipld-format"
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
)

// Machine is a machine of a service. It keeps no block: who asks gets each once.
type Machine struct {
	Host  host.Host
	net   bitswap.BitSwapNetwork
	fetch *client.Client
}

// New starts a machine.
func New() (*Machine, error) {
	h, err := libp2p.New(
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"),
		libp2p.DisableRelay(), libp2p.DisableMetrics(), libp2p.ForceReachabilityPrivate(),
	)
	if err != nil {
		return nil, err
	}
	n := bsnet.NewFromIpfsHost(h)
	c := client.New(context.Background(), n, nil, nothing{}, client.WithoutDuplicatedBlockStats())
	n.Start(c)
	return &Machine{h, n, c}, nil
}

// Close ends it and waits.
func (m *Machine) Close() {
	_ = m.fetch.Close()
	m.net.Stop()
	_ = m.Host.Close()
}

// Delegates are the addresses it names.
func (m *Machine) Delegates() []string {
	var all []string
	for _, a := range m.Host.Addrs() {
		all = append(all, a.String()+"/p2p/"+m.Host.ID().String())
	}
	return all
}

// Peers is how many are connected.
func (m *Machine) Peers() int { return len(m.Host.Network().Peers()) }

// Dial connects to the first of the origins it reaches.
func (m *Machine) Dial(ctx context.Context, origins []string) error {
	err := errors.New("no origin")
	for _, o := range origins {
		var info *peer.AddrInfo
		if info, err = peer.AddrInfoFromString(o); err == nil {
			if err = m.Host.Connect(ctx, *info); err == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("dial a giver: %w", err)
}

// atOnce is how many blocks a machine asks for at a time. One that has not come
// within patience is asked for anew: on a busy computer boxo's client has been
// seen to lose blocks it was sent, and to wait for ever.
const (
	atOnce   = 64
	patience = 3 * time.Second
)

// Get fetches blocks, each verified, in the order in which they come; it ends
// when all have come or ctx ends.
func (m *Machine) Get(ctx context.Context, all []cid.Cid) iter.Seq2[cid.Cid, []byte] {
	return func(yield func(cid.Cid, []byte) bool) {
		ctx, cancel := context.WithCancel(ctx)
		todo, got := make(chan cid.Cid, len(all)), make(chan blocks.Block)
		for _, c := range all {
			todo <- c
		}
		close(todo)
		session := m.fetch.NewSession(ctx)
		var work sync.WaitGroup
		for range min(atOnce, len(all)) {
			work.Go(func() {
				for c := range todo {
					if b := m.one(ctx, session, c); b != nil {
						select {
						case got <- b:
						case <-ctx.Done():
						}
					}
				}
			})
		}
		go func() { // ends with the work, and is waited for below
			work.Wait()
			close(got)
		}()
		defer func() {
			cancel()
			for range got { // until they have stopped
			}
		}()
		for b := range got {
			if !yield(b.Cid(), b.RawData()) {
				return
			}
		}
	}
}

// one fetches a block; nil where ctx ended first.
func (m *Machine) one(ctx context.Context, from exchange.Fetcher, c cid.Cid) blocks.Block {
	for ctx.Err() == nil {
		soon, cancel := context.WithTimeout(ctx, patience)
		b, err := from.GetBlock(soon, c)
		cancel()
		if err == nil {
			return b
		}
		from = m.fetch
	}
	return nil
}

// nothing is a store that has no block and keeps none.
type nothing struct{}

var _ blockstore.Blockstore = nothing{}

func (nothing) Has(context.Context, cid.Cid) (bool, error) { return false, nil }
func (nothing) Get(_ context.Context, c cid.Cid) (blocks.Block, error) {
	return nil, ipld.ErrNotFound{Cid: c}
}

func (nothing) GetSize(_ context.Context, c cid.Cid) (int, error) {
	return 0, ipld.ErrNotFound{Cid: c}
}
func (nothing) Put(context.Context, blocks.Block) error       { return nil }
func (nothing) PutMany(context.Context, []blocks.Block) error { return nil }
func (nothing) DeleteBlock(context.Context, cid.Cid) error    { return nil }
func (nothing) AllKeysChan(context.Context) (<-chan cid.Cid, error) {
	none := make(chan cid.Cid)
	close(none)
	return none, nil
}
