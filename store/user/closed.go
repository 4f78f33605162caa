package user

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// CancelAll is UpdateAll of operations that are cancelled. What rode on an add
// among them is asked for anew in the same transaction; asked is that.
func (d *DB) CancelAll(ctx context.Context, ops []store.Operation, from store.State) (done, asked []store.Operation, err error) {
	err = d.write(ctx, "update", func(tx *sql.Tx) error {
		asked = nil
		if done, err = updateAll(ctx, tx, ops, from); err != nil {
			return err
		}
		for _, op := range done {
			list, err := askRiders(ctx, tx, op)
			if err != nil {
				return err
			}
			asked = append(asked, list...)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return done, asked, nil
}

// LedTo lists the pins that operations of an account about a CID led to since a
// time and that were not deleted by one of ours, the youngest few.
func (d *DB) LedTo(ctx context.Context, account services.AccountID, c services.CID, since time.Time) ([]string, error) {
	rows, err := d.db.QueryContext(ctx, `
		SELECT DISTINCT requestid FROM operations o
		WHERE account = ?1 AND cid_key = ?2 AND kind <> 'delete' AND state = 'done' AND requestid <> '' AND done_at >= ?3
			AND NOT EXISTS (SELECT 1 FROM operations g WHERE g.cid_key = ?2 AND g.account = ?1 AND g.kind = 'delete'
				AND g.state = 'done' AND g.requestid = o.requestid AND g.id > o.id)
		ORDER BY id DESC LIMIT 3`, account, c.Key, sqlite.Micros(since))
	if err != nil {
		return nil, sqlite.Error("operations", err)
	}
	list, err := store.ScanAll(rows, func(row store.Row) (id string, err error) { return id, row.Scan(&id) })
	return list, sqlite.Error("operations", err)
}

// MayCome reports whether an operation of an account about a CID led elsewhere and
// may have made another pin since, so that it would take this one away again,
// unless one since led to it.
func (d *DB) MayCome(ctx context.Context, account services.AccountID, c services.CID, requestID string) (may bool, err error) {
	err = d.db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM operations o
			WHERE account = ?1 AND cid_key = ?2 AND kind <> 'delete' AND state IN ('done', 'cancelled') AND posts > 0
				AND NOT (state = 'done' AND requestid = ?3)
				AND NOT EXISTS (SELECT 1 FROM operations w WHERE w.cid_key = ?2 AND w.account = ?1 AND w.kind <> 'delete'
					AND w.state = 'done' AND w.requestid = ?3 AND w.id > o.id))`, account, c.Key, requestID).Scan(&may)
	return may, sqlite.Error("operations", err)
}

// ClosedSince lists the operations that were closed since a time, oldest first.
func (d *DB) ClosedSince(ctx context.Context, since time.Time) ([]store.Operation, error) {
	return d.operations(ctx, "state IN ('done', 'cancelled') AND done_at >= ?", sqlite.Micros(since))
}
