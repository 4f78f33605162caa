package local_test

import (
	"bytes"
	"crypto/rand"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipfs/boxo/ipld/merkledag"
	blockformat "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest"
	"github.com/pintray/pintray/store"
	blockdb "github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/local"
)

// tree is a DAG of two levels over random leaves, root last.
func tree(t testing.TB, leaves, size int) []blockformat.Block {
	t.Helper()
	var all []blockformat.Block
	root := merkledag.NodeWithData(nil)
	for range leaves {
		data := make([]byte, size)
		_, _ = rand.Read(data)
		leaf := merkledag.NewRawNode(data)
		middle := merkledag.NodeWithData(data[:8])
		if err := middle.AddNodeLink("leaf", leaf); err != nil {
			t.Fatal(err)
		}
		if err := root.AddNodeLink("", middle); err != nil {
			t.Fatal(err)
		}
		all = append(all, leaf, middle)
	}
	return append(all, root)
}

func rootOf(blocks []blockformat.Block) services.CID {
	return services.WireCID(blocks[len(blocks)-1].Cid().String())
}

// holds demands that the pin holds exactly these blocks, and that they can be
// read.
func (r *rig) holds(st services.PinStatus, want []blockformat.Block) {
	r.t.Helper()
	h := r.holder(st)
	reader := ingest.NewReader(r.blocks, nil)
	defer func() { _ = reader.Close() }()
	for _, b := range want {
		got, err := reader.Block(r.t.Context(), store.SourceID(h), b.Cid())
		if err != nil || !bytes.Equal(got, b.RawData()) {
			r.t.Fatalf("block %s: %d bytes, %v", b.Cid(), len(got), err)
		}
	}
	if total, err := r.blocks.Totals(r.t.Context(), h); err != nil || total.Blocks != int64(len(want)) {
		r.t.Errorf("holds %d blocks, %v; want %d", total.Blocks, err, len(want))
	}
}

func (r *rig) holder(st services.PinStatus) blockdb.Holder {
	r.t.Helper()
	pin, err := r.user.LocalPin(r.t.Context(), st.RequestID)
	if err != nil {
		r.t.Fatal(err)
	}
	return blockdb.Holder(-pin.ID)
}

// fetched are the names of what is in the folder of fetched content.
func (r *rig) fetched() (names []string) {
	r.t.Helper()
	entries, err := os.ReadDir(r.config.Dir)
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// nothingFetched waits until no file is left.
func (r *rig) nothingFetched() {
	r.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(r.fetched()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("there is still %v", r.fetched())
		}
	}
}

func TestFetch_BringsAllBelowThePinFromItsOrigins(t *testing.T) {
	want := tree(t, 100, 20_000)
	p := newProvider(t, nil)
	p.put(t, want...)
	r := newRig(t, nil)
	r.run()
	st := r.add(services.Pin{CID: rootOf(want), Name: "tree", Origins: p.origins})
	if !st.Status.Pending() || len(st.Delegates) == 0 {
		t.Errorf("the answer to the add: %+v, want a pending pin with delegates", st)
	}
	st = r.becomes(st.RequestID, services.Pinned)
	if st.Info["dag_size"] == "" || len(st.Delegates) != 0 {
		t.Errorf("got %+v", st)
	}
	r.holds(st, want)
	space, err := r.Space(t.Context())
	if err != nil || space.Used < 2_000_000 || space.Free <= 0 {
		t.Errorf("space: %+v, %v", space, err)
	}

	again := r.add(services.Pin{CID: rootOf(want), Name: "again"})
	if again.Status != services.Pinned {
		t.Errorf("the same content again is %v, want pinned at once", again.Status)
	}
	part := r.add(services.Pin{CID: services.WireCID(want[1].Cid().String())})
	if part.Status != services.Pinned {
		t.Errorf("a part of it is %v, want pinned at once", part.Status)
	}
	r.holds(part, want[:2])

	for _, id := range []string{st.RequestID, again.RequestID} {
		if err := r.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	r.holds(part, want[:2])
	if err := r.Delete(t.Context(), part.RequestID); err != nil {
		t.Fatal(err)
	}
	r.nothingFetched()
	if left, err := r.blocks.AllHolders(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("holders: %v, %v", left, err)
	}
}

func TestFetch_ReplaceKeepsWhatBothShare(t *testing.T) {
	want := tree(t, 5, 1000)
	p := newProvider(t, nil)
	p.put(t, want...)
	r := newRig(t, nil)
	r.run()
	old := r.becomes(r.add(services.Pin{CID: rootOf(want), Origins: p.origins}).RequestID, services.Pinned)
	made, err := r.Replace(t.Context(), old.RequestID, services.Pin{CID: rootOf(want), Name: "renamed"})
	if err != nil || made.Status != services.Pinned || made.RequestID == old.RequestID {
		t.Fatalf("got %+v, %v, want it pinned at once under another id", made, err)
	}
	r.holds(made, want)
	other, err := r.Replace(t.Context(), made.RequestID, services.Pin{CID: servicetest.RandomCID()})
	if err != nil || !other.Status.Pending() {
		t.Fatalf("got %+v, %v", other, err)
	}
	if left := strings.Join(r.fetched(), " "); strings.Contains(left, ".car") {
		t.Errorf("after it was replaced by something else there is %s", left)
	}
}

func TestFetch_GoesOnAfterARestart(t *testing.T) {
	want := tree(t, 40, 1000)
	first, second := newProvider(t, nil), newProvider(t, nil)
	held := want[:60] // leaves and what links to them
	first.put(t, held...)
	for i := 61; i <= 80; i += 2 {
		first.put(t, want[i])
	}
	first.put(t, want[80:]...)
	r := newRig(t, nil)
	r.run()
	st := r.add(services.Pin{CID: rootOf(want), Origins: append(first.origins, second.origins...)})
	part := filepath.Join(r.config.Dir, rootOf(want).Key+".part")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if info, err := os.Stat(part); err == nil && info.Size() > 30_000 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing came in 30 s")
		}
	}
	r.stop()
	if got, _ := r.Get(t.Context(), st.RequestID); !got.Status.Pending() {
		t.Fatalf("stopped in the middle it is %+v", got)
	}
	came, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range want { // what came before is not asked for again: nobody has it
		if !bytes.Contains(came, b.RawData()) {
			second.put(t, b)
		}
		if err := first.store.DeleteBlock(t.Context(), b.Cid()); err != nil {
			t.Fatal(err)
		}
	}
	r.Service = local.New(r.config)
	r.run()
	r.holds(r.becomes(st.RequestID, services.Pinned), want)
}

// The bytes of a part that were lost in a crash are fetched again.
func TestFetch_BeginsAnewWhereWhatCameIsDamaged(t *testing.T) {
	want := tree(t, 5, 1000)
	r := newRig(t, nil)
	st := r.add(services.Pin{CID: rootOf(want)})
	if err := os.MkdirAll(r.config.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.config.Dir, rootOf(want).Key+".part"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProvider(t, nil)
	p.put(t, want...)
	made, err := r.Replace(t.Context(), st.RequestID, services.Pin{CID: rootOf(want), Origins: p.origins})
	if err != nil {
		t.Fatal(err)
	}
	r.run()
	r.holds(r.becomes(made.RequestID, services.Pinned), want)
}

func TestFetch_RefusesFalseBlocksAndSaysSo(t *testing.T) {
	want := tree(t, 3, 1000)
	liar := newProvider(t, func(c cid.Cid, b blockformat.Block) blockformat.Block {
		if c.Type() != cid.Raw {
			return b
		}
		false_, _ := blockformat.NewBlockWithCid([]byte("something else"), c)
		return false_
	})
	liar.put(t, want...)
	r := newRig(t, nil)
	r.run()
	st := r.becomes(r.add(services.Pin{CID: rootOf(want), Origins: liar.origins}).RequestID, services.Failed)
	if st.Info["status_details"] != local.ReasonBadBlock {
		t.Errorf("it says %v, want %s", st.Info, local.ReasonBadBlock)
	}
	r.nothingFetched()

	honest := newProvider(t, nil)
	honest.put(t, want...)
	both := r.add(services.Pin{CID: rootOf(want), Origins: append(liar.origins, honest.origins...)})
	r.holds(r.becomes(both.RequestID, services.Pinned), want)
}

func TestFetch_FailsWithItsReason(t *testing.T) {
	big := tree(t, 10, 10_000)
	odd, err := mh.Sum([]byte("odd"), mh.SHA2_256, -1)
	if err != nil {
		t.Fatal(err)
	}
	unknown, _ := blockformat.NewBlockWithCid([]byte("odd"), cid.NewCidV1(cid.GitRaw, odd))
	p := newProvider(t, nil)
	p.put(t, big...)
	p.put(t, unknown)
	for name, c := range map[string]struct {
		set    func(*local.Config)
		pin    services.Pin
		reason string
	}{
		"larger than allowed": {func(c *local.Config) { c.MaxSize = 50_000 }, services.Pin{CID: rootOf(big), Origins: p.origins}, local.ReasonTooLarge},
		"no room on the disk": {func(c *local.Config) { c.Floor = math.MaxInt64 }, services.Pin{CID: rootOf(big), Origins: p.origins}, local.ReasonNoSpace},
		"nobody has it": {func(c *local.Config) { c.Patience = 300 * time.Millisecond },
			services.Pin{CID: servicetest.RandomCID(), Origins: p.origins}, local.ReasonNobody},
		"not by the deadline": {func(c *local.Config) { c.Deadline = 300 * time.Millisecond }, services.Pin{CID: servicetest.RandomCID()}, local.ReasonDeadline},
		"of an unknown kind":  {nil, services.Pin{CID: services.WireCID(unknown.Cid().String()), Origins: p.origins}, local.ReasonBroken},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.set)
			r.run()
			st := r.becomes(r.add(c.pin).RequestID, services.Failed)
			if st.Info["status_details"] != c.reason {
				t.Errorf("it says %v, want %s", st.Info, c.reason)
			}
			r.nothingFetched()
		})
	}
}

func TestFetch_TellsThatAPinFailed(t *testing.T) {
	r := newRig(t, func(c *local.Config) { c.Floor = math.MaxInt64 })
	r.run()
	st := r.add(services.Pin{CID: servicetest.RandomCID()})
	select {
	case <-r.Changed():
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was told in 30 s")
	}
	if got, err := r.Get(t.Context(), st.RequestID); err != nil || got.Status != services.Failed {
		t.Errorf("when it was told it is %+v, %v", got, err)
	}
}
