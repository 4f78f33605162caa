package sync

import (
	"context"
	"os"
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

// What is read is written down together with what is read next to it: waiting
// for the disk takes longer than reading a small file. So many sources, or so
// many bytes, or what was read in such a time.
const (
	batchMost  = 256
	batchBytes = 64 << 20
	batchTime  = 300 * time.Millisecond
	// aloneFrom is from which size on a file is read with nothing before it
	// waiting to be written down.
	aloneFrom = 8 << 20
)

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
		due, next, err := e.c.User.DueSources(ctx, time.Now(), batchMost)
		if err != nil || len(due) == 0 {
			return next, storeError(ctx, err)
		}
		if err := e.readSome(ctx, due); err != nil {
			return time.Time{}, storeError(ctx, err)
		}
	}
	return time.Time{}, nil
}

// wasRead is a source that was read and is not written down yet.
type wasRead struct {
	store.Source
	roots []ingest.Root
	into  *blocks.Writer
}

// readSome reads the first of the sources, as many as are written down together.
// Where the process ends before that, they are read again. The error is the
// store's.
func (e *Engine) readSome(ctx context.Context, due []store.Source) error {
	var batch []wasRead
	defer func() {
		for _, r := range batch {
			r.into.Discard() // but for those that were committed
		}
	}()
	began, size := time.Now(), int64(0)
	for _, s := range due {
		if len(batch) > 0 && alone(s) {
			break
		}
		r, err := e.readSource(ctx, s)
		if err != nil || ctx.Err() != nil {
			return err
		}
		if r.into == nil {
			continue // it could not be read, or nobody wants it any more
		}
		batch = append(batch, r)
		for _, root := range r.roots {
			size += root.Size
		}
		if size >= batchBytes || time.Since(began) >= batchTime {
			break
		}
	}
	return e.wereRead(ctx, batch)
}

// alone reports whether reading a source may take long.
func alone(s store.Source) bool {
	info, err := os.Stat(string(s.Path))
	return err == nil && (info.IsDir() || info.Size() >= aloneFrom)
}

// readSource reads one source; into is nil where that did not come to its end.
// The error is the store's.
func (e *Engine) readSource(ctx context.Context, s store.Source) (r wasRead, err error) {
	began := time.Now()
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	e.bytes.reads(s, cancel)
	w, err := e.c.Blocks.Write(ctx, blocks.HolderOf(s.ID))
	if err != nil {
		return r, err
	}
	roots, err := e.ingest(reading, s, w)
	e.bytes.hasRead()
	failure := services.AsError(err)
	if failure == nil && reading.Err() == nil {
		e.c.Log.Info("source read", "source", s.ID, "files", roots[0].Files, "bytes", roots[0].Size, "duration", time.Since(began))
		return wasRead{s, roots, w}, nil
	}
	w.Discard()
	switch {
	case reading.Err() != nil:
		return r, nil // we were stopped, or nobody wants it any more
	case failure.Code == services.CodeStorage:
		return r, err
	}
	e.c.Log.Info("source not read", "source", s.ID, "code", failure.Code, "error", failure.Error())
	return r, e.unread(ctx, s, failure)
}

// ingest turns a source into blocks; there is at least one root.
func (e *Engine) ingest(ctx context.Context, s store.Source, w *blocks.Writer) (roots []ingest.Root, err error) {
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

// unread notes that a source could not be read: a file that is still being
// written is looked at again, anything else needs the person.
func (e *Engine) unread(ctx context.Context, s store.Source, failure *services.Error) error {
	now := time.Now()
	if s.Reason = failure.Reason; failure.Code != services.CodeSource {
		s.Reason = services.ReasonUnreadable
	}
	if s.Unread = failure.Details; s.Unread == services.Clean(string(s.Path)) {
		s.Unread = ""
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
