package ingest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/handover"
)

// CAR is the CAR v1 of a root of a source: how long it is, and how to read it
// from the beginning, as often as wanted. Parents come before their children,
// each block once. A reading ends with CodeSource where a file is not what it
// was, with CodeStorage where the source was dropped or read anew meanwhile.
func (r *Reader) CAR(ctx context.Context, source store.SourceID, root services.CID) (size int64, open func(context.Context) (io.ReadCloser, error), err error) {
	c, err := cid.Decode(root.Text)
	if err != nil {
		return 0, nil, &services.Error{Code: services.CodeInvalid, Op: "read", Err: err}
	}
	head := carHeader(c)
	t, err := r.db.Totals(ctx, blocks.HolderOf(source))
	if err != nil {
		return 0, nil, err
	}
	if _, err := r.Size(ctx, source, c); err != nil {
		return 0, nil, err
	}
	list := r.all(source)
	size = int64(len(head)) + t.CAR
	if t.Roots > 1 {
		below, err := r.below(ctx, source, c)
		if err != nil {
			return 0, nil, err
		}
		size = int64(len(head))
		for _, b := range below {
			size += sectionLen(b)
		}
		list = func(context.Context) iter.Seq2[cid.Cid, error] { return each(below) }
	}
	return size, func(ctx context.Context) (io.ReadCloser, error) {
		next, stop := iter.Pull2(list(ctx))
		return &carReader{ctx: ctx, r: r, source: source, next: next, stop: stop, rest: head, left: size}, nil
	}, nil
}

// all lists every block of a source.
func (r *Reader) all(source store.SourceID) func(context.Context) iter.Seq2[cid.Cid, error] {
	return func(ctx context.Context) iter.Seq2[cid.Cid, error] {
		return func(yield func(cid.Cid, error) bool) {
			for b, err := range r.db.Each(ctx, blocks.HolderOf(source)) {
				if !yield(b.CID, err) {
					return
				}
			}
		}
	}
}

func each(list []blocks.Block) iter.Seq2[cid.Cid, error] {
	return func(yield func(cid.Cid, error) bool) {
		for _, b := range list {
			if !yield(b.CID, nil) {
				return
			}
		}
	}
}

// below lists the blocks of one root of several, parents first, without their
// bytes.
func (r *Reader) below(ctx context.Context, source store.SourceID, root cid.Cid) ([]blocks.Block, error) {
	var list []blocks.Block
	err := walk(ctx, root, func(c cid.Cid) ([]byte, error) {
		b, _, found, err := r.db.Find(ctx, blocks.HolderOf(source), c)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, handover.ErrNoBlock
		}
		list = append(list, blocks.Block{CID: c, Size: b.Size})
		if c.Type() == cid.Raw {
			return nil, nil
		}
		return r.Block(ctx, source, c)
	})
	return list, err
}

// walk visits the blocks of a DAG, parents first, each once.
func walk(ctx context.Context, root cid.Cid, visit func(cid.Cid) ([]byte, error)) error {
	seen := make(map[string]struct{})
	for open := []cid.Cid{root}; len(open) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := open[len(open)-1]
		open = open[:len(open)-1]
		if _, ok := seen[string(c.Hash())]; ok || isIdentity(c) {
			continue
		}
		seen[string(c.Hash())] = struct{}{}
		data, err := visit(c)
		if err != nil {
			return err
		}
		children, _, err := Links(c, data)
		if err != nil {
			return err
		}
		for i := len(children) - 1; i >= 0; i-- {
			open = append(open, children[i])
		}
	}
	return nil
}

// carReader streams a CAR.
type carReader struct {
	ctx    context.Context // of this one reading
	r      *Reader
	source store.SourceID

	mu   sync.Mutex // Close may come from another goroutine
	next func() (cid.Cid, error, bool)
	stop func()
	rest []byte // of the section that is being read
	left int64  // of the whole
}

func (c *carReader) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.rest) == 0 {
		id, err, more := c.next()
		if !more {
			if c.left != 0 {
				return 0, storage(errors.New("the index of a source is not what it says"))
			}
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		data, err := c.r.Block(c.ctx, c.source, id)
		if err != nil {
			return 0, err
		}
		section := make([]byte, 0, len(data)+128)
		section = binary.AppendUvarint(section, uint64(id.ByteLen()+len(data)))
		c.rest = append(append(section, id.Bytes()...), data...)
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	c.left -= int64(n)
	return n, nil
}

func (c *carReader) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop()
	return nil
}

// sectionLen is how long a block is in a CAR.
func sectionLen(b blocks.Block) int64 {
	n := b.CID.ByteLen() + b.Size
	return int64(uvarintLen(uint64(n)) + n)
}

// carHeader is the beginning of a CAR v1 with one root: the DAG-CBOR of
// {"roots": [root], "version": 1} after its length.
func carHeader(root cid.Cid) []byte {
	const (
		cborMap2, cborText, cborList1 = 0xa2, 0x60, 0x81
		cborTag1, tagCID, cborBytes1  = 0xd8, 42, 0x58
		cborOne                       = 1
	)
	link := append([]byte{0}, root.Bytes()...) // the "no multibase" mark before it
	body := append([]byte{cborMap2, cborText + 5}, "roots"...)
	body = append(body, cborList1, cborTag1, tagCID)
	if n := len(link); n < 24 {
		body = append(body, 0x40+byte(n))
	} else {
		body = append(body, cborBytes1, byte(n)) // a services.CID is far below 256 bytes
	}
	body = append(body, link...)
	body = append(append(body, cborText+7), "version"...)
	body = append(body, cborOne)
	return append(binary.AppendUvarint(nil, uint64(len(body))), body...)
}
