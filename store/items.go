package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Item finds one row with its marks; ok is false where there is none.
func (r *Reader) Item(ctx context.Context, id ItemID) (it Item, ok bool, err error) {
	return r.oneItem(ctx, "i.id = ?", int64(id))
}

// ItemByCID finds the row of a CID by its key.
func (r *Reader) ItemByCID(ctx context.Context, c services.CID) (it Item, ok bool, err error) {
	return r.oneItem(ctx, "i.cid_key = ?", c.Key)
}

func (r *Reader) oneItem(ctx context.Context, where string, arg any) (it Item, ok bool, err error) {
	err = r.view(ctx, "item", func(q querier) error {
		list, err := readItems(ctx, q, "FROM items i WHERE "+where, arg)
		if err == nil && len(list) > 0 {
			it, ok = list[0], true
		}
		return err
	})
	return it, ok, err
}

// EachItem streams the items of f in its order, in constant memory; limit 0 is
// all of them.
func (r *Reader) EachItem(ctx context.Context, f Filter, limit int) iter.Seq2[Item, error] {
	const page = 500
	return func(yield func(Item, error) bool) {
		l, err := r.Items(ctx, f)
		for done := 0; err == nil && (limit <= 0 || done < limit); {
			n := page
			if limit > 0 {
				n = min(n, limit-done)
			}
			var list []Item
			if list, err = l.Rows(ctx, done, n); err != nil {
				break
			}
			for _, it := range list {
				if !yield(it, nil) {
					return
				}
			}
			if done += len(list); len(list) == 0 || len(list) < n && !l.More() {
				return
			}
		}
		if err != nil {
			yield(Item{}, err)
		}
	}
}

// readItems reads the rows a FROM clause over items i describes, with marks.
func readItems(ctx context.Context, q querier, from string, args ...any) ([]Item, error) {
	list, err := queryAll(ctx, q, scanItem, `
		SELECT i.id, i.cid, i.cid_key, i.name, i.size, i.added, i.state, i.copies, i.places `+from, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, addMarks(ctx, q, list)
}

func scanItem(row Row) (Item, error) {
	var it Item
	var text, key string
	var id, added, state int64
	err := row.Scan(&id, &text, &key, &it.Name, &it.Size, &added, &state, &it.Copies, &it.Places)
	it.ID, it.Added, it.State = ItemID(id), sqlite.Time(added), ItemState(state)
	if it.Source = sourceOf(key); it.Source == 0 {
		it.CID = scanCID(text, key)
	}
	return it, err
}

// addMarks reads the marks of all the items in two queries.
func addMarks(ctx context.Context, q querier, list []Item) error {
	keys := make([]string, len(list))
	for i, it := range list {
		keys[i] = it.key()
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	pins := make(map[string][]SeenPin)
	rows, err := q.QueryContext(ctx, `
		SELECT p.cid_key, p.account, a.local, p.status, a.stale OR p.missing,
			CASE WHEN p.missing THEN p.seen_at ELSE MAX(p.seen_at, a.checked_at) END,
			CASE WHEN p.status = 4 THEN p.info END
		FROM json_each(?) k CROSS JOIN pins p ON p.cid_key = k.value JOIN places a ON a.account = p.account
		ORDER BY p.created, p.id`, string(text))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		var account, status, seen int64
		var local, stale bool
		var info sql.NullString
		if err := rows.Scan(&key, &account, &local, &status, &stale, &seen, &info); err != nil {
			return err
		}
		pins[key] = append(pins[key], SeenPin{
			Account: services.AccountID(account), Local: local, Status: services.Status(status), Stale: stale, SeenAt: sqlite.Time(seen),
			Details: sqlite.FromJSON[map[string]string](info)["status_details"],
		})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	ops, err := pendingOf(ctx, q, string(text))
	if err != nil {
		return err
	}
	for i, key := range keys {
		list[i].Marks = Marks(pins[key], ops[key])
	}
	return nil
}

func pendingOf(ctx context.Context, q querier, keys string) (map[string][]PendingOp, error) {
	type row struct {
		key string
		op  PendingOp
	}
	list, err := queryAll(ctx, q, func(r Row) (row, error) {
		var v row
		err := r.Scan(&v.key, &v.op.Account, &v.op.Local, &v.op.Kind, &v.op.Stuck)
		return v, err
	}, `SELECT o.cid_key, o.account, COALESCE(a.local, 0), o.kind, o.stuck
		FROM json_each(?) k CROSS JOIN pending o ON o.cid_key = k.value LEFT JOIN places a ON a.account = o.account
		ORDER BY o.op`, keys)
	ops := make(map[string][]PendingOp)
	for _, v := range list {
		ops[v.key] = append(ops[v.key], v.op)
	}
	return ops, err
}
