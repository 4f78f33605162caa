package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// askedPage is how many operations one query of askedBefore reads.
const askedPage = 5_000

// tally counts what became of many operations: there are too many for a line each.
type tally struct {
	Done   int64 `json:"done"`   // sent and taken; with --wait pinned
	Failed int64 `json:"failed"` // refused, or they wait for a person
	Open   int64 `json:"open"`   // they go on with whatever runs next
	first  error
}

// seeThrough waits for the operations as far as the call was asked to, and
// counts what became of them.
func (c *cli) seeThrough(ctx context.Context, app *boot.App, all *accounts, ids []store.OperationID, wait waitFlag) (tally, error) {
	var t tally
	resting := make(map[services.AccountID]int64)
	if len(ids) > 0 && !wait.onlyWrite() {
		if err := c.await(ctx, app, all, ids, wait); err != nil {
			return t, err
		}
	}
	for part := range slices.Chunk(ids, readChunk) {
		ops, err := readOperations(ctx, app.Reader, part)
		if err != nil {
			return t, err
		}
		for _, op := range ops {
			if all.paused(op.Account) && op.State.Open() && op.State != store.OpStuck {
				resting[op.Account]++
			}
			if err := t.count(ctx, app.Reader, all, op, wait); err != nil {
				return t, err
			}
		}
	}
	for id, n := range resting {
		p := pausedProblem(all.name(id), plural(n, "operation waits", "operations wait"))
		c.note("%s; %s", p.text, p.hint)
	}
	return t, nil
}

func (t *tally) count(ctx context.Context, r *store.Reader, all *accounts, op store.Operation, wait waitFlag) error {
	if op.State.Open() && (op.LastCode == "" || op.State != store.OpStuck) {
		t.Open++
		return nil
	}
	j := newOperationJSON(all, op)
	if wait.given {
		var err error
		if j, err = describe(ctx, r, all, op); err != nil {
			return err
		}
		if s := services.ParseStatus(j.Status); s.Pending() {
			t.Open++
			return nil
		}
	}
	if err := verdict(all, j, op, wait); err != nil {
		if t.Failed++; t.first == nil {
			t.first = err
		}
		return nil
	}
	t.Done++
	return nil
}

// problem is the failure of the whole: the first, with how many more there are,
// or that the time to wait ran out.
func (t tally) problem(wait waitFlag) error {
	if t.first == nil && t.Open > 0 && wait.given && !wait.onlyWrite() {
		return &problem{
			code: services.CodeTimeout, text: plural(t.Open, "operation is", "operations are") + " not through yet",
			hint: "they go on by themselves while Pintray runs; look again with: pintrayctl sync, then pintrayctl ls",
		}
	}
	if t.first == nil || t.Failed == 1 {
		return t.first
	}
	p := *explain(t.first)
	p.text += fmt.Sprintf(" (and %d more failed)", t.Failed-1)
	return &p
}

// noteOpen says that what was not sent yet is not lost.
func (c *cli) noteOpen(t tally) {
	if t.Open > 0 {
		c.note("%s not through yet: they go on with the window or \"pintrayctl run\"; see: pintrayctl activity --open",
			plural(t.Open, "operation is", "operations are"))
	}
}

// plural is n of one thing or of several.
func plural(n int64, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// askedBefore is what the accounts were asked to add by an earlier call and is
// not through: a call that is said again goes on with it.
func askedBefore(ctx context.Context, r *store.Reader, accounts ...services.AccountID) ([]store.OperationID, error) {
	var ids []store.OperationID
	for _, account := range accounts {
		f := store.OperationFilter{Open: true, Account: account, Limit: askedPage}
		for {
			ops, err := r.Operations(ctx, f)
			if err != nil {
				return nil, err
			}
			for _, op := range ops {
				switch {
				case op.Kind != store.OpAdd:
				case op.State == store.OpWaiting, op.State == store.OpSent, op.State == store.OpAmbiguous:
					ids = append(ids, op.ID)
				}
			}
			if len(ops) < askedPage {
				break
			}
			f.Before = ops[len(ops)-1].ID
		}
	}
	slices.Reverse(ids) // the oldest first, as they are carried out
	return ids, nil
}
