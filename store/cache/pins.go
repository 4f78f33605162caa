package cache

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// pin is a row of pins.
type pin struct {
	id        int64
	account   services.AccountID
	requestID string
	cid       string // '' where it is key
	key       string
	status    services.Status
	name      string
	folded    string // of a pin that is held back: name in the form for search, "" as long as nobody made it
	created   int64
	size      int64
	meta      any // nil or JSON text
	info      any
	details   string // not stored: read from info
	missing   bool
	digest    int64 // of what the service said
}

func rowOf(account services.AccountID, p services.PinStatus) pin {
	row := pin{
		account: account, requestID: p.RequestID, cid: p.Pin.CID.Text, key: p.Pin.CID.Key, status: p.Status,
		name: strings.ToValidUTF8(p.Pin.Name, "\uFFFD"), created: sqlite.Micros(p.Created), size: sizeOf(p.Info),
		meta: sqlite.JSON(p.Pin.Meta), info: sqlite.JSON(p.Info), digest: digestOf(&p),
	}
	if row.cid == row.key {
		row.cid = ""
	}
	return row
}

// sizeOf is what services tell of a size; there is no field of the spec for it.
func sizeOf(info map[string]string) int64 {
	for _, key := range []string{"dag_size", "raw_size", "size"} {
		if n, err := strconv.ParseInt(info[key], 10, 64); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// same reports whether the service said the same of both.
func (p pin) same(q pin) bool {
	return p.cid == q.cid && p.key == q.key && p.status == q.status && p.name == q.name && p.created == q.created &&
		p.meta == q.meta && p.info == q.info
}

// putPins writes what a service answered. Rows that say what is known already
// are not touched, unless confirm asks for their seen_at. saw hears the id of
// each.
func (w *write) putPins(account services.AccountID, at time.Time, pins []services.PinStatus, confirm bool, saw func(id int64)) (PageResult, error) {
	var res PageResult
	place, err := w.place(account)
	if err != nil {
		return res, err
	}
	for _, ps := range pins {
		if err := w.ctx.Err(); err != nil {
			return res, err
		}
		row := rowOf(account, ps)
		var failed bool
		row.id, failed, err = w.putPin(&res, row, pinNote{at: at, pass: place.pass, confirm: confirm})
		if err != nil {
			return res, err
		}
		if failed {
			res.WentFailed = append(res.WentFailed, store.Pin{Account: account, PinStatus: ps, SeenAt: at})
		}
		if saw != nil {
			saw(row.id)
		}
	}
	return res, nil
}

// pinNote is when and how pins were seen.
type pinNote struct {
	at      time.Time
	pass    int64
	confirm bool
}

// putPin writes one; failed: it is, and was not before.
func (w *write) putPin(res *PageResult, row pin, n pinNote) (id int64, failed bool, err error) {
	old, known, err := w.d.pinRow(row.account, row.requestID)
	if err != nil {
		return 0, false, err
	}
	failed = row.status == services.Failed && (!known || old.status != services.Failed)
	switch {
	case !known:
		res.New++
		id, err = w.insertPin(row, n)
		return id, failed, err
	case !old.same(row) || old.missing:
		res.Changed++
		return old.id, failed, w.updatePin(old, row, n)
	case n.confirm:
		err = w.d.exec("UPDATE pins SET seen_at = ?, seen_pass = ? WHERE id = ?", sqlite.Micros(n.at), n.pass, old.id)
	}
	return old.id, failed, err
}

func (d *DB) pinRow(account services.AccountID, requestID string) (p pin, known bool, err error) {
	var meta, info sql.NullString
	err = d.row(`SELECT id, cid, cid_key, status, name, created, meta, info, missing > 0 FROM pins
		WHERE account = ? AND requestid = ?`, int64(account), requestID).
		Scan(&p.id, &p.cid, &p.key, &p.status, &p.name, &p.created, &meta, &info, &p.missing)
	if errors.Is(err, sql.ErrNoRows) {
		return pin{}, false, nil
	}
	if meta.Valid {
		p.meta = meta.String
	}
	if info.Valid {
		p.info = info.String
	}
	return p, err == nil, err
}

func (w *write) insertPin(p pin, n pinNote) (id int64, err error) {
	id, err = w.d.insert(`INSERT INTO pins
		(account, requestid, cid, cid_key, status, name, created, size, meta, info, seen_at, seen_pass, digest, missing)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		int64(p.account), p.requestID, p.cid, p.key, int64(p.status), p.name, p.created, p.size, p.meta, p.info,
		sqlite.Micros(n.at), n.pass, p.digest)
	if err != nil {
		return 0, err
	}
	p.id = id
	return id, w.added(&p)
}

// added takes in a pin that is new.
func (w *write) added(p *pin) error {
	w.pins[pinCount{p.account, p.status}]++
	w.touch(p.key, p)
	return w.dated(p)
}

// dated notes when a pin was created.
func (w *write) dated(p *pin) error {
	place, err := w.place(p.account)
	if err == nil {
		place.later = max(place.later, p.created)
	}
	return err
}

func (w *write) updatePin(old, p pin, n pinNote) error {
	if err := w.dated(&p); err != nil {
		return err
	}
	w.pins[pinCount{p.account, old.status}]--
	w.pins[pinCount{p.account, p.status}]++
	w.touch(old.key, nil)
	w.touch(p.key, nil)
	return w.d.exec(`UPDATE pins SET cid = ?, cid_key = ?, status = ?, name = ?, created = ?, size = ?, meta = ?, info = ?,
		seen_at = ?, seen_pass = ?, digest = ?, missing = 0 WHERE id = ?`,
		p.cid, p.key, int64(p.status), p.name, p.created, p.size, p.meta, p.info, sqlite.Micros(n.at), n.pass, p.digest, old.id)
}

// Put stores single answers (of Add, Get, a list of pending ones).
func (d *DB) Put(ctx context.Context, account services.AccountID, at time.Time, pins ...services.PinStatus) (PageResult, error) {
	var res PageResult
	err := d.write(ctx, "put", func(w *write) (err error) {
		res, err = w.putPins(account, at, pins, true, nil)
		return err
	})
	return res, err
}

// Remove takes pins out that are confirmed gone.
func (d *DB) Remove(ctx context.Context, account services.AccountID, requestIDs ...string) error {
	return d.write(ctx, "remove", func(w *write) error {
		for _, id := range requestIDs {
			p, known, err := d.pinRow(account, id)
			if err != nil {
				return err
			}
			if !known {
				continue
			}
			p.account = account
			if err := w.removePin(p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *write) removePin(p pin) error {
	w.d.removed++
	w.pins[pinCount{p.account, p.status}]--
	w.touch(p.key, nil)
	return w.d.exec("DELETE FROM pins WHERE id = ?", p.id)
}

// Pin reads one pin; ok is false where it is not known.
func (d *DB) Pin(ctx context.Context, account services.AccountID, requestID string) (p store.Pin, ok bool, err error) {
	list, err := d.readPins(ctx, "p.account = ? AND p.requestid = ?", account, requestID)
	if err != nil || len(list) == 0 {
		return store.Pin{}, false, err
	}
	return list[0], true, nil
}

// PinsOf lists the account's pins of a CID, oldest first.
func (d *DB) PinsOf(ctx context.Context, account services.AccountID, c services.CID) ([]store.Pin, error) {
	return d.readPins(ctx, "p.cid_key = ? AND +p.account = ? ORDER BY p.created, p.id", c.Key, account)
}

// PendingPins lists the account's queued and pinning pins, youngest first, at
// most n. Those set aside are not among them.
func (d *DB) PendingPins(ctx context.Context, account services.AccountID, n int) ([]store.Pin, error) {
	return d.readPins(ctx, "p.account = ? AND p.status IN (1, 2) AND p.missing < 2 ORDER BY p.created DESC LIMIT ?", account, n)
}

// readPins waits for no writer: it sees what was written last.
func (d *DB) readPins(ctx context.Context, where string, args ...any) ([]store.Pin, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := d.readers.Query("SELECT "+store.PinColumns+" FROM "+store.PinTables+" WHERE "+where, args...)
	if err != nil {
		return nil, d.fail("pins", err)
	}
	list, err := store.ScanAll(rows, func(r store.Row) (store.Pin, error) { return store.ScanPin(r) })
	return list, d.fail("pins", err)
}
