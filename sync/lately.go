package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// What we did to an account's pins lately, and how a service that has not caught
// up with it is read.

const (
	// tombFor is how long a pin we deleted ourselves is remembered: services go on
	// listing such for a while (quirk 40), and its end is nobody's loss.
	tombFor = 24 * time.Hour
	// doubtFor is how long from when an add was sent an answer of failed is not
	// believed: services say so of what they have only just heard of (quirk 39).
	doubtFor = time.Minute
)

// tombAgain is how often a pin that is listed after its end is asked for at most.
const tombAgain = time.Hour

// tomb is a pin we deleted.
type tomb struct {
	at     time.Time // when
	listed time.Time // when it was last listed though it was deleted before the list began
	asked  time.Time // when the service last said whether it is there
	alive  bool      // what it said
}

// bury notes that we deleted a pin.
func (p *place) bury(requestID string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, t := range p.tombs {
		if now.Sub(t.at) > tombFor {
			delete(p.tombs, id)
		}
	}
	p.tombs[requestID] = tomb{at: now}
	p.acted = now
}

// unbury notes that a requestid is in use again.
func (p *place) unbury(requestID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tombs, requestID)
	p.acted = time.Now()
}

// buriedAt is when we deleted the pin, zero if we did not.
func (p *place) buriedAt(requestID string) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tombs[requestID].at
}

// pinsOf is an account's pins of a CID, but those we deleted since they were seen:
// the cache may not know of that yet.
func (e *Engine) pinsOf(ctx context.Context, account services.AccountID, c services.CID) ([]store.Pin, error) {
	pins, err := e.c.Cache.PinsOf(ctx, account, c)
	p := e.place(account)
	return slices.DeleteFunc(pins, func(pin store.Pin) bool {
		at := p.buriedAt(pin.RequestID)
		return !at.IsZero() && !pin.SeenAt.After(at)
	}), err
}

// living is believed of a list that began then, but for what we deleted: the list
// may be older, and services list what is no more (quirk 40). One that the service
// itself said is there is.
func (p *place) living(pins []services.PinStatus, began time.Time) []services.PinStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	pins = p.believedLocked(pins)
	if len(p.tombs) == 0 {
		return pins
	}
	var kept []services.PinStatus
	for _, pin := range pins {
		t, ok := p.tombs[pin.RequestID]
		if !ok || t.alive && t.at.Before(began) || time.Since(t.at) > tombFor {
			kept = append(kept, pin)
			continue
		}
		if t.at.Before(began) {
			t.listed = time.Now()
			p.tombs[pin.RequestID] = t
		}
	}
	return kept
}

// doubt notes that an add was answered with failed, which may change at once.
func (p *place) doubt(requestID string, sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, at := range p.doubted {
		if time.Since(at) >= doubtFor {
			delete(p.doubted, id)
		}
	}
	if time.Since(sent) < doubtFor {
		p.doubted[requestID] = sent
	}
}

// believed is pins as they are to be remembered: queued where failed is not
// believed yet, so that they are looked at again soon. One that was anything else
// since is.
func (p *place) believed(pins ...services.PinStatus) []services.PinStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.believedLocked(pins)
}

func (p *place) believedLocked(pins []services.PinStatus) []services.PinStatus {
	if len(p.doubted) == 0 {
		return pins
	}
	kept := slices.Clone(pins)
	for i, pin := range kept {
		sent, ok := p.doubted[pin.RequestID]
		switch {
		case !ok:
		case pin.Status != services.Failed:
			delete(p.doubted, pin.RequestID)
		case time.Since(sent) < doubtFor:
			kept[i].Status = services.Queued
		}
	}
	return kept
}

// risen is pins that were listed since began though we had deleted them, as many
// as are to be asked for now.
func (p *place) risen(began time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for id, t := range p.tombs {
		if !t.listed.Before(began) && time.Since(t.asked) >= tombAgain {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), confirmMost)]
}

// rests reports whether all that we deleted before began was not listed since;
// false where that is nothing.
func (p *place) rests(began time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, t := range p.tombs {
		if t.alive || !t.listed.Before(began) {
			return false
		}
		if t.at.Before(began) {
			n++
		}
	}
	return n > 0
}

func (p *place) answered(requestID string, alive bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.tombs[requestID]; ok {
		t.asked, t.alive = now, alive
		p.tombs[requestID] = t
	}
}

// askForRisen asks for each pin that was listed though we had deleted it: one the
// service does not find stays deleted. complete: the list was.
func (e *Engine) askForRisen(ctx context.Context, r *visit, complete bool) error {
	var learnt []services.Finding
	for _, id := range r.p.risen(r.began) {
		pin, err := r.svc.Get(ctx, id)
		r.res.Requests++
		now := time.Now()
		switch {
		case services.CodeOf(err) == services.CodeNotFound:
			r.p.answered(id, false, now)
			learnt = append(learnt, fact(services.FactDelete, services.Disproved, "deleted, not found, listed all the same"))
			continue
		case err != nil && services.AsError(err).Temporary():
			return e.learnAt(ctx, r.p, r.account, at(learnt, now)...) // the next check asks
		}
		r.p.answered(id, true, now) // or it cannot say: then its list counts
		if err != nil {
			continue
		}
		learnt = append(learnt, fact(services.FactDelete, services.Disproved, "deleted, still there"))
		if _, err := e.c.Cache.Put(ctx, r.p.id, now, pin); err != nil {
			return err
		}
	}
	if complete && !r.profile.Proved(services.FactDelete) && r.p.rests(r.began) {
		learnt = append(learnt, fact(services.FactDelete, services.Proved, "deleted, not in the whole list"))
	}
	return e.learnAt(ctx, r.p, r.account, at(learnt, time.Now())...)
}
