package ingest

import (
	"context"
	"encoding/binary"
	"iter"

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
func (r *Reader) CAR(ctx context.Context, source store.SourceID, root services.CID) (size int64, open func(context.Context) (handover.Reading, error), err error) {
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
	list := func(ctx context.Context) iter.Seq2[blocks.Place, error] {
		return r.db.Places(ctx, blocks.HolderOf(source))
	}
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
		list = func(ctx context.Context) iter.Seq2[blocks.Place, error] { return r.found(ctx, source, below) }
	}
	return size, func(ctx context.Context) (handover.Reading, error) {
		return newCARReader(ctx, r, source, list, head, size), nil
	}, nil
}

// found looks for blocks one after the other.
func (r *Reader) found(ctx context.Context, source store.SourceID, list []blocks.Block) iter.Seq2[blocks.Place, error] {
	return func(yield func(blocks.Place, error) bool) {
		for _, b := range list {
			b, f, found, err := r.db.Find(ctx, blocks.HolderOf(source), b.CID)
			if err == nil && !found {
				err = handover.ErrNoBlock
			}
			if !yield(blocks.Place{Block: b, In: f}, err) {
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
