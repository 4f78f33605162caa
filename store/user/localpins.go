package user

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/fold"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// LocalPin is a pin of "This computer".
type LocalPin struct {
	ID        int64 // never used again
	RequestID string
	Status    services.Status
	Created   time.Time // to the microsecond; no two pins share one
	Pin       services.Pin
	Size      int64  // bytes of its blocks, -1 unknown
	Details   string // why it failed, "" where it did not
}

const localPinColumns = "id, requestid, cid, cid_key, name, meta, origins, status, created, size, details"

// AddLocalPin stores a new pin and returns it with ID, RequestID and Created
// filled in.
func (d *DB) AddLocalPin(ctx context.Context, p LocalPin) (LocalPin, error) {
	err := d.write(ctx, "add", func(tx *sql.Tx) (err error) {
		p, err = insertLocalPin(ctx, tx, p)
		return err
	})
	return p, err
}

// ReplaceLocalPin stores a new pin and removes the one of requestID, in one
// step. It returns both; CodeNotFound where there is no such pin.
func (d *DB) ReplaceLocalPin(ctx context.Context, requestID string, p LocalPin) (old, made LocalPin, err error) {
	err = d.write(ctx, "replace", func(tx *sql.Tx) (err error) {
		if old, err = removeLocalPin(ctx, tx, "replace", requestID); err != nil {
			return err
		}
		made, err = insertLocalPin(ctx, tx, p)
		return err
	})
	return old, made, err
}

// RemoveLocalPin removes a pin and returns it; CodeNotFound where there is none.
func (d *DB) RemoveLocalPin(ctx context.Context, requestID string) (old LocalPin, err error) {
	err = d.write(ctx, "delete", func(tx *sql.Tx) (err error) {
		old, err = removeLocalPin(ctx, tx, "delete", requestID)
		return err
	})
	return old, err
}

// NoteLocalPin stores Status, Size and Details of p.ID; ok is false where the
// pin is gone.
func (d *DB) NoteLocalPin(ctx context.Context, p LocalPin) (ok bool, err error) {
	err = d.write(ctx, "note", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE local_pins SET status = ?, size = ?, details = ? WHERE id = ?",
			int64(p.Status), p.Size, p.Details, p.ID)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		ok = n == 1
		return err
	})
	return ok, err
}

// LocalPin finds a pin; CodeNotFound where there is none.
func (d *DB) LocalPin(ctx context.Context, requestID string) (LocalPin, error) {
	p, err := scanLocalPin(d.db.QueryRowContext(ctx, "SELECT "+localPinColumns+" FROM local_pins WHERE requestid = ?", requestID))
	if errors.Is(err, sql.ErrNoRows) {
		err = noSuchPin("get")
	}
	return p, sqlite.Error("get", err)
}

// LocalPins lists the pins that match q, newest first, and how many there are
// without its limit. Limit 0 is all of them, an empty Status every status.
func (d *DB) LocalPins(ctx context.Context, q services.Query) (list []LocalPin, count int64, err error) {
	where, args := localPinsWhere(q)
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	err = sqlite.InTx(ctx, d.db, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM local_pins WHERE "+where, args...).Scan(&count); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, "SELECT "+localPinColumns+" FROM local_pins WHERE "+where+
			" ORDER BY created DESC LIMIT ?", append(args, limit)...)
		if err != nil {
			return err
		}
		list, err = store.ScanAll(rows, scanLocalPin)
		return err
	})
	return list, count, sqlite.Error("list", err)
}

// localPinsWhere is q as a condition. Times are kept in microseconds and asked
// for in nanoseconds; both bounds are exclusive.
func localPinsWhere(q services.Query) (string, []any) {
	parts, args := []string{"TRUE"}, []any(nil)
	add := func(cond string, arg ...any) { parts, args = append(parts, cond), append(args, arg...) }
	if len(q.CIDs) > 0 {
		marks := strings.TrimSuffix(strings.Repeat("?,", len(q.CIDs)), ",")
		var keys []any
		for _, c := range q.CIDs {
			keys = append(keys, c.Key)
		}
		add("cid_key IN ("+marks+")", keys...)
	}
	if q.Name != "" {
		switch q.Match {
		case services.MatchIExact:
			add("name_key = ?", fold.Name(q.Name))
		case services.MatchPartial:
			add("instr(name, ?) > 0", q.Name)
		case services.MatchIPartial:
			add("instr(name_key, ?) > 0", fold.Name(q.Name))
		default:
			add("name = ?", q.Name)
		}
	}
	if len(q.Status) > 0 {
		marks := strings.TrimSuffix(strings.Repeat("?,", len(q.Status)), ",")
		var numbers []any
		for _, s := range q.Status {
			numbers = append(numbers, int64(s))
		}
		add("status IN ("+marks+")", numbers...)
	}
	if !q.Before.IsZero() {
		add("created < ?", q.Before.Add(time.Microsecond-time.Nanosecond).UnixMicro())
	}
	if !q.After.IsZero() {
		add("created > ?", q.After.UnixMicro())
	}
	for key, value := range q.Meta {
		add("EXISTS (SELECT 1 FROM json_each(meta) m WHERE m.key = ? AND m.value = ?)", key, value)
	}
	return strings.Join(parts, " AND "), args
}

func insertLocalPin(ctx context.Context, tx *sql.Tx, p LocalPin) (LocalPin, error) {
	p.RequestID = strings.ToLower(rand.Text())
	var created int64
	// Two pins of one microsecond, or a clock that was set back: the next one.
	err := tx.QueryRowContext(ctx, "SELECT MAX(?, COALESCE((SELECT MAX(created) + 1 FROM local_pins), 0))",
		sqlite.Micros(time.Now())).Scan(&created)
	if err != nil {
		return p, err
	}
	p.Created = sqlite.Time(created)
	res, err := tx.ExecContext(ctx, `
		INSERT INTO local_pins (requestid, cid, cid_key, name, name_key, meta, origins, status, created, size, details)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.RequestID, p.Pin.CID.Text, p.Pin.CID.Key, p.Pin.Name, fold.Name(p.Pin.Name), sqlite.JSON(p.Pin.Meta),
		sqlite.JSON(p.Pin.Origins), int64(p.Status), created, p.Size, p.Details)
	if err != nil {
		return p, err
	}
	p.ID, err = res.LastInsertId()
	return p, err
}

func removeLocalPin(ctx context.Context, tx *sql.Tx, op, requestID string) (LocalPin, error) {
	old, err := scanLocalPin(tx.QueryRowContext(ctx, "DELETE FROM local_pins WHERE requestid = ? RETURNING "+localPinColumns, requestID))
	if errors.Is(err, sql.ErrNoRows) {
		err = noSuchPin(op)
	}
	return old, err
}

func scanLocalPin(row store.Row) (LocalPin, error) {
	var p LocalPin
	var meta, origins sql.NullString
	var created int64
	err := row.Scan(&p.ID, &p.RequestID, &p.Pin.CID.Text, &p.Pin.CID.Key, &p.Pin.Name, &meta, &origins,
		&p.Status, &created, &p.Size, &p.Details)
	p.Pin.Meta = sqlite.FromJSON[map[string]string](meta)
	p.Pin.Origins = sqlite.FromJSON[[]string](origins)
	p.Created = sqlite.Time(created)
	return p, err
}

func noSuchPin(op string) error {
	return &services.Error{Code: services.CodeNotFound, Op: op, Reason: "NOT_FOUND"}
}

// SourceOf is the youngest source known to have become c, ok false where there
// is none.
func (d *DB) SourceOf(ctx context.Context, c services.CID) (s store.Source, ok bool, err error) {
	return readSource(d.db.QueryRowContext(ctx, "SELECT "+store.SourceColumns+
		" FROM sources WHERE cid_key = ? ORDER BY id DESC LIMIT 1", c.Key))
}
