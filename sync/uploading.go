package sync

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// uploadsAtOnce bounds the uploads of all accounts together; one account has
// one at a time.
const uploadsAtOnce = 3

// outbox is what is to be uploaded to one account. place.mu guards it.
type outbox struct {
	queue []outgoing
	// by is nil where the account takes no uploads; it is what made says once
	// asked is true.
	by    handover.Uploader
	made  services.Account
	asked bool
	// refused: the service has no such call after all. taken: what it took in the
	// life of this process, which is never sent again.
	refused bool
	taken   map[store.OperationID]bool
}

// outgoing is an operation whose content is to be uploaded.
type outgoing struct {
	op     store.Operation
	before time.Time // SentAt as it was before this try
}

// uploads reports whether an operation's content is to be sent to the account's
// service, rather than fetched by it.
func (e *Engine) uploads(ctx context.Context, p *place, a services.Account, op store.Operation) (bool, error) {
	if op.Source == 0 || a.Local() || e.c.Uploader == nil {
		return false, nil
	}
	by, err := e.uploaderOf(ctx, p, a)
	if err != nil {
		e.c.Log.Warn("no uploads", "account", a.ID, "error", err.Error())
	}
	return by != nil, err
}

// uploaderOf is the account's uploader, nil where it has none. It is made when
// first needed, and again when the account was edited.
func (e *Engine) uploaderOf(ctx context.Context, p *place, a services.Account) (handover.Uploader, error) {
	p.mu.Lock()
	o := &p.out
	if o.made.Endpoint != a.Endpoint || o.made.Key != a.Key || o.made.Template != a.Template {
		o.by, o.asked, o.refused = nil, false, false
	}
	if o.asked || o.refused {
		defer p.mu.Unlock()
		if o.refused {
			return nil, nil
		}
		return o.by, nil
	}
	p.mu.Unlock()
	by, err := e.c.Uploader(ctx, a) // may wait for a keyring
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	o.by, o.made, o.asked = by, a, true
	return by, nil
}

// toUpload reports whether an operation that is due is to be uploaded now.
func (e *Engine) toUpload(ctx context.Context, p *place, a services.Account, op store.Operation) bool {
	if op.Kind != store.OpAdd {
		return false
	}
	if up, err := e.uploads(ctx, p, a, op); err != nil || !up {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.out.taken[op.ID]
}

// post puts an operation into the outbox, unless it is there.
func (p *place) post(op store.Operation, before time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.out.queue, func(o outgoing) bool { return o.op.ID == op.ID }) {
		p.out.queue = append(p.out.queue, outgoing{op, before})
	}
	wake(p.upload)
}

// first is the operation at the head of the outbox. It stays there until it is
// done with, so that nobody posts it again meanwhile.
func (p *place) first() (o outgoing, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.out.queue) == 0 {
		return outgoing{}, false
	}
	return p.out.queue[0], true
}

func (p *place) posted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.queue = p.out.queue[1:]
}

// took notes how an upload went.
func (p *place) took(id store.OperationID, failure *services.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case failure == nil:
		if p.out.taken == nil {
			p.out.taken = make(map[store.OperationID]bool)
		}
		p.out.taken[id] = true
	case fallsBack(failure):
		p.out.refused = true
	case failure.Code == services.CodeAuth:
		p.out.asked = false // a key in a variable or a file may have been changed
	}
}

// uploader sends what is in the account's outbox.
func (e *Engine) uploader(ctx, calls context.Context, p *place, a services.Account) error {
	for {
		again, err := e.empty(ctx, calls, p, a)
		if err != nil {
			return err
		}
		if !wait(ctx, p.upload, again) {
			return nil
		}
	}
}

// empty sends what is in the account's outbox, one after the other. It returns
// when to come back, zero for: when woken. ctx ends the taking up of new ones,
// calls ends the one in flight.
func (e *Engine) empty(ctx, calls context.Context, p *place, a services.Account) (time.Time, error) {
	if err := p.uploading.take(ctx); err != nil {
		return time.Time{}, nil
	}
	defer p.uploading.give()
	calls, cancel := p.within(calls)
	defer cancel()
	for ctx.Err() == nil && p.life.Err() == nil {
		until, err := e.paused(ctx)
		if err != nil || until.After(time.Now()) {
			return until, storeError(ctx, err)
		}
		o, ok := p.first()
		if !ok {
			return time.Time{}, nil
		}
		select {
		case e.sendings <- struct{}{}:
		case <-ctx.Done():
			return time.Time{}, nil
		}
		err = e.sendOut(calls, p, a, o)
		<-e.sendings
		if err != nil {
			return time.Time{}, storeError(calls, err)
		}
		p.posted()
		wake(p.work) // what comes next is due sooner than it was
	}
	return time.Time{}, nil
}

// sendOut uploads one operation's content and writes down what came of it.
func (e *Engine) sendOut(ctx context.Context, p *place, a services.Account, o outgoing) error {
	op, ok, err := e.c.User.Operation(ctx, o.op.ID)
	if err != nil || !ok || !uploading(op) {
		return err // none: it is not wanted any more
	}
	ev := e.uploadNow(ctx, p, a, op)
	ev.at, ev.roll, ev.before = time.Now(), rand.Float64(), o.before
	p.took(op.ID, ev.err)
	return e.settle(ctx, p, op, ev)
}

// uploadNow uploads an operation's content, unless its pin is there.
func (e *Engine) uploadNow(ctx context.Context, p *place, a services.Account, op store.Operation) event {
	refused := func(err error) event {
		return event{kind: evRefused, action: doUpload, err: e.blamed(op.Source, services.AsError(err))}
	}
	s, ok, err := e.c.User.Source(ctx, op.Source)
	if err == nil && !ok {
		err = errors.New("no such source")
	}
	if err != nil {
		return refused(err)
	}
	k := known{e, op.Account}
	was, err := k.pins(ctx, op.Pin.CID)
	if err != nil {
		return refused(err)
	}
	if seen := seenIn(op, was); seen.found != foundNothing {
		return seen
	}
	listed, err := k.listed(ctx)
	if err != nil {
		return refused(err)
	}
	got, err := e.upload(ctx, p, a, op, s)
	if err != nil {
		return refused(err)
	}
	ev := event{kind: evAnswered, action: doUpload}
	if got.Pin != nil && got.Pin.RequestID != "" {
		ev.pin = *got.Pin
		at := there{was: was, listed: listed}
		ev.known, ev.ours = at.before(op, ev.pin), at.ours(op, ev.pin, nil)
	}
	return ev
}

// upload streams the content as a CAR.
func (e *Engine) upload(ctx context.Context, p *place, a services.Account, op store.Operation, s store.Source) (handover.Uploaded, error) {
	by, err := e.uploaderOf(ctx, p, a)
	if err == nil && by == nil {
		err = &services.Error{Code: services.CodeInvalid, Op: "add", Reason: handover.ReasonNoUpload, NotSent: true}
	}
	if err == nil {
		err = e.reader.Unchanged(ctx, s.ID)
	}
	if err != nil {
		return handover.Uploaded{}, err
	}
	size, open, err := e.reader.CAR(ctx, s.ID, op.Pin.CID)
	if err != nil {
		return handover.Uploaded{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	now := &sending{op: op, source: s, cancel: cancel, since: time.Now(), size: size}
	e.bytes.sends(now)
	defer e.bytes.hasSent(op.ID)
	return by.Upload(ctx, handover.CAR{
		Root: op.Pin.CID, Name: op.Pin.Name, Size: size, Open: e.slowed(open), Sent: func(n int64) { e.bytes.sent(now, n) },
	})
}

// blamed notes a failure that is the file's own.
func (e *Engine) blamed(id store.SourceID, failure *services.Error) *services.Error {
	if failure != nil && failure.Code == services.CodeSource {
		e.spoil(id, failure)
	}
	return failure
}

// slowed gives what open does, under the limit of all that is given.
func (e *Engine) slowed(open func(context.Context) (handover.Reading, error)) func(context.Context) (handover.Reading, error) {
	if e.giver == nil {
		return open
	}
	return func(ctx context.Context) (handover.Reading, error) {
		car, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return &slowReader{ctx, car, e.giver}, nil
	}
}

// slowReader is one reading of a CAR, as long as its call.
type slowReader struct {
	ctx context.Context
	handover.Reading
	giver Giver
}

func (r *slowReader) Read(p []byte) (int, error) {
	some, err := r.Lend(len(p))
	return copy(p, some), err
}

func (r *slowReader) Lend(most int) ([]byte, error) {
	some, err := r.Reading.Lend(most)
	if len(some) > 0 {
		if werr := r.giver.Spend(r.ctx, len(some)); werr != nil {
			return nil, werr
		}
	}
	return some, err
}
