package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// anchorStep is how many rows of an order lie between two known places of a
// long list, whether the filter takes them or not; leastStep is how many of
// those it takes at the least.
const (
	anchorStep = 1_000
	leastStep  = 50
)

// Listing is one ordered answer to a Filter: it knows where every thousandth
// row stands, so that any page of a million costs the same. Those places are
// found when they are first needed, from the nearer end. It may be used from
// any goroutine.
type Listing struct {
	r *Reader
	q itemQuery

	mu sync.Mutex
	n  int
	// ids are the rows of a short answer or of a search, in order; a search that
	// has more knows where to go on.
	ids   []ItemID
	short bool
	more  bool
	last  anchor
	// Otherwise the two ends, walked along the order's index, with a known place
	// every so many rows.
	head, tail []anchor
	every      int
}

// anchor is the row before a known position: its place in the order.
type anchor struct {
	start bool // before the first row
	key   any  // int64 or string
	id    int64
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
	err := r.view(ctx, "items", func(tx *sql.Tx) (err error) {
		if l.q, err = newItemQuery(ctx, tx, f); err != nil {
			return err
		}
		if l.q.term != "" {
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
func (l *Listing) open(ctx context.Context, tx *sql.Tx) error {
	n, err := l.q.count(ctx, tx)
	if err != nil {
		return err
	}
	l.n = n
	l.head, l.tail = []anchor{{start: true}}, []anchor{{start: true}}
	l.every = anchorStep
	if all := l.q.all.All; all > 0 { // a filter that takes few walks far for each
		l.every = max(leastStep, int(anchorStep*int64(n)/all))
	}
	source, sourceArgs := l.q.short()
	if source == "" {
		return nil
	}
	l.short = true
	where, args := l.q.where("+")
	l.ids, err = queryAll(ctx, tx, scanItemID, "SELECT i.id FROM items i WHERE "+source+" AND "+where+" ORDER BY "+l.q.order(false),
		append(sourceArgs, args...)...)
	l.n = len(l.ids)
	return err
}

// Rows reads n rows from position from (0-based) with their marks; fewer at the
// end, and where More is true as many as are known, at least one.
func (l *Listing) Rows(ctx context.Context, from, n int) (list []Item, err error) {
	err = l.r.view(ctx, "items", func(tx *sql.Tx) error {
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
	err = l.r.view(ctx, "items", func(tx *sql.Tx) error {
		ids, err = l.page(ctx, tx, from, n)
		return err
	})
	return ids, err
}

// page finds the ids of a page.
func (l *Listing) page(ctx context.Context, tx *sql.Tx, from, n int) ([]ItemID, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from < 0 || n <= 0 {
		return nil, nil
	}
	if l.short {
		if err := l.growLocked(ctx, tx, from, n); err != nil {
			return nil, err
		}
		from, n = min(from, l.n), min(from+n, l.n)
		return slices.Clone(l.ids[from:n]), nil
	}
	if n = min(n, l.n-from); n <= 0 {
		return nil, nil
	}
	// From the end whose known places come nearer.
	back := l.n - from - n
	if max(0, back-len(l.tail)*l.every) < max(0, from-len(l.head)*l.every) {
		ids, err := l.walkLocked(ctx, tx, &l.tail, true, back, n)
		slices.Reverse(ids)
		return ids, err
	}
	return l.walkLocked(ctx, tx, &l.head, false, from, n)
}

// walkLocked reads n ids from position from of the order, or of the order
// backwards, and remembers every l.every-th row on the way.
func (l *Listing) walkLocked(ctx context.Context, tx *sql.Tx, known *[]anchor, backwards bool, from, n int) ([]ItemID, error) {
	for len(*known)*l.every <= from {
		a, err := l.step(ctx, tx, (*known)[len(*known)-1], backwards)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil // there are fewer rows by now
		}
		if err != nil {
			return nil, err
		}
		*known = append(*known, a)
	}
	i := from / l.every
	places, err := l.q.readAfter(ctx, tx, (*known)[i], backwards, n, from-i*l.every)
	ids := make([]ItemID, len(places))
	for i, a := range places {
		ids[i] = ItemID(a.id)
	}
	return ids, err
}

// step finds the row l.every rows on.
func (l *Listing) step(ctx context.Context, tx *sql.Tx, a anchor, backwards bool) (next anchor, err error) {
	found, err := l.q.readAfter(ctx, tx, a, backwards, 1, l.every-1)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return anchor{}, err
	}
	return found[0], nil
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
	// As in Rows: first a connection, then the lock, or the two could wait for
	// each other.
	err = l.r.view(ctx, "items", func(tx *sql.Tx) error {
		l.mu.Lock()
		defer l.mu.Unlock()
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
		pos, err = l.before(ctx, tx, a)
		return err
	})
	return pos, ok, err
}

// before counts the rows before a, from the nearest known place before it.
func (l *Listing) before(ctx context.Context, tx *sql.Tx, a anchor) (int, error) {
	i, _ := slices.BinarySearchFunc(l.head[1:], a, l.q.compare)
	if tail, _ := slices.BinarySearchFunc(l.tail[1:], a, func(x, y anchor) int { return -l.q.compare(x, y) }); tail < len(l.tail)-1 {
		// Rows after a and up to the known place behind it.
		n, err := l.countBetween(ctx, tx, a, l.tail[tail])
		return l.n - 1 - tail*l.every - n, err
	}
	n, err := l.countBetween(ctx, tx, l.head[i], a)
	return i*l.every + n, err
}

// countBetween counts the rows strictly between two places.
func (l *Listing) countBetween(ctx context.Context, tx *sql.Tx, from, to anchor) (n int, err error) {
	where, whereArgs := l.q.where("+")
	parts, args := l.q.between(from, to)
	for i, part := range parts {
		var some int
		err = tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM items i WHERE "+where+" AND "+part,
			append(slices.Clone(whereArgs), args[i]...)...).Scan(&some)
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, nil
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
