package blocks

import "context"

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
