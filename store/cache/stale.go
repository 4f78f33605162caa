package cache

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// settleStep is how many pins' items one transaction of restale looks at.
const settleStep = 1_000

// Restale recomputes, at now, which accounts are stale, and the items of those
// that changed, in steps that never hold the writer long. Call it at start and
// every few minutes.
func (d *DB) Restale(ctx context.Context, now time.Time) error {
	accounts, err := d.accounts(ctx)
	if err != nil {
		return d.fail("restale", err)
	}
	for _, id := range accounts {
		if err := d.restale(ctx, id, now); err != nil {
			return err
		}
	}
	return nil
}

// accounts lists the accounts the cache knows; what a load left out is built
// first, where it could not be at its end.
func (d *DB) accounts(ctx context.Context) ([]services.AccountID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.build(ctx); err != nil {
		return nil, err
	}
	rows, err := d.query("SELECT account FROM places ORDER BY account")
	if err != nil {
		return nil, err
	}
	return store.ScanAll(rows, scanID[services.AccountID])
}

func scanID[T ~int64](r store.Row) (T, error) {
	var id int64
	err := r.Scan(&id)
	return T(id), err
}

func scanText(r store.Row) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

// restale does one account; between its steps others may write.
func (d *DB) restale(ctx context.Context, account services.AccountID, now time.Time) error {
	for more := true; more; {
		var err error
		d.mu.Lock()
		more, err = d.restaleStepLocked(ctx, account, now)
		d.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// restaleStepLocked sets the account's flag and settles some of its items; more
// is true while there are some left. Nothing is written where all is well.
func (d *DB) restaleStepLocked(ctx context.Context, account services.AccountID, now time.Time) (more bool, err error) {
	var checked int64
	var was, reading bool
	var from sql.NullInt64
	err = d.row("SELECT checked_at, stale, reading, settle FROM places WHERE account = ?", int64(account)).Scan(&checked, &was, &reading, &from)
	if err != nil {
		return false, d.fail("restale", err)
	}
	stale := !reading && (checked == 0 || now.Sub(sqlite.Time(checked)) > store.SafeFor)
	if stale != was {
		from = sql.NullInt64{Valid: true}
	}
	if !from.Valid {
		return false, nil
	}
	err = d.writeLocked(ctx, "restale", func(w *write) error {
		place, err := w.place(account)
		if err != nil {
			return err
		}
		place.stale = stale
		next, err := w.touchFrom(account, from.Int64)
		if err != nil {
			return err
		}
		more = next.Valid
		return w.d.exec("UPDATE places SET stale = ?, settle = ? WHERE account = ?", stale, next, int64(account))
	})
	return more, err
}

// touchFrom touches the items of the account's next pins; the cursor is NULL
// where those were the last.
func (w *write) touchFrom(account services.AccountID, after int64) (next sql.NullInt64, err error) {
	rows, err := w.d.query("SELECT id, cid_key FROM pins WHERE account = ? AND id > ? ORDER BY id LIMIT ?",
		int64(account), after, settleStep)
	if err != nil {
		return next, err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var key string
		if err := rows.Scan(&next.Int64, &key); err != nil {
			return next, err
		}
		w.touch(key, nil)
		n++
	}
	next.Valid = n == settleStep
	return next, rows.Err()
}
