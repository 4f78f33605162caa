package ingest

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/ipfs/go-cid"
	"github.com/spaolacci/murmur3"

	"github.com/pintray/pintray/services"
)

const (
	fanout = 256 // entries of a shard: one byte of the hash chooses
	depth  = 8   // bytes of the hash, so levels of shards
	// heldBytes is how much of a sharded folder is kept in memory; what is more
	// goes to a temporary file.
	heldBytes = 4 << 20
)

// sharder sorts the entries of a large folder by the hash of their name and
// makes the nodes of a HAMT of them, as UnixFS has it.
type sharder struct {
	parts [fanout]struct { // by the first byte of the hash
		held   []byte    // entries, encoded
		spills []segment // of the file
	}
	held int // bytes of all parts
	most int // more of them go to the file
	file *os.File
	end  int64
}

// segment is a piece of the temporary file.
type segment struct {
	offset int64
	length int
}

// hashed is an entry and its place.
type hashed struct {
	link
	hash uint64
}

func (s *sharder) add(l link) error {
	hash := murmur3.Sum64([]byte(l.name))
	part := &s.parts[hash>>56]
	before := len(part.held)
	b := binary.BigEndian.AppendUint64(part.held, hash)
	b = binary.AppendUvarint(b, l.size)
	b = binary.AppendUvarint(b, l.file)
	b = append(binary.AppendUvarint(b, uint64(l.cid.ByteLen())), l.cid.KeyString()...)
	b = append(binary.AppendUvarint(b, uint64(len(l.name))), l.name...)
	part.held = b
	if s.held += len(b) - before; s.held < s.most {
		return nil
	}
	return s.spill()
}

// spill moves what is held to the file.
func (s *sharder) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "pintray-folder-")
		if err != nil {
			return storage(err)
		}
		_ = os.Remove(f.Name()) // where the system lets an open file go; else close does
		s.file = f
	}
	for i := range s.parts {
		part := &s.parts[i]
		if len(part.held) == 0 {
			continue
		}
		if _, err := s.file.WriteAt(part.held, s.end); err != nil {
			return storage(err)
		}
		part.spills = append(part.spills, segment{s.end, len(part.held)})
		s.end += int64(len(part.held))
		part.held = part.held[:0]
	}
	s.held = 0
	return nil
}

func (s *sharder) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// root makes all nodes.
func (s *sharder) root(ctx context.Context, out *output) (link, error) {
	var n shardNode
	for i := range s.parts {
		entries, err := s.entries(i)
		if err != nil {
			return link{}, err
		}
		if err := n.child(ctx, out, i, entries, 1); err != nil {
			return link{}, err
		}
	}
	return n.end(ctx, out)
}

// entries are those of one part, in order of their hash.
func (s *sharder) entries(i int) ([]hashed, error) {
	part := &s.parts[i]
	all := part.held
	for _, g := range part.spills {
		old := len(all)
		all = append(all, make([]byte, g.length)...)
		if _, err := s.file.ReadAt(all[old:], g.offset); err != nil && !errors.Is(err, io.EOF) {
			return nil, storage(err)
		}
	}
	part.held, part.spills = nil, nil
	var list []hashed
	for len(all) > 0 {
		var h hashed
		var err error
		if h, all, err = decodeHashed(all); err != nil {
			return nil, storage(err)
		}
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b hashed) int { return cmp.Compare(a.hash, b.hash) })
	return list, nil
}

func decodeHashed(b []byte) (h hashed, rest []byte, err error) {
	h.hash, b = binary.BigEndian.Uint64(b), b[8:]
	number := func() uint64 {
		n, used := binary.Uvarint(b)
		b = b[max(used, 0):]
		return n
	}
	text := func() []byte {
		n := min(number(), uint64(len(b)))
		t := b[:n]
		b = b[n:]
		return t
	}
	h.size, h.file = number(), number()
	if h.cid, err = cid.Cast(text()); err != nil {
		return hashed{}, nil, err
	}
	h.name = string(text())
	return h, b, nil
}

// shardNode is one node that grows.
type shardNode struct {
	links []link
	bits  [fanout / 8]byte // the child of index 0 is the last bit
}

// child puts entries (none, one, or a shard of their own) at an index; level is
// how many bytes of their hash they share.
func (n *shardNode) child(ctx context.Context, out *output, index int, entries []hashed, level int) error {
	if len(entries) == 0 {
		return nil
	}
	prefix := fmt.Sprintf("%02X", index)
	made := entries[0].link
	made.name = prefix + made.name
	if len(entries) > 1 {
		var err error
		if made, err = shard(ctx, out, entries, level); err != nil {
			return err
		}
		made.name = prefix
	}
	n.links = append(n.links, made)
	n.bits[len(n.bits)-1-index/8] |= 1 << (index % 8)
	return nil
}

func (n *shardNode) end(ctx context.Context, out *output) (link, error) {
	bits := n.bits[:]
	for len(bits) > 0 && bits[0] == 0 {
		bits = bits[1:]
	}
	return out.node(ctx, n.links, shardData(bits))
}

// shard makes the nodes of entries whose hashes share level bytes.
func shard(ctx context.Context, out *output, entries []hashed, level int) (link, error) {
	if level == depth {
		return link{}, failure(services.ReasonUnreadable, entries[0].name, errors.New("two names of one folder have the same hash"))
	}
	if err := ctx.Err(); err != nil {
		return link{}, err
	}
	at := func(h hashed) int { return int(h.hash >> (56 - 8*level) & 0xff) }
	var n shardNode
	for len(entries) > 0 {
		index, same := at(entries[0]), 1
		for same < len(entries) && at(entries[same]) == index {
			same++
		}
		if err := n.child(ctx, out, index, entries[:same], level+1); err != nil {
			return link{}, err
		}
		entries = entries[same:]
	}
	return n.end(ctx, out)
}
