package handover_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/host"
	mh "github.com/multiformats/go-multihash"
	"go.uber.org/goleak"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/handover/handovertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// home is the endpoint of a service on this computer.
const home = "http://127.0.0.1:9094"

// files is a Blocks whose blocks lie in memory.
type files struct {
	mu     sync.Mutex
	held   map[store.SourceID]map[string][]byte
	broken map[store.SourceID]*services.Error
	reads  int
	bad    []store.SourceID
}

func newFiles() *files {
	return &files{held: map[store.SourceID]map[string][]byte{}, broken: map[store.SourceID]*services.Error{}}
}

// put gives a source blocks of these contents.
func (f *files) put(t testing.TB, id store.SourceID, contents ...[]byte) []cid.Cid {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[id] == nil {
		f.held[id] = map[string][]byte{}
	}
	var all []cid.Cid
	for _, data := range contents {
		c, err := cid.V1Builder{Codec: cid.Raw, MhType: mh.SHA2_256}.Sum(data)
		if err != nil {
			t.Fatal(err)
		}
		f.held[id][string(c.Hash())] = data
		all = append(all, c)
	}
	return all
}

func (f *files) Block(_ context.Context, id store.SourceID, c cid.Cid) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.held[id][string(c.Hash())]
	if !ok {
		return nil, handover.ErrNoBlock
	}
	f.reads++
	if e := f.broken[id]; e != nil {
		f.bad = append(f.bad, id)
		return nil, e
	}
	return data, nil
}

func (f *files) Size(_ context.Context, id store.SourceID, c cid.Cid) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.held[id][string(c.Hash())]
	if !ok {
		return 0, handover.ErrNoBlock
	}
	return len(data), nil
}

func (f *files) Sources(_ context.Context, c cid.Cid) ([]store.SourceID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []store.SourceID
	for _, id := range slices.Sorted(maps.Keys(f.held)) {
		if _, ok := f.held[id][string(c.Hash())]; ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// random is n contents of size bytes each.
func random(n, size int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = make([]byte, size)
		_, _ = rand.Read(all[i])
	}
	return all
}

func sum(contents [][]byte) (n int64) {
	for _, c := range contents {
		n += int64(len(c))
	}
	return n
}

// start runs a Giver until the test ends.
func start(t testing.TB, c handover.Config) *handover.Giver {
	t.Helper()
	c.Loopback = true
	if os.Getenv("GIVER_LOG") != "" {
		c.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	g := handover.New(c)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return g
}

func offer(t testing.TB, g *handover.Giver, j handover.Job) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	origins, err := g.Offer(ctx, j)
	if err != nil {
		t.Fatal(err)
	}
	return origins
}

// service is a machine of a pinning service: it fetches.
type service struct {
	*handovertest.Machine
	host host.Host
}

func newService(t testing.TB) *service {
	t.Helper()
	m, err := handovertest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return &service{m, m.Host}
}

// dial connects to one of the origins.
func (s *service) dial(origins []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return s.Dial(ctx, origins)
}

// get fetches blocks within a time and returns those that came.
func (s *service) get(t testing.TB, within time.Duration, all ...cid.Cid) map[cid.Cid][]byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return maps.Collect(s.Get(ctx, all))
}

// a long time for what must come, a short one for what must not.
const (
	soon  = 60 * time.Second
	never = 700 * time.Millisecond
)

func wantAll(t testing.TB, got map[cid.Cid][]byte, all []cid.Cid, contents [][]byte) {
	t.Helper()
	for i, c := range all {
		if data, ok := got[c]; !ok {
			t.Errorf("block %d of %d did not come", i, len(all))
		} else if !bytes.Equal(data, contents[i]) {
			t.Errorf("block %d has other bytes", i)
		}
	}
}

// eventually polls.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(soon)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", soon, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func stats(t testing.TB, g *handover.Giver, k handover.Key) handover.Stats {
	t.Helper()
	for _, s := range g.Stats() {
		if s.Key == k {
			return s
		}
	}
	t.Fatalf("no such job: %+v", k)
	return handover.Stats{}
}

func TestGiver_ServesWhoComes(t *testing.T) {
	f := newFiles()
	contents := append(random(40, 64<<10), []byte{}, []byte("small")) // an empty file is a block too
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true, NoDial: true})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	s := newService(t)
	if err := s.dial(offer(t, g, job)); err != nil {
		t.Fatal(err)
	}
	wantAll(t, s.get(t, soon, all...), all, contents)
	eventually(t, "everything is counted", func() bool { return stats(t, g, job.Key()).Sent == job.Size })
	if got := stats(t, g, job.Key()); got.Peers != 1 || got.Trouble != "" || got.Rate <= 0 || got.Left != 0 {
		t.Errorf("got %+v, want one peer, a rate, nothing left", got)
	}
}

func TestGiver_BringsToWhoCannotDialIt(t *testing.T) {
	f := newFiles()
	contents := random(40, 64<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	if origins := offer(t, g, job); len(origins) > 0 {
		t.Errorf("without a listener it says it can be reached at %v", origins)
	}
	s := newService(t)
	g.Connect(job.Key(), s.Delegates())
	wantAll(t, s.get(t, soon, all...), all, contents)
	eventually(t, "everything is counted", func() bool { return stats(t, g, job.Key()).Sent == job.Size })
}

func TestGiver_DeadDelegatesDoNotHoldUpALiveOne(t *testing.T) {
	f := newFiles()
	contents := random(4, 1<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	offer(t, g, job)
	dead := newService(t)
	gone := dead.Delegates()
	_ = dead.host.Close()
	s := newService(t)
	id := dead.host.ID().String()
	named := append(gone, "", "no address", "/ip4/127.0.0.1/tcp/4001", "/dnsaddr/nowhere.invalid",
		"/ip4/203.0.113.9/tcp/4001/p2p/"+id, "/ip4/127.0.0.1/tcp/1/p2p/"+id+"/p2p-circuit")
	g.Connect(job.Key(), append(named, s.Delegates()...))
	wantAll(t, s.get(t, soon, all...), all, contents)
}

func TestGiver_ServesNothingThatIsNotLive(t *testing.T) {
	f := newFiles()
	live, other, large := random(3, 1<<10), random(3, 1<<10), random(1, 2<<20+1)
	liveCIDs, otherCIDs, largeCIDs := f.put(t, 1, live...), f.put(t, 2, other...), f.put(t, 1, large...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	job := handover.Job{Account: 7, Source: 1, Size: sum(live), Endpoint: home}
	s := newService(t)
	if err := s.dial(offer(t, g, job)); err != nil {
		t.Fatal(err)
	}
	wantAll(t, s.get(t, soon, liveCIDs...), liveCIDs, live)
	if got := s.get(t, never, append(otherCIDs, largeCIDs...)...); len(got) > 0 {
		t.Errorf("got %d blocks of no live job, or too large", len(got))
	}

	t.Run("and of an ended job nothing either", func(t *testing.T) {
		more := f.put(t, 1, random(1, 1<<10)...)
		keep := job
		keep.Source = 3
		f.put(t, 3, random(1, 1<<10)...)
		offer(t, g, keep) // the host stays
		g.End(job.Key())
		if got := s.get(t, never, more...); len(got) > 0 {
			t.Error("got a block of a job that ended")
		}
	})
}

func TestGiver_ServesOnlyTheMachinesAServiceNamed(t *testing.T) {
	f := newFiles()
	mine, theirs := random(2, 1<<10), random(2, 1<<10)
	mineCIDs, theirCIDs := f.put(t, 1, mine...), f.put(t, 2, theirs...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	closed := handover.Job{Account: 7, Source: 1, Size: sum(mine), Endpoint: home}
	open := handover.Job{Account: 8, Source: 2, Size: sum(theirs), Endpoint: home}
	origins := offer(t, g, closed)
	named, stranger := newService(t), newService(t)
	g.Connect(closed.Key(), named.Delegates())
	if err := stranger.dial(origins); err == nil {
		// Noise tells the dialler before the other side refuses.
		eventually(t, "the stranger is sent away", func() bool { return len(stranger.host.Network().Peers()) == 0 })
	}
	wantAll(t, named.get(t, soon, mineCIDs...), mineCIDs, mine)

	// A job of a service that named nobody lets strangers in, but to itself only.
	offer(t, g, open)
	if err := stranger.dial(origins); err != nil {
		t.Fatal(err)
	}
	wantAll(t, stranger.get(t, soon, theirCIDs...), theirCIDs, theirs)
	if got := stranger.get(t, never, mineCIDs...); len(got) > 0 {
		t.Errorf("a stranger got %d blocks that are for others", len(got))
	}
}

func TestGiver_StrangersTakeNoMoreThanTheirShare(t *testing.T) {
	f := newFiles()
	contents := random(8, 1<<20)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	// It says it is smaller than it is, so that the bound is met soon.
	job := handover.Job{Account: 7, Source: 1, Size: 1 << 20, Endpoint: home}
	s := newService(t)
	if err := s.dial(offer(t, g, job)); err != nil {
		t.Fatal(err)
	}
	for i, c := range all[:3] {
		wantAll(t, s.get(t, soon, c), all[i:i+1], contents[i:i+1])
	}
	if got := s.get(t, never, all[3:]...); len(got) > 0 {
		t.Errorf("a stranger got %d MiB more than three times a job of 1 MiB", len(got))
	}
}

func TestGiver_NeverServesABadRead(t *testing.T) {
	for _, reason := range []string{services.ReasonChanged, services.ReasonVanished, services.ReasonUnreadable} {
		t.Run(reason, func(t *testing.T) {
			f := newFiles()
			contents := random(3, 1<<10)
			all := f.put(t, 1, contents...)
			f.put(t, 2, contents[0]) // the same block in a file that is as it was
			f.broken[1] = &services.Error{Code: services.CodeSource, Reason: reason}
			g := start(t, handover.Config{Blocks: f, Listen: true})
			job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
			s := newService(t)
			if err := s.dial(offer(t, g, job)); err != nil {
				t.Fatal(err)
			}
			if got := s.get(t, never, all...); len(got) > 0 {
				t.Errorf("got %d blocks of a file that is not what it was", len(got))
			}
			if got := stats(t, g, job.Key()); got.Sent != 0 {
				t.Errorf("counted %d bytes that nobody took", got.Sent)
			}
			offer(t, g, handover.Job{Account: 7, Source: 2, Size: 1 << 10, Endpoint: home})
			wantAll(t, s.get(t, soon, all[0]), all[:1], contents[:1])
		})
	}
}

func TestGiver_OneBlockCountsForEveryServiceThatTakesIt(t *testing.T) {
	f := newFiles()
	contents := random(20, 16<<10)
	all := f.put(t, 1, contents...)
	g := start(t, handover.Config{Blocks: f, Listen: true})
	one := handover.Job{Account: 1, Source: 1, Size: sum(contents), Endpoint: home}
	two := handover.Job{Account: 2, Source: 1, Size: sum(contents), Endpoint: home}
	offer(t, g, one)
	offer(t, g, two)
	s1, s2 := newService(t), newService(t)
	g.Connect(one.Key(), s1.Delegates())
	g.Connect(two.Key(), s2.Delegates())
	wantAll(t, s1.get(t, soon, all...), all, contents)
	eventually(t, "the first has all", func() bool { return stats(t, g, one.Key()).Sent == one.Size })
	if got := stats(t, g, two.Key()).Sent; got != 0 {
		t.Errorf("the second has taken nothing, counted %d", got)
	}
	wantAll(t, s2.get(t, soon, all[:10]...), all[:10], contents[:10])
	eventually(t, "the second has half", func() bool { return stats(t, g, two.Key()).Sent == two.Size/2 })
}
