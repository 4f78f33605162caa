package ingest

import (
	"crypto/sha256"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// layout is what a profile decides.
type layout struct {
	chunk int // bytes of a leaf
	width int // links of a file's node
	raw   bool
	v0    bool
	// exact: a folder is sharded by the size of its block, not by that of its
	// names and CIDs alone.
	exact bool
}

// shardOver is the size of a folder's node above which it is sharded.
const shardOver = 256 << 10

func layoutOf(p store.Profile) (layout, error) {
	switch p {
	case store.ProfileV1, "":
		return layout{chunk: 256 << 10, width: 174, raw: true}, nil
	case store.ProfileV0:
		return layout{chunk: 256 << 10, width: 174, v0: true}, nil
	case store.Profile2025:
		return layout{chunk: 1 << 20, width: 1024, raw: true, exact: true}, nil
	}
	return layout{}, &services.Error{Code: services.CodeUsage, Op: "read", Reason: "profile", Details: services.Clean(string(p))}
}

// node is the CID of an inner node with that hash.
func (l layout) node(digest [sha256.Size]byte) cid.Cid {
	if l.v0 {
		return cid.NewCidV0(multihash(digest))
	}
	return cid.NewCidV1(cid.DagProtobuf, multihash(digest))
}

// leaf is the CID of a leaf with that hash.
func (l layout) leaf(digest [sha256.Size]byte) cid.Cid {
	if l.raw {
		return cid.NewCidV1(cid.Raw, multihash(digest))
	}
	return l.node(digest)
}

func multihash(digest [sha256.Size]byte) mh.Multihash {
	return append(mh.Multihash{mh.SHA2_256, sha256.Size}, digest[:]...)
}
