package handover_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/pintray/pintray/sync/handover"
)

func TestGiver_OriginsSuitTheService(t *testing.T) {
	f := newFiles()
	g := start(t, handover.Config{Blocks: f, Listen: true, Resolver: names{"pins.example.org": "203.0.113.7"}})
	near := handover.Job{Account: 1, Source: 1, Endpoint: home}
	far := handover.Job{Account: 2, Source: 1, Endpoint: "https://pins.example.org/api"}
	origins := offer(t, g, near)
	if len(origins) != 2 {
		t.Errorf("got %v, want one for TCP and one for QUIC", origins)
	}
	for _, o := range origins {
		if info, err := peer.AddrInfoFromString(o); err != nil || !strings.HasSuffix(o, "/p2p/"+info.ID.String()) {
			t.Errorf("%q: %v", o, err)
		}
	}
	tcp := g.Origins(near.Key(), true)
	if len(tcp) != 1 || !strings.Contains(tcp[0], "/tcp/") || strings.Contains(tcp[0], "/udp/") {
		t.Errorf("TCP only: got %v", tcp)
	}
	if told := offer(t, g, far); len(told) > 0 {
		t.Errorf("told a service of the internet %v", told)
	}
}

func TestGiver_NeverDialsIntoANetworkTheServiceIsNotIn(t *testing.T) {
	f := newFiles()
	contents := random(1, 1<<10)
	all := f.put(t, 1, contents...)
	s := newService(t)
	tcp := s.Delegates()[0]
	dns := names{
		"pins.example.org":    "203.0.113.7",
		"_dnsaddr.evil.test":  "dnsaddr=" + tcp,
		"loop.test":           "127.0.0.1",
		"_dnsaddr.again.test": "dnsaddr=/dnsaddr/again.test",
	}
	g := start(t, handover.Config{Blocks: f, Resolver: dns, Patience: time.Nanosecond})
	job := handover.Job{Account: 7, Source: 1, Size: 1 << 10, Endpoint: "https://pins.example.org/api"}
	offer(t, g, job)
	port := strings.Split(tcp, "/")[4]
	g.Connect(job.Key(), []string{
		tcp, "/dnsaddr/evil.test", "/dnsaddr/again.test",
		fmt.Sprintf("/dns4/loop.test/tcp/%s/p2p/%s", port, s.host.ID()),
	})
	eventually(t, "it says that it cannot reach the service", func() bool {
		return stats(t, g, job.Key()).Trouble == handover.TroubleUnreached
	})
	if got := s.get(t, never, all...); len(got) > 0 || len(s.host.Network().Peers()) > 0 {
		t.Error("a service of the internet made it dial this computer")
	}

	t.Run("but where the service is here, through dnsaddr too", func(t *testing.T) {
		job := handover.Job{Account: 8, Source: 1, Size: 1 << 10, Endpoint: home}
		offer(t, g, job)
		g.Connect(job.Key(), []string{"/dnsaddr/evil.test"})
		wantAll(t, s.get(t, soon, all...), all, contents)
	})
}

// names is a resolver of its own.
type names map[string]string

func (n names) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	if ip := n[strings.TrimSuffix(name, ".")]; ip != "" {
		return []net.IPAddr{{IP: net.ParseIP(ip)}}, nil
	}
	return nil, errors.New("no such name")
}

func (n names) LookupTXT(_ context.Context, name string) ([]string, error) {
	if text := n[strings.TrimSuffix(name, ".")]; text != "" {
		return []string{text}, nil
	}
	return nil, errors.New("no such name")
}
