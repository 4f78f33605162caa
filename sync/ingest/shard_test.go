package ingest

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/ipfs/boxo/ipld/merkledag"
	mdtest "github.com/ipfs/boxo/ipld/merkledag/test"
	uio "github.com/ipfs/boxo/ipld/unixfs/io"

	"github.com/pintray/pintray/store"
)

// A folder too large for memory goes through a file, and becomes the same.
func TestFolder_ThatGoesThroughAFileIsWhatBoxoMakes(t *testing.T) {
	const entries = 6000
	f := newTestFolder(t)
	defer f.close()
	f.held = 64 << 10
	d, err := uio.NewDirectory(mdtest.Mock(), uio.WithCidBuilder(merkledag.V1CidPrefix()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		name := fmt.Sprintf("the name of a file that is number %d\xff", i)
		child := merkledag.NewRawNode(fmt.Append(nil, i%1000))
		if err := f.add(link{name: name, cid: child.Cid(), size: uint64(len(child.RawData())), file: uint64(i)}); err != nil {
			t.Fatal(err)
		}
		if err := d.AddChild(t.Context(), name, child); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want, err := d.GetNode()
	if err != nil {
		t.Fatal(err)
	}
	if size, err := want.Size(); err != nil || !got.cid.Equals(want.Cid()) || got.size != size {
		t.Errorf("it is %s of %d bytes, want %s of %d (%v)", got.cid, got.size, want.Cid(), size, err)
	}
	if got.file != entries*(entries-1)/2 || f.shards.file == nil {
		t.Errorf("its files have %d bytes", got.file)
	}
}

func TestFolder_OfAnySizeTakesLittleMemory(t *testing.T) {
	const entries = 200_000
	f := newTestFolder(t)
	defer f.close()
	child := merkledag.NewRawNode([]byte("the same"))
	before := heap()
	for i := range entries {
		if err := f.add(link{name: fmt.Sprintf("the name of a file that is number %d", i), cid: child.Cid(), size: 8, file: 8}); err != nil {
			t.Fatal(err)
		}
	}
	if grown := heap() - before; grown > 3*heldBytes {
		t.Errorf("%d entries take %d bytes of memory", entries, grown)
	}
	if got, err := f.root(t.Context()); err != nil || got.file != 8*entries {
		t.Errorf("its files have %d bytes (%v)", got.file, err)
	}
}

func newTestFolder(t *testing.T) *folderBuilder {
	t.Helper()
	l, err := layoutOf(store.ProfileV1)
	if err != nil {
		t.Fatal(err)
	}
	return newFolder(&output{layout: l})
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
