package cache

import (
	"context"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Missing lists the account's pins that the last complete listing did not see:
// true are those that were set aside.
func (d *DB) Missing(ctx context.Context, account services.AccountID) (map[string]bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := d.readers.Query("SELECT requestid, missing = 2 FROM pins WHERE account = ? AND missing > 0", int64(account))
	if err != nil {
		return nil, d.fail("missing", err)
	}
	missing := make(map[string]bool)
	_, err = store.ScanAll(rows, func(r store.Row) (id string, err error) {
		var aside bool
		err = r.Scan(&id, &aside)
		missing[id] = aside
		return id, err
	})
	return missing, d.fail("missing", err)
}

// SetAside keeps pins that are confirmed gone until the person has said so
// (RemoveAside) or they are seen again. They stay in the list, not fresh, and
// are AccountState.Missing.
func (d *DB) SetAside(ctx context.Context, account services.AccountID, requestIDs ...string) error {
	return d.write(ctx, "aside", func(w *write) error {
		for _, id := range requestIDs {
			if err := w.d.exec("UPDATE pins SET missing = 2 WHERE account = ? AND requestid = ? AND missing > 0", int64(account), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveAside takes out what was set aside, in steps that never hold the writer
// long, and says how many those were.
func (d *DB) RemoveAside(ctx context.Context, account services.AccountID) (n int, err error) {
	for more := true; more; {
		err := d.write(ctx, "remove", func(w *write) error {
			rows, err := w.d.query(`SELECT id, cid_key, status FROM pins
				WHERE account = ? AND missing > 0 AND missing = 2 LIMIT ?`, int64(account), settleStep)
			if err != nil {
				return err
			}
			pins, err := store.ScanAll(rows, func(r store.Row) (pin, error) {
				p := pin{account: account}
				err := r.Scan(&p.id, &p.key, &p.status)
				return p, err
			})
			if err != nil {
				return err
			}
			for _, p := range pins {
				if err := w.removePin(p); err != nil {
					return err
				}
			}
			n, more = n+len(pins), len(pins) == settleStep
			return nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
