package cache

import (
	"context"
	"database/sql"
)

// The statements of a page run thousands of times a second, so each is compiled
// once and kept with the one connection, and none watches a context: that would
// cost more than the statement does. Callers look at theirs between steps.

// inTx runs fn in one transaction. d.mu is held.
func (d *DB) inTx(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// Not under ctx: what ended it would undo the transaction below our feet, and
	// the statements that follow would each commit by itself.
	tx, err := d.conn.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := fn(); err != nil {
		return err
	}
	return tx.Commit()
}

// stmt compiles a statement at its first use.
func (d *DB) stmt(query string) (*sql.Stmt, error) {
	if s := d.stmts[query]; s != nil {
		return s, nil
	}
	s, err := d.conn.PrepareContext(context.Background(), query)
	if err == nil {
		d.stmts[query] = s
	}
	return s, err
}

func (d *DB) exec(query string, args ...any) error {
	s, err := d.stmt(query)
	if err != nil {
		return err
	}
	_, err = s.Exec(args...)
	return err
}

// insert is exec that returns the new row's id.
func (d *DB) insert(query string, args ...any) (int64, error) {
	s, err := d.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (d *DB) query(query string, args ...any) (*sql.Rows, error) {
	s, err := d.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}

func (d *DB) row(query string, args ...any) rowOrError {
	s, err := d.stmt(query)
	if err != nil {
		return rowOrError{err: err}
	}
	return rowOrError{row: s.QueryRow(args...)}
}

// rowOrError is a row or what kept it from being asked for.
type rowOrError struct {
	row *sql.Row
	err error
}

func (r rowOrError) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(dest...)
}
