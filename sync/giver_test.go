package sync_test

import (
	"context"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// giver notes what it is told; the test plays the service that fetches.
type giver struct {
	blocks  handover.Blocks
	origins []string

	mu      sync.Mutex
	jobs    map[handover.Key]handover.Job
	offers  int
	told    map[handover.Key][]string // delegates
	paused  bool
	limit   int64
	spent   int64
	listens bool
	moved   chan struct{}
	where   []string // not nil: it is found there now, and nobody was told
}

func newGiver(b handover.Blocks) *giver {
	return &giver{
		blocks: b, jobs: map[handover.Key]handover.Job{}, told: map[handover.Key][]string{}, moved: make(chan struct{}, 1),
		origins: []string{"/ip4/203.0.113.7/udp/4001/quic-v1/p2p/12D3Us", "/ip4/203.0.113.7/tcp/4001/p2p/12D3Us"},
	}
}

func (g *giver) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func (g *giver) Offer(_ context.Context, j handover.Job) ([]string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.jobs[j.Key()] = j
	g.offers++
	return g.origins, nil
}

func (g *giver) Origins(_ handover.Key, tcpOnly bool) []string {
	if tcpOnly {
		return g.origins[1:]
	}
	return g.origins
}

func (g *giver) Where(handover.Key) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.where
}

func (g *giver) Told(_ handover.Key, origins []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if slices.Equal(origins, g.where) {
		g.where = nil
	}
}

// moves has it found elsewhere.
func (g *giver) moves(to ...string) {
	g.mu.Lock()
	g.where = to
	g.mu.Unlock()
	g.moved <- struct{}{}
}

func (g *giver) Connect(k handover.Key, delegates []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told[k] = delegates
}

func (g *giver) End(k handover.Key) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.jobs, k)
	delete(g.told, k)
}

func (g *giver) Stats() []handover.Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []handover.Stats
	for k, j := range g.jobs {
		s := handover.Stats{Key: k, Sent: j.Size / 2, Left: -1, Peers: 1}
		if g.where != nil {
			s.Peers, s.Trouble = 0, handover.TroubleMoved
		}
		list = append(list, s)
	}
	return list
}

func (g *giver) Spend(_ context.Context, bytes int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.spent += int64(bytes)
	return nil
}
func (g *giver) SetLimit(n int64)  { g.mu.Lock(); defer g.mu.Unlock(); g.limit = n }
func (g *giver) SetListen(on bool) { g.mu.Lock(); defer g.mu.Unlock(); g.listens = on }
func (g *giver) Pause(on bool)     { g.mu.Lock(); defer g.mu.Unlock(); g.paused = on }
func (g *giver) Renew()            {}

func (g *giver) Changed() <-chan struct{} { return g.moved }

// live are the jobs there are.
func (g *giver) live() []handover.Job {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Values(g.jobs))
}

func (g *giver) delegates(k handover.Key) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.told[k]
}

func (g *giver) isPaused() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.paused
}

// take fetches a block as a service would.
func (g *giver) take(ctx context.Context, source store.SourceID, c services.CID) ([]byte, error) {
	parsed, err := cid.Decode(c.Key)
	if err != nil {
		return nil, err
	}
	return g.blocks.Block(ctx, source, parsed)
}

// named is a service that names machines of its own to fetch from.
type named struct {
	*demo.Service
	mu      sync.Mutex
	refuses string // part of the origins it does not take
	asked   [][]string
}

var itsMachines = []string{"/ip4/198.51.100.1/tcp/4001/p2p/12D3Them"}

func (n *named) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	n.mu.Lock()
	n.asked = append(n.asked, p.Origins)
	refuses := n.refuses
	n.mu.Unlock()
	for _, o := range p.Origins {
		if refuses != "" && (refuses == "all" || !slices.Contains([]string{"/ip4/203.0.113.7/tcp/4001/p2p/12D3Us"}, o)) {
			return services.PinStatus{}, &services.Error{Code: services.CodeInvalid, HTTP: 400, Reason: "INVALID_ORIGINS"}
		}
	}
	got, err := n.Service.Add(ctx, p)
	got.Delegates = itsMachines
	return got, err
}

func (n *named) Get(ctx context.Context, id string) (services.PinStatus, error) {
	got, err := n.Service.Get(ctx, id)
	got.Delegates = itsMachines
	return got, err
}

func (n *named) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := n.Service.List(ctx, q)
	for i := range page.Results {
		page.Results[i].Delegates = itsMachines
	}
	return page, err
}

func (n *named) origins() [][]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

// uploader takes CARs; the content is pinned at svc, where pins is true.
type uploader struct {
	svc  *demo.Service
	pins bool
	hold chan struct{} // not nil: it waits for it
	err  error

	mu   sync.Mutex
	got  map[string]int64 // bytes by root
	busy int
	most int
}

func (u *uploader) Upload(ctx context.Context, c handover.CAR) (handover.Uploaded, error) {
	u.mu.Lock()
	u.busy++
	u.most = max(u.most, u.busy)
	u.mu.Unlock()
	defer func() { u.mu.Lock(); u.busy--; u.mu.Unlock() }()
	if u.err != nil {
		return handover.Uploaded{}, u.err
	}
	body, err := c.Open(ctx)
	if err != nil {
		return handover.Uploaded{}, err
	}
	defer func() { _ = body.Close() }()
	n, err := io.Copy(io.Discard, body)
	if err != nil {
		return handover.Uploaded{}, err
	}
	c.Sent(n)
	if u.hold != nil {
		select {
		case <-u.hold:
		case <-ctx.Done():
			return handover.Uploaded{}, &services.Error{Code: services.CodeTimeout, Op: "upload", Err: ctx.Err()}
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.got == nil {
		u.got = map[string]int64{}
	}
	u.got[c.Root.Key] += n
	if u.pins {
		_, err = u.svc.Add(ctx, services.Pin{CID: c.Root, Name: c.Name})
	}
	return handover.Uploaded{Root: c.Root}, err
}

func (u *uploader) taken() map[string]int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return maps.Clone(u.got)
}
