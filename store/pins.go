package store

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/fold"
)

// pinPage is how many pins one query of EachPin reads: none stays open while
// the caller is at work, which would keep the writer's log from being emptied.
const pinPage = 2_000

// EachPin streams pins in constant memory. In the default order it holds no
// query open while the caller is at work.
func (r *Reader) EachPin(ctx context.Context, f PinFilter) iter.Seq2[Pin, error] {
	return func(yield func(Pin, error) bool) {
		var last pinRow
		for done := 0; ; {
			n := -1 // an order without an index is sorted once, and read in one go
			if f.Sort == "" || f.Sort == "created" {
				n = pinPage
			}
			if f.Limit > 0 {
				n = int(min(uint(n), uint(f.Limit-done)))
			}
			got, stopped, err := r.pinPage(ctx, f, &last, n, yield)
			if err != nil && !stopped {
				yield(Pin{}, r.fail(ctx, "pins", err))
			}
			if done += got; err != nil || stopped || got != n || done == f.Limit {
				return
			}
		}
	}
}

// pinRow is a pin and its place in the order.
type pinRow struct {
	Pin
	id  int64
	key any // what is ordered by
}

// pinPage yields up to n pins after last (-1: all of them).
func (r *Reader) pinPage(ctx context.Context, f PinFilter, last *pinRow, n int, yield func(Pin, error) bool) (got int, stopped bool, err error) {
	column, desc := f.order()
	where, args := f.where()
	if last.id != 0 {
		where += " AND (" + column + ", p.id) < (?, ?)" // only the default order goes on
		args = append(args, last.key, last.id)
	}
	rows, err := r.db.QueryContext(ctx, "SELECT "+PinColumns+", p.id, "+column+" FROM "+PinTables+
		" WHERE "+where+" ORDER BY "+column+desc+", p.id"+desc+" LIMIT ?", append(args, n)...)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		pin, err := ScanPin(rows, &last.id, &last.key)
		if err != nil {
			return got, false, err
		}
		got++
		if !yield(pin, nil) {
			return got, true, nil
		}
	}
	return got, false, rows.Err()
}

// order is the expression pins are ordered by, and " DESC" or nothing.
func (f PinFilter) order() (column, desc string) {
	switch f.Sort {
	case "name":
		return "fold(p.name)", ""
	case "status":
		return "p.status", ""
	default:
		return "p.created", " DESC"
	}
}

func (f PinFilter) where() (string, []any) {
	parts, args := []string{"TRUE"}, []any(nil)
	add := func(cond string, arg ...any) { parts, args = append(parts, cond), append(args, arg...) }
	if f.CID.Key != "" {
		add("p.cid_key = ?", f.CID.Key)
	}
	if f.Request != "" {
		add("p.account IN (SELECT account FROM places) AND p.requestid = ?", f.Request)
	}
	if len(f.Accounts) > 0 {
		add("+p.account IN (SELECT value FROM json_each(?))", list(f.Accounts))
	}
	if len(f.Status) > 0 {
		add("+p.status IN (SELECT value FROM json_each(?))", list(f.Status))
	}
	if words := fold.Words(f.Search); len(words) > 0 {
		cond, arg := hasWords("fold(p.name)", words)
		if cid, more := cidStarts("p", f.Search); cid != "" {
			cond, arg = "("+cond+" OR "+cid+")", append(arg, more...)
		}
		add(cond, arg...)
	}
	return strings.Join(parts, " AND "), args
}

// list is numbers as JSON.
func list[T services.AccountID | services.Status](numbers []T) string {
	plain := make([]int64, len(numbers)) // a Status alone would be marshalled as itself one day
	for i, n := range numbers {
		plain[i] = int64(n)
	}
	text, err := json.Marshal(plain)
	if err != nil {
		panic("bug: " + err.Error()) // numbers always marshal
	}
	return string(text)
}
