package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// InTx runs fn in one transaction: committed where fn returns nil, else undone.
func InTx(ctx context.Context, db *sql.DB, fn func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Micros is a time as the files keep it: Unix microseconds, 0 for none.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time is the reverse of Micros, in UTC.
func Time(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// JSON is m as text, NULL where it is empty.
func JSON[T map[string]string | []string](m T) any {
	if len(m) == 0 {
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic("bug: " + err.Error()) // strings always marshal
	}
	return string(text)
}

// FromJSON reads what JSON wrote; text that is none is empty.
func FromJSON[T map[string]string | []string](text sql.NullString) T {
	var m T
	if text.Valid {
		_ = json.Unmarshal([]byte(text.String), &m)
	}
	return m
}
