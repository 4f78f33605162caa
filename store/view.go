package store

import (
	"context"
	"database/sql"
)

// view is a connection that keeps what it has compiled: a page is a handful of
// small statements, and compiling them takes longer than running them. Their
// texts are few, since what is looked for is never part of one.
//
// A statement of a bound LIMIT would be compiled again whenever it is given a
// value (SQLite plans by it), so what is read often has none: its reader stops.
type view struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// read runs fn over one state of the files. Rows of one query must be closed
// before the same text is asked again.
func (v *view) read(ctx context.Context, db *sql.DB, fn func(q querier) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.conn == nil {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		v.conn, v.stmts = conn, make(map[string]*sql.Stmt)
	}
	// Not under ctx, which the statements watch: whoever ended it would end the
	// transaction below them.
	tx, err := v.conn.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	return fn(v)
}

// stmt compiles a statement at its first use.
func (v *view) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := v.stmts[query]; s != nil {
		return s, nil
	}
	s, err := v.conn.PrepareContext(ctx, query)
	if err == nil {
		v.stmts[query] = s
	}
	return s, err
}

// QueryContext implements querier.
func (v *view) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := v.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements querier.
func (v *view) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := v.stmt(ctx, query)
	if err != nil {
		return v.conn.QueryRowContext(ctx, query, args...) // a Row that holds err can only come from there
	}
	return s.QueryRowContext(ctx, args...)
}

// close closes the connection; the next read opens another.
func (v *view) close() {
	for _, s := range v.stmts {
		_ = s.Close() // an open one would keep the files open
	}
	if v.conn != nil {
		_ = v.conn.Close()
	}
	v.conn, v.stmts = nil, nil
}
