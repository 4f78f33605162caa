package blocks

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/store"
)

const (
	blockColumns = "b.id, b.mh, b.kind, b.size, b.file, b.offset, b.length, b.data"
	fileColumns  = "f.id, f.path, f.size, f.modified, f.dev, f.ino"

	placeColumns = blockColumns + ", COALESCE(f.id, 0), COALESCE(f.path, x''), COALESCE(f.size, 0), COALESCE(f.modified, 0)," +
		" COALESCE(f.dev, 0), COALESCE(f.ino, 0)"

	findBlock = "SELECT " + placeColumns +
		" FROM holders h CROSS JOIN blocks b ON b.mh = ? AND b.set_id = h.set_id LEFT JOIN files f ON f.id = b.file" +
		" WHERE h.holder = ? LIMIT 1"

	// sums are the columns of Totals. A section of a CAR is the length of what
	// follows as a varint, the CID, and the block.
	sums = "COUNT(*), COALESCE(SUM(b.size), 0), COALESCE(SUM(" + section + " + CASE" +
		" WHEN " + section + " < 1 << 7 THEN 1 WHEN " + section + " < 1 << 14 THEN 2" +
		" WHEN " + section + " < 1 << 21 THEN 3 WHEN " + section + " < 1 << 28 THEN 4 ELSE 5 END), 0)"
	section = "(b.size + length(b.mh) + CASE WHEN b.kind < 0 THEN 0 WHEN b.kind < 1 << 7 THEN 2" +
		" WHEN b.kind < 1 << 14 THEN 3 WHEN b.kind < 1 << 21 THEN 4 WHEN b.kind < 1 << 28 THEN 5 ELSE 6 END)"

	// again is true of a block of the set of holders h that an earlier set of the
	// same holder has too.
	again = "EXISTS (SELECT 1 FROM holders e JOIN blocks o ON o.mh = b.mh AND o.set_id = e.set_id" +
		" WHERE e.holder = h.holder AND e.place < h.place)"
)

// pageRows is how many blocks Each reads at once.
const pageRows = 64

// Find looks for the block with c's multihash among what h holds, and the file
// it stands in (zero where it is kept by value).
func (d *DB) Find(ctx context.Context, h Holder, c cid.Cid) (Block, File, bool, error) {
	var b scannedBlock
	var f scannedFile
	row := d.finding.QueryRowContext(ctx, []byte(c.Hash()), h)
	err := row.Scan(append(b.into(), f.into()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Block{}, File{}, false, nil
	}
	if err != nil {
		return Block{}, File{}, false, d.fail("blocks", err)
	}
	return b.block(), f.file(), true, nil
}

// Totals sums what h holds; it is zero where h holds nothing.
func (d *DB) Totals(ctx context.Context, h Holder) (Totals, error) {
	var t Totals
	var sets int
	row := d.readers.QueryRowContext(ctx, "SELECT COUNT(*), COALESCE(MAX(s.blocks), 0), COALESCE(MAX(s.bytes), 0), COALESCE(MAX(s.car), 0), COALESCE(SUM(s.roots), 0)"+
		" FROM holders h JOIN sets s ON s.id = h.set_id WHERE h.holder = ?", h)
	if err := row.Scan(&sets, &t.Blocks, &t.Bytes, &t.CAR, &t.Roots); err != nil || sets < 2 {
		return t, d.fail("blocks", err)
	}
	row = d.readers.QueryRowContext(ctx, "SELECT "+sums+" FROM holders h JOIN blocks b ON b.id BETWEEN h.set_id << 40 AND ((h.set_id + 1) << 40) - 1"+
		" WHERE h.holder = ? AND NOT "+again, h)
	err := row.Scan(&t.Blocks, &t.Bytes, &t.CAR)
	return t, d.fail("blocks", err)
}

// Each yields what h holds in reverse of writing, so parents first; each block
// once. Nothing is held open between two blocks. Where h's blocks are dropped or
// replaced on the way it ends with an *services.Error of ReasonDropped.
func (d *DB) Each(ctx context.Context, h Holder) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		for p, err := range d.Places(ctx, h) {
			if !yield(p.Block, err) {
				return
			}
		}
	}
}

// Place is a block and the file it stands in, zero where it is kept by value.
type Place struct {
	Block
	In File
}

// Places is Each with the files.
func (d *DB) Places(ctx context.Context, h Holder) iter.Seq2[Place, error] {
	return func(yield func(Place, error) bool) {
		sets, err := d.sets(ctx, h)
		if err != nil {
			yield(Place{}, err)
			return
		}
		for place, set := range sets {
			if !d.eachOf(ctx, h, place, set, yield) {
				return
			}
		}
	}
}

// eachOf yields a set's blocks but those of earlier places; it reports whether
// to go on.
func (d *DB) eachOf(ctx context.Context, h Holder, place int, set int64, yield func(Place, error) bool) bool {
	for end := last(set); ; {
		page, err := d.page(ctx, h, place, set, end)
		if err != nil {
			yield(Place{}, err)
			return false
		}
		for _, p := range page {
			if !yield(Place{p.block.block(), p.file.file()}, nil) {
				return false
			}
			end = p.block.id - 1
		}
		if len(page) < pageRows {
			return true
		}
	}
}

// scannedPlace is a row of placeColumns.
type scannedPlace struct {
	block scannedBlock
	file  scannedFile
}

// page reads the next blocks of a set, and sees that h still holds it.
func (d *DB) page(ctx context.Context, h Holder, place int, set, end int64) ([]scannedPlace, error) {
	tx, err := d.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, d.fail("blocks", err)
	}
	defer func() { _ = tx.Rollback() }()
	var held bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM holders WHERE holder = ? AND set_id = ?)", h, set).Scan(&held); err != nil {
		return nil, d.fail("blocks", err)
	}
	if !held {
		return nil, dropped(h)
	}
	from, and, args := "blocks b", "", []any{first(set), end}
	if place > 0 {
		from, and = "holders h JOIN blocks b", " AND h.holder = ? AND h.set_id = ? AND NOT "+again
		args = append(args, h, set)
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+placeColumns+" FROM "+from+" LEFT JOIN files f ON f.id = b.file"+
		" WHERE b.id BETWEEN ? AND ?"+and+" ORDER BY b.id DESC LIMIT ?", append(args, pageRows)...)
	if err != nil {
		return nil, d.fail("blocks", err)
	}
	defer func() { _ = rows.Close() }()
	list := make([]scannedPlace, 0, pageRows)
	for rows.Next() {
		var p scannedPlace
		if err := rows.Scan(append(p.block.into(), p.file.into()...)...); err != nil {
			return nil, d.fail("blocks", err)
		}
		list = append(list, p)
	}
	return list, d.fail("blocks", rows.Err())
}

// Files lists the files that what h holds refers to, in order of coming.
func (d *DB) Files(ctx context.Context, h Holder) ([]File, error) {
	var list []File
	for f, err := range d.EachFile(ctx, h) {
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// EachFile yields what Files lists. Nothing is held open between two files.
func (d *DB) EachFile(ctx context.Context, h Holder) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		sets, err := d.sets(ctx, h)
		if err != nil {
			yield(File{}, err)
			return
		}
		for _, set := range sets {
			for after := first(set); ; {
				page, err := d.filePage(ctx, after, last(set))
				if err != nil {
					yield(File{}, err)
					return
				}
				for _, f := range page {
					if !yield(f.file(), nil) {
						return
					}
					after = f.id
				}
				if len(page) < pageRows {
					break
				}
			}
		}
	}
}

func (d *DB) filePage(ctx context.Context, after, end int64) ([]scannedFile, error) {
	rows, err := d.readers.QueryContext(ctx, "SELECT "+fileColumns+" FROM files f WHERE f.id > ? AND f.id <= ? ORDER BY f.id LIMIT ?", after, end, pageRows)
	if err != nil {
		return nil, d.fail("blocks", err)
	}
	defer func() { _ = rows.Close() }()
	list := make([]scannedFile, 0, pageRows)
	for rows.Next() {
		var f scannedFile
		if err := rows.Scan(f.into()...); err != nil {
			return nil, d.fail("blocks", err)
		}
		list = append(list, f)
	}
	return list, d.fail("blocks", rows.Err())
}

// scannedBlock and scannedFile are rows.
type scannedBlock struct {
	id, kind, file, offset int64
	size, length           int
	mh, data               []byte
}

func (b *scannedBlock) into() []any {
	return []any{&b.id, &b.mh, &b.kind, &b.size, &b.file, &b.offset, &b.length, &b.data}
}

func (b *scannedBlock) block() Block {
	c := cid.NewCidV0
	if b.kind >= 0 {
		c = func(hash mh.Multihash) cid.Cid { return cid.NewCidV1(uint64(b.kind), hash) }
	}
	return Block{CID: c(b.mh), Size: b.size, File: FileID(b.file), Offset: b.offset, Length: b.length, Data: b.data}
}

type scannedFile struct {
	id, size, modified, dev, ino int64
	path                         []byte
}

func (f *scannedFile) into() []any {
	return []any{&f.id, &f.path, &f.size, &f.modified, &f.dev, &f.ino}
}

func (f *scannedFile) file() File {
	if f.id == 0 {
		return File{}
	}
	return File{
		ID: FileID(f.id), Path: store.Path(f.path), Size: f.size, Modified: time.Unix(0, f.modified),
		Dev: uint64(f.dev), Ino: uint64(f.ino), Reading: f.id >> setBits,
	}
}
