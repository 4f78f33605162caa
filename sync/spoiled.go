package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// spoil notes that a file of a source is not what it was when it was read.
func (e *Engine) spoil(id store.SourceID, failure *services.Error) {
	e.bytes.spoil(id, failure)
	wake(e.give)
}

// spoiled takes back what was asked for of a source whose file has changed, and
// makes it be read and asked for anew. A pin that was there before, or has all
// of the old content, is left alone.
func (e *Engine) spoiled(ctx context.Context, id store.SourceID, failure *services.Error) error {
	for k := range e.bytes.offered() {
		if k.Source == id {
			e.endJob(k)
		}
	}
	s, ok, err := e.c.User.Source(ctx, id)
	if err != nil || !ok || s.State != store.SourceReady {
		return err // it is read again already
	}
	e.c.Log.Info("source changed", "source", id, "error", failure.Error())
	s.Reason, s.NextAt = failure.Reason, time.Now().Add(settleFirst)
	return e.begunAnew(ctx, s, store.SourceReady)
}

// begunAnew makes a source be read from the beginning, and takes back what was
// asked for of it.
func (e *Engine) begunAnew(ctx context.Context, s store.Source, from store.SourceState) error {
	defer wake(e.imports)
	was := s
	s.State, s.CID = store.SourcePreparing, services.CID{}
	done := make(map[store.OperationID]bool)
	for first := true; ; first = false { // what moves meanwhile is looked at again
		moves, err := e.takenBack(ctx, was, done)
		if err != nil || len(moves) == 0 && !first {
			return err
		}
		moved, ok, err := e.c.User.MoveSource(ctx, s, from, moves)
		if err != nil || !ok {
			return err
		}
		for _, op := range moved {
			done[op.ID] = true
			e.bytes.stopSending(op.ID)
		}
		if err := e.told(ctx, moved); err != nil {
			return err
		}
		from = store.SourcePreparing
	}
}

// takenBack is what becomes of the operations of a source that has changed, s as
// it was, but of those that are done with.
func (e *Engine) takenBack(ctx context.Context, s store.Source, done map[store.OperationID]bool) (moves []user.MovedOperation, err error) {
	ops, err := e.c.User.OperationsOf(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	// Who is asked again already; of a CAR, for which root.
	anew := make(map[pinKey]bool)
	key := func(op store.Operation) pinKey {
		if !s.CAR {
			return pinKey{op.Account, ""}
		}
		return pinKey{op.Account, op.Pin.CID.Key}
	}
	for _, op := range ops {
		if op.State == store.OpPreparing {
			anew[key(op)] = true
		}
	}
	for _, op := range ops {
		if done[op.ID] || op.State == store.OpDone && !s.Made(op.Pin.CID) {
			continue
		}
		ev := event{kind: evBad, at: time.Now()}
		if op.State == store.OpDone {
			if ev.pin, err = e.ledTo(ctx, op); err != nil {
				return nil, err
			}
		}
		after, do := next(op, ev)
		if s.CAR {
			after.Pin.CID = op.Pin.CID // reading it again says whether it is still in it
		}
		m := user.MovedOperation{Operation: after, From: op.State}
		if do == doTakeBack {
			m.Undo = &store.Operation{
				Account: op.Account, Kind: store.OpDelete, RequestID: op.RequestID, Pin: services.Pin{CID: op.Pin.CID, Name: ev.pin.Pin.Name},
			}
		}
		if (do == doAgain || do == doTakeBack) && !anew[key(op)] {
			m.Again = user.AskAgain(op, s.CAR)
			anew[key(op)] = true
		}
		if after.State != op.State || m.Undo != nil {
			m.TakenBack = &op
		}
		if m.TakenBack != nil || m.Again != nil {
			moves = append(moves, m)
		}
	}
	return moves, nil
}

// ledTo is the pin an operation led to as far as it is known, the zero one where
// it is gone or is being deleted.
func (e *Engine) ledTo(ctx context.Context, op store.Operation) (services.PinStatus, error) {
	pin, known, err := e.c.Cache.Pin(ctx, op.Account, op.RequestID)
	if err != nil {
		return services.PinStatus{}, err
	}
	if !known && op.RequestID != "" && time.Since(op.DoneAt) < landing {
		return services.PinStatus{Status: services.Queued}, nil // it was asked for a moment ago
	}
	asked, err := e.deleting(ctx, op)
	if !known || asked || err != nil {
		return services.PinStatus{}, err
	}
	return pin.PinStatus, nil
}

// deleting reports whether an operation's pin is being deleted already.
func (e *Engine) deleting(ctx context.Context, op store.Operation) (bool, error) {
	open, err := e.c.User.OpenOf(ctx, op.Account, op.Pin.CID)
	return slices.ContainsFunc(open, func(o store.Operation) bool {
		return o.Kind == store.OpDelete && o.RequestID == op.RequestID
	}), err
}
