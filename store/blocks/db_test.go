package blocks_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
)

func open(t testing.TB, dir string) (*blocks.DB, bool) {
	t.Helper()
	db, rebuilt, err := blocks.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return db, rebuilt
}

func fresh(t testing.TB) *blocks.DB {
	t.Helper()
	db, _ := open(t, t.TempDir())
	t.Cleanup(func() { closeDB(t, db) })
	return db
}

func closeDB(t testing.TB, db *blocks.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// block is the i-th of some blocks nobody has.
func block(i int) blocks.Block {
	data := binary.BigEndian.AppendUint64(nil, uint64(i))
	digest := sha256.Sum256(data)
	hash, err := mh.Encode(digest[:], mh.SHA2_256)
	if err != nil {
		panic(err)
	}
	return blocks.Block{CID: cid.NewCidV1(cid.Raw, hash), Size: len(data), Length: 0, Data: data}
}

func many(from, n int) []blocks.Block {
	list := make([]blocks.Block, n)
	for i := range list {
		list[i] = block(from + i)
	}
	return list
}

// hold makes h hold the blocks, of one file each hundred.
func hold(t testing.TB, db *blocks.DB, h blocks.Holder, list []blocks.Block) blocks.Totals {
	t.Helper()
	w, err := db.Write(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	put(t, w, list)
	totals, err := w.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

func put(t testing.TB, w *blocks.Writer, list []blocks.Block) {
	t.Helper()
	for some := range slices.Chunk(list, 100) {
		if _, err := w.File(t.Context(), blocks.File{Path: "/some/file"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Put(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
}

func each(t testing.TB, db *blocks.DB, h blocks.Holder) []blocks.Block {
	t.Helper()
	var list []blocks.Block
	for b, err := range db.Each(t.Context(), h) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
	}
	return list
}

func has(t testing.TB, db *blocks.DB, h blocks.Holder, b blocks.Block) bool {
	t.Helper()
	_, _, found, err := db.Find(t.Context(), h, b.CID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// rows counts what the file has in a table.
func rows(t testing.TB, dir, table string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, blocks.Name)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFind_GivesBackTheBlockAndItsFileByHash(t *testing.T) {
	db := fresh(t)
	w, err := db.Write(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := blocks.File{Path: "/ein\xff\n ordner/é", Size: 1 << 41, Modified: time.Unix(1700000000, 123456789), Dev: 1 << 63, Ino: 1<<64 - 1}
	id, err := w.File(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	byRef, byValue, v0 := block(1), block(2), block(3)
	byRef.File, byRef.Offset, byRef.Length, byRef.Data = id, 1<<40, byRef.Size-2, nil
	v0.CID = cid.NewCidV0(v0.CID.Hash())
	if err := w.Put(t.Context(), []blocks.Block{byRef, byValue, v0}); err != nil {
		t.Fatal(err)
	}
	if has(t, db, 1, byRef) {
		t.Error("a block is found before the commit")
	}
	totals, err := w.Commit(t.Context())
	if want := (blocks.Totals{Blocks: 3, Bytes: 24, CAR: 2*(1+36+8) + 1 + 34 + 8, Roots: 1}); err != nil || totals != want {
		t.Errorf("got %+v, want %+v (%v)", totals, want, err)
	}
	for _, put := range []blocks.Block{byRef, byValue, v0} {
		asked := cid.NewCidV1(cid.DagProtobuf, put.CID.Hash()) // another codec, the same hash
		got, f, found, err := db.Find(t.Context(), 1, asked)
		if err != nil || !found {
			t.Fatalf("not found: %v", err)
		}
		if diff := cmp.Diff(put, got, cmpopts.EquateComparable(cid.Cid{})); diff != "" {
			t.Error(diff)
		}
		if put.File == 0 {
			if f != (blocks.File{}) {
				t.Errorf("a block by value stands in %+v", f)
			}
			continue
		}
		if f.Reading == 0 || f.ID != id || !f.Modified.Equal(want.Modified) {
			t.Errorf("got %+v", f)
		}
		f.ID, f.Reading, f.Modified = 0, 0, want.Modified
		if f != want {
			t.Errorf("got %+v, want %+v", f, want)
		}
	}
	if has(t, db, 2, byRef) || has(t, db, 1, block(4)) {
		t.Error("a block is found that nobody put there")
	}
}

func TestEach_GivesParentsFirstAndEveryBlockOnce(t *testing.T) {
	db := fresh(t)
	list := many(0, 4500) // several batches
	totals := hold(t, db, 1, slices.Concat(list, list[:50]))
	slices.Reverse(list)
	if diff := cmp.Diff(list, each(t, db, 1), cmpopts.EquateComparable(cid.Cid{})); diff != "" {
		t.Error(diff)
	}
	if totals.Blocks != 4500 || totals.Bytes != 8*4500 {
		t.Errorf("totals are %+v", totals)
	}
	if got, err := db.Totals(t.Context(), 1); err != nil || got != totals {
		t.Errorf("asked again they are %+v (%v)", got, err)
	}
}

func TestEach_SaysWhenItsBlocksAreDroppedOnTheWay(t *testing.T) {
	db := fresh(t)
	hold(t, db, 1, many(0, 1000))
	n, last := 0, error(nil)
	for _, err := range db.Each(t.Context(), 1) {
		if last = err; err != nil {
			break
		}
		if n++; n == 100 {
			if err := db.Drop(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	var e *services.Error
	if !errors.As(last, &e) || e.Reason != blocks.ReasonDropped {
		t.Errorf("after %d blocks it ended with %v", n, last)
	}
}

func TestCommit_ReplacesWhatTheHolderHad(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	hold(t, db, 1, many(0, 4200))
	_, before, _, _ := db.Find(t.Context(), 1, block(0).CID)
	hold(t, db, 1, many(4999, 2))
	if has(t, db, 1, block(0)) || !has(t, db, 1, block(4999)) || !has(t, db, 1, block(5000)) {
		t.Error("the holder does not hold what was written last")
	}
	_, after, _, _ := db.Find(t.Context(), 1, block(4999).CID)
	if before != (blocks.File{}) || after != (blocks.File{}) {
		t.Error("blocks by value have a file")
	}
	closeDB(t, db)
	if b, f, s := rows(t, dir, "blocks"), rows(t, dir, "files"), rows(t, dir, "sets"); b != 2 || f != 1 || s != 1 {
		t.Errorf("the file still has %d blocks, %d files, %d sets", b, f, s)
	}
}

func TestDiscard_LeavesWhatTheHolderHad(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	hold(t, db, 1, many(0, 3))
	w, err := db.Write(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, many(100, 4500)) // some of it is in the file already
	w.Discard()
	if _, err := w.Commit(t.Context()); err == nil {
		t.Error("what was discarded can be committed")
	}
	if got := each(t, db, 1); len(got) != 3 {
		t.Errorf("the holder holds %d blocks", len(got))
	}
	if err := db.Drop(t.Context(), 2); err != nil { // nothing; but it clears away
		t.Fatal(err)
	}
	closeDB(t, db)
	if b := rows(t, dir, "blocks"); b != 3 {
		t.Errorf("the file still has %d blocks", b)
	}
}

func TestCommit_FailsWhereAnythingBeforeCouldNotBeWritten(t *testing.T) {
	db := fresh(t)
	hold(t, db, 1, many(0, 3))
	w, err := db.Write(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	list := many(100, 4500)
	err = w.Put(t.Context(), list[:4096])
	err = errors.Join(err, w.Put(ctx, list[4096:4097])) // writes those before, which fails
	err = errors.Join(err, w.Put(t.Context(), list[4097:]))
	if err != nil {
		t.Logf("said at once: %v", err)
	}
	for range 2 {
		if got, err := w.Commit(t.Context()); err == nil {
			t.Errorf("committed %+v", got)
		}
	}
	if got := each(t, db, 1); len(got) != 3 {
		t.Errorf("the holder holds %d blocks", len(got))
	}
}

func TestOpen_ForgetsWhatACrashCutShort(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	w, err := db.Write(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, many(0, 4500))
	closeDB(t, db) // as if the program had ended here
	db, rebuilt := open(t, dir)
	if totals, err := db.Totals(t.Context(), 1); err != nil || rebuilt || totals != (blocks.Totals{}) {
		t.Errorf("got %+v, %v, %v", totals, rebuilt, err)
	}
	hold(t, db, 1, many(0, 10))
	closeDB(t, db)
	if b, s := rows(t, dir, "blocks"), rows(t, dir, "sets"); b != 10 || s != 1 {
		t.Errorf("the file has %d blocks in %d sets", b, s)
	}
}

func TestShare_GivesAllAndKeepsItWhenTheOtherDrops(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	hold(t, db, 1, many(0, 300))
	hold(t, db, -7, many(250, 100))
	for range 2 { // the second time nothing is new
		if err := db.Share(t.Context(), 1, -7); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Drop(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if has(t, db, 1, block(0)) || !has(t, db, -7, block(0)) || !has(t, db, -7, block(349)) {
		t.Error("the blocks are not with who holds them")
	}
	got := each(t, db, -7)
	seen := make(map[string]bool)
	for _, b := range got {
		seen[b.CID.KeyString()] = true
	}
	if len(got) != 350 || len(seen) != 350 {
		t.Errorf("%d blocks, %d of them different, want 350", len(got), len(seen))
	}
	totals, err := db.Totals(t.Context(), -7)
	if want := (blocks.Totals{Blocks: 350, Bytes: 350 * 8, CAR: 350 * 45, Roots: 2}); err != nil || totals != want {
		t.Errorf("got %+v, want %+v (%v)", totals, want, err)
	}
	if files, err := db.Files(t.Context(), -7); err != nil || len(files) != 4 {
		t.Errorf("%d files (%v)", len(files), err)
	}
	if holders, err := db.Holders(t.Context(), block(260).CID); err != nil || !slices.Equal(holders, []blocks.Holder{-7}) {
		t.Errorf("holders are %v (%v)", holders, err)
	}
	if err := db.Drop(t.Context(), -7); err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)
	for _, table := range []string{"blocks", "files", "sets", "holders"} {
		if n := rows(t, dir, table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

func TestFind_AnswersWhileOthersWrite(t *testing.T) {
	db := fresh(t)
	hold(t, db, 1, many(0, 500))
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	for h := range 2 {
		work.Go(func() {
			for ctx.Err() == nil {
				w, err := db.Write(ctx, blocks.Holder(10+h))
				if err != nil {
					return
				}
				_ = w.Put(ctx, many(h*1000, 1000))
				_, _ = w.Commit(ctx)
				w.Discard()
			}
		})
	}
	var readers sync.WaitGroup
	for g := range 4 {
		readers.Go(func() {
			for i := range 100 {
				b := block((i*7 + g) % 500)
				if got, _, found, err := db.Find(ctx, 1, b.CID); err != nil || !found || !got.CID.Equals(b.CID) {
					t.Errorf("got %v, %v, %v", got.CID, found, err)
					return
				}
			}
		})
	}
	readers.Wait()
}

func BenchmarkFind(b *testing.B) {
	db := fresh(b)
	hold(b, db, 1, many(0, 20_000))
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if !has(b, db, 1, block(i*7%20_000)) {
				b.Error("a block is not found")
				return
			}
		}
	})
}
