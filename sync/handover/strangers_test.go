package handover_test

import (
	"fmt"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/pintray/pintray/sync/handover"
)

func TestGiver_ManyStrangersDoNotShutOutTheRightPeer(t *testing.T) {
	f := newFiles()
	all := f.put(t, 1, random(1, 1<<10)...)
	g := handover.New(handover.Config{Blocks: f})
	g.Pause(true) // no host is needed to be asked
	job := handover.Job{Account: 7, Source: 1, Size: 1 << 20, Endpoint: home}
	offer(t, g, job)
	greedy := peer.ID("greedy")
	if !g.Asks(greedy, all[0]) {
		t.Fatal("the first is not served")
	}
	g.Took(job.Key(), greedy, all[0], 3<<20)
	for i := range 1000 {
		if p := peer.ID(fmt.Sprint("stranger ", i)); !g.Asks(p, all[0]) {
			t.Fatalf("the peer that comes after %d others is not served", i+1)
		}
	}
	if !g.Asks(peer.ID("the service's"), all[0]) {
		t.Error("the service's own machine is not served")
	}
	if g.Asks(greedy, all[0]) {
		t.Error("one that had its share three times is served on")
	}
}
