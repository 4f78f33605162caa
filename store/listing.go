package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// Listing is one ordered answer to a Filter. It knows where each stretch of the
// order begins, as the writer has cut and counted it, so that any page of a
// million is a short walk. It may be used from any goroutine.
type Listing struct {
	r *Reader
	q itemQuery
	// places are the known places of the order, rising, the first before all rows
	// and the last behind them.
	places []place

	mu sync.Mutex
	n  int
	// ids are the rows of a short answer or of a search, in order; a search that
	// has more knows where to go on.
	ids   []ItemID
	short bool
	more  bool
	last  anchor
}

// anchor is the place of a row in an order.
type anchor struct {
	start bool // outside of all rows
	key   any  // int64 or string
	id    int64
}

// place is between two rows: an anchor and all that comes after it by rising key
// and id, and how many of the listing's come before it.
type place struct {
	anchor
	before int
}

// edge is what the rows on one side of the place are past of.
func (p place) edge(down bool) anchor {
	if !down {
		p.id--
	}
	return p.anchor
}

// Len is how many rows there are; where More is true, how many are known of.
func (l *Listing) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// More reports whether a search had more hits than it looked for. Rows from Len
// on reads on then, and Len grows.
func (l *Listing) More() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.more
}

// Items opens the list a filter describes. The Listing is a snapshot of
// positions, not of rows: after a change open a new one.
func (r *Reader) Items(ctx context.Context, f Filter) (*Listing, error) {
	l := &Listing{r: r}
	err := r.view(ctx, "items", func(tx querier) (err error) {
		if l.q, err = newItemQuery(ctx, tx, f); err != nil {
			return err
		}
		if len(l.q.words) > 0 {
			return l.search(ctx, tx)
		}
		return l.open(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// open counts, and reads a short answer at once.
func (l *Listing) open(ctx context.Context, tx querier) error {
	n, err := l.q.count(ctx, tx)
	if err != nil {
		return err
	}
	l.n = n
	source, sourceArgs := l.q.short()
	if source == "" {
		l.places, err = l.q.places(ctx, tx, n)
		return err
	}
	l.short = true
	where, args := l.q.where("+")
	l.ids, err = queryAll(ctx, tx, scanItemID, "SELECT i.id FROM items i WHERE "+source+" AND "+where+" ORDER BY "+l.q.order(),
		append(sourceArgs, args...)...)
	l.n = len(l.ids)
	return err
}

// Rows reads n rows from position from (0-based) with their marks; fewer at the
// end, and where More is true as many as are known, at least one.
func (l *Listing) Rows(ctx context.Context, from, n int) (list []Item, err error) {
	err = l.r.view(ctx, "items", func(tx querier) error {
		ids, err := l.page(ctx, tx, from, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		list, err = itemsByID(ctx, tx, ids)
		return err
	})
	return list, err
}

// IDs reads the ids of n rows from position from, in order: for "select all"
// and ranges.
func (l *Listing) IDs(ctx context.Context, from, n int) (ids []ItemID, err error) {
	err = l.r.view(ctx, "items", func(tx querier) error {
		ids, err = l.page(ctx, tx, from, n)
		return err
	})
	return ids, err
}

// page finds the ids of a page.
func (l *Listing) page(ctx context.Context, tx querier, from, n int) ([]ItemID, error) {
	if from < 0 || n <= 0 {
		return nil, nil
	}
	if l.short {
		l.mu.Lock()
		defer l.mu.Unlock()
		if err := l.growLocked(ctx, tx, from, n); err != nil {
			return nil, err
		}
		from, n = min(from, l.n), min(from+n, l.n)
		return slices.Clone(l.ids[from:n]), nil
	}
	if n = min(n, l.n-from); n <= 0 {
		return nil, nil
	}
	// Rising, the rows from low up to high: from the nearer of the places around.
	low, high := from, from+n
	if l.q.desc {
		low, high = l.n-high, l.n-low
	}
	first := l.places[l.atOrAfter(low+1)-1]
	last := l.places[l.atOrAfter(high)]
	down, at, skip := false, first, low-first.before
	if back := last.before - high; back < skip {
		down, at, skip = true, last, back
	}
	rows, err := l.q.readFrom(ctx, tx, at.edge(down), down, n, skip)
	ids := make([]ItemID, len(rows))
	for i, a := range rows {
		ids[i] = ItemID(a.id)
	}
	if down != l.q.desc {
		slices.Reverse(ids)
	}
	return ids, err
}

// atOrAfter is the first known place with at least so many rows before it.
func (l *Listing) atOrAfter(rows int) int {
	i, _ := slices.BinarySearchFunc(l.places, rows, func(p place, rows int) int { return cmp.Compare(p.before, rows) })
	return min(i, len(l.places)-1)
}

func scanAnchor(r Row) (a anchor, err error) {
	err = r.Scan(&a.key, &a.id)
	return a, err
}

// Position finds a row again; ok is false where it is not in the list.
func (l *Listing) Position(ctx context.Context, id ItemID) (pos int, ok bool, err error) {
	if l.short {
		l.mu.Lock()
		defer l.mu.Unlock()
		pos = slices.Index(l.ids, id)
		return max(pos, 0), pos >= 0, nil
	}
	err = l.r.view(ctx, "items", func(tx querier) error {
		where, args := l.q.where("")
		a := anchor{id: int64(id)}
		err := tx.QueryRowContext(ctx, "SELECT i."+l.q.column+" FROM items i WHERE i.id = ? AND "+where,
			append([]any{a.id}, args...)...).Scan(&a.key)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		pos, err = l.position(ctx, tx, a)
		return err
	})
	return pos, ok, err
}

// position counts the rows before a, from the last known place before it.
func (l *Listing) position(ctx context.Context, tx querier, a anchor) (int, error) {
	known := l.places[1 : len(l.places)-1]
	i, _ := slices.BinarySearchFunc(known, a, func(p place, a anchor) int { return cmp.Or(p.compare(a), -1) })
	n, err := l.q.countBetween(ctx, tx, l.places[i].edge(false), a)
	n += l.places[i].before
	if l.q.desc {
		n = l.n - 1 - n
	}
	return n, err
}

func scanItemID(r Row) (ItemID, error) {
	var id int64
	err := r.Scan(&id)
	return ItemID(id), err
}

// itemsByID reads items in the order of ids; those that are gone are left out.
func itemsByID(ctx context.Context, q querier, ids []ItemID) ([]Item, error) {
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	list, err := readItems(ctx, q, "FROM json_each(?) k CROSS JOIN items i ON i.id = k.value ORDER BY k.key", string(text))
	return list, sqlite.Error("items", err)
}
