package user

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// AddOperations stores new operations in one transaction, in order, and
// returns them with ID, Key, Created, NextAt (where it was zero: due at once)
// and State filled in. When it returns they are durable.
func (d *DB) AddOperations(ctx context.Context, ops []store.Operation) ([]store.Operation, error) {
	var list []store.Operation
	err := d.write(ctx, "add", func(tx *sql.Tx) (err error) {
		list, err = addOperations(ctx, tx, ops)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// addOperations is AddOperations inside a transaction.
func addOperations(ctx context.Context, tx *sql.Tx, ops []store.Operation) ([]store.Operation, error) {
	now := time.UnixMicro(time.Now().UnixMicro()).UTC()
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO operations (key, account, kind, cid, cid_key, name, origins, meta, requestid, state,
			already_kept, adopted, attempts, created, sent_at, next_at, done_at, last_code, last_text, source, made, was, posts)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = insert.Close() }()
	list := make([]store.Operation, len(ops))
	for i, o := range ops {
		if list[i], err = addOperation(insert, o, now); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func addOperation(insert *sql.Stmt, o store.Operation, now time.Time) (store.Operation, error) {
	o.Key = strings.ToLower(rand.Text()) // 130 random bits, nothing of this machine
	if o.Created.IsZero() {
		o.Created = now
	}
	if o.NextAt.IsZero() {
		o.NextAt = o.Created
	}
	if o.State == "" {
		o.State = store.OpWaiting
	}
	p := o.Pin
	res, err := insert.Exec(o.Key, o.Account, string(o.Kind), p.CID.Text, p.CID.Key, p.Name, sqlite.JSON(p.Origins),
		sqlite.JSON(p.Meta), o.RequestID, string(o.State), o.AlreadyKept, o.Adopted, o.Attempts, sqlite.Micros(o.Created),
		sqlite.Micros(o.SentAt), sqlite.Micros(o.NextAt), sqlite.Micros(o.DoneAt), string(o.LastCode), o.LastText, o.Source,
		o.Made, o.Was.Text, o.Posts)
	if err != nil {
		return o, err
	}
	id, err := res.LastInsertId()
	o.ID = store.OperationID(id)
	return o, err
}

// claimable are the open operations of an account (o) that may be worked on at
// some time without the person and without overtaking an older one of the same
// pin; one that is stuck, or whose file is still being read, holds up nobody,
// since it may stay so for long.
const claimable = `
	FROM operations o
	WHERE o.account = ? AND o.state NOT IN ('done', 'cancelled', 'stuck', 'preparing')
		AND NOT EXISTS (SELECT 1 FROM operations e
			WHERE o.cid_key <> '' AND e.account = o.account AND e.cid_key = o.cid_key AND e.id < o.id
				AND e.state NOT IN ('done', 'cancelled') AND e.state NOT IN ('stuck', 'preparing'))
		AND NOT EXISTS (SELECT 1 FROM operations e
			WHERE o.requestid <> '' AND e.account = o.account AND e.requestid = o.requestid AND e.id < o.id
				AND e.state NOT IN ('done', 'cancelled') AND e.state NOT IN ('stuck', 'preparing'))`

// Claim takes the account's oldest open operation due at now whose pin (CID
// key, or RequestID) has no older open one at work or waiting, ok false where
// there is none. It is only read: Update decides what becomes of it. A stuck one
// is never claimed, nor one that is still preparing.
func (d *DB) Claim(ctx context.Context, account services.AccountID, now time.Time) (op store.Operation, ok bool, err error) {
	return readOne(d.db.QueryRowContext(ctx, "SELECT "+store.OperationColumns+claimable+
		" AND o.next_at <= ? ORDER BY o.id LIMIT 1", account, sqlite.Micros(now)))
}

// NextDue is when the account's next open operation that Claim could take is
// due; zero if there is none.
func (d *DB) NextDue(ctx context.Context, account services.AccountID) (time.Time, error) {
	var due sql.NullInt64
	err := d.db.QueryRowContext(ctx, "SELECT MIN(o.next_at)"+claimable, account).Scan(&due)
	return sqlite.Time(due.Int64), sqlite.Error("next", err)
}

// Update stores State, RequestID, AlreadyKept, Adopted, Attempts, SentAt,
// NextAt, DoneAt, LastCode, LastText, Made and Posts of op.ID, but only if its stored state
// is still from; ok is false where it is not (someone cancelled it meanwhile).
func (d *DB) Update(ctx context.Context, op store.Operation, from store.State) (ok bool, err error) {
	done, err := d.UpdateAll(ctx, []store.Operation{op}, from)
	return len(done) == 1, err
}

// UpdateAll is Update of many that all are in state from, in one transaction:
// each of its own waits for the disk. It returns those that still were. The source
// of one that is to be prepared once more is read again: a reading that ends between
// the two would not know that it is waited for.
func (d *DB) UpdateAll(ctx context.Context, ops []store.Operation, from store.State) (done []store.Operation, err error) {
	err = d.write(ctx, "update", func(tx *sql.Tx) error {
		done, err = updateAll(ctx, tx, ops, from)
		return err
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// updateAll is UpdateAll inside a transaction.
func updateAll(ctx context.Context, tx *sql.Tx, ops []store.Operation, from store.State) (done []store.Operation, err error) {
	update, err := tx.PrepareContext(ctx, `
			UPDATE operations SET state = ?, requestid = ?, already_kept = ?, adopted = ?, attempts = ?, sent_at = ?,
				next_at = ?, done_at = ?, last_code = ?, last_text = ?, made = ?, posts = ?
			WHERE id = ? AND state = ?`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = update.Close() }()
	for _, op := range ops {
		res, err := update.ExecContext(ctx,
			string(op.State), op.RequestID, op.AlreadyKept, op.Adopted, op.Attempts, sqlite.Micros(op.SentAt),
			sqlite.Micros(op.NextAt), sqlite.Micros(op.DoneAt), string(op.LastCode), op.LastText,
			op.Made, op.Posts, op.ID, string(from))
		if err != nil {
			return nil, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		done = append(done, op)
		if op.Source != 0 && op.State == store.OpPreparing {
			if _, err := tx.ExecContext(ctx, readAgain, op.Source); err != nil {
				return nil, err
			}
		}
	}
	return done, nil
}

// Operation reads one.
func (d *DB) Operation(ctx context.Context, id store.OperationID) (op store.Operation, ok bool, err error) {
	return readOne(d.db.QueryRowContext(ctx, "SELECT "+store.OperationColumns+" FROM operations WHERE id = ?", id))
}

func readOne(row *sql.Row) (op store.Operation, ok bool, err error) {
	op, err = store.ScanOperation(row)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Operation{}, false, nil
	}
	return op, err == nil, sqlite.Error("operation", err)
}

// OpenOperations lists every open operation, oldest first.
func (d *DB) OpenOperations(ctx context.Context) ([]store.Operation, error) {
	return d.operations(ctx, store.OperationOpen)
}

// OpenOf lists the account's open operations about a CID, oldest first.
func (d *DB) OpenOf(ctx context.Context, account services.AccountID, c services.CID) ([]store.Operation, error) {
	return d.operations(ctx, "account = ? AND cid_key = ? AND "+store.OperationOpen, account, c.Key)
}

// OperationsOfOpen lists every operation of every source that is not released,
// closed ones too, by source and age.
func (d *DB) OperationsOfOpen(ctx context.Context) ([]store.Operation, error) {
	return d.operations(ctx, "source <> 0 AND source IN (SELECT id FROM sources WHERE "+store.SourceOpen+")")
}

func (d *DB) operations(ctx context.Context, where string, args ...any) ([]store.Operation, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+store.OperationColumns+" FROM operations WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, sqlite.Error("operations", err)
	}
	list, err := store.ScanAll(rows, store.ScanOperation)
	return list, sqlite.Error("operations", err)
}

// OperationsOf lists every operation, closed ones too, whose bytes come from a
// source, oldest first.
func (d *DB) OperationsOf(ctx context.Context, id store.SourceID) ([]store.Operation, error) {
	return d.operations(ctx, "source = ? AND source <> 0", id)
}

// OperationsOfSources is OperationsOf of many, by source.
func (d *DB) OperationsOfSources(ctx context.Context, ids []store.SourceID) (map[store.SourceID][]store.Operation, error) {
	text, err := json.Marshal(ids)
	if err != nil {
		panic("bug: " + err.Error()) // numbers always marshal
	}
	list, err := d.operations(ctx, "source <> 0 AND source IN (SELECT value FROM json_each(?))", string(text))
	of := make(map[store.SourceID][]store.Operation, len(ids))
	for _, op := range list {
		of[op.Source] = append(of[op.Source], op)
	}
	return of, err
}

// Resolve closes observations by ID.
func (d *DB) Resolve(ctx context.Context, ids []int64) error {
	return d.write(ctx, "resolve", func(tx *sql.Tx) error {
		now := sqlite.Micros(time.Now())
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "UPDATE observations SET resolved = ? WHERE id = ? AND resolved = 0",
				now, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// historyAge and historyRows bound the closed operations that are kept.
const (
	historyAge  = 90 * 24 * time.Hour
	historyRows = 100_000
)

// Prune drops closed operations older than 90 days or beyond the youngest
// 100,000, and resolved observations likewise.
func (d *DB) Prune(ctx context.Context, now time.Time) error {
	old := sqlite.Micros(now.Add(-historyAge))
	return d.write(ctx, "prune", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			DELETE FROM operations WHERE state IN ('done', 'cancelled') AND (
				CASE WHEN done_at > 0 THEN done_at ELSE created END < ?
				OR id <= (SELECT id FROM operations WHERE state IN ('done', 'cancelled')
					ORDER BY id DESC LIMIT 1 OFFSET ?))`, old, historyRows); err != nil {
			return err
		}
		if err := pruneSources(ctx, tx, old); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			DELETE FROM observations WHERE resolved > 0 AND (resolved < ?
				OR id <= (SELECT id FROM observations WHERE resolved > 0 ORDER BY id DESC LIMIT 1 OFFSET ?))`,
			old, historyRows)
		return err
	})
}
