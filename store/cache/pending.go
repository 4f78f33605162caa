package cache

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// SetPending makes the open operations of user.db visible in the list:
// operations that are open are shown on their item (made where there is none),
// closed ones are taken off it. One whose CID is still being computed is shown
// on an item of its source, which becomes that of the CID. all: ops is every open one, what is not among
// them goes.
func (d *DB) SetPending(ctx context.Context, ops []store.Operation, all bool) error {
	return d.write(ctx, "pending", func(w *write) error {
		keep := make(map[store.OperationID]bool, len(ops))
		for _, o := range ops {
			keep[o.ID] = true
			if err := w.setPending(o); err != nil {
				return err
			}
		}
		if !all {
			return nil
		}
		known, err := w.pendingIDs()
		if err != nil {
			return err
		}
		for _, id := range known {
			if keep[id] {
				continue
			}
			if err := w.clearPending(id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *write) setPending(o store.Operation) error {
	if !o.State.Open() || o.Pin.CID.IsZero() && o.Source == 0 {
		return w.clearPending(o.ID)
	}
	key, text, stuck := o.Pin.CID.Key, o.Pin.CID.Text, o.State == store.OpStuck
	if o.Pin.CID.IsZero() {
		key = o.Source.Key()
	}
	if text == key {
		text = ""
	}
	var same bool
	err := w.d.row("SELECT account = ? AND kind = ? AND cid = ? AND cid_key = ? AND name = ? AND stuck = ? FROM pending WHERE op = ?",
		int64(o.Account), string(o.Kind), text, key, o.Pin.Name, stuck, int64(o.ID)).Scan(&same)
	if err == nil && same {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := w.clearPending(o.ID); err != nil {
		return err
	}
	if err := w.becomes(o.Source, key); err != nil {
		return err
	}
	w.touch(key, nil)
	return w.d.exec(`INSERT INTO pending (op, account, kind, cid, cid_key, name, stuck, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(o.ID), int64(o.Account), string(o.Kind), text, key, o.Pin.Name, stuck, sqlite.Micros(o.Created))
}

// becomes makes the row of a source that of the CID it turned out to have, so
// that who looks at it keeps it; where the CID has a row, that is the one.
func (w *write) becomes(source store.SourceID, key string) error {
	if source == 0 || key == source.Key() {
		return nil
	}
	w.touch(source.Key(), nil) // what else may wait for the source has a row of its own again
	return w.d.exec("UPDATE items SET cid_key = ? WHERE cid_key = ? AND NOT EXISTS (SELECT 1 FROM items WHERE cid_key = ?)",
		key, source.Key(), key)
}

// clearPending takes an operation off its item; an unknown one is none there.
func (w *write) clearPending(id store.OperationID) error {
	rows, err := w.d.query("DELETE FROM pending WHERE op = ? RETURNING cid_key", int64(id))
	if err != nil {
		return err
	}
	keys, err := store.ScanAll(rows, scanText)
	for _, key := range keys {
		w.touch(key, nil)
	}
	return err
}

func (w *write) pendingIDs() ([]store.OperationID, error) {
	rows, err := w.d.query("SELECT op FROM pending")
	if err != nil {
		return nil, err
	}
	return store.ScanAll(rows, scanID[store.OperationID])
}

// Forget takes an account, its pins and its pending operations out, in steps
// that never hold the writer long.
func (d *DB) Forget(ctx context.Context, account services.AccountID) error {
	err := d.write(ctx, "forget", func(w *write) error {
		rows, err := w.d.query("DELETE FROM pending WHERE account = ? RETURNING cid_key", int64(account))
		if err != nil {
			return err
		}
		keys, err := store.ScanAll(rows, scanText)
		for _, key := range keys {
			w.touch(key, nil)
		}
		return err
	})
	for more := err == nil; more && err == nil; {
		err = d.write(ctx, "forget", func(w *write) (err error) {
			more, err = w.forgetSome(account)
			return err
		})
	}
	if err != nil {
		return err
	}
	return d.write(ctx, "forget", func(w *write) error {
		for _, table := range []string{"pin_counts", "item_counts", "stretches", "facts", "places"} {
			if err := w.d.exec("DELETE FROM "+table+" WHERE account = ?", int64(account)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *write) forgetSome(account services.AccountID) (more bool, err error) {
	rows, err := w.d.query("SELECT id, cid_key, status FROM pins WHERE account = ? LIMIT ?", int64(account), settleStep)
	if err != nil {
		return false, err
	}
	pins, err := store.ScanAll(rows, func(r store.Row) (pin, error) {
		p := pin{account: account}
		err := r.Scan(&p.id, &p.key, &p.status)
		return p, err
	})
	if err != nil {
		return false, err
	}
	for _, p := range pins {
		if err := w.removePin(p); err != nil {
			return false, err
		}
	}
	return len(pins) == settleStep, nil
}
