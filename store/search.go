package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

const (
	// searchHits is up to how many hits are taken from the search index and then
	// sorted; where there are more, the order is walked until enough are found.
	searchHits = 2_000
	// searchTime is how long a search may walk before it shows what it has.
	searchTime = 15 * time.Millisecond
	// trigram is how many characters the search index needs.
	trigram = 3
	// cidStart is from how many characters on a search may be the beginning of
	// a CID.
	cidStart = 4
	// tailRows is how many items that are not in the search index yet (a first
	// load is under way) are looked through one by one.
	tailRows = 20_000
)

// match is the search as a condition on items i.
func (q itemQuery) match() (string, []any) {
	cond, args := hasWords("i.name_key", q.words)
	if cid, more := q.byCID(); cid != "" {
		cond, args = "("+cond+" OR "+cid+")", append(args, more...)
	}
	return cond, args
}

// hasWords is a condition on a folded name: each of the words stands in it.
func hasWords(name string, words []string) (string, []any) {
	conds, args := make([]string, len(words)), make([]any, len(words))
	for i, w := range words {
		conds[i], args[i] = "instr("+name+", ?) > 0", w
	}
	return strings.Join(conds, " AND "), args
}

// byCID finds items i by the beginning of their CID, "" where the search cannot
// be one.
func (q itemQuery) byCID() (string, []any) { return cidStarts("i", q.f.Search) }

// cidStarts is a condition on a table with a CID: it is, or begins with, what
// was typed. It is "" where that cannot be the beginning of one.
func cidStarts(table, typed string) (string, []any) {
	typed = strings.TrimSpace(typed)
	if len(typed) < cidStart || strings.ContainsAny(typed, " .%_") {
		return "", nil
	}
	if c := services.WireCID(typed); c.Valid() {
		return table + ".cid_key = ?", []any{c.Key}
	}
	if !strings.ContainsRune("bBkKzQfF", rune(typed[0])) {
		return "", nil
	}
	key := strings.ToLower(typed)
	return strings.ReplaceAll("(t.cid_key >= ? AND t.cid_key < ? OR t.cid <> '' AND t.cid >= ? AND t.cid < ?)", "t.", table+"."),
		[]any{key, key + lastRune, typed, typed + lastRune}
}

// lastRune ends the range of everything that begins with a text.
const lastRune = "\U0010FFFF"

// candidates finds the ids of what may match, each part by an index, as JSON;
// many is true where there are too many to be sorted, or too few letters to
// find them all.
func (q itemQuery) candidates(ctx context.Context, tx querier) (ids string, many bool, err error) {
	has, words := hasWords("name_key", q.words)
	parts := []part{{`SELECT id FROM (SELECT id, name_key FROM items
		WHERE id > (SELECT upto FROM searchable) LIMIT ?) WHERE ` + has, append([]any{tailRows}, words...)}}
	like, patterns := likeWords(q.words)
	indexed := like != ""
	switch {
	case indexed:
		parts = append(parts, part{"SELECT rowid FROM items_fts WHERE " + like, patterns})
	case len(q.words) > 1:
		return "", true, nil
	default:
		parts = append(parts, part{"SELECT id FROM items WHERE name_key >= ? AND name_key < ?", []any{q.words[0], q.words[0] + lastRune}})
	}
	if cid, args := q.byCID(); cid != "" {
		parts = append(parts, part{"SELECT i.id FROM items i WHERE " + cid, args})
	}
	var list []ItemID
	for _, p := range parts {
		some, err := queryAll(ctx, tx, scanItemID, p.query+" LIMIT ?", append(p.args, searchHits+1)...)
		if err != nil {
			return "", false, err
		}
		list = append(list, some...)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > searchHits || len(list) == 0 && !indexed {
		return "", true, nil
	}
	text, err := json.Marshal(list)
	return string(text), false, err
}

// throughNames finds the ids of what matches by looking at every name: they
// stand close together in the index of their order (0.25 s for a million,
// where a walk along another order takes seconds to find nothing).
func (q itemQuery) throughNames(ctx context.Context, tx querier) (ids string, many bool, err error) {
	has, args := hasWords("name_key", q.words)
	list, err := queryAll(ctx, tx, scanItemID, "SELECT id FROM items WHERE "+has+" LIMIT ?", append(args, searchHits+1)...)
	if err != nil || len(list) > searchHits {
		return "", true, err
	}
	text, err := json.Marshal(list)
	return string(text), false, err
}

// likeWords is a condition the trigram index can answer: the words it can find,
// or "" where it can find none.
func likeWords(words []string) (cond string, patterns []any) {
	var conds []string
	for _, w := range words {
		if pattern, ok := likePattern(w); ok {
			conds, patterns = append(conds, "name_key LIKE ?"), append(patterns, pattern)
		}
	}
	return strings.Join(conds, " AND "), patterns
}

// likePattern is a pattern the trigram index can answer; ok is false where the
// text has no three characters in a row that stand for themselves. It may match
// more than the text: LIKE with an escape character cannot use the index.
func likePattern(term string) (pattern string, ok bool) {
	plain := strings.NewReplacer("%", "_").Replace(term)
	for part := range strings.SplitSeq(plain, "_") {
		ok = ok || utf8.RuneCountInString(part) >= trigram
	}
	return "%" + plain + "%", ok
}

// search fills a listing with what matches.
func (l *Listing) search(ctx context.Context, tx querier) error {
	l.short = true
	if l.q.none {
		return nil
	}
	ids, many, err := l.q.candidates(ctx, tx)
	if err != nil {
		return err
	}
	if many {
		if err := l.walk(ctx, tx); err != nil || l.n > 0 || !l.more {
			return err
		}
		if ids, many, err = l.q.throughNames(ctx, tx); err != nil || many {
			return err
		}
		l.more = false
	}
	from, args := l.q.among(ids)
	l.ids, err = queryAll(ctx, tx, scanItemID, "SELECT i.id "+from+" ORDER BY "+l.q.order(), args...)
	l.n = len(l.ids)
	return err
}

// among is the FROM clause of what matches among candidates.
func (q itemQuery) among(ids string) (string, []any) {
	match, args := q.match()
	where, more := q.where("+")
	return "FROM json_each(?) k CROSS JOIN items i ON i.id = k.value WHERE " + match + " AND " + where,
		append(append([]any{ids}, args...), more...)
}

// walk looks for hits along the order: for a while, or until there are enough.
func (l *Listing) walk(ctx context.Context, tx querier) error {
	l.last, l.more = anchor{start: true}, true
	short, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	err := l.find(short, tx, searchHits)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// growLocked finds n more hits of a search, where nothing is known from there
// on.
func (l *Listing) growLocked(ctx context.Context, tx querier, from, n int) error {
	for l.more && from >= l.n {
		if err := l.find(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// find appends up to n more hits. What it found before ctx ended stays.
func (l *Listing) find(ctx context.Context, tx querier, n int) error {
	match, matchArgs := l.q.match()
	found := 0
	for _, p := range l.q.past(l.last, l.q.desc, match, matchArgs) {
		more, err := l.take(ctx, tx, p, n-found)
		if err != nil {
			return err
		}
		if found += more; found == n {
			return nil
		}
	}
	l.more = false
	return nil
}

// take appends up to n hits of one part.
func (l *Listing) take(ctx context.Context, tx querier, p part, n int) (found int, err error) {
	rows, err := tx.QueryContext(ctx, p.query+" LIMIT ?", append(p.args, n)...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		a, err := scanAnchor(rows)
		if err != nil {
			return 0, err
		}
		l.ids, l.last, l.n = append(l.ids, ItemID(a.id)), a, l.n+1
		found++
	}
	return found, rows.Err()
}

// Counts is what the chips say, under f's Account and Search (its State and
// OneCopy are left out of account).
func (r *Reader) Counts(ctx context.Context, f Filter) (ItemCounts, error) {
	f.State, f.OneCopy = AnyState, false
	var c stateCounts
	err := r.view(ctx, "counts", func(tx querier) error {
		q, err := newItemQuery(ctx, tx, f)
		if err != nil || q.none {
			return err
		}
		if len(q.words) == 0 && !f.Missing && (f.Account == 0 || q.bit != 0) {
			c, err = itemCounts(ctx, tx, f.Account)
			return err
		}
		return q.countMatches(ctx, tx, &c)
	})
	return c.ItemCounts, err
}

// countMatches counts row by row what no counter is kept for.
func (q itemQuery) countMatches(ctx context.Context, tx querier, c *stateCounts) error {
	where, args := q.where("")
	from := "FROM items i WHERE " + where
	if len(q.words) > 0 {
		ids, many, err := q.candidates(ctx, tx)
		if err != nil {
			return err
		}
		if many {
			if err := q.countSome(ctx, tx, c); err != nil || c.All > 0 || !c.More {
				return err
			}
			if ids, many, err = q.throughNames(ctx, tx); err != nil || many {
				return err
			}
			c.More = false
		}
		from, args = q.among(ids)
	}
	rows, err := tx.QueryContext(ctx, "SELECT i.state, i.copies = 1, COUNT(*) "+from+" GROUP BY 1, 2", args...)
	if err != nil {
		return err
	}
	return c.read(rows)
}

// countSome counts the hits of a search that has very many, for a while.
func (q itemQuery) countSome(ctx context.Context, tx querier, c *stateCounts) error {
	short, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	where, args := q.where("+")
	match, more := q.match()
	rows, err := tx.QueryContext(short, "SELECT i.state, i.copies = 1, 1 FROM items i WHERE "+where+" AND "+match,
		append(args, more...)...)
	if err == nil {
		err = c.read(rows)
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		c.More = true
		return nil
	}
	return err
}
