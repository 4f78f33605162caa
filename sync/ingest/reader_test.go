package ingest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	carv2 "github.com/ipld/go-car/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

var _ handover.Blocks = (*ingest.Reader)(nil)

// cids lists the blocks of a source.
func cids(t testing.TB, db *blocks.DB, source store.SourceID) []cid.Cid {
	t.Helper()
	var list []cid.Cid
	for b, err := range db.Each(t.Context(), blocks.HolderOf(source)) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b.CID)
	}
	return list
}

// refused reads every block of a source and counts what is refused, by reason.
func refused(t testing.TB, r *ingest.Reader, list []cid.Cid, source store.SourceID) map[string]int {
	t.Helper()
	count := make(map[string]int)
	for _, c := range list {
		data, err := r.Block(t.Context(), source, c)
		if err != nil {
			count[reason(err)]++
			continue
		}
		if got, err := c.Prefix().Sum(data); err != nil || !got.Equals(c) {
			t.Errorf("a wrong block was given for %s", c)
		}
	}
	return count
}

// told counts what a reader says of sources.
type told struct {
	mu   sync.Mutex
	list []string
}

func (b *told) say(id store.SourceID, e *services.Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = append(b.list, fmt.Sprint(id, " ", e.Reason, " ", e.Details))
}

func (b *told) all() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.list)
}

func newReader(t testing.TB, db *blocks.DB, bad func(store.SourceID, *services.Error)) *ingest.Reader {
	t.Helper()
	r := ingest.NewReader(db, bad)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestBlock_RefusesWhatIsNotWhatItWas(t *testing.T) {
	for name, c := range map[string]struct {
		harm    func(path string) error
		reason  string
		refused int
	}{
		"four bytes overwritten": {func(p string) error { return overwrite(p, 700_000, "oops") }, services.ReasonChanged, 1},
		"cut":                    {func(p string) error { return os.Truncate(p, 1_000_000) }, services.ReasonChanged, 17},
		"gone":                   {os.Remove, services.ReasonVanished, 20},
		"a folder now":           {func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o755)) }, services.ReasonSpecial, 20},
	} {
		t.Run(name, func(t *testing.T) {
			db, bad := openBlocks(t), new(told)
			path := write(t, filepath.Join(t.TempDir(), "f"), pattern(5<<20))
			into(t, db, 1, path, ingest.Options{})
			list := cids(t, db, 1)
			if err := c.harm(path); err != nil {
				t.Fatal(err)
			}
			r := newReader(t, db, bad.say)
			got := refused(t, r, list, 1)
			if len(list) != 21 || len(got) != 1 || got[c.reason] != c.refused {
				t.Errorf("of %d blocks were refused: %v, want %d %s", len(list), got, c.refused, c.reason)
			}
			if want := fmt.Sprintf("[1 %s %s]", c.reason, path); bad.all() != want {
				t.Errorf("it said %s, want %s, once", bad.all(), want)
			}
			if err := r.Unchanged(t.Context(), 1); name != "four bytes overwritten" && err == nil {
				t.Error("a look at the file sees nothing")
			}
		})
	}
}

func overwrite(path string, offset int64, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(text), offset)
	return errors.Join(err, f.Close())
}

func TestReader_TellsOfASourceAgainOnceItWasReadAnew(t *testing.T) {
	db, bad := openBlocks(t), new(told)
	path := write(t, filepath.Join(t.TempDir(), "f"), []byte("one"))
	r := newReader(t, db, bad.say)
	for i := range 2 {
		into(t, db, 1, path, ingest.Options{})
		list := cids(t, db, 1)
		write(t, path, []byte("other"+fmt.Sprint(i)))
		for range 3 {
			refused(t, r, list, 1)
		}
	}
	if want := fmt.Sprintf("[1 changed %s 1 changed %s]", path, path); bad.all() != want {
		t.Errorf("it said %s, want %s", bad.all(), want)
	}
}

func TestBlock_IsHadFromAnotherSourceThatHasIt(t *testing.T) {
	db, bad := openBlocks(t), new(told)
	dir := t.TempDir()
	for i := range 2 {
		into(t, db, blocks.Holder(i+1), write(t, filepath.Join(dir, fmt.Sprint(i)), pattern(1000)), ingest.Options{})
	}
	if err := os.Remove(filepath.Join(dir, "0")); err != nil {
		t.Fatal(err)
	}
	r := newReader(t, db, bad.say)
	c := cids(t, db, 1)[0]
	if _, err := r.Block(t.Context(), 1, c); reason(err) != services.ReasonVanished {
		t.Errorf("source 1: %v", err)
	}
	if data, err := r.Block(t.Context(), 2, c); err != nil || len(data) != 1000 {
		t.Errorf("source 2: %v", err)
	}
	if list, err := r.Sources(t.Context(), c); err != nil || fmt.Sprint(list) != "[1 2]" {
		t.Errorf("sources are %v (%v)", list, err)
	}
	other := cid.NewCidV1(cid.Raw, cids(t, db, 2)[0].Hash()[:2:2])
	if _, err := r.Block(t.Context(), 3, c); !errors.Is(err, handover.ErrNoBlock) {
		t.Errorf("source 3: %v", err)
	}
	if _, err := r.Size(t.Context(), 1, other); !errors.Is(err, handover.ErrNoBlock) {
		t.Errorf("another block: %v", err)
	}
}

// Who asks at the same time, or soon after, gets the bytes that were read once.
func TestBlock_IsReadOnceForSeveralWhoAskForIt(t *testing.T) {
	db := openBlocks(t)
	into(t, db, 1, write(t, filepath.Join(t.TempDir(), "f"), pattern(5<<20)), ingest.Options{})
	r := newReader(t, db, nil)
	list := cids(t, db, 1)
	var mu sync.Mutex
	at := make(map[cid.Cid]map[*byte]bool)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, c := range list[1:] { // the root is kept by value
				data, err := r.Block(t.Context(), 1, c)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if at[c] == nil {
					at[c] = make(map[*byte]bool)
				}
				at[c][&data[0]] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for c, places := range at {
		if len(places) != 1 {
			t.Errorf("block %s was read %d times", c, len(places))
		}
	}
}

func TestUnchanged_SeesTimeAndReplacement(t *testing.T) {
	dir, db := t.TempDir(), openBlocks(t)
	for i := range 200 {
		write(t, filepath.Join(dir, fmt.Sprint(i)), []byte("x"))
	}
	into(t, db, 1, dir, ingest.Options{})
	r := newReader(t, db, nil)
	if err := r.Unchanged(t.Context(), 1); err != nil {
		t.Error(err)
	}
	path := filepath.Join(dir, "199")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Nanosecond)); err != nil {
		t.Fatal(err)
	}
	if err := r.Unchanged(t.Context(), 1); reason(err) != services.ReasonChanged || details(err) != path {
		t.Errorf("another time: %v", err)
	}
	into(t, db, 1, dir, ingest.Options{})
	twin := write(t, path+"~", []byte("x"))
	if err := errors.Join(os.Chtimes(twin, time.Time{}, info.ModTime().Add(time.Nanosecond)), os.Rename(twin, path)); err != nil {
		t.Fatal(err)
	}
	if err := r.Unchanged(t.Context(), 1); reason(err) != services.ReasonChanged {
		t.Errorf("another file of the same size and time: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := r.Unchanged(t.Context(), 1); reason(err) != services.ReasonVanished {
		t.Errorf("gone: %v", err)
	}
}

// carOf reads a source's CAR whole.
func carOf(t testing.TB, r *ingest.Reader, source store.SourceID, root services.CID) []byte {
	t.Helper()
	size, open, err := r.CAR(t.Context(), source, root)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for range 2 { // it can be opened again
		c, err := open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all, err = io.ReadAll(c)
		if err := errors.Join(err, c.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if int64(len(all)) != size {
		t.Errorf("the CAR has %d bytes, said were %d", len(all), size)
	}
	return all
}

func TestReaderCAR_IsAWholeCARWithParentsFirst(t *testing.T) {
	db := openBlocks(t)
	r := newReader(t, db, nil)
	dir := t.TempDir()
	for i := range 1200 {
		write(t, filepath.Join(dir, "wide", fmt.Sprintf("%0230d", i)), []byte(fmt.Sprint(i)))
	}
	write(t, filepath.Join(dir, "large"), pattern(2<<20+5))
	for i, profile := range store.Profiles() {
		source := store.SourceID(i + 1)
		root, totals := into(t, db, blocks.HolderOf(source), dir, ingest.Options{Profile: profile})
		car := carOf(t, r, source, root.CID)
		b, err := carv2.NewBlockReader(bytes.NewReader(car))
		if err != nil {
			t.Fatal(err)
		}
		if b.Version != 1 || len(b.Roots) != 1 || b.Roots[0].String() != root.CID.Text {
			t.Errorf("%s: version %d with roots %v", profile, b.Version, b.Roots)
		}
		n := int64(0)
		for ; ; n++ {
			block, err := b.Next() // verifies
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 && !block.Cid().Equals(b.Roots[0]) {
				t.Errorf("%s: it begins with %s", profile, block.Cid())
			}
		}
		if n != totals.Blocks {
			t.Errorf("%s: it has %d blocks, want %d", profile, n, totals.Blocks)
		}
	}
}

func TestReaderCAR_EndsWhereTheSourceIsNotWhatItWas(t *testing.T) {
	db := openBlocks(t)
	path := write(t, filepath.Join(t.TempDir(), "f"), pattern(5<<20))
	root, _ := into(t, db, 1, path, ingest.Options{})
	r := newReader(t, db, nil)
	_, open, err := r.CAR(t.Context(), 1, root.CID)
	if err != nil {
		t.Fatal(err)
	}
	c, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.CopyN(io.Discard, c, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := overwrite(path, 0, "oops"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); reason(err) != services.ReasonChanged {
		t.Errorf("a changed file: %v", err)
	}
	again, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if err := db.Drop(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, again); services.CodeOf(err) != services.CodeStorage {
		t.Errorf("a dropped source: %v", err)
	}
	if _, _, err := r.CAR(t.Context(), 1, root.CID); !errors.Is(err, handover.ErrNoBlock) {
		t.Errorf("no source: %v", err)
	}
}

func TestReader_ACARThatIsClosedInTheMiddleIsReadNoFurther(t *testing.T) {
	db := openBlocks(t)
	path := write(t, filepath.Join(t.TempDir(), "f"), pattern(8<<20+5))
	root, _ := into(t, db, 1, path, ingest.Options{})
	r := newReader(t, db, nil)
	_, open, err := r.CAR(t.Context(), 1, root.CID)
	if err != nil {
		t.Fatal(err)
	}
	for _, some := range []int64{0, 1, 3 << 20} {
		body, err := open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.CopyN(io.Discard, body, some); n != some || err != nil {
			t.Fatalf("read %d of %d: %v", n, some, err)
		}
		if err := body.Close(); err != nil { // waits for all that reads ahead
			t.Error(err)
		}
		if n, err := body.Read(make([]byte, 10)); n != 0 || err == nil {
			t.Errorf("after its end: %d bytes, %v", n, err)
		}
	}
}

func TestReader_WhatACARLendsStaysUntilMoreIsAsked(t *testing.T) {
	db := openBlocks(t)
	path := write(t, filepath.Join(t.TempDir(), "f"), pattern(3<<20+5))
	root, _ := into(t, db, 1, path, ingest.Options{})
	r := newReader(t, db, nil)
	want := carOf(t, r, 1, root.CID)
	_, open, err := r.CAR(t.Context(), 1, root.CID)
	if err != nil {
		t.Fatal(err)
	}
	body, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	for at := 0; at < len(want); {
		some, err := body.Lend(200_000)
		if err != nil || len(some) == 0 || len(some) > 200_000 {
			t.Fatalf("lent %d bytes at %d: %v", len(some), at, err)
		}
		if !bytes.Equal(some, want[at:at+len(some)]) {
			t.Fatalf("the bytes lent at %d are others", at)
		}
		at += len(some)
	}
	if some, err := body.Lend(1); len(some) > 0 || !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %d bytes, %v", len(some), err)
	}
}
