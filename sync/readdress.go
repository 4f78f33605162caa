package sync

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// A service that names no machine of its own fetches from where it was told this
// computer is. When it is found elsewhere, the service is told by replacing the pin
// with one of the same CID and other origins: only where that is proved to be safe
// (FactReplace), never where the requestid is the CID (a replace there unpins what
// it just pinned, quirk 17), and only while it is still fetching. What is not done
// leaves the pin as it was, so that nobody is bothered with it.

const (
	tellEvery = 30 * time.Second // how often it is looked whether somebody is to be told
	tellAgain = 5 * time.Minute  // how long after one telling of a job the next may be, doubled each time
	tellLast  = 6 * time.Hour    // the longest that grows to
)

// telling is when a job's service was last asked to look elsewhere, and how often.
type telling struct {
	at    time.Time
	times int
}

func (t telling) due(now time.Time) bool {
	return t.times == 0 || now.Sub(t.at) >= min(tellAgain<<min(t.times-1, 10), tellLast)
}

// readdress asks the services that look for this computer where it was to look
// where it is. told is what was asked so far.
func (e *Engine) readdress(ctx context.Context, told map[handover.Key]telling) error {
	now := time.Now()
	due := make(map[handover.Key]bool)
	for _, s := range e.giver.Stats() {
		if s.Trouble == handover.TroubleMoved && told[s.Key].due(now) {
			due[s.Key] = true
		}
	}
	if len(due) == 0 || !e.isRunning() {
		return nil
	}
	if err := e.asking.take(ctx); err != nil {
		return err
	}
	defer e.asking.give()
	was, err := e.stand(ctx)
	if err != nil {
		return err
	}
	var ops []store.Operation
	for pin, k := range e.bytes.expected() {
		if !due[k] {
			continue
		}
		op, ok, err := e.readdressing(ctx, was, pin, k)
		if err != nil {
			return err
		}
		if ok {
			ops = append(ops, op)
			told[k] = telling{now, told[k].times + 1}
		}
	}
	_, err = e.write(ctx, ops)
	return err
}

// readdressing makes the operation for one pin; ok is false where nothing may be
// asked of it.
func (e *Engine) readdressing(ctx context.Context, was *stand, pin pinKey, k handover.Key) (op store.Operation, ok bool, err error) {
	profile, err := e.c.Cache.Profile(ctx, pin.account)
	if err != nil {
		return op, false, err
	}
	origins := e.giver.Where(k)
	if !profile.Proved(services.FactReplace) || len(origins) == 0 || len(was.byID[pin]) > 0 {
		return op, false, nil
	}
	op, refused := e.about(ctx, was, store.OpReaddress, PinRef{Account: pin.account, RequestID: pin.key})
	switch {
	case refused != nil && refused.Code == services.CodeStorage:
		return op, false, refused
	case refused != nil, op.Pin.CID.IsZero(), isCID(pin.key, op.Pin.CID):
		return op, false, nil
	}
	op.Was, op.Pin.Origins = op.Pin.CID, origins
	return op, true, nil
}

// readdress replaces a pin by the same one with the operation's origins, and reads
// back what is there then. Like rename it begins with what the pin is now.
func (c carrier) readdress(ctx context.Context, op attempt) (event, error) {
	ev := event{kind: evAnswered, action: doRename}
	now, err := c.svc.Get(ctx, op.RequestID)
	switch {
	case services.CodeOf(err) == services.CodeNotFound && op.again:
		ev.kind = evGone
		return ev, nil
	case err != nil:
		ev.unsent = true
		return ev, err
	case now.Pin.CID.Key != op.Pin.CID.Key, isCID(op.RequestID, now.Pin.CID), !c.profile.Proved(services.FactReplace):
		ev.unsent = true
		return ev, refusal("replace", textChanged)
	case !now.Status.Pending(), hasAll(now.Pin.Origins, op.Pin.Origins):
		ev.pin = now // it has all of it, gave up, or knows
		return ev, nil
	}
	pin := marked(now.Pin, op.Key)
	for _, origins := range waysTo(op.Pin.Origins, now.Pin.Origins) {
		pin.Origins = origins
		ev.pin, err = c.svc.Replace(ctx, op.RequestID, pin)
		if e := services.AsError(err); e == nil || e.Reason != "INVALID_ORIGINS" {
			break
		}
	}
	if err != nil {
		return ev, err
	}
	if ev.pin.RequestID == "" {
		ev.pin.RequestID = op.RequestID
	}
	back, err := c.svc.Get(ctx, ev.pin.RequestID)
	switch {
	case err == nil:
		ev.pin = back // what it says now counts (quirk 19)
	case services.CodeOf(err) == services.CodeNotFound:
		if ev, err = c.half(ctx, op.Operation, pin, ev); err != nil {
			return ev, err
		}
	}
	if ev.pin.RequestID != op.RequestID {
		ev.replaced = op.RequestID
	}
	return ev, nil
}

// hasAll reports whether a pin has all of the origins.
func hasAll(pin, origins []string) bool {
	return !slices.ContainsFunc(origins, func(o string) bool { return !slices.Contains(pin, o) })
}

// waysTo are the origins to send, each set fewer than the one before (quirk 30):
// ours of now, and those of others that the pin had.
func waysTo(ours, had []string) [][]string {
	_, us, _ := strings.Cut(ours[0], "/p2p/")
	all := slices.Clone(ours)
	for _, o := range had {
		if !strings.HasSuffix(o, "/p2p/"+us) && len(all) < services.MaxOrigins {
			all = append(all, o)
		}
	}
	plain := slices.DeleteFunc(slices.Clone(ours), func(o string) bool { return strings.Contains(o, "/udp/") })
	if len(plain) == 0 || len(plain) == len(all) {
		return [][]string{all}
	}
	return [][]string{all, plain}
}

// readdressed is one whose pin is known to be there, whatever its requestid is now.
func readdressed(op store.Operation, ev event) store.Operation {
	op.RequestID, op.Made = ev.pin.RequestID, ""
	if op.State == store.OpCancelling {
		return closed(op, store.OpCancelled, ev.at)
	}
	return closed(op, store.OpDone, ev.at)
}

// wasTold notes that a service knows where this computer is, and has what was asked
// of the pin done to the one in its place.
func (e *Engine) wasTold(ctx context.Context, was, op store.Operation, ev *event) error {
	if k, ok := e.bytes.fetches(was.Account, was.RequestID); ok && e.giver != nil {
		e.giver.Told(k, was.Pin.Origins)
	}
	if op.RequestID == was.RequestID || ev.replaced != "" {
		return nil
	}
	ev.replaced = was.RequestID
	return e.redirect(ctx, op.Account, was.RequestID, op.RequestID)
}
