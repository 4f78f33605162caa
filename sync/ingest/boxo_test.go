package ingest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	chunk "github.com/ipfs/boxo/chunker"
	"github.com/ipfs/boxo/ipld/merkledag"
	mdtest "github.com/ipfs/boxo/ipld/merkledag/test"
	"github.com/ipfs/boxo/ipld/unixfs/importer/balanced"
	"github.com/ipfs/boxo/ipld/unixfs/importer/helpers"
	uio "github.com/ipfs/boxo/ipld/unixfs/io"
	"github.com/ipfs/go-cid"
	format "github.com/ipfs/go-ipld-format"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
)

// reference imports a path with boxo's importer into memory.
type reference struct {
	t       *testing.T
	dag     format.DAGService
	profile store.Profile
}

func (r reference) builder() cid.Builder {
	if r.profile == store.ProfileV0 {
		return merkledag.V0CidPrefix()
	}
	return merkledag.V1CidPrefix()
}

func (r reference) path(path string) format.Node {
	r.t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		r.t.Fatal(err)
	}
	var n format.Node
	if info.IsDir() {
		n, err = r.folder(path)
	} else {
		n, err = r.file(path)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r reference) file(path string) (format.Node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p := helpers.DagBuilderParams{Maxlinks: 174, RawLeaves: r.profile != store.ProfileV0, CidBuilder: r.builder(), Dagserv: r.dag}
	size := int64(256 << 10)
	if r.profile == store.Profile2025 {
		p.Maxlinks, size = 1024, 1<<20
	}
	b, err := p.New(chunk.NewSizeSplitter(bytes.NewReader(data), size))
	if err != nil {
		return nil, err
	}
	return balanced.Layout(b)
}

func (r reference) folder(path string) (format.Node, error) {
	mode := uio.SizeEstimationLinks
	if r.profile == store.Profile2025 {
		mode = uio.SizeEstimationBlock
	}
	d, err := uio.NewDirectory(r.dag, uio.WithCidBuilder(r.builder()), uio.WithSizeEstimationMode(mode))
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := d.AddChild(r.t.Context(), e.Name(), r.path(filepath.Join(path, e.Name()))); err != nil {
			return nil, err
		}
	}
	n, err := d.GetNode()
	if err != nil {
		return nil, err
	}
	return n, r.dag.Add(r.t.Context(), n)
}

// agree reads a path both ways and compares the root and every block.
func agree(t *testing.T, db *blocks.DB, path string) {
	t.Helper()
	reader := ingest.NewReader(db, nil)
	defer func() { _ = reader.Close() }()
	for i, profile := range store.Profiles() {
		dag := mdtest.Mock()
		want := reference{t, dag, profile}.path(path)
		root, totals := into(t, db, blocks.Holder(i+1), path, ingest.Options{Profile: profile})
		if root.CID.Text != want.Cid().String() {
			t.Errorf("%s: %s is %s, want %s", profile, path, root.CID, want.Cid())
			continue
		}
		count := int64(0)
		err := merkledag.Walk(t.Context(), merkledag.GetLinksDirect(dag), want.Cid(), func(c cid.Cid) bool { // each once
			n, err := dag.Get(t.Context(), c)
			if err != nil {
				t.Error(err)
				return false
			}
			got, err := reader.Block(t.Context(), store.SourceID(i+1), c)
			if err != nil || !bytes.Equal(got, n.RawData()) {
				t.Errorf("%s: block %s of %s is another (%v)", profile, c, path, err)
			}
			if size, err := reader.Size(t.Context(), store.SourceID(i+1), c); err != nil || size != len(got) {
				t.Errorf("%s: block %s has size %d, want %d (%v)", profile, c, size, len(got), err)
			}
			return true
		})
		if err != nil {
			t.Error(err)
		}
		seen := make(map[string]bool)
		first := ""
		for b, err := range db.Each(t.Context(), blocks.Holder(i+1)) {
			if err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = b.CID.String()
			}
			n, err := dag.Get(t.Context(), b.CID)
			if err != nil {
				t.Fatalf("%s: block %s is not of %s", profile, b.CID, path)
			}
			for _, l := range n.Links() {
				if seen[string(l.Cid.Hash())] {
					t.Errorf("%s: block %s comes after its child", profile, b.CID)
				}
			}
			seen[string(b.CID.Hash())] = true
			count++
		}
		if count != totals.Blocks || first != root.CID.Text {
			t.Errorf("%s: %d blocks beginning with %s, want %d beginning with %s", profile, count, first, totals.Blocks, root.CID)
		}
	}
}

func TestPath_MakesTheBlocksBoxoMakesOfFiles(t *testing.T) {
	dir, db := t.TempDir(), openBlocks(t)
	random := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{0, 1, 255, 256<<10 - 1, 256 << 10, 256<<10 + 1, 4<<20 + 5, 174*256<<10 + 1} {
		data := make([]byte, size)
		_, _ = random.Read(data)
		agree(t, db, write(t, filepath.Join(dir, fmt.Sprint(size)), data))
	}
	agree(t, db, write(t, filepath.Join(dir, "zeros"), make([]byte, 46<<20))) // one leaf, two kinds of nodes
}

func TestPath_MakesTheBlocksBoxoMakesOfFolders(t *testing.T) {
	db := openBlocks(t)
	random := rand.New(rand.NewPCG(1, 2))
	for seed := range 3 {
		dir := filepath.Join(t.TempDir(), fmt.Sprint(seed))
		grow(t, random, dir, 2)
		agree(t, db, dir)
	}
	// Around the size at which a folder is sharded: each entry counts 240+36 by
	// its name and CID, 34 for the oldest profile, a few more as a block.
	for _, n := range []int{935, 949, 950, 957} {
		dir := filepath.Join(t.TempDir(), "wide")
		for i := range n {
			write(t, filepath.Join(dir, fmt.Sprintf("%0240d", i)), nil)
		}
		for _, profile := range store.Profiles() {
			want := reference{t, mdtest.Mock(), profile}.path(dir)
			if root := mustRead(t, dir, ingest.Options{Profile: profile}); root.CID.Text != want.Cid().String() {
				t.Errorf("%s: %d entries are %s, want %s", profile, n, root.CID, want.Cid())
			}
		}
	}
}

// grow makes a random tree.
func grow(t *testing.T, random *rand.Rand, dir string, depth int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	files := random.IntN(8)
	name := func(i int) string { return fmt.Sprint(i, strings.Repeat("ü\xff", random.IntN(5))) }
	largest := 600_000
	if depth == 1 && random.IntN(3) == 0 {
		files, largest = 1100+random.IntN(200), 10 // large names make shards
		name = func(i int) string { return fmt.Sprintf("%d-%0250d", i, i)[:250] }
	}
	for i := range files {
		write(t, filepath.Join(dir, name(i)), pattern(random.IntN(largest)))
	}
	for i := range random.IntN(3) {
		if depth > 0 {
			grow(t, random, filepath.Join(dir, fmt.Sprintf("sub%d", i)), depth-1)
		}
	}
}
