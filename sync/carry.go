package sync

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// metaKey is the key of Pin.Meta that carries an operation's key, by which its
// pin is found again. It links nothing else.
const metaKey = "op"

// carrier carries actions out at one account. It decides nothing of what becomes
// of an operation, and remembers nothing: the simulation uses it as it is.
type carrier struct {
	svc     services.Service
	profile services.Profile
	known   knowledge
	turns   *pace // of looks that read the whole account
	// ways makes what an add asks for fetchable, and returns the addresses to tell
	// the service, each set fewer than the one before.
	ways func(ctx context.Context, op store.Operation) ([][]string, error)
}

// attempt is one try of an operation.
type attempt struct {
	store.Operation
	again bool // an earlier try may have arrived
}

// carrierOf is the carrier of an account.
func (e *Engine) carrierOf(ctx context.Context, svc services.Service, a services.Account) (carrier, error) {
	profile, err := e.c.Cache.Profile(ctx, a.ID)
	return carrier{
		svc: svc, profile: profile, known: known{e, a.ID}, turns: &e.place(a.ID).turns,
		ways: func(ctx context.Context, op store.Operation) ([][]string, error) { return e.fetchable(ctx, a, op) },
	}, err
}

// do carries an action out and says how it went.
func (e *Engine) do(ctx context.Context, c carrier, p *place, op attempt, a action) event {
	var ev event
	var err error
	if a == doLook {
		ev = e.look(ctx, c, p, op.Operation)
		err = errOf(ev)
	} else {
		ev, err = c.carry(ctx, op, a)
	}
	ev.at, ev.roll = time.Now(), rand.Float64()
	if err != nil {
		ev = failed(ev, a, err)
		e.blamed(op.Source, ev.err)
	}
	return ev
}

// failed is the event of a call that failed.
func failed(ev event, a action, err error) event {
	ev.kind, ev.err, ev.pin, ev.replaced, ev.action = evRefused, services.AsError(err), services.PinStatus{}, "", a
	return ev
}

// carry is do of all but looking. at is not set.
func (c carrier) carry(ctx context.Context, op attempt, a action) (ev event, err error) {
	ev = event{kind: evAnswered, action: a}
	switch a {
	case doAdd:
		return c.send(ctx, op.Operation)
	case doRename:
		if op.Kind == store.OpReaddress {
			return c.readdress(ctx, op)
		}
		return c.rename(ctx, op)
	case doNew:
		return c.anew(ctx, op.Operation)
	case doWatch:
		return c.watch(ctx, op.Operation)
	case doRelease:
		return c.release(ctx, op)
	case doDelete:
		return c.delete(ctx, op.Operation)
	case doUndo:
		if op.Made != "" {
			return c.unmake(ctx, op.Operation)
		}
		return c.undo(ctx, op.Operation, op.RequestID)
	}
	return ev, err
}

func errOf(ev event) error {
	if ev.err == nil {
		return nil
	}
	return ev.err
}

// fetchable makes what an add asks for fetchable: what comes from this computer
// can be from now on.
func (e *Engine) fetchable(ctx context.Context, a services.Account, op store.Operation) ([][]string, error) {
	if op.Source != 0 && e.reader != nil {
		if err := e.reader.Unchanged(ctx, op.Source); err != nil {
			return nil, err
		}
	}
	return e.offer(ctx, a, op)
}

// send sends an add, unless the pin has been seen since it was asked for.
func (c carrier) send(ctx context.Context, op store.Operation) (event, error) {
	unsent := event{unsent: true}
	was, err := c.known.pins(ctx, op.Pin.CID)
	if err != nil {
		return unsent, err
	}
	seen := seenIn(op, was)
	if seen.found == foundNothing {
		was, err = c.doubted(ctx, op, was)
		seen = seenIn(op, was)
	}
	if err != nil || seen.found != foundNothing {
		return seen, err
	}
	at, seen, err := c.standing(ctx, op, was)
	if err != nil || seen.found != foundNothing {
		return seen, err
	}
	ways, err := c.ways(ctx, op)
	if err != nil {
		return unsent, err
	}
	ev := event{kind: evAnswered, action: doAdd}
	if ev.pin, err = c.add(ctx, op, op.Pin, ways); err == nil {
		ev.known, ev.ours = at.before(op, ev.pin), at.ours(op, ev.pin, c.profile)
		ev.learnt = learntOfAdd(op, ev.pin, ev.known)
	}
	return ev, err
}

// doubted adds what operations led to and the cache may not have heard of, since
// we were stopped between the two files, to what is known.
func (c carrier) doubted(ctx context.Context, op store.Operation, was []store.Pin) ([]store.Pin, error) {
	checked, err := c.known.checked(ctx)
	if err != nil {
		return was, err
	}
	ids, err := c.known.led(ctx, op.Pin.CID, checked.Add(-listLag))
	if err != nil {
		return was, err
	}
	for _, id := range ids {
		pin, err := c.svc.Get(ctx, id)
		switch {
		case services.CodeOf(err) == services.CodeNotFound:
		case err != nil:
			return was, err
		case pin.Pin.CID.Key == op.Pin.CID.Key:
			was = append(was, store.Pin{Account: op.Account, PinStatus: pin})
		}
	}
	return was, nil
}

// standing sees what stands where an add's pin is to go, where the service is not
// known to make a pin of every add and something may: it would be overwritten (quirk
// 20) or ended (quirk 21) by ours, and be gone with it.
func (c carrier) standing(ctx context.Context, op store.Operation, was []store.Pin) (at there, seen event, err error) {
	at.was = was
	if at.listed, err = c.known.listed(ctx); err != nil || c.profile.Proved(services.FactManyIDs) {
		return at, event{unsent: true}, err
	}
	checked, err := c.known.checked(ctx)
	single := c.profile.Disproved(services.FactManyIDs)
	if err != nil || !single && at.listed && op.SentAt.Sub(checked) < lately {
		return at, event{unsent: true}, err
	}
	var now []store.Pin
	if single { // its requestid may be the CID: no list is needed to know of that
		pin, err := c.svc.Get(ctx, op.Pin.CID.Text)
		at.alone = services.CodeOf(err) == services.CodeNotFound
		switch {
		case err != nil && services.AsError(err).Temporary():
			return at, event{unsent: true}, err
		case err == nil:
			now = append(now, store.Pin{Account: op.Account, PinStatus: pin})
		}
	}
	if len(now) == 0 && !c.profile.Disproved(services.FactCIDFilter) {
		page, err := c.svc.List(ctx, services.Query{CIDs: []services.CID{op.Pin.CID}, Status: services.AllStatuses(), Limit: services.MaxLimit})
		if err != nil && services.AsError(err).Temporary() {
			return at, event{unsent: true}, err
		}
		for _, pin := range page.Results {
			now = append(now, store.Pin{Account: op.Account, PinStatus: pin})
		}
	}
	now = slices.DeleteFunc(now, func(p store.Pin) bool { return p.Pin.CID.Key != op.Pin.CID.Key })
	at.was = append(slices.Clone(was), now...)
	return at, seenIn(op, now), nil
}

// lately is how long ago an account may have been checked for what it is known to
// keep to be what it keeps: as long as it is fresh enough to be called safe.
const lately = 24 * time.Hour

// add asks for the pin, with other origins in turn where the service refuses
// those (quirk 30: they are only a hint).
func (c carrier) add(ctx context.Context, op store.Operation, pin services.Pin, ways [][]string) (got services.PinStatus, err error) {
	pin = marked(pin, op.Key)
	for _, origins := range ways {
		pin.Origins = origins
		got, err = c.svc.Add(ctx, pin)
		if e := services.AsError(err); e == nil || e.Reason != "INVALID_ORIGINS" {
			break
		}
	}
	if key := got.Pin.CID.Key; err == nil && key != "" && key != pin.CID.Key {
		return got, &services.Error{Code: services.CodeInvalid, Op: "add", Reason: textOther}
	}
	return got, err
}

// marked is pin with an operation's key.
func marked(pin services.Pin, key string) services.Pin {
	pin.Meta = maps.Clone(pin.Meta)
	if pin.Meta == nil {
		pin.Meta = make(map[string]string)
	}
	pin.Meta[metaKey] = key
	return pin
}
