package local_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ipfs/boxo/bitswap/network/bsnet"
	"github.com/ipfs/boxo/bitswap/server"
	"github.com/ipfs/boxo/blockstore"
	blockformat "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	"github.com/ipfs/go-datastore"
	dssync "github.com/ipfs/go-datastore/sync"
	"github.com/libp2p/go-libp2p"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/local"
)

// rig is this computer in a folder of its own.
type rig struct {
	*local.Service
	t      testing.TB
	dir    string
	user   *user.DB
	blocks *blocks.DB
	config local.Config
	stop   func()
}

func newRig(t testing.TB, set func(*local.Config)) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir()}
	var err error
	if r.user, err = user.Open(t.Context(), r.dir, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.user.Close() })
	r.openBlocks()
	t.Cleanup(func() { _ = r.blocks.Close() })
	r.config = local.Config{User: r.user, Blocks: r.blocks, Dir: r.dir + "/fetched", Floor: 1}
	if set != nil {
		set(&r.config)
	}
	r.Service = local.New(r.config)
	return r
}

func (r *rig) openBlocks() {
	r.t.Helper()
	var err error
	if r.blocks, _, err = blocks.Open(context.Background(), r.dir); err != nil {
		r.t.Fatal(err)
	}
	r.config.Blocks = r.blocks
}

// run runs it until the test ends or stop is called.
func (r *rig) run() {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	}
	r.t.Cleanup(r.stop)
}

func (r *rig) add(p services.Pin) services.PinStatus {
	r.t.Helper()
	st, err := r.Add(r.t.Context(), p)
	if err != nil {
		r.t.Fatal(err)
	}
	return st
}

// becomes waits until the pin has that status.
func (r *rig) becomes(id string, want services.Status) services.PinStatus {
	r.t.Helper()
	return r.until(id, "has status "+want.String(), func(st services.PinStatus) bool { return st.Status == want })
}

func (r *rig) until(id, what string, ok func(services.PinStatus) bool) services.PinStatus {
	r.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		st, err := r.Get(r.t.Context(), id)
		if err != nil {
			r.t.Fatal(err)
		}
		if ok(st) {
			return st
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("after 30 s: %+v, want one that %s", st, what)
		}
	}
}

// provider is another node of this computer that serves blocks.
type provider struct {
	store   blockstore.Blockstore
	origins []string
}

// newProvider serves what swap makes of the blocks it is asked for (nil: what
// they are).
func newProvider(t testing.TB, swap func(cid.Cid, blockformat.Block) blockformat.Block) *provider {
	t.Helper()
	h, err := libp2p.New(libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"), libp2p.DisableRelay(), libp2p.DisableMetrics())
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{store: blockstore.NewBlockstore(dssync.MutexWrap(datastore.NewMapDatastore()))}
	net := bsnet.NewFromIpfsHost(h)
	s := server.New(context.Background(), net, swapped{p.store, swap})
	net.Start(s)
	t.Cleanup(func() {
		_ = h.Close()
		net.Stop()
		s.Close()
	})
	for _, a := range h.Addrs() {
		p.origins = append(p.origins, a.String()+"/p2p/"+h.ID().String())
	}
	return p
}

func (p *provider) put(t testing.TB, list ...blockformat.Block) {
	t.Helper()
	if err := p.store.PutMany(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

// swapped is a store that gives something else than it is asked for.
type swapped struct {
	blockstore.Blockstore
	swap func(cid.Cid, blockformat.Block) blockformat.Block
}

func (s swapped) Get(ctx context.Context, c cid.Cid) (blockformat.Block, error) {
	b, err := s.Blockstore.Get(ctx, c)
	if err != nil || s.swap == nil {
		return b, err
	}
	if b = s.swap(c, b); b == nil {
		return nil, errors.New("gone")
	}
	return b, nil
}
