package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

const (
	// confirmMost is how many missing pins are asked for one by one. Of more, those
	// are believed gone that a second complete pass misses too.
	confirmMost = 100
	// massChange is how many pins may be lost at once before the person is asked
	// whether they are; more than that wait for a yes.
	massChange = 20
	// allChange is how few wait, too, where they are all that the account had: an
	// address that now leads to another server must not empty the list. One or two
	// are told one by one.
	allChange = 3
)

// kindMass is the observation of a mass disappearance.
const kindMass = "mass-change"

// confirm finds out which of the pins that a complete pass did not see are
// surely gone, and takes those out: a few by asking for each, many by a second
// complete pass (a service that lost its list for a moment must not empty ours).
// was is what the pass before did not see; what of it was set aside stays so.
func (e *Engine) confirm(ctx context.Context, r *visit, missing []store.Pin, was map[string]bool) error {
	missing, err := e.notOurDoing(ctx, missing)
	if err != nil {
		return err
	}
	var gone, doubted []store.Pin
	waiting := 0
	for _, pin := range missing {
		aside, twice := was[pin.RequestID]
		switch {
		case aside:
			waiting++
		case twice && len(missing) > confirmMost:
			gone = append(gone, pin)
		default:
			doubted = append(doubted, pin)
		}
	}
	if len(doubted) > confirmMost {
		r.doubts = true
	} else if doubted, err = e.askForMissing(ctx, r, doubted); err != nil {
		return err
	} else {
		gone = append(gone, doubted...)
	}
	if waiting == 0 { // all are back, or the cache was made anew and knows none
		if err := e.c.User.ResolveKind(ctx, r.p.id, kindMass); err != nil {
			return err
		}
	}
	return e.lost(ctx, r.p, gone, &r.res)
}

// askForMissing asks for each of the pins and returns those that are gone. What
// cannot be known now the next pass misses again.
func (e *Engine) askForMissing(ctx context.Context, r *visit, missing []store.Pin) (gone []store.Pin, err error) {
	for _, pin := range missing {
		found, err := r.svc.Get(ctx, pin.RequestID)
		r.res.Requests++
		switch {
		case services.CodeOf(err) == services.CodeNotFound:
			gone = append(gone, pin)
		case err != nil:
			r.doubts = true
			return gone, nil
		default:
			put, err := e.c.Cache.Put(ctx, r.p.id, time.Now(), r.p.believed(found)...)
			if err != nil {
				return gone, err
			}
			if err := e.observeFailed(ctx, put); err != nil {
				return gone, err
			}
		}
	}
	return gone, nil
}

// notOurDoing leaves out pins an open operation is about to delete or replace.
func (e *Engine) notOurDoing(ctx context.Context, missing []store.Pin) ([]store.Pin, error) {
	if len(missing) == 0 {
		return nil, nil
	}
	open, err := e.c.User.OpenOperations(ctx)
	if err != nil {
		return nil, err
	}
	about := make(map[pinKey]bool, len(open))
	for _, op := range open {
		if op.State != store.OpWaiting && op.State != store.OpStuck {
			about[pinKey{op.Account, op.RequestID}] = true
		}
	}
	var rest []store.Pin
	for _, pin := range missing {
		if !about[pinKey{pin.Account, pin.RequestID}] {
			rest = append(rest, pin)
		}
	}
	return rest, nil
}

// lost takes out pins that are confirmed gone, and observes those that are a
// loss. Many losses at once, or of all there was, are set aside and told once:
// they stay in the list, not fresh, until AcceptGone or until they are seen again.
// They are told before the cache changes: who is stopped in between finds them
// once more.
func (e *Engine) lost(ctx context.Context, p *place, gone []store.Pin, res *SyncResult) error {
	if len(gone) == 0 {
		return nil
	}
	losses, rest, err := e.losses(ctx, p, gone)
	if err != nil {
		return err
	}
	mass := len(losses) > massChange
	if !mass && len(losses) >= allChange {
		if mass, err = e.nothingLeft(ctx, p, res); err != nil {
			return err
		}
	}
	if mass {
		if err := e.takeOut(ctx, p, rest, res); err != nil {
			return err
		}
		return e.setAside(ctx, p, losses)
	}
	for _, pin := range losses {
		err := e.c.User.ObserveOnce(ctx, store.Observation{
			At: time.Now(), Account: p.id, Kind: "lost", CID: pin.Pin.CID, Name: pin.Pin.Name, Count: 1,
		})
		if err != nil {
			return err
		}
	}
	return e.takeOut(ctx, p, gone, res)
}

// nothingLeft reports whether the complete pass that led to res saw none of what
// the account had before it.
func (e *Engine) nothingLeft(ctx context.Context, p *place, res *SyncResult) (bool, error) {
	now, err := e.c.Cache.Standing(ctx, p.id)
	return now.Pins <= int64(res.Added), err
}

// losses parts pins that are gone: no loss is what we deleted ourselves, and
// what the account has under another requestid (quirk 21).
func (e *Engine) losses(ctx context.Context, p *place, gone []store.Pin) (losses, rest []store.Pin, err error) {
	missing, err := e.c.Cache.Missing(ctx, p.id)
	if err != nil {
		return nil, nil, err
	}
	for _, pin := range gone {
		missing[pin.RequestID] = true
	}
	for _, pin := range gone {
		kept := !p.buriedAt(pin.RequestID).IsZero()
		others, err := e.c.Cache.PinsOf(ctx, p.id, pin.Pin.CID)
		if err != nil {
			return nil, nil, err
		}
		for _, other := range others {
			_, alsoMissing := missing[other.RequestID]
			kept = kept || !alsoMissing
		}
		if kept {
			rest = append(rest, pin)
		} else {
			losses = append(losses, pin)
		}
	}
	return losses, rest, nil
}

func (e *Engine) setAside(ctx context.Context, p *place, losses []store.Pin) error {
	e.c.Log.Warn("many pins are gone at once", "account", p.id, "op", "list", "pins", len(losses))
	missing, err := e.c.Cache.Missing(ctx, p.id)
	if err != nil {
		return err
	}
	aside := int64(len(losses))
	for _, before := range missing {
		if before {
			aside++
		}
	}
	if err := e.c.User.ObserveOnce(ctx, store.Observation{At: time.Now(), Account: p.id, Kind: kindMass, Count: aside}); err != nil {
		return err
	}
	return e.c.Cache.SetAside(ctx, p.id, idsOf(losses)...)
}

// takeOut removes pins from the cache.
func (e *Engine) takeOut(ctx context.Context, p *place, gone []store.Pin, res *SyncResult) error {
	if len(gone) == 0 {
		return nil
	}
	res.Removed += len(gone)
	return e.c.Cache.Remove(ctx, p.id, idsOf(gone)...)
}

func idsOf(pins []store.Pin) []string {
	ids := make([]string, len(pins))
	for i, pin := range pins {
		ids[i] = pin.RequestID
	}
	return ids
}

// AcceptGone says that the pins an account lost all at once
// (store.AccountState.Missing) are really gone: they leave the list. Nothing is
// asked of the service. An account that lost none is left as it is.
func (e *Engine) AcceptGone(ctx context.Context, account services.AccountID) error {
	if _, err := e.account(ctx, "accept", account); err != nil {
		return err
	}
	n, err := e.c.Cache.RemoveAside(ctx, account)
	if err != nil {
		return err
	}
	e.c.Log.Info("lost pins accepted", "account", account, "op", "accept", "pins", n)
	e.moved.Post()
	return e.c.User.ResolveKind(ctx, account, kindMass)
}
