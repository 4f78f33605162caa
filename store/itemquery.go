package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/fold"
)

// shortAccount is up to how many items of an account are found by its pins and
// sorted, instead of by walking along the order past all the others.
const shortAccount = 1_000

// itemQuery is a Filter as SQL over items i.
type itemQuery struct {
	f      Filter
	column string // what it is ordered by, then by id
	desc   bool
	words  []string // of the search, folded: a name has to have each
	none   bool     // the account has nothing
	// bit is the account's bit of items.mask, 0 for no account or for one that
	// has none (see MaskBit).
	bit    int64
	newest int64       // no item of the account was added later
	all    stateCounts // of every item
	own    stateCounts // of the account's, or of all
}

func newItemQuery(ctx context.Context, q querier, f Filter) (itemQuery, error) {
	iq := itemQuery{f: f, words: fold.Words(f.Search)}
	switch f.Sort {
	case SortName:
		iq.column = "name_key"
	case SortSize:
		iq.column, iq.desc = "size", true
	case SortCopies:
		iq.column, iq.desc = "copies", true
	default:
		iq.column, iq.desc = "added", true
	}
	iq.desc = iq.desc != f.Reverse
	if f.Account == 0 {
		return iq, nil
	}
	var slot int
	err := q.QueryRowContext(ctx, "SELECT slot, newest FROM places WHERE account = ?", int64(f.Account)).Scan(&slot, &iq.newest)
	if errors.Is(err, sql.ErrNoRows) {
		iq.none = true
		return iq, nil
	}
	iq.bit = MaskBit(slot)
	return iq, err
}

// ofAccount are the items of one account by its pins and operations.
const ofAccount = `i.id IN (
	SELECT x.id FROM pins p CROSS JOIN items x ON x.cid_key = p.cid_key WHERE p.account = ?
	UNION SELECT x.id FROM pending o CROSS JOIN items x ON x.cid_key = o.cid_key
		WHERE o.account = ? AND o.kind IN ('add', 'replace'))`

// isOfAccount asks the same of one item.
const isOfAccount = `(EXISTS (SELECT 1 FROM pins p WHERE p.cid_key = i.cid_key AND +p.account = ?)
	OR EXISTS (SELECT 1 FROM pending o WHERE o.cid_key = i.cid_key AND o.account = ? AND o.kind IN ('add', 'replace')))`

// isMissing are the items whose pins an account lost all at once.
const isMissing = `i.id IN (
	SELECT x.id FROM pins p CROSS JOIN items x ON x.cid_key = p.cid_key WHERE p.account = ? AND p.missing > 0 AND p.missing = 2)`

// where is the filter without the search. plus "+" keeps SQLite from walking
// along another index than the order's.
func (q itemQuery) where(plus string) (string, []any) {
	parts, args := []string{"TRUE"}, []any(nil)
	if q.f.State != AnyState {
		if q.column == "copies" && q.bit == 0 {
			plus = "" // an index has just this: by state, then copies
		}
		parts, args = append(parts, plus+"i.state = ?"), append(args, int64(q.f.State))
	}
	if q.f.OneCopy {
		parts = append(parts, plus+"i.copies = 1")
	}
	switch {
	case q.none:
		parts = append(parts, "FALSE")
	case q.f.Missing:
		parts, args = append(parts, isMissing), append(args, int64(q.f.Account))
	case q.bit != 0:
		parts, args = append(parts, "i.mask & ? <> 0"), append(args, q.bit)
		if q.column == "added" && plus != "" {
			// An account given up years ago is not looked for among newer things.
			parts, args = append(parts, "i.added <= ?"), append(args, q.newest)
		}
	case q.f.Account != 0:
		parts, args = append(parts, isOfAccount), append(args, int64(q.f.Account), int64(q.f.Account))
	}
	return strings.Join(parts, " AND "), args
}

// order is the ORDER BY list.
func (q itemQuery) order() string {
	dir := ""
	if q.desc {
		dir = " DESC"
	}
	return "i." + q.column + dir + ", i.id" + dir
}

// part is a query of keys and ids, in order.
type part struct {
	query string
	args  []any
}

// past finds the rows past an anchor, rising or falling (down), that also meet
// the condition more ("" for none), as parts that follow each other.
//
// Rows that tie with the anchor are a part of their own: SQLite reads only the
// first column of a pair compared with a pair, and would walk through a whole
// tie from its beginning each time. It would also look for the first row of
// both parts before it gave any, were they one query.
func (q itemQuery) past(a anchor, down bool, more string, moreArgs []any) []part {
	dir, past := "", ">"
	if down {
		dir, past = " DESC", "<"
	}
	where, args := q.where("+")
	if more != "" {
		where, args = where+" AND "+more, append(args, moreArgs...)
	}
	query := "SELECT i." + q.column + ", i.id FROM items i WHERE " + where
	order := " ORDER BY 1" + dir + ", 2" + dir
	if a.start {
		return []part{{query + order, args}}
	}
	return []part{
		{query + " AND i." + q.column + " = ? AND i.id " + past + " ?" + order, append(slices.Clone(args), a.key, a.id)},
		{query + " AND i." + q.column + " " + past + " ?" + order, append(args, a.key)},
	}
}

// readFrom reads n of the rows past an anchor, skip rows on.
func (q itemQuery) readFrom(ctx context.Context, tx querier, a anchor, down bool, n, skip int) (list []anchor, err error) {
	for _, p := range q.past(a, down, "", nil) {
		some, err := queryFirst(ctx, tx, n-len(list), scanAnchor, p.query+" LIMIT -1 OFFSET ?", append(slices.Clone(p.args), skip)...)
		if err != nil {
			return nil, err
		}
		if list = append(list, some...); len(list) == n {
			break
		}
		if len(some) > 0 || skip == 0 {
			skip = 0
			continue
		}
		var passed int // all of this part, and there were no more
		err = tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM ("+p.query+" LIMIT ?)", append(slices.Clone(p.args), skip)...).Scan(&passed)
		if err != nil {
			return nil, err
		}
		skip -= passed
	}
	return list, nil
}

// countBetween counts the rows past from and before to, which comes after it in
// rising order, in parts that each are one range of the index.
func (q itemQuery) countBetween(ctx context.Context, tx querier, from, to anchor) (n int, err error) {
	type span struct {
		cond string
		args []any
	}
	var spans []span
	switch {
	case from.start:
		spans = []span{{"key < ?", []any{to.key}}, {"key = ? AND i.id < ?", []any{to.key, to.id}}}
	case from.key == to.key:
		spans = []span{{"key = ? AND i.id > ? AND i.id < ?", []any{to.key, from.id, to.id}}}
	default:
		spans = []span{
			{"key = ? AND i.id > ?", []any{from.key, from.id}},
			{"key > ? AND key < ?", []any{from.key, to.key}},
			{"key = ? AND i.id < ?", []any{to.key, to.id}},
		}
	}
	where, args := q.where("+")
	for _, s := range spans {
		var some int
		err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM items i WHERE "+where+" AND "+strings.ReplaceAll(s.cond, "key", "i."+q.column),
			append(slices.Clone(args), s.args...)...).Scan(&some)
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, nil
}

// compare orders two anchors by rising key and id.
func (a anchor) compare(b anchor) int {
	c := 0
	switch k := a.key.(type) {
	case int64:
		c = cmp.Compare(k, b.key.(int64))
	case string:
		c = cmp.Compare(k, b.key.(string))
	}
	return cmp.Or(c, cmp.Compare(a.id, b.id))
}

// places reads where the stretches begin, and how many of the n rows come before
// each. Those that have none of them count too: past them is not walked. An
// account without a bit is counted in none: its rows are walked along from
// either end.
func (q itemQuery) places(ctx context.Context, tx querier, n int) ([]place, error) {
	list := []place{{anchor: anchor{start: true}}}
	if q.f.Account == 0 || q.bit != 0 {
		cond, args := "account = ?", []any{int64(q.f.Account)}
		if q.f.State != AnyState {
			cond, args = cond+" AND state = ?", append(args, int64(q.f.State))
		}
		if q.f.OneCopy {
			cond += " AND one = 1"
		}
		before := 0
		known, err := queryAll(ctx, tx, func(r Row) (p place, err error) {
			var rows int
			err = r.Scan(&p.key, &p.id, &rows)
			p.before, before = before, before+rows
			return p, err
		}, "SELECT key, id, SUM(CASE WHEN "+cond+" THEN n ELSE 0 END) FROM stretches WHERE sort = ? AND account IN (0, ?) GROUP BY key, id ORDER BY key, id",
			append(args, q.column, int64(q.f.Account))...)
		if err != nil {
			return nil, err
		}
		list = append(list, known...)
	}
	return append(list, place{anchor: anchor{start: true}, before: n}), nil
}

// count is how many items match, search left out.
func (q *itemQuery) count(ctx context.Context, tx querier) (n int, err error) {
	if q.none {
		return 0, nil
	}
	if q.f.Missing || q.f.Account != 0 && q.bit == 0 {
		where, args := q.where("")
		err = tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM items i WHERE "+where, args...).Scan(&n)
		return n, err
	}
	if q.all, err = itemCounts(ctx, tx, 0); err != nil {
		return 0, err
	}
	q.own = q.all
	if q.f.Account != 0 {
		if q.own, err = itemCounts(ctx, tx, q.f.Account); err != nil {
			return 0, err
		}
	}
	return int(q.own.matching(q.f)), nil
}

// short is a condition that finds few rows directly, "" where walking along the
// order past the others is cheaper.
func (q itemQuery) short() (string, []any) {
	few := func(f Filter) bool {
		// Sorting n rows costs n fetches, a page by walking total/n skips a row
		// of it, and a fetch costs as much as some fifty skips.
		n := q.all.matching(f)
		return n*n <= max(q.all.All, 40_000)
	}
	switch {
	case q.none:
		return "FALSE", nil
	case q.f.Missing:
		return "TRUE", nil
	case q.f.State != AnyState && few(Filter{State: q.f.State, OneCopy: q.f.OneCopy}):
		if q.f.OneCopy {
			return "i.state = ? AND i.copies = 1", []any{int64(q.f.State)}
		}
		return "i.state = ?", []any{int64(q.f.State)}
	case q.f.OneCopy && few(Filter{OneCopy: true}):
		return "i.state IN (1, 2, 3, 4) AND i.copies = 1", nil
	case q.bit != 0 && q.own.All <= shortAccount:
		return ofAccount, []any{int64(q.f.Account), int64(q.f.Account)}
	}
	return "", nil
}

// stateCounts counts items by state and whether they have one copy.
type stateCounts struct {
	ItemCounts
	by [OnlyHere + 1][2]int64
}

// matching is how many of them a filter's State and OneCopy leave.
func (c stateCounts) matching(f Filter) (n int64) {
	for state, ones := range c.by {
		if f.State != AnyState && f.State != ItemState(state) {
			continue
		}
		n += ones[1]
		if !f.OneCopy {
			n += ones[0]
		}
	}
	return n
}

func (c *stateCounts) add(state ItemState, one bool, n int64) {
	if state < 0 || state > OnlyHere {
		return
	}
	i := 0
	if one {
		i = 1
		c.OneCopy += n
	}
	c.by[state][i] += n
	c.All += n
	switch state {
	case Safe:
		c.Safe += n
	case Working:
		c.Working += n
	case NeedsYou:
		c.NeedsYou += n
	case Unchecked:
		c.Unchecked += n
	case OnlyHere:
		c.OnlyHere += n
	}
}

// itemCounts reads the writer's counters; account 0 is all.
func itemCounts(ctx context.Context, q querier, account services.AccountID) (stateCounts, error) {
	var c stateCounts
	rows, err := q.QueryContext(ctx, "SELECT state, one, n FROM item_counts WHERE account = ?", int64(account))
	if err != nil {
		return c, err
	}
	return c, c.read(rows)
}

// read adds rows of state, one copy or not, number.
func (c *stateCounts) read(rows *sql.Rows) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var state, n int64
		var one bool
		if err := rows.Scan(&state, &one, &n); err != nil {
			return err
		}
		c.add(ItemState(state), one, n)
	}
	return rows.Err()
}
