package cache

import (
	"context"

	"github.com/pintray/pintray/services"
)

// SetLocal says which account is this computer: what it keeps is no copy, and
// its items are OnlyHere where nobody else has them. Call it before anything of
// the account is written.
func (d *DB) SetLocal(ctx context.Context, account services.AccountID) error {
	var known bool
	err := d.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM places WHERE account = ? AND local = 1)", int64(account)).Scan(&known)
	if err != nil || known {
		return d.fail("local", err)
	}
	return d.write(ctx, "local", func(w *write) error {
		place, err := w.place(account)
		if err != nil {
			return err
		}
		place.local = true
		return w.d.exec("UPDATE places SET local = 1 WHERE account = ?", int64(account))
	})
}
