package user

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/fold"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Accounts lists every account, by name.
func (d *DB) Accounts(ctx context.Context) ([]services.Account, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+store.AccountColumns+" FROM accounts ORDER BY name_key, id")
	if err != nil {
		return nil, sqlite.Error("accounts", err)
	}
	list, err := store.ScanAll(rows, func(r store.Row) (services.Account, error) { return store.ScanAccount(r) })
	return list, sqlite.Error("accounts", err)
}

// AddAccount stores a new account and returns its ID. A name another account
// has (case folded) is CodeUsage, Reason "name-taken". Created is filled in
// where it is zero.
func (d *DB) AddAccount(ctx context.Context, a services.Account) (services.AccountID, error) {
	if a.Created.IsZero() {
		a.Created = time.Now()
	}
	var id int64
	err := d.write(ctx, "connect", func(tx *sql.Tx) error {
		if err := nameFree(ctx, tx, a); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			INSERT INTO accounts (name, name_key, endpoint, template, user, key, paused, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			a.Name, fold.Name(a.Name), a.Endpoint, a.Template, a.User, string(a.Key), a.Paused, sqlite.Micros(a.Created))
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return services.AccountID(id), err
}

// UpdateAccount stores Name, Endpoint, Template, User, Key and Paused of a.ID. An
// unknown ID is CodeUsage, Reason "unknown-account"; a name another account
// has, "name-taken".
func (d *DB) UpdateAccount(ctx context.Context, a services.Account) error {
	return d.write(ctx, "edit", func(tx *sql.Tx) error {
		if err := nameFree(ctx, tx, a); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			UPDATE accounts SET name = ?, name_key = ?, endpoint = ?, template = ?, user = ?, key = ?, paused = ? WHERE id = ?`,
			a.Name, fold.Name(a.Name), a.Endpoint, a.Template, a.User, string(a.Key), a.Paused, a.ID)
		return oneAccount("edit", res, err)
	})
}

func nameFree(ctx context.Context, tx *sql.Tx, a services.Account) error {
	var taken bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM accounts WHERE name_key = ? AND id <> ?)",
		fold.Name(a.Name), a.ID).Scan(&taken)
	if err == nil && taken {
		err = &services.Error{Code: services.CodeUsage, Op: "connect", Reason: "name-taken", Details: a.Name, NotSent: true}
	}
	return err
}

func oneAccount(op string, res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return unknownAccount(op)
}

// RemoveAccount forgets the account; its open operations become cancelled and
// its observations resolved. Removing an unknown one does nothing.
func (d *DB) RemoveAccount(ctx context.Context, id services.AccountID) error {
	return d.write(ctx, "forget", func(tx *sql.Tx) error {
		now := sqlite.Micros(time.Now())
		if _, err := tx.ExecContext(ctx, "UPDATE operations SET state = 'cancelled', done_at = ? WHERE account = ? AND "+
			store.OperationOpen, now, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE observations SET resolved = ? WHERE account = ? AND resolved = 0",
			now, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM accounts WHERE id = ?", id)
		return err
	})
}

// NoteCall records how a check of the account ended: nil clears the error, and
// ErrSince is when the run of failures began. latency 0 keeps the last. It
// survives restarts. An account that is gone is no error.
func (d *DB) NoteCall(ctx context.Context, id services.AccountID, err *services.Error, latency time.Duration, limitedUntil time.Time) error {
	e, since := services.Error{}, int64(0)
	if err != nil {
		e, since = *err, sqlite.Micros(time.Now())
	}
	return d.exec(ctx, "note", `
		UPDATE accounts SET err_code = ?1, err_op = ?2, err_reason = ?3, err_details = ?4, err_http = ?5,
			err_since = CASE WHEN ?1 = '' THEN 0 WHEN err_since > 0 THEN err_since ELSE ?6 END,
			latency = CASE WHEN ?7 > 0 THEN ?7 ELSE latency END, limited_until = ?8
		WHERE id = ?9`,
		string(e.Code), e.Op, e.Reason, e.Details, e.HTTP, since, latency.Microseconds(), sqlite.Micros(limitedUntil), id)
}

// NoteLimit records until when no more calls are made, to keep within what the
// service allows; zero: no longer. NoteCall overwrites it.
func (d *DB) NoteLimit(ctx context.Context, id services.AccountID, until time.Time) error {
	return d.exec(ctx, "note", "UPDATE accounts SET limited_until = ? WHERE id = ?", sqlite.Micros(until), id)
}
