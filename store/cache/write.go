package cache

import (
	"context"
	"slices"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// write is one transaction and what it has learnt on the way. Every change of
// pins or pending goes through it: it keeps items, search and counters in step.
type write struct {
	d   *DB
	ctx context.Context // of the call this transaction is

	sized   ternary // whether anything is known in sizes
	lean    bool    // a first load: nearly all pins and items are new
	places  map[services.AccountID]*place
	touched map[string]*touch
	order   []*touch // those of touched, in order of appearance

	pins      map[pinCount]int64
	items     map[kind]int64
	stretches map[pieceCount]int64
	upto      int64 // searchable.upto
}

// touch says what happened to a CID in this transaction.
type touch struct {
	key string
	// added are pins that are new, while nothing else happened to the CID.
	added []*pin
	// more: something else did, so all its pins are read again.
	more bool
}

type pinCount struct {
	account services.AccountID
	status  services.Status
}

type itemCount struct {
	account services.AccountID // 0: all
	state   int
	one     bool
}

// place is a row of places as this transaction needs it.
type place struct {
	account services.AccountID
	slot    int
	local   bool // this computer: never a copy
	pass    int64
	stale   bool
	newest  int64 // as stored
	newer   int64 // as it is now
	latest  int64 // as stored
	later   int64 // as it is now
}

// bit is the account's bit of items.mask. Past store.MaskSlots accounts there
// is none left; such an account is filtered and counted by its pins.
func (p place) bit() int64 { return store.MaskBit(p.slot) }

// write runs fn in one transaction, brings the items it touched in step, and
// posts a change after the commit.
func (d *DB) write(ctx context.Context, op string, fn func(w *write) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.writeLocked(ctx, op, fn)
}

func (d *DB) writeLocked(ctx context.Context, op string, fn func(w *write) error) error {
	err := d.inTx(ctx, func() error {
		w := &write{
			d: d, ctx: ctx,
			touched:   make(map[string]*touch),
			pins:      make(map[pinCount]int64),
			items:     make(map[kind]int64),
			stretches: make(map[pieceCount]int64),
		}
		if err := d.row("SELECT upto FROM searchable").Scan(&w.upto); err != nil {
			return err
		}
		if err := w.readPlaces(); err != nil {
			return err
		}
		if err := w.readStretches(); err != nil {
			return err
		}
		if err := fn(w); err != nil {
			return err
		}
		return w.settle()
	})
	if err != nil {
		d.stretches = nil // they were counted along
		return d.fail(op, err)
	}
	d.changes.Post()
	return nil
}

// settle writes the items, the search index and the counters.
func (w *write) settle() error {
	upto := w.upto
	// Neighbours in the index are written together.
	slices.SortFunc(w.order, func(a, b *touch) int { return strings.Compare(a.key, b.key) })
	order := w.order
	if w.lean {
		var err error
		if order, err = w.insertItems(); err != nil {
			return err
		}
	}
	for _, t := range order {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.settleItem(t); err != nil {
			return err
		}
	}
	for c, n := range w.pins {
		if n == 0 {
			continue
		}
		if err := w.d.exec(`INSERT INTO pin_counts (account, status, n) VALUES (?, ?, ?)
			ON CONFLICT (account, status) DO UPDATE SET n = n + excluded.n`, int64(c.account), int64(c.status), n); err != nil {
			return err
		}
	}
	items := make(map[itemCount]int64)
	for k, n := range w.items {
		w.each(k, func(c itemCount) { items[c] += n })
	}
	for c, n := range items {
		if n == 0 {
			continue
		}
		if err := w.d.exec(`INSERT INTO item_counts (account, state, one, n) VALUES (?, ?, ?, ?)
			ON CONFLICT (account, state, one) DO UPDATE SET n = n + excluded.n`, int64(c.account), c.state, c.one, n); err != nil {
			return err
		}
	}
	if err := w.settleStretches(); err != nil {
		return err
	}
	for _, p := range w.places {
		if p.newer == p.newest && p.later == p.latest {
			continue
		}
		if err := w.d.exec("UPDATE places SET newest = ?, latest = ? WHERE account = ?", p.newer, p.later, int64(p.account)); err != nil {
			return err
		}
	}
	if w.upto == upto {
		return nil
	}
	return w.d.exec("UPDATE searchable SET upto = ?", w.upto)
}

// touch notes that something happened to a CID.
func (w *write) touch(key string, added *pin) {
	t := w.touched[key]
	if t == nil {
		t = &touch{key: key}
		w.touched[key] = t
		w.order = append(w.order, t)
	}
	if added == nil {
		t.more = true
	} else {
		t.added = append(t.added, added)
	}
}

// readPlaces reads what is known of the accounts.
func (w *write) readPlaces() error {
	rows, err := w.d.query("SELECT account, slot, local, pass, stale, newest, latest FROM places")
	if err != nil {
		return err
	}
	list, err := store.ScanAll(rows, func(r store.Row) (*place, error) {
		p := new(place)
		err := r.Scan(&p.account, &p.slot, &p.local, &p.pass, &p.stale, &p.newest, &p.latest)
		p.newer, p.later = p.newest, p.latest
		return p, err
	})
	w.places = make(map[services.AccountID]*place, len(list))
	for _, p := range list {
		w.places[p.account] = p
	}
	return err
}

// place is an account's row, made where there is none: at the lowest free slot,
// so that slots run out only when there are too many accounts at once.
func (w *write) place(account services.AccountID) (*place, error) {
	if p := w.places[account]; p != nil {
		return p, nil
	}
	used := make(map[int]bool)
	for _, p := range w.places {
		used[p.slot] = true
	}
	p := &place{account: account, stale: true}
	for used[p.slot] {
		p.slot++
	}
	w.places[account] = p
	return p, w.d.exec("INSERT INTO places (account, slot) VALUES (?, ?)", int64(account), p.slot)
}
