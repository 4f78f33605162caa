package store

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/fold"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// historyPage is how many rows of the history are read where no limit is given.
const historyPage = 200

// OperationFilter says which operations, youngest first.
type OperationFilter struct {
	Open    bool // only those still open
	Closed  bool // only done and cancelled ones
	CID     services.CID
	Account services.AccountID
	Search  string // words, each part of the name or of the CID
	IDs     []OperationID
	Source  SourceID    // only those whose bytes come from it, 0: all
	Before  OperationID // keyset: only older than this, 0 from the youngest
	Limit   int         // 0: 200
}

// Operations lists what was asked for.
func (r *Reader) Operations(ctx context.Context, f OperationFilter) ([]Operation, error) {
	where, args := f.where()
	limit := f.Limit
	if limit <= 0 {
		limit = max(historyPage, len(f.IDs))
	}
	list, err := queryAll(ctx, r.db, ScanOperation,
		"SELECT "+OperationColumns+" FROM operations WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
	return list, r.fail(ctx, "operations", err)
}

func (f OperationFilter) where() (string, []any) {
	parts, args := []string{"TRUE"}, []any(nil)
	add := func(cond string, arg ...any) { parts, args = append(parts, cond), append(args, arg...) }
	if f.Open {
		add(OperationOpen)
	}
	if f.Closed {
		add("state IN ('done', 'cancelled')")
	}
	if f.CID.Key != "" {
		add("cid_key = ?", f.CID.Key)
	}
	if f.Source != 0 {
		add("source = ?", int64(f.Source))
	}
	if f.Account != 0 {
		add("account = ?", int64(f.Account))
	}
	for word := range strings.FieldsSeq(f.Search) {
		add("(instr(fold(name), fold(?)) > 0 OR instr(cid, ?) > 0 OR instr(cid_key, ?) > 0)", word, word, word)
	}
	if f.IDs != nil {
		ids, err := json.Marshal(f.IDs)
		if err != nil {
			panic("bug: " + err.Error()) // numbers always marshal
		}
		add("id IN (SELECT value FROM json_each(?))", string(ids))
	}
	if f.Before != 0 {
		add("id < ?", int64(f.Before))
	}
	return strings.Join(parts, " AND "), args
}

// OpenOf counts what an account was asked for and is not through: what is on its
// way, and what waits for the person.
func (r *Reader) OpenOf(ctx context.Context, account services.AccountID) (going, stuck int64, err error) {
	err = r.db.QueryRowContext(ctx,
		"SELECT COALESCE(SUM(state <> 'stuck'), 0), COALESCE(SUM(state = 'stuck'), 0) FROM operations WHERE account = ? AND "+OperationOpen,
		int64(account)).Scan(&going, &stuck)
	return going, stuck, r.fail(ctx, "operations", err)
}

// Matches reports whether Search of an OperationFilter would find the name or
// the CID.
func Matches(search, name string, c services.CID) bool {
	name = fold.Name(name)
	for word := range strings.FieldsSeq(search) {
		if !strings.Contains(name, fold.Name(word)) && !strings.Contains(c.Text, word) && !strings.Contains(c.Key, word) {
			return false
		}
	}
	return true
}

// Observations lists what was seen to change, youngest first; limit 0 is 200.
func (r *Reader) Observations(ctx context.Context, limit int) ([]Observation, error) {
	if limit <= 0 {
		limit = historyPage
	}
	list, err := queryAll(ctx, r.db, scanObservation, `
		SELECT id, at, account, kind, cid, cid_key, name, count, resolved FROM observations ORDER BY id DESC LIMIT ?`, limit)
	return list, r.fail(ctx, "observations", err)
}

func scanObservation(row Row) (Observation, error) {
	var o Observation
	var at, resolved int64
	var text, key string
	err := row.Scan(&o.ID, &at, &o.Account, &o.Kind, &text, &key, &o.Name, &o.Count, &resolved)
	o.At, o.Resolved, o.CID = sqlite.Time(at), sqlite.Time(resolved), scanCID(text, key)
	return o, err
}
