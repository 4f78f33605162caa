package local

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/ipld/go-car/v2/blockstore"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// job is a pin whose content is being fetched.
type job struct {
	pin     user.LocalPin
	root    cid.Cid
	origins []peer.AddrInfo
	ctx     context.Context // of its goroutine
	cancel  context.CancelCauseFunc

	begun atomic.Bool // its first block came
	bad   atomic.Bool // somebody sent something false
}

// standing is what a list says of the pin meanwhile.
func (j *job) standing() (status services.Status, details string) {
	if j.bad.Load() {
		details = ReasonBadBlock
	}
	if j.begun.Load() {
		return services.Pinning, details
	}
	return services.Queued, details
}

// failure is why a fetch ends for good.
func failure(reason string) error {
	return &services.Error{Code: services.CodeInvalid, Op: "add", Reason: reason}
}

// batch is how many blocks are asked for at once.
const batch = 64

// roomEvery is after how many bytes the room on the disk is looked at again.
const roomEvery = 16 << 20

// fetch brings all that is below the job's root into its file. What an earlier
// run brought is not asked for again.
func (s *Service) fetch(n *node, j *job) error {
	sp, err := s.openSpool(j.root, j.pin.Pin.CID.Key)
	if err != nil {
		return err
	}
	defer sp.Discard()
	f := &fetching{s: s, n: n, j: j, sp: sp, seen: make(map[string]struct{})}
	f.late = time.AfterFunc(s.c.Patience, func() { j.cancel(failure(ReasonNobody)) })
	defer f.late.Stop()
	f.push(j.root)
	session := n.client.NewSession(j.ctx)
	for len(f.todo) > 0 {
		want, err := f.next()
		if err != nil {
			return err
		}
		if len(want) == 0 {
			continue
		}
		if err := f.get(session.GetBlocks, want); err != nil {
			return err
		}
		if j.begun.CompareAndSwap(false, true) {
			f.late.Stop()
			notify(s.moved)
			if err := s.take(j.ctx); err != nil {
				return err
			}
			defer func() { <-s.active }()
			f.late.Reset(s.c.Patience)
		}
	}
	return nil
}

// take waits for a place among the pins that are fetched.
func (s *Service) take(ctx context.Context) error {
	select {
	case s.active <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// fetching is one fetch: what is still to be had, depth first, so that little
// waits.
type fetching struct {
	s     *Service
	n     *node
	j     *job
	sp    *blockstore.ReadWrite
	late  *time.Timer
	todo  []cid.Cid
	seen  map[string]struct{}
	bytes int64 // of all blocks so far
	room  int64 // bytes at which the disk is looked at again
}

func (f *fetching) push(cids ...cid.Cid) {
	for _, c := range slices.Backward(cids) {
		if _, seen := f.seen[string(c.Hash())]; !seen {
			f.seen[string(c.Hash())] = struct{}{}
			f.todo = append(f.todo, c)
		}
	}
}

// next takes what to ask for off the list; what is here already is only read
// for its links.
func (f *fetching) next() ([]cid.Cid, error) {
	var want []cid.Cid
	for len(f.todo) > 0 && len(want) < batch {
		c := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		data, here, err := f.read(c)
		if err != nil {
			return nil, err
		}
		if !here {
			want = append(want, c)
			continue
		}
		if err := f.took(c, data); err != nil {
			return nil, err
		}
	}
	return want, nil
}

// read is a block that is here already.
func (f *fetching) read(c cid.Cid) (data []byte, here bool, err error) {
	if data, inline := content(c); inline {
		return data, true, nil
	}
	if here, err = f.sp.Has(f.j.ctx, c); err != nil || !here {
		return nil, false, err
	}
	b, err := f.sp.Get(f.j.ctx, c)
	if err != nil {
		return nil, false, errors.Join(errSpoiled, err)
	}
	if got, err := c.Prefix().Sum(b.RawData()); err != nil || !got.Equals(c) {
		return nil, false, errSpoiled
	}
	return b.RawData(), true, nil
}

// errSpoiled: the growing file is not what was written to it.
var errSpoiled = errors.New("the file of what was fetched is damaged")

// get asks for blocks and waits for all of them.
func (f *fetching) get(ask getBlocks, want []cid.Cid) error {
	done := f.n.want(want)
	defer done()
	blocks, err := ask(f.j.ctx, want)
	if err != nil {
		return cause(f.j.ctx, err)
	}
	missing := len(want)
	for b := range blocks {
		missing--
		f.late.Reset(f.s.c.Patience)
		if err := f.sp.Put(f.j.ctx, b); err != nil {
			return storage(err)
		}
		if err := f.took(b.Cid(), b.RawData()); err != nil {
			return err
		}
	}
	if missing > 0 {
		return cause(f.j.ctx, errors.New("the host closed"))
	}
	return nil
}

// took counts a block and notes what it links to.
func (f *fetching) took(c cid.Cid, data []byte) error {
	if f.bytes += int64(len(data)); f.bytes > f.s.c.MaxSize {
		return failure(ReasonTooLarge)
	}
	if f.bytes >= f.room {
		f.room = f.bytes + roomEvery
		if err := f.s.room(); err != nil {
			return err
		}
	}
	links, err := linksOf(c, data)
	f.push(links...)
	return err
}

// cause is why ctx ended, or err where it did not.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// index reads the file of a fetched pin back, every block of it, and makes the
// pin hold what is in it.
func (s *Service) index(ctx context.Context, pin *user.LocalPin, path string) error {
	w, err := s.c.Blocks.Write(ctx, holder(*pin))
	if err != nil {
		return err
	}
	defer w.Discard()
	roots, err := ingest.CAR(ctx, store.Path(path), ingest.Options{}, w)
	if err != nil {
		return err
	}
	if len(roots) != 1 || roots[0].CID.Key != pin.Pin.CID.Key {
		return errSpoiled
	}
	if _, err := w.Commit(ctx); err != nil {
		return err
	}
	return s.keep(ctx, pin)
}

// dial keeps the job's origins connected, as well as they can be, until its
// context ends.
func (n *node) dial(j *job) {
	pause := 5 * time.Second
	for {
		var dials errgroup.Group
		dials.SetLimit(8)
		for _, p := range j.origins {
			dials.Go(func() error {
				ctx, cancel := context.WithTimeout(j.ctx, 15*time.Second)
				defer cancel()
				_ = n.host.Connect(ctx, p) // best effort, and again below (rule 11)
				return nil
			})
		}
		_ = dials.Wait()
		t := time.NewTimer(pause)
		select {
		case <-j.ctx.Done():
			t.Stop()
			return
		case <-t.C:
			pause = min(2*pause, 5*time.Minute)
		}
	}
}

// peersOf reads origins; what is no address of a peer is left out.
func peersOf(origins []string) []peer.AddrInfo {
	var addrs []multiaddr.Multiaddr
	for _, text := range origins {
		if a, err := multiaddr.NewMultiaddr(text); err == nil {
			if _, id := peer.SplitAddr(a); id != "" {
				addrs = append(addrs, a)
			}
		}
	}
	infos, err := peer.AddrInfosFromP2pAddrs(addrs...)
	if err != nil {
		return nil
	}
	return infos
}
