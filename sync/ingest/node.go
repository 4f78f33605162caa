package ingest

import (
	"encoding/binary"

	"github.com/ipfs/go-cid"
)

// Kinds of UnixFS nodes (the Data.DataType of its protobuf).
const (
	kindFolder = 1
	kindFile   = 2
	kindShard  = 5
)

// murmur is the multicodec of the hash that places names in shards.
const murmur = 0x22

// link is what a parent knows of a child.
type link struct {
	name string
	cid  cid.Cid
	size uint64 // of all its blocks, as a dag-pb link says it (Tsize)
	file uint64 // bytes of file content
}

// Tags of protobuf fields: the number of the field, shifted, and the wire type.
const (
	varintTag = 0
	bytesTag  = 2
)

func tag(field, wire int) byte { return byte(field<<3 | wire) }

func appendBytes(b []byte, field int, data []byte) []byte {
	b = append(b, tag(field, bytesTag))
	b = binary.AppendUvarint(b, uint64(len(data)))
	return append(b, data...)
}

func appendNumber(b []byte, field int, n uint64) []byte {
	return binary.AppendUvarint(append(b, tag(field, varintTag)), n)
}

func uvarintLen(n uint64) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

// linkLen is how many bytes a link takes in a dag-pb node, without its tag and
// length.
func linkLen(l link) int {
	c, n := l.cid.ByteLen(), len(l.name)
	return 1 + uvarintLen(uint64(c)) + c + 1 + uvarintLen(uint64(n)) + n + 1 + uvarintLen(l.size)
}

// appendNode encodes a dag-pb node: its links in their order, then its data.
func appendNode(b []byte, links []link, data []byte) []byte {
	for _, l := range links {
		b = append(b, tag(2, bytesTag))
		b = binary.AppendUvarint(b, uint64(linkLen(l)))
		b = appendBytes(b, 1, l.cid.Bytes())
		b = append(b, tag(2, bytesTag))
		b = binary.AppendUvarint(b, uint64(len(l.name)))
		b = append(b, l.name...)
		b = appendNumber(b, 3, l.size)
	}
	return appendBytes(b, 1, data)
}

// fileData is the UnixFS part of a file's inner node.
func fileData(links []link) []byte {
	b := appendNumber(nil, 1, kindFile)
	var size uint64
	for _, l := range links {
		size += l.file
	}
	b = appendNumber(b, 3, size)
	for _, l := range links {
		b = appendNumber(b, 4, l.file)
	}
	return b
}

// folderData is the UnixFS part of a folder in one node.
func folderData() []byte { return appendNumber(nil, 1, kindFolder) }

// shardData is the UnixFS part of a node of a sharded folder.
func shardData(bits []byte) []byte {
	b := appendNumber(nil, 1, kindShard)
	b = appendBytes(b, 2, bits)
	b = appendNumber(b, 5, murmur)
	return appendNumber(b, 6, fanout)
}

// leafFrame is what stands before and after n bytes of content in a dag-pb
// leaf.
func leafFrame(n int) (before, after []byte) {
	inner := appendNumber(nil, 1, kindFile)
	if n > 0 {
		inner = append(inner, tag(2, bytesTag))
		inner = binary.AppendUvarint(inner, uint64(n))
	}
	after = appendNumber(nil, 3, uint64(n))
	before = append(before, tag(1, bytesTag))
	before = binary.AppendUvarint(before, uint64(len(inner)+n+len(after)))
	return append(before, inner...), after
}
