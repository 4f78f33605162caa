package blocks

import (
	"context"
	"database/sql"
)

// Share gives to all that from holds, besides what it holds already. It takes
// no longer for many blocks than for one.
func (d *DB) Share(ctx context.Context, from, to Holder) error {
	return d.inTx(ctx, "blocks", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO holders (holder, place, set_id)
			SELECT ?1, (SELECT COALESCE(MAX(place) + 1, 0) FROM holders WHERE holder = ?1) + place, set_id FROM holders f
			WHERE holder = ?2 AND NOT EXISTS (SELECT 1 FROM holders t WHERE t.holder = ?1 AND t.set_id = f.set_id)`, to, from)
		return err
	})
}

// Drop forgets what the holders hold; blocks and files no other holder shares
// are deleted. A holder that holds nothing is no error. Many at once are little
// more work than one.
func (d *DB) Drop(ctx context.Context, hs ...Holder) error {
	err := d.inTx(ctx, "blocks", func(tx *sql.Tx) error {
		for _, h := range hs {
			if err := d.loosen(ctx, tx, h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.sweep(ctx)
}

// loosen lets a holder go of its sets.
func (d *DB) loosen(ctx context.Context, tx *sql.Tx, h Holder) error {
	result, err := tx.ExecContext(ctx, "DELETE FROM holders WHERE holder = ?", h)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if n > 0 {
		d.loosed.Store(true)
	}
	return err
}

// sweep deletes the sets nobody holds, a little in each transaction, so that
// others get their turn. It looks through all sets, so only where one may be
// loose.
func (d *DB) sweep(ctx context.Context) error {
	if !d.loosed.Swap(false) {
		return nil
	}
	err := d.sweepAll(ctx)
	if err != nil {
		d.loosed.Store(true)
	}
	return err
}

func (d *DB) sweepAll(ctx context.Context) error {
	for more := true; more; {
		err := d.inTx(ctx, "blocks", func(tx *sql.Tx) (err error) {
			more, err = d.sweepSome(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepSome deletes rows of loose sets, as many as one transaction may; more is
// false where none are left.
func (d *DB) sweepSome(ctx context.Context, tx *sql.Tx) (more bool, err error) {
	sets, err := d.loose(ctx, tx)
	if err != nil {
		return false, err
	}
	rows := int64(0)
	for _, set := range sets {
		n, err := shrink(ctx, tx, set, batchRows-rows)
		if err != nil {
			return false, err
		}
		if rows += n; rows >= batchRows {
			return true, nil
		}
	}
	return false, nil
}

// loose lists the sets that nobody holds and nobody writes.
func (d *DB) loose(ctx context.Context, tx *sql.Tx) (sets []int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM sets s WHERE NOT EXISTS (SELECT 1 FROM holders WHERE set_id = s.id)")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	d.mu.Lock()
	defer d.mu.Unlock()
	for rows.Next() {
		var set int64
		if err := rows.Scan(&set); err != nil {
			return nil, err
		}
		if _, live := d.live[set]; !live {
			sets = append(sets, set)
		}
	}
	return sets, rows.Err()
}

// shrink deletes at most so many rows of a set, the set itself last; it says how
// many.
func shrink(ctx context.Context, tx *sql.Tx, set, most int64) (n int64, err error) {
	for _, table := range []string{"blocks", "files"} {
		result, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE id IN (SELECT id FROM "+table+
			" WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?)", first(set), last(set), most-n)
		if err != nil {
			return n, err
		}
		gone, err := result.RowsAffected()
		if n += gone; err != nil || n >= most {
			return n, err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM sets WHERE id = ?", set)
	return n + 1, err
}
