package local

import (
	"bytes"
	"fmt"

	"github.com/ipfs/go-cid"
	dagpb "github.com/ipld/go-codec-dagpb"
	"github.com/ipld/go-ipld-prime"
	"github.com/ipld/go-ipld-prime/codec"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/codec/dagjson"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/ipld/go-ipld-prime/traversal"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// linksOf is what a block links to. It fails with a services.Error of
// ReasonBroken where the block is not what its codec says, or the codec is one
// whose links nobody here can read: then there is no telling what belongs to it.
func linksOf(c cid.Cid, data []byte) ([]cid.Cid, error) {
	var decode codec.Decoder
	var kind ipld.NodePrototype = basicnode.Prototype.Any
	switch c.Prefix().Codec {
	case cid.Raw:
		return nil, nil
	case cid.DagProtobuf:
		decode, kind = dagpb.Decode, dagpb.Type.PBNode
	case cid.DagCBOR:
		decode = dagcbor.Decode
	case cid.DagJSON:
		decode = dagjson.Decode
	default:
		return nil, broken(c, fmt.Errorf("codec %#x", c.Prefix().Codec))
	}
	b := kind.NewBuilder()
	if err := decode(b, bytes.NewReader(data)); err != nil {
		return nil, broken(c, err)
	}
	found, err := traversal.SelectLinks(b.Build())
	if err != nil {
		return nil, broken(c, err)
	}
	links := make([]cid.Cid, 0, len(found))
	for _, l := range found {
		if l, ok := l.(cidlink.Link); ok {
			links = append(links, l.Cid)
		}
	}
	return links, nil
}

func broken(c cid.Cid, err error) error {
	return &services.Error{Code: services.CodeInvalid, Op: "add", Reason: ReasonBroken, Details: c.String(), Err: err}
}

// content is what a CID with an identity hash holds itself.
func content(c cid.Cid) (data []byte, inline bool) {
	if c.Prefix().MhType != mh.IDENTITY {
		return nil, false
	}
	d, err := mh.Decode(c.Hash())
	return d.Digest, err == nil
}
