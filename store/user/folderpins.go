package user

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// FolderPin is what became of an item at one account.
type FolderPin struct {
	Item      int64
	Account   services.AccountID
	Operation store.OperationID
	Name      string // it was last asked for under, "" where that is not its name any more
	RequestID string // "" until its add is done
	Ours      bool   // that add made the pin: it may be let go of
	Safe      time.Time
	Lost      bool  // it was safe, and is not kept any more; Safe is zero then
	Release   int64 // the item whose pin there has to come first, 0: it is kept
}

// lostPin is the column safe of one that is Lost.
const lostPin = -1

func (p FolderPin) safe() int64 {
	if p.Lost {
		return lostPin
	}
	return sqlite.Micros(p.Safe)
}

const pinColumns = "p.item, p.account, p.operation, p.name, p.requestid, p.ours, p.safe, p.release"

func scanFolderPin(row store.Row, more ...any) (FolderPin, error) {
	var p FolderPin
	var safe int64
	err := row.Scan(append([]any{&p.Item, &p.Account, &p.Operation, &p.Name, &p.RequestID, &p.Ours, &safe, &p.Release}, more...)...)
	if p.Lost = safe == lostPin; !p.Lost {
		p.Safe = sqlite.Time(safe)
	}
	return p, err
}

// OpenFolderPin is one that something is still to come of.
type OpenFolderPin struct {
	FolderPin
	Folder store.FolderID
	Rel    store.Path
	Title  string // the name it is to have
	CID    services.CID
	Ended  bool
}

// OpenFolderPins lists those that are not safe yet, wait to be let go of, or
// have not got their name, oldest first.
func (d *DB) OpenFolderPins(ctx context.Context) ([]OpenFolderPin, error) {
	return d.openPins(ctx, "p.safe = 0 OR p.release <> 0 OR p.name = '' ORDER BY p.item, p.account")
}

func (d *DB) openPins(ctx context.Context, where string, args ...any) ([]OpenFolderPin, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+pinColumns+`, i.folder, i.rel, i.name, i.cid, i.cid_key, i.ended <> 0
		FROM folder_pins p JOIN folder_items i ON i.id = p.item WHERE `+where, args...)
	if err != nil {
		return nil, sqlite.Error("manifest", err)
	}
	list, err := store.ScanAll(rows, func(row store.Row) (OpenFolderPin, error) {
		var o OpenFolderPin
		var rel []byte
		pin, err := scanFolderPin(row, &o.Folder, &rel, &o.Title, &o.CID.Text, &o.CID.Key, &o.Ended)
		o.FolderPin, o.Rel = pin, store.Path(rel)
		return o, err
	})
	return list, sqlite.Error("manifest", err)
}

// MadePins lists what items of all folders became at an account, by item, after
// one, at most n.
func (d *DB) MadePins(ctx context.Context, account services.AccountID, after int64, n int) ([]OpenFolderPin, error) {
	return d.openPins(ctx, "p.account = ? AND p.item > ? AND p.requestid <> '' ORDER BY p.item LIMIT ?", account, after, n)
}

// FolderPins lists what became of every version of a folder's items.
func (d *DB) FolderPins(ctx context.Context, id store.FolderID) ([]FolderPin, error) {
	return d.pins(ctx, "p.item IN (SELECT id FROM folder_items WHERE folder = ?) ORDER BY p.item, p.account", id)
}

// PinsAs lists what items became at an account under one requestid.
func (d *DB) PinsAs(ctx context.Context, account services.AccountID, requestID string) ([]FolderPin, error) {
	return d.pins(ctx, "p.requestid <> '' AND p.account = ? AND p.requestid = ? ORDER BY p.item", account, requestID)
}

// PinOf reads one; ok is false where the item is not meant for that account.
func (d *DB) PinOf(ctx context.Context, item int64, account services.AccountID) (p FolderPin, ok bool, err error) {
	list, err := d.pins(ctx, "p.item = ? AND p.account = ?", item, account)
	if err != nil || len(list) == 0 {
		return FolderPin{}, false, err
	}
	return list[0], true, nil
}

func (d *DB) pins(ctx context.Context, where string, args ...any) ([]FolderPin, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+pinColumns+" FROM folder_pins p WHERE "+where, args...)
	if err != nil {
		return nil, sqlite.Error("manifest", err)
	}
	list, err := store.ScanAll(rows, func(row store.Row) (FolderPin, error) { return scanFolderPin(row) })
	return list, sqlite.Error("manifest", err)
}

// Item reads one version; ok is false where it has never been.
func (d *DB) Item(ctx context.Context, id int64) (i FolderItem, ok bool, err error) {
	list, err := d.items(ctx, "id = ?", id)
	if err != nil || len(list) == 0 {
		return FolderItem{}, false, err
	}
	return list[0], true, nil
}

// Needed reports whether a folder's living item, of any folder, an open add, or
// what the person asked for when it was kept already needs an account to keep a
// CID.
func (d *DB) Needed(ctx context.Context, account services.AccountID, c services.CID) (needed bool, err error) {
	err = d.db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM folder_items i JOIN folder_pins p ON p.item = i.id
				WHERE i.cid_key = ?1 AND i.ended = 0 AND p.account = ?2 AND p.release = 0)
			OR EXISTS (SELECT 1 FROM operations WHERE account = ?2 AND cid_key = ?1 AND kind = 'add' AND `+store.OperationOpen+`)
			OR EXISTS (SELECT 1 FROM operations o WHERE o.account = ?2 AND o.cid_key = ?1 AND o.kind = 'add' AND o.state = 'done'
				AND (o.already_kept OR o.adopted) AND EXISTS (SELECT 1 FROM sources s WHERE s.id = o.source AND s.folder = 0))`,
		c.Key, account).Scan(&needed)
	return needed, sqlite.Error("manifest", err)
}

// PinMove is what became of a FolderPin since Was.
type PinMove struct {
	Was, Now FolderPin
	// Asked is what is asked for because of it, nil nothing.
	Asked *store.Operation
	// Forget: it is none any more.
	Forget bool
	// Ends is an item whose place it has taken, 0 none.
	Ends int64
}

// MovePins stores moves in one transaction, each only where the pin is still as
// it was, and returns the operations they asked for.
func (d *DB) MovePins(ctx context.Context, moves []PinMove, at time.Time) (asked []store.Operation, err error) {
	if len(moves) == 0 {
		return nil, nil
	}
	err = d.write(ctx, "manifest", func(tx *sql.Tx) error {
		asked = nil
		for _, m := range moves {
			list, err := movePin(ctx, tx, m, at)
			if err != nil {
				return err
			}
			asked = append(asked, list...)
		}
		return nil
	})
	return asked, err
}

func movePin(ctx context.Context, tx *sql.Tx, m PinMove, at time.Time) ([]store.Operation, error) {
	query := `UPDATE folder_pins SET name = ?, requestid = ?, ours = ?, safe = ?, release = ?
		WHERE item = ? AND account = ? AND operation = ? AND requestid = ? AND release = ?`
	args := []any{m.Now.Name, m.Now.RequestID, m.Now.Ours, m.Now.safe(), m.Now.Release}
	if m.Forget {
		query, args = "DELETE FROM folder_pins WHERE item = ? AND account = ? AND operation = ? AND requestid = ? AND release = ?", nil
	}
	args = append(args, m.Was.Item, m.Was.Account, m.Was.Operation, m.Was.RequestID, m.Was.Release)
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return nil, err
	}
	if m.Ends != 0 {
		if _, err := tx.ExecContext(ctx, "UPDATE folder_items SET ended = ? WHERE id = ? AND ended = 0", sqlite.Micros(at), m.Ends); err != nil {
			return nil, err
		}
	}
	if m.Asked == nil {
		return nil, nil
	}
	return addOperations(ctx, tx, []store.Operation{*m.Asked})
}

// Redirect follows a pin whose requestid is another now.
func (d *DB) Redirect(ctx context.Context, account services.AccountID, from, to string) error {
	known, err := d.PinsAs(ctx, account, from)
	if err != nil || len(known) == 0 {
		return err
	}
	return d.exec(ctx, "manifest", "UPDATE folder_pins SET requestid = ? WHERE requestid <> '' AND account = ? AND requestid = ?",
		to, account, from)
}

// Observed is the number of the latest observation, 0 where there is none.
func (d *DB) Observed(ctx context.Context) (id int64, err error) {
	err = d.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) FROM observations").Scan(&id)
	return id, sqlite.Error("observe", err)
}
