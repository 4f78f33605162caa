package handover

import (
	"context"
	"errors"
	"sync"
	"time"

	bsmsg "github.com/ipfs/boxo/bitswap/message"
	bitswap "github.com/ipfs/boxo/bitswap/network"
	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	ipld "github.com/ipfs/go-ipld-format"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"

	"github.com/pintray/pintray/store"
)

// maxBlock is the largest block a bitswap peer must take.
const maxBlock = 2 << 20

// errReadOnly answers what a server of blocks never does.
var errReadOnly = errors.New("bug: this store is read only")

// found is where a block is.
type found struct {
	sources []store.SourceID
	size    int
}

// whereabouts remembers for a while where blocks are, so that one want is one
// look in the index. The zero value is ready.
type whereabouts struct {
	mu       sync.Mutex
	era      int // counts the forgettings: an answer from before one is not kept
	new, old map[string]found
}

// recent is how many blocks each of its two generations holds.
const recent = 1 << 12

func (w *whereabouts) get(c cid.Cid) (f found, era int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := string(c.Hash())
	if f, ok = w.new[key]; !ok {
		f, ok = w.old[key]
	}
	return f, w.era, ok
}

func (w *whereabouts) put(c cid.Cid, f found, era int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if era != w.era {
		return
	}
	if w.new == nil || len(w.new) >= recent {
		w.new, w.old = make(map[string]found), w.new
	}
	w.new[string(c.Hash())] = f
}

func (w *whereabouts) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.era++
	w.new, w.old = nil, nil
}

// find is where a block is and how large; no sources where it is nowhere, too
// large, or not to be read.
func (g *Giver) find(ctx context.Context, c cid.Cid) found {
	f, era, ok := g.where.get(c)
	if ok {
		return f
	}
	sources, err := g.config.Blocks.Sources(ctx, c)
	if err != nil {
		g.config.Log.Warn("cannot look for a block", "cid", c, "error", err)
		return found{}
	}
	for _, s := range sources {
		size, err := g.config.Blocks.Size(ctx, s, c)
		switch {
		case errors.Is(err, ErrNoBlock), err == nil && size > maxBlock:
		case err != nil:
			return found{} // and not remembered: it may be the ctx that ended
		default:
			f.sources, f.size = append(f.sources, s), size
		}
	}
	g.where.put(c, f, era)
	return f
}

// wanted are the live jobs by which p may have the block.
func (g *Giver) wanted(ctx context.Context, p peer.ID, c cid.Cid) []*job {
	sources := g.find(ctx, c).sources
	g.mu.Lock()
	defer g.mu.Unlock()
	var open []*job
	for _, s := range sources {
		for _, j := range g.sources[s] {
			if j.openTo(p) {
				open = append(open, j)
			}
		}
	}
	return open
}

// asked is the server's question whether p may have a block. A peer that may is
// remembered as one that fetches these jobs.
func (g *Giver) asked(p peer.ID, c cid.Cid) bool {
	// The server asks from a stream of the peer, with no ctx of its own.
	open := g.wanted(context.Background(), p, c)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, j := range open {
		if len(j.account.peers) == 0 {
			j.remembered(p)
		}
	}
	return len(open) > 0
}

// shelf is what the server sees of the live jobs' blocks.
type shelf struct{ g *Giver }

// live are the sources of live jobs that have the block.
func (s shelf) live(ctx context.Context, c cid.Cid) (sources []store.SourceID, size int) {
	f := s.g.find(ctx, c)
	s.g.mu.Lock()
	defer s.g.mu.Unlock()
	for _, id := range f.sources {
		if len(s.g.sources[id]) > 0 {
			sources = append(sources, id)
		}
	}
	return sources, f.size
}

func (s shelf) Has(ctx context.Context, c cid.Cid) (bool, error) {
	sources, _ := s.live(ctx, c)
	return len(sources) > 0, nil
}

// GetSize is at least 1: the server takes a block of size 0 for one it does
// not have, and a folder with an empty file could never be given.
func (s shelf) GetSize(ctx context.Context, c cid.Cid) (int, error) {
	sources, size := s.live(ctx, c)
	if len(sources) == 0 {
		return 0, ipld.ErrNotFound{Cid: c}
	}
	return max(size, 1), nil
}

// Get reads from the first source that still has the bytes. Whatever goes
// wrong is "not found" to the server; who must know of a bad file was told by
// Blocks.
func (s shelf) Get(ctx context.Context, c cid.Cid) (blocks.Block, error) {
	sources, _ := s.live(ctx, c)
	for _, id := range sources {
		data, err := s.g.config.Blocks.Block(ctx, id, c)
		if err == nil {
			return blocks.NewBlockWithCid(data, c)
		}
		if !errors.Is(err, ErrNoBlock) && ctx.Err() == nil {
			s.g.config.Log.Info("a block is not to be had", "source", id, "cid", c, "error", err)
		}
	}
	return nil, ipld.ErrNotFound{Cid: c}
}

func (shelf) Put(context.Context, blocks.Block) error       { return errReadOnly }
func (shelf) PutMany(context.Context, []blocks.Block) error { return errReadOnly }
func (shelf) DeleteBlock(context.Context, cid.Cid) error    { return errReadOnly }
func (shelf) AllKeysChan(context.Context) (<-chan cid.Cid, error) {
	return nil, errReadOnly
}

// counted is the network under the server: everything sent is asked for once
// more, slowed down and counted here.
type counted struct {
	bitswap.BitSwapNetwork
	g *Giver
}

// parcel is a block on its way, and the jobs it counts for.
type parcel struct {
	cid  cid.Cid
	size int
	jobs []*job
}

func (n counted) SendMessage(ctx context.Context, p peer.ID, m bsmsg.BitSwapMessage) error {
	bytes := 0
	for _, b := range m.Blocks() {
		bytes += len(b.RawData())
	}
	if err := n.g.Spend(ctx, bytes); err != nil {
		return err
	}
	m, parcels := n.g.stillWanted(ctx, p, m)
	// Only the dialler dials.
	if err := n.BitSwapNetwork.SendMessage(network.WithNoDial(ctx, "giver"), p, m); err != nil {
		n.g.config.Log.Info("cannot send to a peer", "peer", p, "blocks", len(parcels), "error", err)
		return err
	}
	now := time.Now()
	n.g.mu.Lock()
	defer n.g.mu.Unlock()
	for _, parcel := range parcels {
		for _, j := range parcel.jobs {
			j.took(p, parcel.cid, parcel.size, now)
		}
	}
	return nil
}

// stillWanted is m without blocks p may not have any more: a job may have ended
// while they waited.
func (g *Giver) stillWanted(ctx context.Context, p peer.ID, m bsmsg.BitSwapMessage) (bsmsg.BitSwapMessage, []parcel) {
	var parcels []parcel
	all := m.Blocks()
	allowed := bsmsg.New(false)
	for _, b := range all {
		jobs := g.wanted(ctx, p, b.Cid())
		if len(jobs) == 0 {
			allowed.AddDontHave(b.Cid())
			continue
		}
		allowed.AddBlock(b)
		parcels = append(parcels, parcel{b.Cid(), len(b.RawData()), jobs})
	}
	if len(parcels) == len(all) {
		return m, parcels
	}
	for _, presence := range m.BlockPresences() {
		allowed.AddBlockPresence(presence.Cid, presence.Type)
	}
	allowed.SetPendingBytes(m.PendingBytes())
	return allowed, parcels
}

// Spend waits until bytes may be sent under the limit, which is one for all
// that leaves this computer: uploads ask here too.
func (g *Giver) Spend(ctx context.Context, bytes int) error {
	for bytes > 0 {
		part := min(bytes, max(g.limit.Burst(), 1))
		if g.limit.Limit() == rate.Inf {
			break
		}
		if err := g.limit.WaitN(ctx, part); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue // the limit changed meanwhile
		}
		bytes -= part
	}
	return ctx.Err()
}
