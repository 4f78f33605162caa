package blocks

import (
	"context"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/store"
)

// AllHolders lists everyone who holds anything.
func (d *DB) AllHolders(ctx context.Context) ([]Holder, error) {
	return numbers[Holder](ctx, d, "SELECT DISTINCT holder FROM holders ORDER BY 1")
}

// Holders lists who holds the block with c's multihash.
func (d *DB) Holders(ctx context.Context, c cid.Cid) ([]Holder, error) {
	return numbers[Holder](ctx, d, "SELECT DISTINCT h.holder FROM blocks b JOIN holders h ON h.set_id = b.set_id WHERE b.mh = ? ORDER BY 1",
		[]byte(c.Hash()))
}

// sets lists the sets of h in order of coming.
func (d *DB) sets(ctx context.Context, h Holder) ([]int64, error) {
	return numbers[int64](ctx, d, "SELECT set_id FROM holders WHERE holder = ? ORDER BY place", h)
}

// numbers reads the rows of a query for one number.
func numbers[T ~int64](ctx context.Context, d *DB, query string, args ...any) ([]T, error) {
	rows, err := d.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, d.fail("blocks", err)
	}
	list, err := store.ScanAll(rows, func(r store.Row) (n T, err error) { err = r.Scan(&n); return n, err })
	return list, d.fail("blocks", err)
}

// Refers reports whether any block stands in the file of that path.
func (d *DB) Refers(ctx context.Context, p store.Path) (bool, error) {
	var refers bool
	err := d.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM files WHERE path = ?)", []byte(p)).Scan(&refers)
	return refers, d.fail("blocks", err)
}
