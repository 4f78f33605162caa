package handover

import (
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/peer"
)

// Asks is a peer that wants a block; it reports whether it would be given one.
func (g *Giver) Asks(p peer.ID, c cid.Cid) bool { return g.asked(p, c) }

// Took counts a block as given to a peer.
func (g *Giver) Took(k Key, p peer.ID, c cid.Cid, size int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.jobs[k].took(p, c, size, time.Now())
}
