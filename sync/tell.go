package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// wish is what operations are told.
type wish struct {
	kind eventKind
	code services.Code // only those that last failed so; "": all
}

// tell brings a wish to operations, all in the same state in one transaction.
// The error is of the first that could not be told; the others are.
func (e *Engine) tell(ctx context.Context, ids []store.OperationID, w wish) error {
	var first error
	var told []store.Operation
	for len(ids) > 0 {
		moves, refused, err := e.moves(ctx, ids, w)
		if err != nil {
			return err
		}
		if first == nil {
			first = refused
		}
		ids = nil
		for from, ops := range moves {
			var done, asked []store.Operation
			if w.kind == evCancel {
				// What was closed because the same had been asked for is wanted still.
				done, asked, err = e.c.User.CancelAll(ctx, ops, from)
			} else {
				done, err = e.c.User.UpdateAll(ctx, ops, from)
			}
			if err != nil {
				return err
			}
			told = append(append(told, done...), asked...)
			if len(asked) > 0 || w.kind == evRetry {
				wake(e.imports)
			}
			ids = append(ids, unmoved(ops, done)...) // something else moved them meanwhile
		}
	}
	if len(told) == 0 {
		return first
	}
	for _, op := range told {
		p := e.place(op.Account)
		switch w.kind {
		case evRetry:
			p.reopen()
		case evCancel:
			e.bytes.stopSending(op.ID)
			p.late.note(op, time.Now())
		}
		wake(p.work)
	}
	e.moved.Post()
	if err := e.c.Cache.SetPending(context.WithoutCancel(ctx), told, false); err != nil {
		return err
	}
	return first
}

// unmoved is which of ops are not among done.
func unmoved(ops, done []store.Operation) []store.OperationID {
	is := make(map[store.OperationID]bool, len(done))
	for _, op := range done {
		is[op.ID] = true
	}
	var ids []store.OperationID
	for _, op := range ops {
		if !is[op.ID] {
			ids = append(ids, op.ID)
		}
	}
	return ids
}

// moves is what a wish makes of the operations, by the state they are in, and
// why the first that it cannot be brought to is such a one.
func (e *Engine) moves(ctx context.Context, ids []store.OperationID, w wish) (moves map[store.State][]store.Operation, refused, err error) {
	moves = make(map[store.State][]store.Operation)
	for _, id := range ids {
		op, ok, err := e.c.User.Operation(ctx, id)
		var no error
		switch {
		case err != nil:
			return nil, nil, err
		case !ok:
			no = &services.Error{Code: services.CodeNotFound, Op: "operation", Reason: "operation", NotSent: true}
		case !op.State.Open():
			no = usage(string(op.Kind), "closed", "")
		case w.code == "" || op.LastCode == w.code: // else it has failed in another way meanwhile
			after, _ := next(op, event{kind: w.kind, at: time.Now()})
			moves[op.State] = append(moves[op.State], after)
		}
		if refused == nil {
			refused = no
		}
	}
	return moves, refused, nil
}

// unlessClosed forgives that an operation was over before it could be told
// something.
func unlessClosed(err error) error {
	switch services.CodeOf(err) {
	case services.CodeUsage, services.CodeNotFound:
		return nil
	}
	return err
}
