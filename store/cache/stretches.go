package cache

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/pintray/pintray/store"
)

// A stretch is cut into pieces of stretchLen when it has grown to stretchMost:
// few pieces are quick to add up, short ones quick to walk along.
const (
	stretchLen  = 1_000
	stretchMost = 4 * stretchLen
)

// orders are the columns of items that the list is ordered by, then by id.
var orders = [...]string{"added", "name_key", "size", "copies"}

// spot is a place in an order.
type spot struct {
	num  int64
	text string // of name_key, which has no num
	id   int64
}

// outset is before all items, in every order.
var outset = spot{num: math.MinInt64}

func (it item) spot(order int) spot {
	s := spot{id: it.id}
	switch orders[order] {
	case "added":
		s.num = it.added
	case "name_key":
		s.num, s.text = math.MinInt64, it.nameKey
	case "size":
		s.num = it.size
	case "copies":
		s.num = int64(it.copies)
	}
	return s
}

// key is the value of the order's column.
func (s spot) key(order int) any {
	if orders[order] == "name_key" {
		return s.text
	}
	return s.num
}

func (s spot) compare(t spot) int {
	return cmp.Or(cmp.Compare(s.num, t.num), strings.Compare(s.text, t.text), cmp.Compare(s.id, t.id))
}

// stretch is a piece of an order, from a spot up to the next stretch.
type stretch struct {
	from spot
	n    int64
}

// stretches are those of every order, the first of each from the outset. They
// are kept from one transaction to the next, and read again after a failed one.
type stretches [len(orders)][]stretch

// at is the stretch a spot is in.
func (s *stretches) at(order int, at spot) int {
	i, found := slices.BinarySearchFunc(s[order], at, func(s stretch, at spot) int { return s.from.compare(at) })
	if !found {
		i--
	}
	return i
}

// pieceCount are items of a kind in a stretch, by its place among those of the
// order: none moves before all is counted.
type pieceCount struct {
	order, at int
	kind
}

// readStretches reads them where they are not known.
func (w *write) readStretches() error {
	if w.d.stretches != nil {
		return nil
	}
	var all stretches
	for o := range orders {
		rows, err := w.d.query("SELECT key, id, SUM(n) FROM stretches WHERE sort = ? AND account = 0 GROUP BY key, id ORDER BY key, id", orders[o])
		if err != nil {
			return err
		}
		list, err := store.ScanAll(rows, func(r store.Row) (s stretch, err error) {
			s.from = outset
			if orders[o] == "name_key" {
				err = r.Scan(&s.from.text, &s.from.id, &s.n)
			} else {
				err = r.Scan(&s.from.num, &s.from.id, &s.n)
			}
			return s, err
		})
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].from != outset {
			list = append([]stretch{{from: outset}}, list...)
		}
		all[o] = list
	}
	w.d.stretches = &all
	return nil
}

// settleStretches writes what has changed, drops what is empty, and cuts what
// has grown long.
func (w *write) settleStretches() error {
	type stretchCount struct {
		order, at int
		itemCount
	}
	counts := make(map[stretchCount]int64)
	for p, n := range w.stretches {
		w.each(p.kind, func(c itemCount) { counts[stretchCount{p.order, p.at, c}] += n })
	}
	emptied := false
	for c, n := range counts {
		if n == 0 {
			continue
		}
		from := w.d.stretches[c.order][c.at].from
		key := from.key(c.order)
		err := w.d.exec(`INSERT INTO stretches (sort, account, key, id, state, one, n) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (sort, account, key, id, state, one) DO UPDATE SET n = n + excluded.n`,
			orders[c.order], int64(c.account), key, from.id, c.state, c.one, n)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		emptied = true
		err = w.d.exec("DELETE FROM stretches WHERE sort = ? AND account = ? AND key = ? AND id = ? AND state = ? AND one = ? AND n = 0",
			orders[c.order], int64(c.account), key, from.id, c.state, c.one)
		if err != nil {
			return err
		}
	}
	for o := range orders {
		if emptied {
			w.d.stretches[o] = slices.DeleteFunc(w.d.stretches[o], func(s stretch) bool { return s.n == 0 && s.from != outset })
		}
		if orders[o] != "added" && (w.d.loading > 0 || w.d.unbuilt) {
			continue // its index may be missing; build follows
		}
		if _, err := w.cutLong(o); err != nil {
			return err
		}
	}
	return nil
}

// cutLong cuts the long stretches of an order; some: there were any.
func (w *write) cutLong(order int) (some bool, err error) {
	for i := 0; i < len(w.d.stretches[order]); i++ {
		if w.d.stretches[order][i].n < stretchMost {
			continue
		}
		pieces, err := w.cut(order, i)
		if err != nil {
			return some, err
		}
		w.d.stretches[order] = slices.Replace(w.d.stretches[order], i, i+1, pieces...)
		i, some = i+len(pieces)-1, true
	}
	return some, nil
}

// cut counts a stretch anew, in pieces.
func (w *write) cut(order, i int) ([]stretch, error) {
	list := w.d.stretches[order]
	from := list[i].from
	err := w.d.exec(`DELETE FROM stretches WHERE sort = ? AND account IN (SELECT 0 UNION ALL SELECT account FROM places)
		AND key = ? AND id = ?`, orders[order], from.key(order), from.id)
	if err != nil {
		return nil, err
	}
	c := cutter{w: w, order: order, pieces: []stretch{{from: from}}, counts: make(map[itemCount]int64)}
	for _, r := range w.ranges(order, i) {
		if err := c.take(r.where, r.args...); err != nil {
			return nil, err
		}
	}
	return c.pieces, c.flush()
}

// within is a condition on the order's column, k.
type within struct {
	where string
	args  []any
}

// ranges are what a stretch is made of. Rows that tie with an end are a range
// of their own: SQLite would look through all of the tie, were it a comparison
// of pairs.
func (w *write) ranges(order, i int) []within {
	list := w.d.stretches[order]
	from := list[i].from
	key := from.key(order)
	if i+1 == len(list) {
		return []within{{"k = ? AND id >= ?", []any{key, from.id}}, {"k > ?", []any{key}}}
	}
	to := list[i+1].from
	if to.key(order) == key {
		return []within{{"k = ? AND id >= ? AND id < ?", []any{key, from.id, to.id}}}
	}
	return []within{
		{"k = ? AND id >= ?", []any{key, from.id}},
		{"k > ? AND k < ?", []any{key, to.key(order)}},
		{"k = ? AND id < ?", []any{to.key(order), to.id}},
	}
}

// cutter cuts rows into pieces as they come.
type cutter struct {
	w      *write
	order  int
	pieces []stretch // the last of them is being counted
	counts map[itemCount]int64
}

// take counts the rows of a range of the order's column k.
func (c *cutter) take(where string, args ...any) error {
	column := orders[c.order]
	rows, err := c.w.d.query("SELECT id, 2 * state + (copies = 1), mask FROM items WHERE "+
		strings.ReplaceAll(where, "k ", column+" ")+" ORDER BY "+column+", id", args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	// Of a million rows: all that is not needed of each is left out.
	var k, run kind // neighbours are often alike
	var id, state, length int64
	for rows.Next() {
		if err := rows.Scan(&id, &state, &k.mask); err != nil {
			return err
		}
		k.state, k.one = int(state/2), state%2 == 1
		piece := &c.pieces[len(c.pieces)-1]
		if full := piece.n == stretchLen; full || k != run {
			c.count(run, length)
			run, length = k, 0
			if full {
				if err := c.flush(); err != nil {
					return err
				}
				from, err := c.spot(id)
				if err != nil {
					return err
				}
				c.pieces = append(c.pieces, stretch{from: from})
				piece = &c.pieces[len(c.pieces)-1]
			}
		}
		length++
		piece.n++
	}
	c.count(run, length)
	return rows.Err()
}

// spot is where an item stands.
func (c *cutter) spot(id int64) (spot, error) {
	at := outset
	at.id = id
	var key any = &at.num
	if orders[c.order] == "name_key" {
		key = &at.text
	}
	return at, c.w.d.row("SELECT "+orders[c.order]+" FROM items WHERE id = ?", id).Scan(key)
}

// count adds n rows of a kind to the piece.
func (c *cutter) count(k kind, n int64) {
	if n == 0 {
		return
	}
	c.w.each(k, func(in itemCount) { c.counts[in] += n })
}

// flush writes the last piece.
func (c *cutter) flush() error {
	from := c.pieces[len(c.pieces)-1].from
	for k, n := range c.counts {
		err := c.w.d.exec("INSERT INTO stretches (sort, account, key, id, state, one, n) VALUES (?, ?, ?, ?, ?, ?, ?)",
			orders[c.order], int64(k.account), from.key(c.order), from.id, k.state, k.one, n)
		if err != nil {
			return err
		}
	}
	clear(c.counts)
	return nil
}
