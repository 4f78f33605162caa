package cache

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/fold"
)

// item is a row of items.
type item struct {
	id      int64
	cid     string
	name    string
	nameKey string
	size    int64
	added   int64
	state   int
	copies  int
	places  int
	mask    int64
}

// operation is a row of pending.
type operation struct {
	account services.AccountID
	kind    store.OperationKind
	cid     string
	name    string
	stuck   bool
	created int64
}

// settleItem brings one item in step with the pins and operations of its CID.
func (w *write) settleItem(t *touch) error {
	key := t.key
	old, known, err := w.itemRow(key)
	if err != nil {
		return err
	}
	pins := t.added
	var ops []operation
	if known || t.more {
		// What is not listed has neither pins nor operations: then the new pins
		// of this transaction are all there is.
		if pins, err = w.pinsOf(key); err != nil {
			return err
		}
		if ops, err = w.pendingOf(key); err != nil {
			return err
		}
	}
	if len(pins) == 0 && len(ops) == 0 {
		if !known {
			return nil
		}
		return w.deleteItem(old)
	}
	it, err := w.summarize(key, pins, ops)
	if err != nil {
		return err
	}
	if !known {
		return w.insertItem(key, it)
	}
	return w.updateItem(old, it)
}

// summarize makes the row of a CID.
func (w *write) summarize(key string, pins []*pin, ops []operation) (item, error) {
	it := item{size: -1}
	seen := make([]store.SeenPin, 0, len(pins))
	slices.SortFunc(pins, func(a, b *pin) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id))
	})
	for _, p := range pins {
		place, err := w.place(p.account)
		if err != nil {
			return it, err
		}
		seen = append(seen, store.SeenPin{Account: p.account, Local: place.local, Status: p.status, Stale: place.stale || p.missing})
		if realName(p.name, p.cid, key) {
			it.name, it.nameKey = p.name, p.folded // of the youngest pin that has one
		}
		it.size = max(it.size, p.size)
		it.cid = p.cid
	}
	open := make([]store.PendingOp, 0, len(ops))
	for _, o := range ops {
		place, err := w.place(o.account)
		if err != nil {
			return it, err
		}
		open = append(open, store.PendingOp{Account: o.account, Local: place.local, Kind: o.kind, Stuck: o.stuck})
		if it.name == "" && realName(o.name, o.cid, key) {
			it.name, it.nameKey = o.name, ""
		}
	}
	if len(pins) > 0 {
		it.added = pins[0].created
	} else {
		it.added, it.cid = ops[0].created, ops[0].cid
	}
	read, err := w.sizeRead(key)
	if err != nil {
		return it, err
	}
	if read >= 0 {
		it.size = read // what services say is often not the size of the file
	}
	if it.nameKey == "" {
		it.nameKey = fold.Name(it.name)
	}
	marks := store.Marks(seen, open)
	state, copies, places := store.Summary(marks)
	it.state, it.copies, it.places = int(state), copies, places
	for _, m := range marks {
		if !m.Place() {
			continue
		}
		place, err := w.place(m.Account)
		if err != nil {
			return it, err
		}
		it.mask |= place.bit()
		place.newer = max(place.newer, it.added)
	}
	return it, nil
}

// realName reports whether name is one somebody gave: services put the CID
// itself where there is none (quirk 32).
func realName(name, text, key string) bool {
	if name == "" || name == text || name == key {
		return false
	}
	if len(name) < 46 {
		return true // shorter than any CID in use
	}
	c := services.WireCID(name)
	return !c.Valid() || c.Key != key
}

func (w *write) itemRow(key string) (it item, known bool, err error) {
	err = w.d.row(`SELECT id, cid, name, name_key, size, added, state, copies, places, mask FROM items WHERE cid_key = ?`, key).
		Scan(&it.id, &it.cid, &it.name, &it.nameKey, &it.size, &it.added, &it.state, &it.copies, &it.places, &it.mask)
	if errors.Is(err, sql.ErrNoRows) {
		return item{}, false, nil
	}
	return it, err == nil, err
}

func (w *write) pinsOf(key string) ([]*pin, error) {
	rows, err := w.d.query("SELECT id, account, cid, status, name, created, size, missing > 0 FROM pins WHERE cid_key = ?", key)
	if err != nil {
		return nil, err
	}
	return store.ScanAll(rows, func(r store.Row) (*pin, error) {
		p := new(pin)
		err := r.Scan(&p.id, &p.account, &p.cid, &p.status, &p.name, &p.created, &p.size, &p.missing)
		return p, err
	})
}

func (w *write) pendingOf(key string) ([]operation, error) {
	rows, err := w.d.query("SELECT account, kind, cid, name, stuck, created FROM pending WHERE cid_key = ? ORDER BY op", key)
	if err != nil {
		return nil, err
	}
	return store.ScanAll(rows, func(r store.Row) (o operation, err error) {
		err = r.Scan(&o.account, &o.kind, &o.cid, &o.name, &o.stuck, &o.created)
		return o, err
	})
}

func (w *write) insertItem(key string, it item) error {
	id, err := w.d.insert(`INSERT INTO items (cid, cid_key, name, name_key, size, added, state, copies, places, mask)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		it.cid, key, it.name, it.nameKey, it.size, it.added, it.state, it.copies, it.places, it.mask)
	if err != nil {
		return err
	}
	it.id = id
	w.count(it, 1)
	if w.d.loading > 0 || w.d.unbuilt {
		return nil // searchSome follows
	}
	w.upto = id
	return w.index(id, it.nameKey)
}

func (w *write) updateItem(old, it item) error {
	it.id = old.id
	if it == old {
		return nil
	}
	w.count(old, -1)
	w.count(it, 1)
	if it.nameKey != old.nameKey {
		if err := w.unindex(old); err != nil {
			return err
		}
		if it.id <= w.upto {
			if err := w.index(it.id, it.nameKey); err != nil {
				return err
			}
		}
	}
	return w.d.exec(`UPDATE items SET cid = ?, name = ?, name_key = ?, size = ?, added = ?, state = ?, copies = ?,
		places = ?, mask = ? WHERE id = ?`,
		it.cid, it.name, it.nameKey, it.size, it.added, it.state, it.copies, it.places, it.mask, it.id)
}

func (w *write) deleteItem(old item) error {
	w.count(old, -1)
	if err := w.unindex(old); err != nil {
		return err
	}
	return w.d.exec("DELETE FROM items WHERE id = ?", old.id)
}

// count adds n to the counters the item is in.
func (w *write) count(it item, n int64) {
	k := kind{it.state, it.copies == 1, it.mask}
	w.items[k] += n
	for o := range orders {
		at := w.d.stretches.at(o, it.spot(o))
		w.d.stretches[o][at].n += n
		w.stretches[pieceCount{o, at, k}] += n
	}
}

// kind is what items that are counted alike have in common.
type kind struct {
	state int
	one   bool
	mask  int64
}

// each hears the counters that items of a kind are in.
func (w *write) each(k kind, in func(itemCount)) {
	in(itemCount{0, k.state, k.one})
	for id, p := range w.places {
		if k.mask&p.bit() != 0 {
			in(itemCount{id, k.state, k.one})
		}
	}
}

// index makes an item be found by its name.
func (w *write) index(id int64, nameKey string) error {
	if nameKey == "" {
		return nil
	}
	return w.d.exec("INSERT INTO items_fts (rowid, name_key) VALUES (?, ?)", id, nameKey)
}

// unindex takes it out. The index keeps no names, so it must be told the old one.
func (w *write) unindex(old item) error {
	if old.nameKey == "" || old.id > w.upto {
		return nil
	}
	return w.d.exec("INSERT INTO items_fts (items_fts, rowid, name_key) VALUES ('delete', ?, ?)", old.id, old.nameKey)
}
