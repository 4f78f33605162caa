package sync

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// stand is how things stand when something is asked for: what a request is
// checked against.
type stand struct {
	accounts map[services.AccountID]bool
	byCID    map[pinKey][]store.Operation // open ones
	byID     map[pinKey][]store.Operation
}

// pinKey names content, or a requestid, at an account.
type pinKey struct {
	account services.AccountID
	key     string
}

func (e *Engine) stand(ctx context.Context) (*stand, error) {
	s, err := e.standWithout(ctx)
	if err != nil {
		return nil, err
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return nil, err
	}
	for _, op := range open {
		s.note(op)
	}
	return s, nil
}

// standWithout is the stand with no operation noted yet.
func (e *Engine) standWithout(ctx context.Context) (*stand, error) {
	known, err := e.c.User.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	s := &stand{
		accounts: make(map[services.AccountID]bool, len(known)),
		byCID:    make(map[pinKey][]store.Operation),
		byID:     make(map[pinKey][]store.Operation),
	}
	for _, a := range known {
		s.accounts[a.ID] = true
	}
	return s, nil
}

func (s *stand) note(op store.Operation) {
	k := pinKey{op.Account, op.Pin.CID.Key}
	s.byCID[k] = append(s.byCID[k], op)
	if op.RequestID != "" {
		k.key = op.RequestID
		s.byID[k] = append(s.byID[k], op)
	}
}

// addable checks what can be checked of an add without looking anywhere.
func (s *stand) addable(id services.AccountID, pin services.Pin) *services.Error {
	if s.accounts[id] && !pin.CID.Valid() {
		return refusal("add", "not-a-cid")
	}
	return s.askable(id, pin)
}

// askable checks what does not depend on the CID.
func (s *stand) askable(id services.AccountID, pin services.Pin) *services.Error {
	switch {
	case !s.accounts[id]:
		return usage("add", "unknown-account", "")
	case utf8.RuneCountInString(pin.Name) > services.MaxName:
		return refusal("add", "name-too-long")
	case len(pin.Origins) > services.MaxOrigins:
		return refusal("add", "too-many-origins")
	case len(pin.Meta) >= services.MaxMeta: // one more is ours
		return refusal("add", "too-much-meta")
	}
	return nil
}

// wanted refuses what the account keeps or was asked for already: a second pin
// of one CID is nobody's wish. What it takes is noted in s.
func (e *Engine) wanted(ctx context.Context, s *stand, id services.AccountID, pin services.Pin) *services.Error {
	var undoing []store.Operation
	deleting := map[string]bool{}
	for _, op := range s.byCID[pinKey{id, pin.CID.Key}] {
		switch {
		case op.Kind == store.OpAdd && op.State != store.OpCancelling:
			return refusal("add", "already-asked")
		case op.State == store.OpCancelling && op.Kind != store.OpDelete:
			undoing = append(undoing, op)
		case op.Kind == store.OpDelete && op.State == store.OpWaiting && op.SentAt.IsZero():
			// Opposites that were not sent yet cancel each other.
			if err := unlessClosed(e.Cancel(ctx, []store.OperationID{op.ID})); err != nil {
				return services.AsError(err)
			}
		case op.Kind == store.OpDelete && op.State != store.OpStuck: // one that is stuck may never be
			deleting[op.RequestID] = true
		}
	}
	pins, err := e.pinsOf(ctx, id, pin.CID)
	if err != nil {
		return services.AsError(err)
	}
	for _, p := range pins {
		undone := slices.ContainsFunc(undoing, func(op store.Operation) bool { return undoes(op, p) })
		if p.Status != services.Failed && !p.Aside && !deleting[p.RequestID] && !undone {
			if err := e.stays(ctx, id, pin, p.RequestID); err != nil {
				return services.AsError(err)
			}
			return refusal("add", textAlreadyKept)
		}
	}
	s.note(store.Operation{Account: id, Kind: store.OpAdd, Pin: pin})
	return nil
}

// undoes reports whether a pin is what an operation that was cancelled made, or may
// have, so that it is about to be taken away.
func undoes(op store.Operation, p store.Pin) bool {
	made := op.Made
	if op.Kind == store.OpAdd {
		made = op.RequestID
	}
	return p.RequestID == made || p.Pin.Meta[metaKey] == op.Key
}

// stays remembers, as one more of what was asked for and done, that the person was
// told that a pin is kept: nothing that was cancelled before takes it away now.
func (e *Engine) stays(ctx context.Context, id services.AccountID, pin services.Pin, requestID string) error {
	may, err := e.c.User.MayCome(ctx, id, pin.CID, requestID)
	if err != nil || !may {
		return err
	}
	op := store.Operation{Account: id, Kind: store.OpAdd, Pin: pin, RequestID: requestID, AlreadyKept: true}
	_, err = e.c.User.AddOperations(ctx, []store.Operation{closed(op, store.OpDone, time.Now())})
	return err
}

// unask cancels the account's open adds of a CID; nil where there are none.
func (e *Engine) unask(ctx context.Context, s *stand, p PinRef) ([]store.Operation, error) {
	var done []store.Operation
	for _, op := range s.byCID[pinKey{p.Account, p.CID.Key}] {
		if op.Kind != store.OpAdd {
			continue
		}
		if err := unlessClosed(e.Cancel(ctx, []store.OperationID{op.ID})); err != nil {
			return done, err
		}
		op, _, err := e.c.User.Operation(ctx, op.ID)
		if err != nil {
			return done, err
		}
		done = append(done, op)
	}
	return done, nil
}

// about makes an operation on an existing pin, if it is still what the person
// saw.
func (e *Engine) about(ctx context.Context, s *stand, kind store.OperationKind, p PinRef) (store.Operation, *services.Error) {
	verb := string(kind)
	if kind == store.OpRename {
		verb = "replace"
	}
	op := store.Operation{Account: p.Account, Kind: kind, RequestID: p.RequestID, Pin: services.Pin{CID: p.CID, Name: p.Name}}
	switch {
	case !s.accounts[p.Account]:
		return op, usage(verb, "unknown-account", "")
	case p.RequestID == "":
		return op, refusal(verb, "empty-id")
	case slices.ContainsFunc(s.byID[pinKey{p.Account, p.RequestID}], func(o store.Operation) bool {
		return o.Kind == kind && o.State != store.OpCancelling && !yields(o)
	}):
		return op, refusal(verb, "already-asked")
	}
	seen, ok, err := e.c.Cache.Pin(ctx, p.Account, p.RequestID)
	switch {
	case err != nil:
		return op, services.AsError(err)
	case !p.CID.IsZero() && (!ok || seen.Pin.CID.Key != p.CID.Key || seen.Pin.Name != p.Name):
		return op, refusal(verb, textChanged)
	case ok:
		op.Pin = services.Pin{CID: seen.Pin.CID, Name: seen.Pin.Name, Meta: seen.Pin.Meta}
	}
	return op, nil
}

// supersede cancels what of a pin is stuck or only waits for another to be
// pinned: something else was asked of it since.
func (e *Engine) supersede(ctx context.Context, s *stand, op store.Operation) error {
	for _, o := range s.byID[pinKey{op.Account, op.RequestID}] {
		if !yields(o) {
			continue
		}
		if err := unlessClosed(e.Cancel(ctx, []store.OperationID{o.ID})); err != nil {
			return err
		}
	}
	return nil
}

// yields reports whether a rename or replace makes room for what is asked later.
func yields(op store.Operation) bool {
	if op.Kind == store.OpReaddress && op.State == store.OpWaiting {
		return true
	}
	swap := op.Kind == store.OpRename || op.Kind == store.OpReplace
	return swap && (op.State == store.OpStuck || op.State == store.OpWaiting && op.Made != "" && !releasing(op))
}

// refusal is our own check of what was asked for: nothing was sent.
func refusal(op, reason string) *services.Error {
	return &services.Error{Code: services.CodeUsage, Op: op, Reason: reason, NotSent: true}
}
