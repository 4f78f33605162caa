package blocks

import (
	"context"

	"github.com/pintray/pintray/store"
)

// AllHolders lists everyone who holds anything.
func (d *DB) AllHolders(ctx context.Context) ([]Holder, error) {
	rows, err := d.readers.QueryContext(ctx, "SELECT DISTINCT holder FROM holders ORDER BY 1")
	if err != nil {
		return nil, d.fail("blocks", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Holder
	for rows.Next() {
		var h Holder
		if err := rows.Scan(&h); err != nil {
			return nil, d.fail("blocks", err)
		}
		list = append(list, h)
	}
	return list, d.fail("blocks", rows.Err())
}

// Refers reports whether any block stands in the file of that path.
func (d *DB) Refers(ctx context.Context, p store.Path) (bool, error) {
	var refers bool
	err := d.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM files WHERE path = ?)", []byte(p)).Scan(&refers)
	return refers, d.fail("blocks", err)
}
