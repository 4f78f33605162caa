package cache

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pintray/pintray/store"
)

// SetSizes says how large the sources are whose CID is known. Their
// items are shown with it, whatever size a service tells.
func (d *DB) SetSizes(ctx context.Context, sources ...store.Source) error {
	return d.write(ctx, "sizes", func(w *write) error {
		for _, s := range sources {
			if s.CID.IsZero() || s.Size < 0 {
				continue
			}
			if err := w.d.exec(`INSERT INTO sizes (cid_key, size) VALUES (?, ?)
				ON CONFLICT (cid_key) DO UPDATE SET size = excluded.size`, s.CID.Key, s.Size); err != nil {
				return err
			}
			w.sized = yes
			w.touch(s.CID.Key, nil)
		}
		return nil
	})
}

// ternary is a bool that may not have been looked up yet.
type ternary int

const (
	unasked ternary = iota
	yes
	no
)

// sizeRead is how large the files of a CID were when they were read here, -1
// where they were not.
func (w *write) sizeRead(key string) (int64, error) {
	if w.sized == unasked {
		var any bool
		if err := w.d.row("SELECT EXISTS (SELECT 1 FROM sizes)").Scan(&any); err != nil {
			return -1, err
		}
		if w.sized = no; any {
			w.sized = yes
		}
	}
	if w.sized == no {
		return -1, nil
	}
	var size int64
	err := w.d.row("SELECT size FROM sizes WHERE cid_key = ?", key).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return size, err
}
