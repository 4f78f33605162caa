package local_test

import (
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest"
)

// networking is how many goroutines of libp2p and bitswap there are.
func networking() (n int) {
	buf := make([]byte, 8<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "libp2p") || strings.Contains(stack, "boxo/bitswap") || strings.Contains(stack, "quic-go") {
			n++
		}
	}
	return n
}

func TestPause_NothingIsFetchedUntilItGoesOn(t *testing.T) {
	want := tree(t, 3, 1000)
	p := newProvider(t, nil)
	r := newRig(t, nil)
	r.run()
	id := r.add(services.Pin{CID: rootOf(want), Origins: p.origins}).RequestID
	r.Pause(true)
	r.until(id, "has no delegates", func(st services.PinStatus) bool { return len(st.Delegates) == 0 })
	p.put(t, want...)
	if st := r.add(services.Pin{CID: servicetest.RandomCID()}); st.Status != services.Queued || len(st.Delegates) != 0 {
		t.Errorf("added while paused: %+v", st)
	}
	r.Pause(false)
	r.holds(r.becomes(id, services.Pinned), want)
}

func TestHost_LivesOnlyWhileSomethingIsFetched(t *testing.T) {
	eventually := func(what string, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("after 20 s it is not so that %s", what)
			}
		}
	}
	r := newRig(t, nil)
	r.run()
	eventually("nothing is left of other tests", func() bool { return networking() == 0 })
	st := r.add(services.Pin{CID: servicetest.RandomCID()})
	if len(st.Delegates) == 0 || networking() == 0 {
		t.Fatalf("nothing listens: %+v", st)
	}
	var ports []string
	for _, d := range st.Delegates {
		where, _ := multiaddr.SplitLast(multiaddr.StringCast(d))
		if !manet.IsIPLoopback(where) {
			t.Errorf("it listens on %s", where)
		}
		if network, address, err := manet.DialArgs(where); err == nil && strings.HasPrefix(network, "tcp") {
			ports = append(ports, address)
		}
	}
	if len(ports) == 0 {
		t.Fatalf("no TCP port among %v", st.Delegates)
	}
	if err := r.Delete(t.Context(), st.RequestID); err != nil {
		t.Fatal(err)
	}
	eventually("no goroutine of the host is left", func() bool { return networking() == 0 })
	for _, p := range ports {
		if c, err := net.DialTimeout("tcp", p, time.Second); err == nil {
			_ = c.Close()
			t.Errorf("%s is still open", p)
		}
	}
}
