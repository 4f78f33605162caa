package ingest

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"runtime"

	"github.com/ipfs/go-cid"
	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
)

// scan is what is known of a CAR's blocks: some 30 bytes for each.
type scan struct {
	car    *carFile
	seed   maphash.Seed
	byHash map[uint64]uint32 // by a hash of the multihash, keyed so that nobody can aim at it
	places []place
}

// place is where a block stands.
type place struct {
	offset int64
	size   uint32
	prefix uint8 // bytes of the CID before it
	taken  bool
}

func newScan(c *carFile) *scan {
	return &scan{car: c, seed: maphash.MakeSeed(), byHash: make(map[uint64]uint32)}
}

func (s *scan) hash(c cid.Cid) uint64 { return maphash.Bytes(s.seed, c.Hash()) }

// run verifies every block, several at once.
func (s *scan) run(ctx context.Context, m *meter) error {
	workers := min(runtime.GOMAXPROCS(0), mostHashers)
	todo := make(chan section, 4*workers)
	g, ctx := errgroup.WithContext(ctx)
	for range workers {
		g.Go(func() error {
			var buf []byte
			for {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case b, more := <-todo:
					if !more {
						return nil
					}
					if cap(buf) < b.size {
						buf = make([]byte, b.size)
					}
					if err := s.car.block(b.cid, b.offset, buf[:b.size]); err != nil {
						return err
					}
				}
			}
		})
	}
	g.Go(func() error {
		defer close(todo)
		return s.car.sections(ctx, func(b section) error {
			if len(s.places) == math.MaxUint32 || b.cid.ByteLen() > math.MaxUint8 {
				return s.car.broken(errors.New("more blocks or a longer ID than anyone makes"))
			}
			m.add(0, b.offset+int64(b.size)-m.now.Bytes)
			hash := s.hash(b.cid)
			if _, twice := s.byHash[hash]; !twice {
				s.byHash[hash] = uint32(len(s.places))
				s.places = append(s.places, place{offset: b.offset, size: uint32(b.size), prefix: uint8(b.cid.ByteLen())})
			}
			select {
			case todo <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	return g.Wait()
}

// keep gives w what the roots need, children first.
func (s *scan) keep(ctx context.Context, w *blocks.Writer) ([]Root, error) {
	k := keeper{scan: s, out: output{w: w}}
	var err error
	if k.file, err = k.out.file(ctx, noted(s.car.path, s.car.info)); err != nil {
		return nil, err
	}
	roots := make([]Root, 0, len(s.car.roots))
	for _, c := range s.car.roots {
		k.size = 0
		if err := k.below(ctx, c); err != nil {
			return nil, err
		}
		roots = append(roots, Root{CID: services.WireCID(c.String()), Size: k.size, Files: 1})
	}
	if k.unknown {
		if err := k.others(ctx); err != nil {
			return nil, err
		}
	}
	if w != nil {
		w.Roots(len(roots))
	}
	return roots, nil
}

// keeper walks the DAGs of a CAR.
type keeper struct {
	*scan
	out     output
	file    blocks.FileID
	size    int64 // of what the present root was the first to need
	unknown bool  // a codec whose links nobody here knows
}

// step is a block whose children are being kept.
type step struct {
	cid      cid.Cid
	at       uint32
	children []cid.Cid // still to come
}

// below keeps a root and all it needs.
func (k *keeper) below(ctx context.Context, root cid.Cid) error {
	open := []step{{children: []cid.Cid{root}}}
	for {
		top := &open[len(open)-1]
		if len(top.children) > 0 {
			c := top.children[0]
			top.children = top.children[1:]
			next, fresh, err := k.enter(ctx, c)
			if err != nil {
				return err
			}
			if fresh {
				open = append(open, next)
			}
			continue
		}
		if len(open) == 1 {
			return nil
		}
		if err := k.put(ctx, top.cid, top.at); err != nil {
			return err
		}
		open = open[:len(open)-1]
	}
}

// enter looks up a block and its children; fresh is false where it needs no
// keeping or is kept already.
func (k *keeper) enter(ctx context.Context, c cid.Cid) (s step, fresh bool, err error) {
	if err := ctx.Err(); err != nil {
		return step{}, false, err
	}
	if isIdentity(c) {
		return step{}, false, nil
	}
	at, there := k.byHash[k.hash(c)]
	if !there {
		return step{}, false, failure(services.ReasonMissingCAR, k.car.path, fmt.Errorf("block %s is missing", c))
	}
	if k.places[at].taken {
		return step{}, false, nil
	}
	k.places[at].taken = true
	s = step{cid: c, at: at}
	if c.Type() == cid.Raw {
		return s, true, nil
	}
	data := make([]byte, k.places[at].size)
	if err := k.car.block(c, k.places[at].offset, data); err != nil {
		return step{}, false, err
	}
	children, known, err := Links(c, data)
	if err != nil {
		return step{}, false, k.car.broken(err)
	}
	k.unknown = k.unknown || !known
	s.children = children
	return s, true, nil
}

func (k *keeper) put(ctx context.Context, c cid.Cid, at uint32) error {
	p := k.places[at]
	k.size += int64(p.size)
	if k.out.w == nil {
		return nil
	}
	return k.out.w.Put(ctx, []blocks.Block{{CID: c, Size: int(p.size), File: k.file, Offset: p.offset, Length: int(p.size)}})
}

// others keeps the blocks no known link leads to.
func (k *keeper) others(ctx context.Context) error {
	for at, p := range k.places {
		if p.taken {
			continue
		}
		buf := make([]byte, p.prefix)
		if _, err := k.car.f.ReadAt(buf, p.offset-int64(p.prefix)); err != nil {
			return k.car.broken(err)
		}
		_, c, err := cid.CidFromBytes(buf)
		if err != nil {
			return k.car.broken(err)
		}
		if err := k.put(ctx, c, uint32(at)); err != nil {
			return err
		}
	}
	return nil
}
