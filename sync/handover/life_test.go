package handover_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/handover"
)

func TestGiver_ComesBackAfterAPauseAsWhoItWas(t *testing.T) {
	f := newFiles()
	contents := random(2, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	before := offer(t, g, job)
	s := newService(t)
	if err := s.dial(before); err != nil {
		t.Fatal(err)
	}
	wantAll(t, s.get(t, soon, all[0]), all[:1], contents[:1])
	g.Pause(true)
	eventually(t, "its peers are gone", func() bool { return len(s.host.Network().Peers()) == 0 })
	g.Pause(false)
	eventually(t, "it can be reached where it could", func() bool {
		return slices.Equal(g.Origins(job.Key(), false), before)
	})
	eventually(t, "the service finds it again", func() bool { return s.dial(before) == nil })
	wantAll(t, s.get(t, soon, all[1]), all[1:], contents[1:])
	eventually(t, "what was taken before the pause counts", func() bool {
		return stats(t, g, job.Key()).Sent == job.Size
	})
}

func TestGiver_SaysWhenItsAddressesChanged(t *testing.T) {
	g := start(t, handover.Config{Blocks: newFiles(), Listen: true})
	job := handover.Job{Account: 7, Source: 1, Size: 1 << 10, Endpoint: home}
	offer(t, g, job)
	select {
	case <-g.Changed():
		t.Error("the addresses it just told are no change")
	default:
	}
	g.SetListen(false)
	select {
	case <-g.Changed():
	case <-time.After(soon):
		t.Fatal("it closed its listener and said nothing")
	}
	if got := stats(t, g, job.Key()).Trouble; got != handover.TroubleNobody {
		t.Errorf("its service knows it where it is not, and it says %q", got)
	}
	if got := g.Origins(job.Key(), false); len(got) > 0 {
		t.Errorf("it listens nowhere and says %v", got)
	}
	g.SetListen(true)
	select {
	case <-g.Changed():
	case <-time.After(soon):
		t.Fatal("it listens again and said nothing")
	}
	if got := g.Origins(job.Key(), false); len(got) != 2 {
		t.Errorf("it listens again, got %v", got)
	}
}

func TestGiver_DialsAgainAfterAWakeUp(t *testing.T) {
	f := newFiles()
	contents := random(2, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	offer(t, g, job)
	s := newService(t)
	g.Connect(job.Key(), s.Delegates())
	wantAll(t, s.get(t, soon, all[0]), all[:1], contents[:1])
	first := s.host.Network().Conns()
	g.Renew()
	eventually(t, "there is another connection", func() bool {
		now := s.host.Network().Conns()
		return len(now) > 0 && now[0].ID() != first[0].ID()
	})
	wantAll(t, s.get(t, soon, all[1]), all[1:], contents[1:])
}

func TestGiver_DialsAgainWhenAServiceDropsIt(t *testing.T) {
	f := newFiles()
	contents := random(1, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	offer(t, g, job)
	s := newService(t)
	g.Connect(job.Key(), s.Delegates())
	connected := func() bool { return len(s.host.Network().Peers()) > 0 }
	eventually(t, "it is connected", connected)
	for _, p := range s.host.Network().Peers() {
		_ = s.host.Network().ClosePeer(p)
	}
	eventually(t, "it comes again", connected)
	wantAll(t, s.get(t, soon, all...), all, contents)
}

func TestGiver_KeepsTheLimitForAllJobsTogether(t *testing.T) {
	f := newFiles()
	contents := random(20, 16<<10)
	all := f.put(t, 1, contents[:10]...)
	all = append(all, f.put(t, 2, contents[10:]...)...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	one := handover.Job{Account: 1, Source: 1, Size: 160 << 10, Endpoint: home}
	two := handover.Job{Account: 2, Source: 2, Size: 160 << 10, Endpoint: home}
	offer(t, g, one)
	g.SetLimit(160 << 10) // 320 KiB of it: two seconds, less the burst
	s := newService(t)
	if err := s.dial(offer(t, g, two)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	wantAll(t, s.get(t, soon, all...), all, contents)
	if took := time.Since(begun); took < 1500*time.Millisecond {
		t.Errorf("320 KiB at 160 KiB a second took %v", took)
	}
	g.SetLimit(0)
	more := random(20, 64<<10)
	moreCIDs := f.put(t, 1, more...)
	offer(t, g, one) // its blocks are looked for anew
	wantAll(t, s.get(t, soon, moreCIDs...), moreCIDs, more)
}

func TestGiver_SaysThatNobodyConnects(t *testing.T) {
	f := newFiles()
	contents := random(1, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true, Patience: 10 * time.Millisecond})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	origins := offer(t, g, job)
	eventually(t, "nobody connects", func() bool { return stats(t, g, job.Key()).Trouble == handover.TroubleNobody })
	s := newService(t)
	if err := s.dial(origins); err != nil {
		t.Fatal(err)
	}
	wantAll(t, s.get(t, soon, all...), all, contents)
	eventually(t, "the trouble is over", func() bool { return stats(t, g, job.Key()).Trouble == "" })
	_ = s.host.Close()
	eventually(t, "it is alone again", func() bool { return stats(t, g, job.Key()).Peers == 0 })
	time.Sleep(20 * time.Millisecond) // longer than its patience
	if got := stats(t, g, job.Key()).Trouble; got != "" {
		t.Errorf("everything was taken, and the trouble is %q", got)
	}
}

func TestGiver_OfferEndsWithItsContext(t *testing.T) {
	g := handover.New(handover.Config{Blocks: newFiles()}) // and never runs
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := g.Offer(ctx, handover.Job{Account: 7, Source: 1, Endpoint: home})
	if services.CodeOf(err) != services.CodeTimeout {
		t.Errorf("got %v, want it to end with its context", err)
	}
}

func TestGiver_SaysThatNoHostCanBeHad(t *testing.T) {
	g := start(t, handover.Config{Blocks: newFiles(), Listen: true, Addresses: []string{"/nowhere"}})
	_, err := g.Offer(context.Background(), handover.Job{Account: 7, Source: 1, Endpoint: home})
	if e := services.AsError(err); e == nil || e.Code != services.CodeUnreachable || e.Reason != handover.ReasonNoNode || !e.Temporary() {
		t.Errorf("got %v, want that there is no node", err)
	}
}

func TestGiver_OnlyDialsWhereItCannotListen(t *testing.T) {
	f := newFiles()
	contents := random(2, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true, Addresses: []string{"/ip4/203.0.113.1/tcp/1"}})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	if origins := offer(t, g, job); len(origins) > 0 {
		t.Errorf("it listens nowhere and says %v", origins)
	}
	s := newService(t)
	g.Connect(job.Key(), s.Delegates())
	wantAll(t, s.get(t, soon, all...), all, contents)
}
