package main

import (
	"crypto/sha256"
	"fmt"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// madeUp is the content ID of a file that says its number.
func madeUp(n int) services.CID {
	sum := sha256.Sum256(fmt.Append(nil, n))
	hash, err := multihash.Encode(sum[:], multihash.SHA2_256)
	if err != nil {
		panic("bug: " + err.Error())
	}
	c, err := services.ParseCID(cid.NewCidV1(cid.Raw, hash).String())
	if err != nil {
		panic("bug: " + err.Error())
	}
	return c
}
