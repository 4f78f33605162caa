package blocks

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/ipfs/go-cid"
)

const (
	batchRows  = 4096    // rows of one transaction
	batchBytes = 4 << 20 // of blocks by value
	groupRows  = 64      // rows of one statement
)

// Writer writes what one holder holds. It belongs to one goroutine; a second one of
// its own writes full batches behind that, and ends before Commit or Discard does.
// Nothing of it is seen before Commit, which fails where anything could not be
// written.
type Writer struct {
	d      *DB
	h      Holder
	set    int64
	begun  bool // the set has rows
	over   bool
	files  int64 // how many came
	blocks int64
	roots  int
	fresh  rows
	spare  rows
	behind chan error // what becomes of the rows that are being written, nil: none are
	err    error      // why some were not written
}

// rows are not in the file yet.
type rows struct {
	files, blocks []any
	count, bytes  int
}

// Write begins to write what h holds. What it held stays until Commit, which
// replaces it. Every Writer has to be ended by Commit or Discard.
func (d *DB) Write(_ context.Context, h Holder) (*Writer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &Writer{d: d, h: h, set: d.next, roots: 1}
	d.next++
	d.live[w.set] = struct{}{}
	return w, nil
}

// File notes a file that blocks refer to; the ID and Reading of f are not read.
func (w *Writer) File(ctx context.Context, f File) (FileID, error) {
	if err := w.ready(ctx); err != nil {
		return 0, err
	}
	w.files++
	id := first(w.set) + w.files
	w.fresh.files = append(w.fresh.files, id, []byte(f.Path), f.Size, f.Modified.UnixNano(), int64(f.Dev), int64(f.Ino))
	w.fresh.count++
	return FileID(id), nil
}

// Put adds blocks, children before their parents, the root last. A block the
// writer was given before (by multihash) is not added again. It keeps the Data
// until it is written.
func (w *Writer) Put(ctx context.Context, blocks []Block) error {
	for _, b := range blocks {
		if err := w.ready(ctx); err != nil {
			return err
		}
		w.blocks++
		w.fresh.blocks = append(w.fresh.blocks, first(w.set)+w.blocks, w.set, []byte(b.CID.Hash()), kind(b.CID),
			b.Size, int64(b.File), b.Offset, b.Length, b.Data)
		w.fresh.count++
		w.fresh.bytes += len(b.Data)
	}
	return nil
}

// Roots says how many DAGs the blocks make; where it is not called, it is one.
func (w *Writer) Roots(n int) { w.roots = n }

// ready makes room for one more row.
func (w *Writer) ready(ctx context.Context) error {
	if w.over {
		return w.d.fail("blocks", errors.New("bug: a writer that was ended is used"))
	}
	if w.fresh.count < batchRows && w.fresh.bytes < batchBytes {
		return nil
	}
	if err := w.wait(); err != nil {
		return err
	}
	// While these are written the next ones are read.
	full, begun := w.fresh, w.begun
	w.fresh, w.spare, w.begun = w.spare, full, true
	behind := make(chan error, 1)
	w.behind = behind
	w.d.behind.Go(func() {
		behind <- w.d.inTx(ctx, "blocks", func(tx *sql.Tx) error { return w.flush(ctx, tx, full, begun) })
	})
	return nil
}

// wait is for the rows that are being written; without them nothing is complete.
func (w *Writer) wait() error {
	if w.behind != nil {
		w.err = <-w.behind
		w.behind = nil
		w.spare.empty()
	}
	return w.err
}

func (r *rows) empty() {
	clear(r.files) // lets go of the blocks
	clear(r.blocks)
	*r = rows{files: r.files[:0], blocks: r.blocks[:0]}
}

// flush writes rows; begun: they are not the first of their set.
func (w *Writer) flush(ctx context.Context, tx *sql.Tx, r rows, begun bool) error {
	if !begun {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sets (id) VALUES (?)", w.set); err != nil {
			return err
		}
	}
	if err := w.d.insert.files.run(ctx, tx, r.files); err != nil {
		return err
	}
	return w.d.insert.blocks.run(ctx, tx, r.blocks)
}

// Commit makes what was written what the holder holds.
func (w *Writer) Commit(ctx context.Context) (Totals, error) {
	totals, err := w.d.Commit(ctx, w)
	if err != nil {
		return Totals{}, err
	}
	return totals[0], nil
}

// Commit is that of several writers in one transaction: all of them or none. It
// says what each holds.
func (d *DB) Commit(ctx context.Context, writers ...*Writer) ([]Totals, error) {
	totals := make([]Totals, len(writers))
	for _, w := range writers {
		if err := w.wait(); err != nil {
			return nil, err
		}
	}
	err := d.inTx(ctx, "blocks", func(tx *sql.Tx) error {
		for i, w := range writers {
			var err error
			if totals[i], err = w.commit(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, w := range writers {
		w.end()
	}
	// What they replaced goes now, or with the next that is dropped.
	_ = d.sweep(ctx)
	return totals, nil
}

func (w *Writer) commit(ctx context.Context, tx *sql.Tx) (Totals, error) {
	t := Totals{Roots: int64(w.roots)}
	if w.over {
		return t, errors.New("bug: a writer is ended twice")
	}
	if err := w.flush(ctx, tx, w.fresh, w.begun); err != nil {
		return t, err
	}
	row := tx.QueryRowContext(ctx, "SELECT "+sums+" FROM blocks b WHERE b.id BETWEEN ? AND ?", first(w.set), last(w.set))
	if err := row.Scan(&t.Blocks, &t.Bytes, &t.CAR); err != nil {
		return t, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE sets SET blocks = ?, bytes = ?, car = ?, roots = ? WHERE id = ?",
		t.Blocks, t.Bytes, t.CAR, t.Roots, w.set); err != nil {
		return t, err
	}
	if err := w.d.loosen(ctx, tx, w.h); err != nil {
		return t, err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO holders (holder, place, set_id) VALUES (?, 0, ?)", w.h, w.set)
	return t, err
}

// Discard takes back what was written; after Commit it does nothing. Its rows
// are cleared away with the next that is dropped or replaced.
func (w *Writer) Discard() {
	if !w.over {
		w.d.loosed.Store(true)
	}
	w.end()
}

func (w *Writer) end() {
	w.over = true
	_ = w.wait()
	w.fresh, w.spare = rows{}, rows{}
	w.d.mu.Lock()
	defer w.d.mu.Unlock()
	delete(w.d.live, w.set)
}

// kind is what besides its multihash makes a CID.
func kind(c cid.Cid) int64 {
	if c.Version() == 0 {
		return -1
	}
	return int64(c.Type())
}

// inserts are the statements of a writer.
type inserts struct{ files, blocks group }

// group inserts rows, many a statement.
type group struct {
	columns   int
	one, many *sql.Stmt
}

func prepareInserts(ctx context.Context, db *sql.DB) (*inserts, error) {
	var in inserts
	for _, g := range []struct {
		into *group
		text string
		n    int
	}{
		{&in.files, "INSERT INTO files (id, path, size, modified, dev, ino) VALUES ", 6},
		{&in.blocks, "INSERT OR IGNORE INTO blocks (id, set_id, mh, kind, size, file, offset, length, data) VALUES ", 9},
	} {
		row := "(?" + strings.Repeat(",?", g.n-1) + ")"
		one, err := db.PrepareContext(ctx, g.text+row)
		if err != nil {
			return nil, err
		}
		many, err := db.PrepareContext(ctx, g.text+row+strings.Repeat(","+row, groupRows-1))
		if err != nil {
			return nil, err
		}
		*g.into = group{g.n, one, many}
	}
	return &in, nil
}

func (g group) run(ctx context.Context, tx *sql.Tx, values []any) error {
	one, many := tx.StmtContext(ctx, g.one), tx.StmtContext(ctx, g.many)
	for n := groupRows * g.columns; len(values) >= n; values = values[n:] {
		if _, err := many.ExecContext(ctx, values[:n]...); err != nil {
			return err
		}
	}
	for ; len(values) > 0; values = values[g.columns:] {
		if _, err := one.ExecContext(ctx, values[:g.columns]...); err != nil {
			return err
		}
	}
	return nil
}

func (in *inserts) close() error {
	return errors.Join(in.files.one.Close(), in.files.many.Close(), in.blocks.one.Close(), in.blocks.many.Close())
}
