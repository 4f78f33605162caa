package sync

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// A file that is still being written is looked at again after a while: the
// longer it has been written to, the longer.
const (
	settleFirst = 5 * time.Second
	settleLast  = time.Minute
	settleShare = 10 // of its age
)

func settleIn(s store.Source, now time.Time) time.Duration {
	return min(max(settleFirst, now.Sub(s.Created)/settleShare), settleLast)
}

// importer reads sources as they become due.
func (e *Engine) importer(ctx context.Context) error {
	for {
		again, err := e.readDue(ctx)
		if err != nil {
			return storeError(ctx, err)
		}
		if !wait(ctx, e.imports, again) {
			return nil
		}
	}
}

// readDue reads every source that is due, one after the other: a reading uses
// all processors. It returns when to come back, zero for: when woken.
func (e *Engine) readDue(ctx context.Context) (time.Time, error) {
	if e.c.Blocks == nil {
		return time.Time{}, nil
	}
	if err := e.importing.take(ctx); err != nil {
		return time.Time{}, nil
	}
	defer e.importing.give()
	for ctx.Err() == nil {
		s, ok, next, err := e.c.User.DueSource(ctx, time.Now())
		if err != nil || !ok {
			return next, storeError(ctx, err)
		}
		if err := e.readSource(ctx, s); err != nil {
			return time.Time{}, storeError(ctx, err)
		}
	}
	return time.Time{}, nil
}

// readSource reads one source and writes down what it turned out to be. The
// error is the store's.
func (e *Engine) readSource(ctx context.Context, s store.Source) error {
	began := time.Now()
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	e.bytes.reads(s, cancel)
	roots, err := e.ingest(reading, s)
	e.bytes.hasRead()
	failure := services.AsError(err)
	switch {
	case reading.Err() != nil:
		return nil // we were stopped, or nobody wants it any more
	case failure == nil:
		e.c.Log.Info("source read", "source", s.ID, "files", roots[0].Files, "bytes", roots[0].Size, "duration", time.Since(began))
		return e.wasRead(ctx, s, roots)
	case failure.Code == services.CodeStorage:
		return err
	}
	e.c.Log.Info("source not read", "source", s.ID, "code", failure.Code, "error", failure.Error())
	return e.unread(ctx, s, failure)
}

// ingest turns a source into blocks; there is at least one root.
func (e *Engine) ingest(ctx context.Context, s store.Source) (roots []ingest.Root, err error) {
	w, err := e.c.Blocks.Write(ctx, blocks.HolderOf(s.ID))
	if err != nil {
		return nil, err
	}
	defer w.Discard()
	o := ingest.Options{Profile: s.Profile, Hidden: s.Hidden, Ignore: s.Ignore, Progress: e.bytes.read}
	if s.CAR {
		roots, err = ingest.CAR(ctx, s.Path, o, w)
	} else {
		roots = make([]ingest.Root, 1)
		o.Below = rootOf(s)
		roots[0], err = ingest.Path(ctx, s.Path, o, w)
	}
	if err == nil && len(roots) == 0 {
		err = &services.Error{Code: services.CodeSource, Op: "import", Reason: services.ReasonEmptyCAR}
	}
	if err == nil {
		_, err = w.Commit(ctx)
	}
	return roots, err
}

// rootOf is the watched folder a source stands in, "" where it is of none.
func rootOf(s store.Source) store.Path {
	switch {
	case s.Folder == 0:
		return ""
	case s.Rel == "":
		return s.Path
	}
	return store.Path(strings.TrimSuffix(string(s.Path), string(filepath.Separator)+filepath.FromSlash(string(s.Rel))))
}

// wasRead makes a source ready, and what waited for it due.
func (e *Engine) wasRead(ctx context.Context, s store.Source, roots []ingest.Root) error {
	if err := e.asking.take(ctx); err != nil {
		return nil // it is read again
	}
	defer e.asking.give()
	ops, err := e.c.User.OperationsOf(ctx, s.ID)
	if err != nil {
		return err
	}
	if len(roots) == 1 && !s.CID.IsZero() && s.CID.Key != roots[0].CID.Key {
		// Its blocks were lost, and meanwhile it has become something else.
		s.NextAt = time.Now()
		return e.begunAnew(ctx, s, store.SourcePreparing)
	}
	s.State, s.Reason, s.NextAt, s.Size, s.Files, s.Left = store.SourceReady, "", time.Time{}, 0, 0, 0
	for _, r := range roots {
		s.Size, s.Files, s.Left = s.Size+r.Size, s.Files+r.Files, s.Left+r.Left
	}
	if s.CID = (services.CID{}); len(roots) == 1 {
		s.CID = roots[0].CID
	}
	moves, err := e.readMoves(ctx, ops, roots)
	if err != nil {
		return err
	}
	if err := e.c.Cache.SetSizes(ctx, s); err != nil {
		return err
	}
	return e.moveSource(ctx, s, store.SourcePreparing, moves)
}

// readMoves is what becomes of the operations of a source that was read.
func (e *Engine) readMoves(ctx context.Context, ops []store.Operation, roots []ingest.Root) ([]user.MovedOperation, error) {
	was, err := e.standWithout(ctx)
	if err != nil {
		return nil, err
	}
	free := rootsLeft(ops, roots)
	var moves []user.MovedOperation
	for _, op := range ops {
		if op.State != store.OpPreparing && !unreadable(op) {
			continue
		}
		ev := event{kind: evRead, at: time.Now(), cid: op.Pin.CID}
		if !ev.cid.IsZero() && !has(roots, ev.cid) || ev.cid.IsZero() && len(free[op.Account]) == 0 {
			// A CAR that was replaced by another since it was asked for.
			ev.kind, ev.err = evUnread, &services.Error{Code: services.CodeSource, Reason: services.ReasonChanged}
		}
		if ev.err == nil && ev.cid.IsZero() {
			ev.cid, free[op.Account] = free[op.Account][0], free[op.Account][1:]
			if err := e.stillWanted(ctx, was, op, &ev); err != nil {
				return nil, err
			}
		}
		after, _ := next(op, ev)
		moves = append(moves, user.MovedOperation{Operation: after, From: op.State})
	}
	return moves, nil
}

// rootsLeft is which roots none of an account's operations names yet.
func rootsLeft(ops []store.Operation, roots []ingest.Root) map[services.AccountID][]services.CID {
	named := make(map[pinKey]bool, len(ops))
	for _, op := range ops {
		if op.State == store.OpPreparing || unreadable(op) {
			named[pinKey{op.Account, op.Pin.CID.Key}] = true
		}
	}
	free := make(map[services.AccountID][]services.CID)
	for _, op := range ops {
		if _, ok := free[op.Account]; ok {
			continue
		}
		free[op.Account] = []services.CID{}
		for _, r := range roots {
			if !named[pinKey{op.Account, r.CID.Key}] {
				free[op.Account] = append(free[op.Account], r.CID)
			}
		}
	}
	return free
}

func has(roots []ingest.Root, c services.CID) bool {
	for _, r := range roots {
		if r.CID.Key == c.Key {
			return true
		}
	}
	return false
}

// stillWanted checks an add whose CID is only known now, as Add does. The error
// is the store's.
func (e *Engine) stillWanted(ctx context.Context, was *stand, op store.Operation, ev *event) error {
	open, err := e.c.User.OpenOf(ctx, op.Account, ev.cid)
	if err != nil {
		return err
	}
	for _, o := range open {
		was.note(o)
	}
	pin := op.Pin
	pin.CID = ev.cid
	no := e.wanted(ctx, was, op.Account, pin)
	switch {
	case no == nil:
		return nil
	case no.Code == services.CodeStorage:
		return no
	case no.Reason != "already-kept":
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
		if best.RequestID == "" || best.Status == services.Failed || p.Status == services.Pinned {
			best = p.PinStatus
		}
	}
	return best, err
}

// unread notes that a source could not be read: a file that is still being
// written is looked at again, anything else needs the person.
func (e *Engine) unread(ctx context.Context, s store.Source, failure *services.Error) error {
	now := time.Now()
	if s.Reason = failure.Reason; failure.Code != services.CodeSource {
		s.Reason = services.ReasonUnreadable
	}
	if s.Reason == services.ReasonChanged {
		s.NextAt = now.Add(settleIn(s, now))
		return e.moveSource(ctx, s, store.SourcePreparing, nil)
	}
	s.State = store.SourceStuck
	ops, err := e.c.User.OperationsOf(ctx, s.ID)
	if err != nil {
		return err
	}
	var moves []user.MovedOperation
	for _, op := range ops {
		after, _ := next(op, event{kind: evUnread, at: now, err: &services.Error{Reason: s.Reason}})
		if after.State != op.State || after.LastText != op.LastText {
			moves = append(moves, user.MovedOperation{Operation: after, From: op.State})
		}
	}
	return e.moveSource(ctx, s, store.SourcePreparing, moves)
}

// moveSource writes down what became of a source and its operations, and wakes
// whoever goes on with them. What was read of one that nobody wants any more is
// forgotten.
func (e *Engine) moveSource(ctx context.Context, s store.Source, from store.SourceState, moves []user.MovedOperation) error {
	ctx = context.WithoutCancel(ctx)
	moved, ok, err := e.c.User.MoveSource(ctx, s, from, moves)
	if err != nil {
		return err
	}
	if !ok {
		return e.c.Blocks.Drop(ctx, blocks.HolderOf(s.ID))
	}
	return e.told(ctx, moved)
}

// told brings the cache after operations that were moved, and wakes who carries
// them out.
func (e *Engine) told(ctx context.Context, moved []store.Operation) error {
	for _, op := range moved {
		p := e.place(op.Account)
		wake(p.work)
		if op.State == store.OpDone && op.AlreadyKept {
			p.expect(time.Now()) // it may be one that only waits for its bytes
		}
	}
	err := e.c.Cache.SetPending(ctx, moved, false)
	e.moved.Post()
	return err
}
