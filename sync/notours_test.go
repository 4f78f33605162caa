package sync

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Amendment 8: what was cancelled may be wanted again in a user.db that was put
// back. Nothing is deleted before the person says so.
func TestNext_WhatWasCancelledIsNotUndoneInAnotherCopyOfUserDB(t *testing.T) {
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpCancelling, RequestID: "r1", Posts: 1, Pin: services.Pin{CID: simCIDs()[0], Name: "a"}, SentAt: then}
	moved := event{kind: evMoved, at: then.Add(time.Hour)}
	if o, _ := next(o, moved); o.State != store.OpStuck || o.LastText != textMoved {
		t.Errorf("the add is %s (%s)", o.State, o.LastText)
	} else if o, _ = next(o, event{kind: evRetry, at: then.Add(2 * time.Hour)}); o.State != store.OpAmbiguous {
		t.Errorf("wanted after all, it is %s", o.State)
	}
	for _, kind := range []store.OperationKind{store.OpRename, store.OpReplace} {
		o := swap(kind, store.OpCancelling, postedOnce)
		o.Made = "new"
		if o, _ := next(o, moved); o.State != store.OpCancelled {
			t.Errorf("the %s is %s", kind, o.State)
		}
	}
}

// A pin that carries an operation's key may be another's, overwritten.
func TestMatch_WhatWasThereBeforeIsNotOurs(t *testing.T) {
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpCancelling, Posts: 1, Pin: services.Pin{CID: simCIDs()[0], Name: "a"}, SentAt: then}
	for name, c := range map[string]struct {
		created time.Time
		meta    map[string]string
		want    finding
	}{
		"made by it":     {then, nil, foundOurs},
		"of last year":   {then.AddDate(-1, 0, 0), nil, foundKept},
		"listed, others": {then, map[string]string{"is": "theirs"}, foundKept},
		"listed, its":    {then, map[string]string{metaKey: "key"}, foundOurs},
	} {
		cache := map[string]store.Pin{}
		pin := keyed(o, "r1")
		pin.Created = c.created
		if c.meta != nil {
			was := store.Pin{PinStatus: pin}
			was.Pin.Meta = c.meta
			cache["r1"] = was
		}
		got, err := carrier{known: &simEngine{cache: cache}}.match(context.Background(), o, pin)
		if err != nil || got != c.want {
			t.Errorf("%s: found %d, %v; want %d", name, got, err, c.want)
		}
	}
}
