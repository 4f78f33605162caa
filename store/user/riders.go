package user

import (
	"context"
	"database/sql"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// riders are the adds of other sources that were closed because an add, which is
// being taken back now, or the pin it led to, was for the same content at the
// same account. Their files are still to be kept; those that are asked for anew
// already, because they have changed too, are none.
func riders(ctx context.Context, tx *sql.Tx, of store.Operation) ([]store.Operation, error) {
	if of.Kind != store.OpAdd || of.Pin.CID.IsZero() {
		return nil, nil
	}
	// Those of a watched folder are wanted as long as their version is the one.
	rows, err := tx.QueryContext(ctx, "SELECT "+store.OperationColumns+` FROM operations AS o
		WHERE cid_key = ?1 AND account = ?2 AND kind = 'add' AND source NOT IN (0, ?3) AND done_at >= ?4
			AND (state = 'cancelled' AND last_code = 'usage' AND last_text = 'already-asked'
				OR state = 'done' AND requestid = ?5 AND requestid <> '' AND (already_kept OR adopted))
			AND NOT EXISTS (SELECT 1 FROM operations q WHERE q.source = o.source AND q.account = o.account
				AND q.state = 'preparing' AND q.cid_key IN ('', o.cid_key))
			AND (EXISTS (SELECT 1 FROM folder_pins p JOIN folder_items i ON i.id = p.item WHERE p.operation = o.id AND i.ended = 0)
				OR EXISTS (SELECT 1 FROM sources s WHERE s.id = o.source AND s.folder = 0))
		ORDER BY id`,
		of.Pin.CID.Key, of.Account, of.Source, sqlite.Micros(of.Created), of.RequestID)
	if err != nil {
		return nil, err
	}
	return store.ScanAll(rows, store.ScanOperation)
}

// askRiders asks anew for what rode on an add that is being taken back. Whether
// it has to be sent is seen when its file is read again.
func askRiders(ctx context.Context, tx *sql.Tx, of store.Operation) (asked []store.Operation, err error) {
	list, err := riders(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		var car bool
		if err := tx.QueryRowContext(ctx, "SELECT car FROM sources WHERE id = ?", r.Source).Scan(&car); err != nil {
			return nil, err
		}
		added, err := follow(ctx, tx, MovedOperation{Operation: r, Again: AskAgain(r, car)})
		if err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE sources SET state = 'preparing', next_at = 0, reason = ''
			WHERE id = ? AND state IN ('ready', 'released')`, r.Source); err != nil {
			return nil, err
		}
		asked = append(asked, added...)
	}
	return asked, nil
}
