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

// bury notes that we deleted a pin.
func (p *place) bury(requestID string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, at := range p.tombs {
		if now.Sub(at) > tombFor {
			delete(p.tombs, id)
		}
	}
	p.tombs[requestID] = now
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
	return p.tombs[requestID]
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

// living is believed of a list, but for what we deleted since began: the list was
// older.
func (p *place) living(pins []services.PinStatus, began time.Time) []services.PinStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	pins = p.believedLocked(pins)
	if len(p.tombs) == 0 {
		return pins
	}
	var kept []services.PinStatus
	for _, pin := range pins {
		if at, ok := p.tombs[pin.RequestID]; !ok || at.Before(began) {
			kept = append(kept, pin)
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
