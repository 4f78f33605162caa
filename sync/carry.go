package sync

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/listing"
)

// metaKey is the key of Pin.Meta that carries an operation's key, by which its
// pin is found again. It links nothing else.
const metaKey = "op"

// attempt is one try of an operation.
type attempt struct {
	store.Operation
	again bool // an earlier try may have arrived
}

// do carries an action out and says how it went.
func (e *Engine) do(ctx context.Context, svc services.Service, p *place, of services.Account, op attempt, a action) event {
	ev := event{kind: evAnswered, action: a}
	var err error
	switch a {
	case doAdd:
		ev, err = e.send(ctx, svc, of, op.Operation)
	case doRename:
		ev.pin, ev.replaced, ev.unsent, err = rename(ctx, svc, op)
	case doDelete:
		ev.unsent, err = e.delete(ctx, svc, op.Operation)
	case doUndo:
		err = svc.Delete(ctx, op.RequestID)
	case doLook:
		ev = e.look(ctx, svc, p, op.Operation)
		err = errOf(ev)
	}
	ev.at, ev.roll = time.Now(), rand.Float64()
	if err != nil {
		ev.kind, ev.err, ev.pin, ev.replaced = evRefused, services.AsError(err), services.PinStatus{}, ""
		ev.action = a
		e.blamed(op.Source, ev.err)
	}
	return ev
}

func errOf(ev event) error {
	if ev.err == nil {
		return nil
	}
	return ev.err
}

// send sends an add, unless the pin has been seen since it was asked for. What
// comes from this computer can be fetched from now on.
func (e *Engine) send(ctx context.Context, svc services.Service, a services.Account, op store.Operation) (event, error) {
	seen, was, err := e.seen(ctx, op)
	if err != nil {
		return event{unsent: true}, err
	}
	if seen.found != foundNothing {
		return seen, nil
	}
	if op.Source != 0 && e.reader != nil {
		if err := e.reader.Unchanged(ctx, op.Source); err != nil {
			return event{unsent: true}, err
		}
	}
	ways, err := e.offer(ctx, a, op)
	if err != nil {
		return event{unsent: true}, err
	}
	ev := event{kind: evAnswered, action: doAdd}
	if ev.pin, err = add(ctx, svc, op, ways); err == nil {
		ev.known, err = e.thereBefore(ctx, op, ev.pin, was)
	}
	return ev, err
}

// seen looks whether an add's pin is known already: by an earlier try, or by the
// life of a data folder before an older user.db was brought back. was is what is
// known of its content.
func (e *Engine) seen(ctx context.Context, op store.Operation) (seen event, was []store.Pin, err error) {
	was, err = e.pinsOf(ctx, op.Account, op.Pin.CID)
	if err != nil {
		return event{}, nil, err
	}
	seen = event{kind: evLooked, action: doLook, complete: true, unsent: true}
	for _, w := range was {
		switch {
		case w.RequestID == "":
		case w.Pin.Meta[metaKey] == op.Key:
			seen.found, seen.pin = foundOurs, w.PinStatus
		case w.Status != services.Failed && seen.found == foundNothing:
			seen.found, seen.pin = foundKept, w.PinStatus
		}
	}
	return seen, was, nil
}

// add asks for the pin, with other origins in turn where the service refuses
// those (quirk 30: they are only a hint).
func add(ctx context.Context, svc services.Service, op store.Operation, ways [][]string) (got services.PinStatus, err error) {
	pin := op.Pin
	pin.Meta = maps.Clone(pin.Meta)
	if pin.Meta == nil {
		pin.Meta = make(map[string]string)
	}
	pin.Meta[metaKey] = op.Key
	for _, origins := range ways {
		pin.Origins = origins
		got, err = svc.Add(ctx, pin)
		if e := services.AsError(err); e == nil || e.Reason != "INVALID_ORIGINS" {
			break
		}
	}
	return got, err
}

// longBefore is by how much a service's clock may be behind ours.
const longBefore = time.Hour

// thereBefore reports whether the pin a service answered an add with may have
// been there before, so that it is not ours to take away: was is what we knew
// of its content then.
func (e *Engine) thereBefore(ctx context.Context, op store.Operation, pin services.PinStatus, was []store.Pin) (bool, error) {
	switch {
	case slices.ContainsFunc(was, func(w store.Pin) bool { return w.RequestID == pin.RequestID }):
		return true, nil
	case !pin.Created.IsZero() && pin.Created.Before(op.SentAt.Add(-longBefore)):
		return true, nil // many answer a second add with the pin there is
	}
	return e.overwritten(ctx, op.Account, pin)
}

// overwritten reports whether an add may have taken the place of a pin we never
// heard of: where requestids are CIDs (quirk 20), before the first full check.
func (e *Engine) overwritten(ctx context.Context, account services.AccountID, pin services.PinStatus) (bool, error) {
	if !isCID(pin.RequestID, pin.Pin.CID) {
		return false, nil
	}
	listed, err := e.c.Cache.Listed(ctx, account)
	return !listed, err
}

// rename gives the pin its new name and returns it as read back. It begins
// with what the pin is now, so it may be carried out again when it is not known
// how far the last try came. replaced is the requestid that is no more; unsent
// is true where err kept it from asking for the new name at all.
func rename(ctx context.Context, svc services.Service, op attempt) (got services.PinStatus, replaced string, unsent bool, err error) {
	now, err := svc.Get(ctx, op.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound:
		got, replaced, err = renamed(ctx, svc, op, err)
		return got, replaced, false, err
	case err != nil:
		return got, "", true, err
	case !op.Pin.CID.IsZero() && now.Pin.CID.Key != op.Pin.CID.Key:
		return got, "", true, refusal("replace", textChanged)
	case sameName(now, op.Pin.Name):
		return now, "", false, nil
	}
	pin := now.Pin
	pin.Name = op.Pin.Name
	overwrite := isCID(op.RequestID, pin.CID)
	if overwrite {
		// Replacing would unpin the data there (quirk 17); a new POST of the same
		// CID takes the old one's place (quirk 20). Nothing is deleted.
		got, err = svc.Add(ctx, pin)
	} else {
		got, err = svc.Replace(ctx, op.RequestID, pin)
	}
	if err != nil {
		return services.PinStatus{}, "", false, err
	}
	if got.RequestID == "" {
		got.RequestID = op.RequestID
	}
	if back, err := svc.Get(ctx, got.RequestID); err == nil {
		got = back // what it says now counts, not what it answered (quirk 19)
	}
	if got.RequestID != op.RequestID && !overwrite {
		replaced = op.RequestID
	}
	return got, replaced, false, nil
}

// renamed looks for what a replace made whose answer was lost: the old
// requestid is gone. Where an earlier try may have arrived and no pin of the CID
// is there at all, the service did only half of it (quirk 18), and the pin is
// asked for again.
func renamed(ctx context.Context, svc services.Service, op attempt, gone error) (services.PinStatus, string, error) {
	if op.Pin.CID.IsZero() {
		return services.PinStatus{}, "", gone
	}
	var found services.PinStatus
	seen := false
	res, err := listing.Walk(ctx, svc, listing.Options{CIDs: []services.CID{op.Pin.CID}}, func(page listing.Page) error {
		for _, pin := range page.Pins {
			if pin.Pin.CID.Key == op.Pin.CID.Key && (!seen || sameName(pin, op.Pin.Name)) {
				found, seen = pin, true
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return found, "", err
	case seen && sameName(found, op.Pin.Name):
		return found, op.RequestID, nil
	case seen || !res.Complete || !op.again:
		return services.PinStatus{}, "", gone
	}
	got, err := svc.Add(ctx, services.Pin{CID: op.Pin.CID, Name: op.Pin.Name})
	return got, op.RequestID, err
}

// isCID reports whether a requestid is just the CID in some spelling.
func isCID(requestID string, c services.CID) bool {
	return requestID == c.Text || requestID == c.Key || services.WireCID(requestID).Key == c.Key
}

// delete ends a pin, if its requestid still names what the person saw at the
// service too: some keep it when the content is replaced (quirk 19). One that
// cannot say what it is now is not kept from deleting it.
func (e *Engine) delete(ctx context.Context, svc services.Service, op store.Operation) (unsent bool, err error) {
	if err := e.unchanged(ctx, op); err != nil {
		return true, err
	}
	now, err := svc.Get(ctx, op.RequestID)
	switch {
	case err != nil && services.AsError(err).Temporary():
		return true, err
	case err == nil && now.Pin.CID.Valid() && !op.Pin.CID.IsZero() && now.Pin.CID.Key != op.Pin.CID.Key:
		return true, refusal("delete", textChanged)
	}
	return false, svc.Delete(ctx, op.RequestID)
}

// unchanged checks that, as far as we know, the requestid names what the person
// saw.
func (e *Engine) unchanged(ctx context.Context, op store.Operation) error {
	if op.RequestID == "" {
		return refusal("delete", "empty-id")
	}
	pin, ok, err := e.c.Cache.Pin(ctx, op.Account, op.RequestID)
	if err != nil {
		return err
	}
	if ok && !op.Pin.CID.IsZero() && pin.Pin.CID.Key != op.Pin.CID.Key {
		return refusal("delete", textChanged)
	}
	return nil
}

// look looks for what came of an operation that may have arrived.
func (e *Engine) look(ctx context.Context, svc services.Service, p *place, op store.Operation) event {
	if op.Kind != store.OpAdd {
		return lookAtPin(ctx, svc, op)
	}
	ops, err := e.lookedForToo(ctx, op)
	if err != nil {
		return event{err: services.AsError(err)}
	}
	events, err := e.lookForAdds(ctx, svc, ops)
	if err != nil {
		return event{err: services.AsError(err)}
	}
	for i, other := range ops[1:] {
		// One listing settles them all.
		if err := e.settle(ctx, p, other, events[i+1]); err != nil {
			return event{err: services.AsError(err)}
		}
	}
	return events[0]
}

// lookAtPin sees whether a rename or delete that is not wanted any more took
// place.
func lookAtPin(ctx context.Context, svc services.Service, op store.Operation) event {
	ev := event{kind: evLooked, action: doLook, complete: true}
	pin, err := svc.Get(ctx, op.RequestID)
	gone := services.CodeOf(err) == services.CodeNotFound
	switch {
	case err != nil && !gone:
		return event{err: services.AsError(err)}
	case op.Kind == store.OpDelete && gone, op.Kind == store.OpRename && err == nil && sameName(pin, op.Pin.Name):
		ev.found = foundOurs
	}
	ev.pin = pin
	return ev
}

// lookedForToo is op and the account's other adds that are to be looked for
// now, as many as one list call can ask for.
func (e *Engine) lookedForToo(ctx context.Context, op store.Operation) ([]store.Operation, error) {
	ops := []store.Operation{op}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for _, o := range open {
		lost := o.State == store.OpAmbiguous || o.State == store.OpCancelling && o.RequestID == ""
		if o.ID != op.ID && o.Account == op.Account && o.Kind == store.OpAdd && lost && !o.NextAt.After(now) && len(ops) < services.MaxCIDs {
			ops = append(ops, o)
		}
	}
	return ops, nil
}

// lookForAdds lists the CIDs of the operations, of every status, and decides by
// what came back: a pin that carries the key is ours; else one that was not
// there before, or lives, may be it.
func (e *Engine) lookForAdds(ctx context.Context, svc services.Service, ops []store.Operation) ([]event, error) {
	var cids []services.CID
	for _, op := range ops {
		cids = append(cids, op.Pin.CID)
	}
	events := make([]event, len(ops))
	ours := 0
	res, err := listing.Walk(ctx, svc, listing.Options{CIDs: cids}, func(page listing.Page) error {
		for _, pin := range page.Pins {
			for i, op := range ops {
				f, err := e.match(ctx, op, pin)
				if err != nil {
					return err
				}
				if f > events[i].found {
					events[i].found, events[i].pin = f, pin
					if f == foundOurs {
						ours++
					}
				}
			}
		}
		if ours == len(ops) {
			return listing.Stop
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range events {
		events[i].kind, events[i].action = evLooked, doLook
		events[i].at, events[i].complete = time.Now(), res.Complete
	}
	return events, nil
}

// match says what a pin of a list is to an operation.
func (e *Engine) match(ctx context.Context, op store.Operation, pin services.PinStatus) (finding, error) {
	switch {
	case pin.Pin.CID.Key != op.Pin.CID.Key || pin.RequestID == "":
		return foundNothing, nil
	case pin.Pin.Meta[metaKey] == op.Key:
		if over, err := e.overwritten(ctx, op.Account, pin); over || err != nil {
			return foundKept, err
		}
		return foundOurs, nil
	case pin.Status != services.Failed:
		return foundBare, nil
	}
	_, known, err := e.c.Cache.Pin(ctx, op.Account, pin.RequestID)
	if err != nil || known {
		return foundNothing, err
	}
	return foundBare, nil
}
