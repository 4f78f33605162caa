package local

import (
	"errors"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/ingest"
)

// linksOf is what a block links to. It fails with ReasonBroken where the block
// is not what its codec says, or the codec is one whose links nobody here can
// read: then there is no telling what belongs to it.
func linksOf(c cid.Cid, data []byte) ([]cid.Cid, error) {
	links, known, err := ingest.Links(c, data)
	if err == nil && !known {
		err = errors.New("unknown codec")
	}
	if err != nil {
		return nil, &services.Error{Code: services.CodeInvalid, Op: "add", Reason: ReasonBroken, Details: c.String(), Err: err}
	}
	return links, nil
}

// content is what a CID with an identity hash holds itself.
func content(c cid.Cid) (data []byte, inline bool) {
	if c.Prefix().MhType != mh.IDENTITY {
		return nil, false
	}
	d, err := mh.Decode(c.Hash())
	return d.Digest, err == nil
}
