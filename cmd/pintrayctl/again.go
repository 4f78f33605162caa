package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// askedPin is what an account was asked for before, by whoever, and does not have yet:
// no operation stands for it.
type askedPin struct {
	account   services.AccountID
	cid       services.CID
	requestID string
}

// waitedFor takes what accounts do not have yet out of what was refused since it
// was asked for before.
func waitedFor(ctx context.Context, r *store.Reader, refused []pinsync.Refusal) (waiting []askedPin, others []pinsync.Refusal, err error) {
	for _, no := range refused {
		var id string
		if no.Err.Reason == "already-kept" && !no.CID.IsZero() {
			if id, err = unfinished(ctx, r, no); err != nil {
				return nil, nil, err
			}
		}
		if id != "" {
			waiting = append(waiting, askedPin{no.Account, no.CID, id})
		} else {
			others = append(others, no)
		}
	}
	return waiting, others, nil
}

// unfinished is the request ID under which an account is still to get content, ""
// where it has it.
func unfinished(ctx context.Context, r *store.Reader, no pinsync.Refusal) (id string, err error) {
	for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{no.Account}, CID: no.CID}) {
		switch {
		case err != nil:
			return "", err
		case p.Status == services.Pinned:
			return "", nil
		case underWay(p.Status):
			id = p.RequestID
		}
	}
	return id, nil
}

// underWay reports whether a pin may still become pinned or failed.
func underWay(s services.Status) bool { return s.Pending() || s == services.Unknown }

// againPace is how often what was asked for before is looked at.
const againPace = 200 * time.Millisecond

// seeAgain waits for what was asked for before as for what is asked for now, says
// how far it is, and fails where it failed or the time ran out.
func (c *cli) seeAgain(ctx context.Context, app *boot.App, all *accounts, pins []askedPin, f addFlags, began time.Time) error {
	wait := f.wait
	if wait.given && !wait.onlyWrite() {
		if err := c.awaitAgain(ctx, app, all, pins, wait, began); err != nil {
			return err
		}
	}
	var failed []error
	for _, a := range pins {
		name := all.name(a.account)
		p, there, err := readAsked(ctx, app.Reader, a)
		switch {
		case err != nil:
			return err
		case p.Status == services.Pinned && f.name != "" && p.Pin.Name != f.name:
			c.noteName(name, a.cid.Text, p.Pin.Name)
		case p.Status == services.Pinned:
			c.note("%s already keeps %s", name, a.cid.Text)
		case there && !underWay(p.Status):
			failed = append(failed, notKept(name, a.cid.Text, a.requestID, p.Info["status_details"]))
		case !wait.given || wait.onlyWrite():
			c.note("%s was asked for %s before and does not have it yet (%s)", name, a.cid.Text, p.Status)
		case all.paused(a.account):
			failed = append(failed, pausedProblem(name, "nobody asks how far "+a.cid.Text+" is"))
		default:
			failed = append(failed, notDone(name, a.cid.Text, p.Status.String(), goesOn))
		}
	}
	return several(failed)
}

// awaitAgain looks until nothing of pins is under way, or the call's time is over.
func (c *cli) awaitAgain(ctx context.Context, app *boot.App, all *accounts, pins []askedPin, wait waitFlag, began time.Time) (err error) {
	defer c.watch(ctx, app)()
	limited, cancel := context.WithCancel(ctx)
	if wait.limit > 0 {
		limited, cancel = context.WithDeadline(ctx, began.Add(wait.limit))
	}
	defer cancel()
	if app.Owner {
		running, stop := context.WithCancel(ctx)
		ran := make(chan error, 1)
		go func() { ran <- app.Run(running) }()
		defer func() {
			stop()
			err = errors.Join(err, <-ran)
		}()
	}
	for _, a := range pins {
		for !all.paused(a.account) && limited.Err() == nil {
			p, there, err := readAsked(ctx, app.Reader, a)
			if err != nil {
				return err
			}
			if there && !underWay(p.Status) {
				break
			}
			select {
			case <-limited.Done():
			case <-time.After(againPace):
			}
		}
	}
	return ctx.Err()
}

// readAsked reads what is known of a pin.
func readAsked(ctx context.Context, r *store.Reader, a askedPin) (store.Pin, bool, error) {
	f := store.PinFilter{Accounts: []services.AccountID{a.account}, Request: a.requestID, Limit: 1}
	for p, err := range r.EachPin(ctx, f) {
		return p, err == nil, err
	}
	return store.Pin{}, false, nil
}

// goesOn is what a person may do about what a service is not done with.
const goesOn = "it goes on by itself, though some services never begin; look again with: pintrayctl sync, then pintrayctl ls"

func notDone(who, cid, status, hint string) *problem {
	return &problem{code: services.CodeTimeout, text: fmt.Sprintf("%s is not done with %s yet (%s)", who, cid, status), hint: hint}
}

func notKept(who, cid, requestID, why string) *problem {
	text := who + " couldn't keep " + cid
	if why != "" {
		text += ": " + wordText(who, why)
	}
	return &problem{text: text, hint: "see what it says with: pintrayctl show " + requestID + "; or keep it on another service"}
}
