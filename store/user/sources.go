package user

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// AddSources stores new sources and what is asked for of each (ops[i] of
// sources[i]) in one transaction, and returns both filled in: Source, and what
// AddOperations fills in. When it returns they are durable.
func (d *DB) AddSources(ctx context.Context, sources []store.Source, ops [][]store.Operation) ([]store.Source, []store.Operation, error) {
	var made []store.Source
	var asked []store.Operation
	err := d.write(ctx, "import", func(tx *sql.Tx) error {
		for i, s := range sources {
			s, list, err := addSourceFor(ctx, tx, s, ops[i])
			if err != nil {
				return err
			}
			made, asked = append(made, s), append(asked, list...)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return made, asked, nil
}

// addSourceFor stores a source and the operations that need it.
func addSourceFor(ctx context.Context, tx *sql.Tx, s store.Source, ops []store.Operation) (store.Source, []store.Operation, error) {
	s, err := addSource(ctx, tx, s)
	if err != nil {
		return s, nil, err
	}
	list := make([]store.Operation, len(ops))
	for i, o := range ops {
		o.Source = s.ID
		list[i] = o
	}
	list, err = addOperations(ctx, tx, list)
	return s, list, err
}

// addSource stores a source, preparing where it has no state, and returns it
// with ID and Created filled in.
func addSource(ctx context.Context, tx *sql.Tx, s store.Source) (store.Source, error) {
	if s.State == "" {
		s.State, s.Size = store.SourcePreparing, -1
	}
	if s.Created.IsZero() {
		s.Created = time.UnixMicro(time.Now().UnixMicro()).UTC()
	}
	res, err := tx.ExecContext(ctx, `
		INSERT INTO sources (path, profile, car, ignore, hidden, state, cid, cid_key, name, size, files, left_out,
			created, next_at, reason, folder, rel)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		[]byte(s.Path), string(s.Profile), s.CAR, sqlite.JSON(s.Ignore), s.Hidden, string(s.State), s.CID.Text, s.CID.Key,
		s.Name, s.Size, s.Files, s.Left, sqlite.Micros(s.Created), sqlite.Micros(s.NextAt), s.Reason, s.Folder, []byte(s.Rel))
	if err != nil {
		return s, err
	}
	id, err := res.LastInsertId()
	s.ID = store.SourceID(id)
	return s, err
}

// Source reads one.
func (d *DB) Source(ctx context.Context, id store.SourceID) (s store.Source, ok bool, err error) {
	return readSource(d.db.QueryRowContext(ctx, "SELECT "+store.SourceColumns+" FROM sources WHERE id = ?", id))
}

// OpenSources lists those that are not released, oldest first.
func (d *DB) OpenSources(ctx context.Context) ([]store.Source, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+store.SourceColumns+" FROM sources WHERE "+store.SourceOpen+" ORDER BY id")
	if err != nil {
		return nil, sqlite.Error("sources", err)
	}
	list, err := store.ScanAll(rows, store.ScanSource)
	return list, sqlite.Error("sources", err)
}

// KnownSources lists every source that was read, released ones too.
func (d *DB) KnownSources(ctx context.Context) ([]store.Source, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+store.SourceColumns+" FROM sources WHERE cid <> '' AND size >= 0 ORDER BY id")
	if err != nil {
		return nil, sqlite.Error("sources", err)
	}
	list, err := store.ScanAll(rows, store.ScanSource)
	return list, sqlite.Error("sources", err)
}

// DueSources lists at most n sources that are to be read now, the longest due
// first; where there are none, next is when the first one will be, zero for none
// at all.
func (d *DB) DueSources(ctx context.Context, now time.Time, n int) (list []store.Source, next time.Time, err error) {
	const preparing = " FROM sources WHERE state = 'preparing' AND " + store.SourceOpen
	rows, err := d.db.QueryContext(ctx, "SELECT "+store.SourceColumns+preparing+" AND next_at <= ? ORDER BY next_at, id LIMIT ?",
		sqlite.Micros(now), n)
	if err != nil {
		return nil, time.Time{}, sqlite.Error("source", err)
	}
	list, err = store.ScanAll(rows, store.ScanSource)
	if err != nil || len(list) > 0 {
		return list, time.Time{}, sqlite.Error("source", err)
	}
	var due sql.NullInt64
	err = d.db.QueryRowContext(ctx, "SELECT MIN(next_at)"+preparing).Scan(&due)
	return nil, sqlite.Time(due.Int64), sqlite.Error("source", err)
}

func readSource(row *sql.Row) (s store.Source, ok bool, err error) {
	s, err = store.ScanSource(row)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Source{}, false, nil
	}
	return s, err == nil, sqlite.Error("source", err)
}

// MovedOperation is an operation as it shall be, if it still is in state From.
type MovedOperation struct {
	store.Operation
	From store.State
	// Again takes its place from now on, in the manifest of its folder too; Undo
	// takes back what it led to. Both are added only if it was moved.
	Again, Undo *store.Operation
	// TakenBack is the operation as it was where what it asked for is not to be
	// kept by it any more: who relied on it is asked for anew.
	TakenBack *store.Operation
}

// AskAgain asks for an operation's source once more. A CAR says itself what is in
// it: of one, the root it was asked for stays named.
func AskAgain(op store.Operation, car bool) *store.Operation {
	pin := op.Pin
	if !car {
		pin.CID = services.CID{}
	}
	return &store.Operation{Account: op.Account, Kind: store.OpAdd, Pin: pin, Source: op.Source, State: store.OpPreparing}
}

// SourceMove is what became of a source (State, CID, Size, Files, Left, NextAt,
// Reason), if its state still is From, and what that makes of its operations,
// their CIDs included.
type SourceMove struct {
	store.Source
	From       store.SourceState
	Operations []MovedOperation
}

// MoveSource is MoveSources of one; ok is false, and nothing is changed, where it
// was another.
func (d *DB) MoveSource(ctx context.Context, s store.Source, from store.SourceState, moves []MovedOperation) (moved []store.Operation, ok bool, err error) {
	moved, others, err := d.MoveSources(ctx, []SourceMove{{Source: s, From: from, Operations: moves}})
	return moved, err == nil && len(others) == 0, err
}

// MoveSources stores moves in one transaction, and returns the operations that
// were moved and added. Where some of the sources were in another state, or go by
// another path (what was seen at the old one says nothing of it), nothing is
// changed, and others are those.
func (d *DB) MoveSources(ctx context.Context, moves []SourceMove) (moved []store.Operation, others []store.SourceID, err error) {
	err = d.write(ctx, "import", func(tx *sql.Tx) error {
		for _, m := range moves {
			ok, err := moveSource(ctx, tx, m)
			if err != nil {
				return err
			}
			if !ok {
				others = append(others, m.ID)
			}
		}
		if len(others) > 0 {
			return errOthers
		}
		for _, m := range moves {
			list, err := moveOperations(ctx, tx, m.Operations)
			if err != nil {
				return err
			}
			moved = append(moved, list...)
		}
		return nil
	})
	if len(others) > 0 {
		return nil, others, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return moved, nil, nil
}

// errOthers takes back what was done of moves that are not all to be.
var errOthers = errors.New("a source is another than it was")

// moveSource is the source's own part of a move.
func moveSource(ctx context.Context, tx *sql.Tx, m SourceMove) (ok bool, err error) {
	s := m.Source
	res, err := tx.ExecContext(ctx, `
		UPDATE sources SET state = ?, cid = ?, cid_key = ?, size = ?, files = ?, left_out = ?, next_at = ?, reason = ?, unread = ?
		WHERE id = ? AND state = ? AND path = ?`,
		string(s.State), s.CID.Text, s.CID.Key, s.Size, s.Files, s.Left, sqlite.Micros(s.NextAt), s.Reason, s.Unread, s.ID, string(m.From),
		[]byte(s.Path))
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if s.State == store.SourceReady {
		return true, publishedAs(ctx, tx, s)
	}
	return true, nil
}

// publishedAs notes in the manifest of its folder what a source turned out to be.
func publishedAs(ctx context.Context, tx *sql.Tx, s store.Source) error {
	if s.CID.IsZero() {
		return nil // a CAR of several roots: each of its items has its own
	}
	// What a CAR was published as is its root: with another it is another item.
	_, err := tx.ExecContext(ctx, `UPDATE folder_items SET cid = ?1, cid_key = ?2, size = ?3
		WHERE source = ?4 AND (NOT ?5 OR cid_key IN ('', ?2))`, s.CID.Text, s.CID.Key, s.Size, s.ID, s.CAR)
	return err
}

// moveOperations is UpdateAll inside a transaction, with the CID.
func moveOperations(ctx context.Context, tx *sql.Tx, moves []MovedOperation) ([]store.Operation, error) {
	update, err := tx.PrepareContext(ctx, `
		UPDATE operations SET cid = ?, cid_key = ?, state = ?, requestid = ?, already_kept = ?, adopted = ?, attempts = ?,
			sent_at = ?, next_at = ?, done_at = ?, last_code = ?, last_text = ?
		WHERE id = ? AND state = ?`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = update.Close() }()
	var moved []store.Operation
	for _, m := range moves {
		res, err := update.ExecContext(ctx, m.Pin.CID.Text, m.Pin.CID.Key, string(m.State), m.RequestID, m.AlreadyKept,
			m.Adopted, m.Attempts, sqlite.Micros(m.SentAt), sqlite.Micros(m.NextAt), sqlite.Micros(m.DoneAt),
			string(m.LastCode), m.LastText, m.ID, string(m.From))
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
		added, err := follow(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		moved = append(append(moved, m.Operation), added...)
	}
	return moved, nil
}

// follow adds what follows on an operation that was moved.
func follow(ctx context.Context, tx *sql.Tx, m MovedOperation) (added []store.Operation, err error) {
	if m.Undo != nil {
		if added, err = addOperations(ctx, tx, []store.Operation{*m.Undo}); err != nil {
			return nil, err
		}
	}
	if m.TakenBack != nil {
		asked, err := askRiders(ctx, tx, *m.TakenBack)
		if err != nil {
			return nil, err
		}
		added = append(added, asked...)
	}
	if m.Again == nil {
		return added, nil
	}
	again, err := addOperations(ctx, tx, []store.Operation{*m.Again})
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "UPDATE folder_pins SET operation = ?, requestid = '', ours = 0, safe = 0 WHERE operation = ?",
		again[0].ID, m.ID)
	return append(added, again...), err
}

// readAgain makes a source due to be read now that could not be read, or waits for
// its file to settle.
const readAgain = "UPDATE sources SET state = 'preparing', next_at = 0 WHERE id = ? AND state IN ('stuck', 'preparing')"

// Unready makes every ready source one to be read again: its blocks are lost.
func (d *DB) Unready(ctx context.Context) error {
	return d.exec(ctx, "import", "UPDATE sources SET state = 'preparing', next_at = 0 WHERE state = 'ready'")
}

// pruneSources forgets sources nothing needs and nothing names any more.
func pruneSources(ctx context.Context, tx *sql.Tx, old int64) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM sources WHERE state = 'released' AND created < ?
			AND NOT EXISTS (SELECT 1 FROM operations WHERE source = sources.id AND source <> 0)
			AND NOT EXISTS (SELECT 1 FROM folder_items WHERE source = sources.id)`, old)
	return err
}
