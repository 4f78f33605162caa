package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// What is known of an account's pins decides what is ours: what is said here is
// said once, to the engine and to the simulation alike.

// knowledge is what is remembered of one account.
type knowledge interface {
	// pins is what the account is known to keep of a CID.
	pins(ctx context.Context, c services.CID) ([]store.Pin, error)
	// pin is one of them; ok is false where it is not known.
	pin(ctx context.Context, requestID string) (p store.Pin, ok bool, err error)
	// led is the requestids that operations about a CID that were done since led to:
	// pins may miss the youngest, since user.db commits first.
	led(ctx context.Context, c services.CID, since time.Time) ([]string, error)
	// checked is the end of the last complete check of the account.
	checked(ctx context.Context) (time.Time, error)
	// listed reports whether the account was ever read to its end.
	listed(ctx context.Context) (bool, error)
}

// known is the engine's knowledge.
type known struct {
	e       *Engine
	account services.AccountID
}

func (k known) pins(ctx context.Context, c services.CID) ([]store.Pin, error) {
	return k.e.pinsOf(ctx, k.account, c)
}

func (k known) pin(ctx context.Context, requestID string) (store.Pin, bool, error) {
	return k.e.c.Cache.Pin(ctx, k.account, requestID)
}

func (k known) led(ctx context.Context, c services.CID, since time.Time) ([]string, error) {
	return k.e.c.User.LedTo(ctx, k.account, c, since)
}

// listLag is how old a pin may be and not yet be in the lists of its service, so
// that a check does not show it.
const listLag = 2 * time.Minute

func (k known) checked(ctx context.Context) (time.Time, error) {
	return k.e.c.Cache.CheckedAt(ctx, k.account)
}

func (k known) listed(ctx context.Context) (bool, error) {
	return k.e.c.Cache.Listed(ctx, k.account)
}

// longBefore is by how much a service's clock may be behind ours.
const longBefore = time.Hour

// seenIn looks for an add's pin in what is known already: by an earlier try, or
// by the life of a data folder before an older user.db was brought back.
func seenIn(op store.Operation, was []store.Pin) event {
	seen := event{kind: evLooked, action: doLook, complete: true, unsent: true}
	for _, w := range was {
		switch {
		case w.RequestID == "" || w.Aside:
		case w.Pin.Meta[metaKey] == op.Key:
			seen.found, seen.pin = foundOurs, w.PinStatus
		case w.Status != services.Failed && seen.found == foundNothing:
			seen.found, seen.pin = foundKept, w.PinStatus
		}
	}
	return seen
}

// there is what was known of a pin's place when it was asked for.
type there struct {
	was    []store.Pin
	listed bool
	alone  bool // a moment before, nothing had the CID for its requestid
}

// before reports whether the pin a service answered an add with was there
// before: many answer a second add with the pin there is, and where requestids
// are CIDs it is overwritten (quirk 20).
func (t there) before(op store.Operation, pin services.PinStatus) bool {
	switch {
	case slices.ContainsFunc(t.was, func(w store.Pin) bool { return w.RequestID == pin.RequestID }):
		return true
	case isCID(pin.RequestID, pin.Pin.CID):
		return !t.alone && !t.listed
	}
	return predates(op, pin)
}

// predates reports whether a pin is older than what an operation asked for can be.
func predates(op store.Operation, pin services.PinStatus) bool {
	return !pin.Created.IsZero() && pin.Created.Before(op.SentAt.Add(-longBefore))
}

// ours reports whether it surely was not, so that it may be taken away again: it
// carries the operation's key, or such a service makes a pin of every add.
func (t there) ours(op store.Operation, pin services.PinStatus, p services.Profile) bool {
	switch {
	case t.before(op, pin):
		return false
	case isCID(pin.RequestID, pin.Pin.CID):
		return t.alone
	}
	return pin.Pin.Meta[metaKey] == op.Key || p.Proved(services.FactManyIDs)
}

// match says what a pin of a list is to an operation whose pin is looked for.
func (c carrier) match(ctx context.Context, op store.Operation, pin services.PinStatus) (finding, error) {
	if pin.Pin.CID.Key != op.Pin.CID.Key || pin.RequestID == "" {
		return foundNothing, nil
	}
	swap := op.Kind != store.OpAdd
	if swap && pin.RequestID == op.RequestID {
		return foundNothing, nil // the one whose place is to be taken
	}
	if pin.Pin.Meta[metaKey] == op.Key {
		return c.matchKey(ctx, op, pin)
	}
	switch {
	case swap && (pin.Status == services.Failed || op.Kind == store.OpRename && !sameName(pin, op.Pin.Name)):
		return foundNothing, nil
	case pin.Status != services.Failed:
		return foundBare, nil
	}
	_, known, err := c.known.pin(ctx, pin.RequestID)
	if err != nil || known {
		return foundNothing, err
	}
	return foundBare, nil
}

// matchKey is match of a pin that carries the operation's key: what was there
// before may have been another's, and overwritten.
func (c carrier) matchKey(ctx context.Context, op store.Operation, pin services.PinStatus) (finding, error) {
	if !isCID(pin.RequestID, pin.Pin.CID) {
		last, known, err := c.known.pin(ctx, pin.RequestID)
		if err != nil || predates(op, pin) || known && last.Pin.Meta[metaKey] != op.Key {
			return foundKept, err
		}
		return foundOurs, nil
	}
	listed, err := c.known.listed(ctx)
	if err != nil || !listed || op.State == store.OpCancelling {
		return foundKept, err
	}
	return foundOurs, nil
}

// isCID reports whether a requestid is just the CID in some spelling.
func isCID(requestID string, c services.CID) bool {
	return requestID != "" && (requestID == c.Text || requestID == c.Key || services.WireCID(requestID).Key == c.Key)
}
