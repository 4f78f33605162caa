package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// wereRead writes down what was read, and makes what waited for it due: the
// blocks in one transaction, then the sources and operations in another.
func (e *Engine) wereRead(ctx context.Context, batch []wasRead) error {
	if len(batch) == 0 {
		return nil
	}
	if err := e.asking.take(ctx); err != nil {
		return nil // they are read again
	}
	defer e.asking.give()
	writers := make([]*blocks.Writer, len(batch))
	for i, r := range batch {
		writers[i] = r.into
	}
	if _, err := e.c.Blocks.Commit(ctx, writers...); err != nil {
		return err
	}
	var anew []store.Source
	batch = slices.DeleteFunc(slices.Clone(batch), func(r wasRead) bool {
		another := len(r.roots) == 1 && !r.CID.IsZero() && r.CID.Key != r.roots[0].CID.Key
		if another { // its blocks were lost, and meanwhile it has become something else
			anew = append(anew, r.Source)
		}
		return another
	})
	for _, s := range anew {
		s.NextAt = time.Now()
		if err := e.begunAnew(ctx, s, store.SourcePreparing); err != nil {
			return err
		}
	}
	for len(batch) > 0 {
		others, err := e.makeReady(ctx, batch)
		if err != nil || len(others) == 0 {
			return err
		}
		// What nobody wants any more must not count for who has the same content.
		if err := e.dropBlocks(ctx, others); err != nil {
			return err
		}
		batch = slices.DeleteFunc(batch, func(r wasRead) bool { return slices.Contains(others, r.ID) })
	}
	return nil
}

// makeReady makes all of the batch ready, or says which are not wanted any more
// and changes nothing.
func (e *Engine) makeReady(ctx context.Context, batch []wasRead) (others []store.SourceID, err error) {
	ids := make([]store.SourceID, len(batch))
	for i, r := range batch {
		ids[i] = r.ID
	}
	ops, err := e.c.User.OperationsOfSources(ctx, ids)
	if err != nil {
		return nil, err
	}
	was, err := e.standWithout(ctx)
	if err != nil {
		return nil, err
	}
	moves := make([]user.SourceMove, len(batch))
	sized := make([]store.Source, len(batch))
	for i, r := range batch {
		m := user.SourceMove{Source: r.ready(), From: store.SourcePreparing}
		if m.Operations, err = e.readMoves(ctx, was, r, ops[r.ID]); err != nil {
			return nil, err
		}
		moves[i], sized[i] = m, m.Source
	}
	ctx = context.WithoutCancel(ctx)
	if err := e.c.Cache.SetSizes(ctx, sized...); err != nil {
		return nil, err
	}
	moved, others, err := e.c.User.MoveSources(ctx, moves)
	if err != nil || len(others) > 0 {
		return others, err
	}
	return nil, e.told(ctx, moved)
}

// ready is the source as it is once it was read.
func (r wasRead) ready() store.Source {
	s := r.Source
	s.State, s.Reason, s.Unread, s.NextAt, s.Size, s.Files, s.Left = store.SourceReady, "", "", time.Time{}, 0, 0, 0
	for _, root := range r.roots {
		s.Size, s.Files, s.Left = s.Size+root.Size, s.Files+root.Files, s.Left+root.Left
	}
	if s.CID = (services.CID{}); len(r.roots) == 1 {
		s.CID = r.roots[0].CID
	}
	return s
}

// again reports whether the source was read before. What was asked for then is
// asked for as it is now.
func (r wasRead) again() bool { return r.Size >= 0 }

// readMoves is what becomes of the operations of a source that was read.
func (e *Engine) readMoves(ctx context.Context, was *stand, r wasRead, ops []store.Operation) ([]user.MovedOperation, error) {
	free, err := e.rootsLeft(ctx, r, ops)
	if err != nil {
		return nil, err
	}
	var moves []user.MovedOperation
	for _, op := range ops {
		if !awaits(op) {
			continue
		}
		ev := event{kind: evRead, at: time.Now(), cid: op.Pin.CID}
		// Those of a watched folder stand for their root: another is another item.
		switch named := !ev.cid.IsZero(); {
		case named && has(r.roots, ev.cid):
		case named && (r.Folder != 0 || !r.again()), !r.again() && len(free[op.Account]) == 0:
			// A CAR that was replaced by another since it was asked for.
			ev.kind, ev.err = evUnread, &services.Error{Code: services.CodeSource, Reason: services.ReasonChanged}
		case len(free[op.Account]) == 0:
			ev.err = refusal("add", textChanged) // there is less in it now
		default:
			ev.cid, free[op.Account] = free[op.Account][0], free[op.Account][1:]
		}
		if ev.err == nil && (r.again() || op.Pin.CID.IsZero()) {
			if err := e.stillWanted(ctx, was, op, &ev); err != nil {
				return nil, err
			}
		}
		after, _ := next(op, ev)
		moves = append(moves, user.MovedOperation{Operation: after, From: op.State})
	}
	return moves, nil
}

// awaits reports whether it is for its file to be read that an operation waits.
func awaits(op store.Operation) bool { return op.State == store.OpPreparing || unreadable(op) }

// rootsLeft is which roots of a source none of an account's operations stands
// for: one that waits for it to be read and names it, or, of a CAR that had
// others before, one that was asked for and is not to be again.
func (e *Engine) rootsLeft(ctx context.Context, r wasRead, ops []store.Operation) (map[services.AccountID][]services.CID, error) {
	named := make(map[pinKey]bool, len(ops))
	for _, op := range ops {
		stands := awaits(op)
		if !stands && r.CAR && has(r.roots, op.Pin.CID) {
			var err error
			if stands, err = e.stands(ctx, op); err != nil {
				return nil, err
			}
		}
		if stands {
			named[pinKey{op.Account, op.Pin.CID.Key}] = true
		}
	}
	free := make(map[services.AccountID][]services.CID)
	for _, op := range ops {
		if _, ok := free[op.Account]; ok {
			continue
		}
		free[op.Account] = []services.CID{}
		for _, root := range r.roots {
			if !named[pinKey{op.Account, root.CID.Key}] {
				free[op.Account] = append(free[op.Account], root.CID)
			}
		}
	}
	return free, nil
}

// stands reports whether what an operation asked for is there or on its way.
func (e *Engine) stands(ctx context.Context, op store.Operation) (bool, error) {
	if op.State != store.OpDone {
		return op.State.Open() && op.State != store.OpCancelling, nil
	}
	pin, err := e.ledTo(ctx, op)
	return pin.Status == services.Pinned || pin.Status.Pending(), err
}

func has(roots []ingest.Root, c services.CID) bool {
	return slices.ContainsFunc(roots, func(r ingest.Root) bool { return r.CID.Key == c.Key })
}

// stillWanted checks an add whose CID is only known now, as Add does. The error
// is the store's.
func (e *Engine) stillWanted(ctx context.Context, was *stand, op store.Operation, ev *event) error {
	open, err := e.c.User.OpenOf(ctx, op.Account, ev.cid)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.ID != op.ID {
			was.note(o)
		}
	}
	pin := op.Pin
	pin.CID = ev.cid
	no := e.wanted(ctx, was, op.Account, pin)
	switch {
	case no == nil:
		return nil
	case no.Code == services.CodeStorage:
		return no
	case no.Reason != textAlreadyKept:
		ev.err = no
		return nil
	}
	ev.known = true
	ev.pin, err = e.keeps(ctx, op.Account, ev.cid)
	return err
}

// keeps is the best of an account's pins of a CID.
func (e *Engine) keeps(ctx context.Context, account services.AccountID, c services.CID) (services.PinStatus, error) {
	pins, err := e.pinsOf(ctx, account, c)
	var best services.PinStatus
	for _, p := range pins {
		if p.Aside {
			continue
		}
		if best.RequestID == "" || best.Status == services.Failed || p.Status == services.Pinned {
			best = p.PinStatus
		}
	}
	return best, err
}

// dropBlocks forgets what was read of sources.
func (e *Engine) dropBlocks(ctx context.Context, ids []store.SourceID) error {
	held := make([]blocks.Holder, len(ids))
	for i, id := range ids {
		held[i] = blocks.HolderOf(id)
	}
	return e.c.Blocks.Drop(ctx, held...)
}
