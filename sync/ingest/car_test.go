package ingest_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ipfs/go-cid"
	carv2 "github.com/ipld/go-car/v2"
	"github.com/ipld/go-car/v2/storage"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/codec/dagjson"
	"github.com/ipld/go-ipld-prime/datamodel"
	"github.com/ipld/go-ipld-prime/fluent"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
)

// car is a CAR that is being made.
type car struct {
	t     testing.TB
	roots []cid.Cid
	all   []made
}

type made struct {
	cid  cid.Cid
	data []byte
}

func (c *car) add(codec, hash uint64, data []byte) cid.Cid {
	c.t.Helper()
	sum, err := mh.Sum(data, hash, -1)
	if err != nil {
		c.t.Fatal(err)
	}
	id := cid.NewCidV1(codec, sum)
	c.all = append(c.all, made{id, data})
	return id
}

func (c *car) raw(text string) cid.Cid { return c.add(cid.Raw, mh.SHA2_256, []byte(text)) }

// node adds a list of links.
func (c *car) node(codec uint64, links ...cid.Cid) cid.Cid {
	c.t.Helper()
	n := fluent.MustBuildList(basicnode.Prototype.List, int64(len(links)), func(l fluent.ListAssembler) {
		for _, to := range links {
			l.AssembleValue().AssignLink(cidlink.Link{Cid: to})
		}
	})
	encode := map[uint64]func(datamodel.Node, *bytes.Buffer) error{
		cid.DagCBOR: func(n datamodel.Node, b *bytes.Buffer) error { return dagcbor.Encode(n, b) },
		cid.DagJSON: func(n datamodel.Node, b *bytes.Buffer) error { return dagjson.Encode(n, b) },
	}
	var b bytes.Buffer
	if err := encode[codec](n, &b); err != nil {
		c.t.Fatal(err)
	}
	return c.add(codec, mh.SHA2_256, b.Bytes())
}

// bytes is the CAR as version 1.
func (c *car) bytes() []byte {
	c.t.Helper()
	var b bytes.Buffer
	w, err := storage.NewWritable(&b, c.roots, carv2.WriteAsCarV1(true), carv2.AllowDuplicatePuts(true))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, m := range c.all {
		if err := w.Put(context.Background(), m.cid.KeyString(), m.data); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Finalize(); err != nil {
		c.t.Fatal(err)
	}
	return b.Bytes()
}

func (c *car) file(name string) string {
	c.t.Helper()
	return write(c.t, filepath.Join(c.t.(*testing.T).TempDir(), name), c.bytes())
}

// intoCAR reads a CAR into the blocks of a holder.
func intoCAR(t testing.TB, db *blocks.DB, h blocks.Holder, path string) ([]ingest.Root, blocks.Totals) {
	t.Helper()
	w, err := db.Write(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	roots, err := ingest.CAR(t.Context(), store.Path(path), ingest.Options{}, w)
	if err != nil {
		t.Fatal(err)
	}
	totals, err := w.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return roots, totals
}

func TestCAR_IsServedFromTheFileAsItIs(t *testing.T) {
	db := openBlocks(t)
	r := newReader(t, db, nil)
	dir := t.TempDir()
	source := filepath.Join(dir, "in")
	write(t, filepath.Join(source, "large"), pattern(3<<20))
	for i := range 1300 {
		write(t, filepath.Join(source, "wide", fmt.Sprintf("%0230d", i)), []byte(fmt.Sprint(i)))
	}
	root, whole := into(t, db, 1, source, ingest.Options{})
	v1 := write(t, filepath.Join(dir, "v1"), carOf(t, r, 1, root.CID))
	v2 := filepath.Join(dir, "v2.car")
	if err := carv2.WrapV1File(v1, v2); err != nil {
		t.Fatal(err)
	}
	for i, path := range []string{v1, v2} {
		holder := blocks.Holder(i + 2)
		if list, err := ingest.Roots(t.Context(), store.Path(path)); err != nil || len(list) != 1 || list[0] != root.CID {
			t.Errorf("%s: roots are %v (%v)", path, list, err)
		}
		plan, err := ingest.Inspect(t.Context(), store.Path(path), ingest.Options{})
		if err != nil || plan.Err != nil || !plan.CAR || len(plan.Roots) != 1 || plan.Files != 1 {
			t.Errorf("%s: the plan is %+v (%v)", path, plan, err)
		}
		var last ingest.Progress
		if _, err := ingest.CAR(t.Context(), store.Path(path), ingest.Options{Progress: func(p ingest.Progress) { last = p }}, nil); err != nil {
			t.Fatal(err)
		}
		if last.Files != 1 || last.Bytes != plan.Size || last.TotalBytes != plan.Size {
			t.Errorf("%s: progress ends with %+v of %d bytes", path, last, plan.Size)
		}
		roots, totals := intoCAR(t, db, holder, path)
		if len(roots) != 1 || roots[0].CID != root.CID || roots[0].Size != whole.Bytes || totals != whole {
			t.Errorf("%s: got %+v, %+v, want %+v", path, roots, totals, whole)
		}
		if got := refused(t, r, cids(t, db, store.SourceID(holder)), store.SourceID(holder)); len(got) != 0 {
			t.Errorf("%s: refused are %v", path, got)
		}
		if again := carOf(t, r, store.SourceID(holder), root.CID); len(again) == 0 {
			t.Error("no CAR comes out again")
		}
	}
	// Moved bytes are seen, not served.
	if err := overwrite(v2, 2<<20, "oops"); err != nil {
		t.Fatal(err)
	}
	if got := refused(t, newReader(t, db, nil), cids(t, db, 3), 3); got[services.ReasonChanged] != 1 {
		t.Errorf("refused are %v, want 1 changed", got)
	}
}

func TestCAR_KeepsSeveralRootsApart(t *testing.T) {
	c := &car{t: t}
	shared, one, two := c.raw("shared"), c.raw("one"), c.raw("two")
	a, b := c.node(cid.DagCBOR, shared, one), c.node(cid.DagJSON, two, shared)
	alone := c.add(cid.Raw, mh.SHA2_512, []byte("alone"))
	identity := cid.NewCidV1(cid.Raw, must(mh.Sum([]byte("me"), mh.IDENTITY, -1)))
	c.raw("nobody needs this")
	c.roots = []cid.Cid{a, b, alone, a, identity}
	db := openBlocks(t)
	roots, totals := intoCAR(t, db, 1, c.file("x.car"))
	if len(roots) != 4 || totals.Blocks != 6 || totals.Roots != 4 {
		t.Fatalf("got %+v, %+v", roots, totals)
	}
	r := newReader(t, db, nil)
	for i, want := range []int{3, 3, 1} {
		data := carOf(t, r, 1, roots[i].CID)
		n := 0
		for rd, err := carv2.NewBlockReader(bytes.NewReader(data)); ; n++ {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := rd.Next(); err != nil {
				break
			}
		}
		if n != want {
			t.Errorf("the CAR of root %d has %d blocks, want %d", i, n, want)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Of codecs whose links nobody here knows, everything is kept.
func TestCAR_KeepsAllWhereItCannotFollowTheLinks(t *testing.T) {
	const gitRaw = 0x78
	c := &car{t: t}
	c.raw("a child, for all anyone knows")
	c.roots = []cid.Cid{c.add(gitRaw, mh.SHA2_256, []byte("tree"))}
	db := openBlocks(t)
	if _, totals := intoCAR(t, db, 1, c.file("x.car")); totals.Blocks != 2 {
		t.Errorf("%d blocks are kept, want 2", totals.Blocks)
	}
	r := newReader(t, db, nil)
	if got := refused(t, r, cids(t, db, 1), 1); len(got) != 0 {
		t.Errorf("refused are %v", got)
	}
}

func TestCAR_SaysWhatIsWrongWithIt(t *testing.T) {
	whole := func(change func(c *car)) []byte {
		c := &car{t: t}
		c.roots = []cid.Cid{c.node(cid.DagCBOR, c.raw(strings.Repeat("a", 5000)), c.raw("b"))}
		if change != nil {
			change(c)
		}
		return c.bytes()
	}
	good := whole(nil)
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 1
		return b
	}
	v2 := func(b []byte) []byte {
		var out bytes.Buffer
		if err := carv2.WrapV1(bytes.NewReader(b), &out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	nested := bytes.Repeat([]byte{0x81}, 1<<20)
	for name, c := range map[string]struct {
		data   []byte
		reason string
	}{
		"whole":            {good, ""},
		"whole, version 2": {v2(good), ""},
		"a block twice":    {whole(func(c *car) { c.all = append(c.all, c.all...) }), ""},
		"empty file":       {nil, services.ReasonBrokenCAR},
		"text":             {[]byte("hello, this is no CAR"), services.ReasonBrokenCAR},
		"no root":          {whole(func(c *car) { c.roots = nil }), services.ReasonEmptyCAR},
		"a root it lacks": {whole(func(c *car) {
			c.roots = append(c.roots, c.all[0].cid, cid.NewCidV1(cid.Raw, must(mh.Sum([]byte("x"), mh.SHA2_256, -1))))
		}), services.ReasonMissingCAR},
		"a block less":        {whole(func(c *car) { c.all = c.all[1:] }), services.ReasonMissingCAR},
		"only a header":       {whole(func(c *car) { c.all = nil }), services.ReasonMissingCAR},
		"the root less":       {whole(func(c *car) { c.all = c.all[:2] }), services.ReasonMissingCAR},
		"cut in a block":      {good[:4000], services.ReasonBrokenCAR},
		"cut in the header":   {good[:30], services.ReasonBrokenCAR},
		"version 2, cut":      {v2(good)[:3000], services.ReasonBrokenCAR},
		"a byte of a block":   {flip(good, 2000), services.ReasonBrokenCAR},
		"a byte of a CID":     {flip(good, 90), services.ReasonBrokenCAR},
		"zeros behind":        {append(bytes.Clone(good), make([]byte, 100)...), services.ReasonBrokenCAR},
		"a hash nobody knows": {whole(func(c *car) { c.all[1].cid = cid.NewCidV1(cid.Raw, append(mh.Multihash{0xe1, 0x7a, 4}, "abcd"...)) }), services.ReasonBrokenCAR},
		"a large block":       {whole(func(c *car) { c.raw(strings.Repeat("x", 2<<20+1)) }), services.ReasonLargeCAR},
		"a huge claim":        {append(bytes.Clone(good), hugeSection()...), services.ReasonBrokenCAR},
		"no CBOR in a node":   {whole(func(c *car) { c.roots = []cid.Cid{c.add(cid.DagCBOR, mh.SHA2_256, []byte("\xff\xff"))} }), services.ReasonBrokenCAR},
		"no dag-pb in a node": {whole(func(c *car) { c.roots = []cid.Cid{c.add(cid.DagProtobuf, mh.SHA2_256, []byte("\xff\xff"))} }), services.ReasonBrokenCAR},
		"nested CBOR":         {whole(func(c *car) { c.roots = []cid.Cid{c.add(cid.DagCBOR, mh.SHA2_256, nested)} }), services.ReasonBrokenCAR},
		"nested JSON": {whole(func(c *car) {
			c.roots = []cid.Cid{c.add(cid.DagJSON, mh.SHA2_256, bytes.Repeat([]byte("["), 2<<20))}
		}), services.ReasonBrokenCAR},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "x.car"), c.data)
			_, err := ingest.CAR(t.Context(), store.Path(path), ingest.Options{}, nil)
			if got := reason(err); got != c.reason || c.reason != "" && details(err) != path {
				t.Errorf("got %s of %s, want %s (%v)", got, details(err), c.reason, err)
			}
			db := openBlocks(t)
			w, err := db.Write(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Discard()
			_, err = ingest.CAR(t.Context(), store.Path(path), ingest.Options{}, w)
			if got := reason(err); got != c.reason {
				t.Errorf("with blocks kept: %s, want %s", got, c.reason)
			}
		})
	}
}

// hugeSection says that it is a GiB long.
func hugeSection() []byte {
	c := cid.NewCidV1(cid.Raw, must(mh.Sum(nil, mh.SHA2_256, -1)))
	return append(append(binary.AppendUvarint(nil, 1<<30), c.Bytes()...), make([]byte, 100)...)
}

func TestCAR_OfNothingIsVanished(t *testing.T) {
	for _, path := range []string{"/nothing/here.car", "/dev/null"} {
		_, err := ingest.Roots(t.Context(), store.Path(path))
		if r := reason(err); r != services.ReasonVanished && r != services.ReasonSpecial {
			t.Errorf("%s: %v", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &car{t: t}
	c.roots = []cid.Cid{c.raw("a")}
	if _, err := ingest.CAR(ctx, store.Path(c.file("a.car")), ingest.Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzCAR holds that no file makes CAR do anything but succeed or say in its own
// words why not.
func FuzzCAR(f *testing.F) {
	c := &car{t: f}
	c.roots = []cid.Cid{c.node(cid.DagCBOR, c.raw("a"), c.raw("b"))}
	v1 := c.bytes()
	var v2 bytes.Buffer
	if err := carv2.WrapV1(bytes.NewReader(v1), &v2); err != nil {
		f.Fatal(err)
	}
	f.Add(v1)
	f.Add(v2.Bytes())
	f.Add(v1[:len(v1)-1])
	f.Add(append(bytes.Clone(v1), hugeSection()...))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		roots, err := ingest.CAR(t.Context(), store.Path(path), ingest.Options{}, nil)
		if strings.HasPrefix(reason(err), "?") {
			t.Errorf("it ended with %v", err)
		}
		named, nameErr := ingest.Roots(t.Context(), store.Path(path))
		if err == nil && (nameErr != nil || len(named) != len(roots)) {
			t.Errorf("roots at once are %v (%v), those read %v", named, nameErr, roots)
		}
	})
}
