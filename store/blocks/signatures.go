package blocks

import (
	"context"
	"errors"
	"iter"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
)

var errUnbuilt = &services.Error{Code: services.CodeStorage, Op: "blocks", Err: errors.New("not built yet")}

// DB is blocks.db.
type DB struct{}

// Open opens or makes blocks.db in dir. One that is damaged, emptied or of
// another version is set aside and made anew: rebuilt is then true, and every
// holder has to be written again.
func Open(ctx context.Context, dir string) (db *DB, rebuilt bool, err error) {
	return nil, false, errUnbuilt
}

// Close closes the file.
func (d *DB) Close() error { return nil }

// Writer writes what one holder holds.
type Writer struct{}

// Write begins to write what h holds. What it held is replaced at Commit.
func (d *DB) Write(ctx context.Context, h Holder) (*Writer, error) { return nil, errUnbuilt }

// File notes a file that blocks refer to; its ID field is not read.
func (w *Writer) File(ctx context.Context, f File) (FileID, error) { return 0, errUnbuilt }

// Put adds blocks, children before their parents, the root last. A block the
// writer was given before is not added again.
func (w *Writer) Put(ctx context.Context, blocks []Block) error { return errUnbuilt }

// Commit makes what was written what the holder holds.
func (w *Writer) Commit(ctx context.Context) (Totals, error) { return Totals{}, errUnbuilt }

// Discard takes back what was written; after Commit it does nothing.
func (w *Writer) Discard() {}

// Find looks for the block with c's multihash among what h holds, and the file
// it stands in (zero where it is kept by value).
func (d *DB) Find(ctx context.Context, h Holder, c cid.Cid) (Block, File, bool, error) {
	return Block{}, File{}, false, errUnbuilt
}

// Holders lists who holds the block with c's multihash.
func (d *DB) Holders(ctx context.Context, c cid.Cid) ([]Holder, error) { return nil, errUnbuilt }

// Share gives to all that from holds, besides what it holds already.
func (d *DB) Share(ctx context.Context, from, to Holder) error { return errUnbuilt }

// Drop forgets what h holds. A holder that holds nothing is no error.
func (d *DB) Drop(ctx context.Context, h Holder) error { return errUnbuilt }

// Totals sums what h holds; it is zero where h holds nothing.
func (d *DB) Totals(ctx context.Context, h Holder) (Totals, error) { return Totals{}, errUnbuilt }

// Files lists the files what h holds refers to.
func (d *DB) Files(ctx context.Context, h Holder) ([]File, error) { return nil, errUnbuilt }

// Each yields what h holds in reverse of writing, so parents first.
func (d *DB) Each(ctx context.Context, h Holder) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) { yield(Block{}, errUnbuilt) }
}
