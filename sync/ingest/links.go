package ingest

import (
	"bytes"
	"fmt"

	"github.com/ipfs/go-cid"
	dagpb "github.com/ipld/go-codec-dagpb"
	"github.com/ipld/go-ipld-prime/codec"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/codec/dagjson"
	"github.com/ipld/go-ipld-prime/datamodel"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/ipld/go-ipld-prime/traversal"
)

// Links are the blocks a block links to, in their order. Known are dag-pb,
// dag-cbor, dag-json and raw, which has none; of other codecs nothing is known.
func Links(c cid.Cid, data []byte) (list []cid.Cid, known bool, err error) {
	var decode codec.Decoder
	var into datamodel.NodePrototype = basicnode.Prototype.Any
	switch c.Type() {
	case cid.Raw:
		return nil, true, nil
	case cid.DagProtobuf:
		decode, into = dagpb.Decode, dagpb.Type.PBNode
	case cid.DagCBOR:
		decode = dagcbor.Decode
	case cid.DagJSON:
		decode = dagjson.Decode
	default:
		return nil, false, nil
	}
	b := into.NewBuilder()
	if err := decode(b, bytes.NewReader(data)); err != nil {
		return nil, true, fmt.Errorf("block %s: %w", c, err)
	}
	found, err := traversal.SelectLinks(b.Build())
	if err != nil {
		return nil, true, fmt.Errorf("block %s: %w", c, err)
	}
	for _, l := range found {
		if l, ok := l.(cidlink.Link); ok {
			list = append(list, l.Cid)
		}
	}
	return list, true, nil
}
