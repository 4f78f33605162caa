package sync

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

func isUploading(o *store.Operation)  { o.LastText = textUploading }
func wasUploaded(o *store.Operation)  { o.LastText = textUploaded }
func notSentYet(o *store.Operation)   { o.SentAt = time.Time{} }
func cannotBeRead(o *store.Operation) { o.LastCode, o.LastText = services.CodeSource, "vanished" }
func wasThere(o *store.Operation)     { o.AlreadyKept = true }
func asItIs(o *store.Operation)       { o.Pin.CID = services.CID{Text: "old", Key: "old"} }

func TestNext_OfWhatComesFromThisComputer(t *testing.T) {
	refused := func(e services.Error) event { return event{kind: evRefused, action: doUpload, err: &e} }
	pending := func(s services.Status) event { return event{kind: evBad, pin: services.PinStatus{Status: s}} }
	var (
		timeout = services.Error{Code: services.CodeTimeout}
		dial    = services.Error{Code: services.CodeUnreachable, NotSent: true}
		auth    = services.Error{Code: services.CodeAuth, HTTP: 401}
		plan    = services.Error{Code: services.CodePlan, HTTP: 402}
		none    = services.Error{Code: services.CodeInvalid, HTTP: 404, Reason: handover.ReasonNoUpload}
		other   = services.Error{Code: services.CodeInvalid, Reason: handover.ReasonOtherCID}
		changed = services.Error{Code: services.CodeSource, Reason: services.ReasonChanged}
		asked   = services.Error{Code: services.CodeUsage, Reason: "already-asked"}
	)
	waiting, sent := store.OpWaiting, store.OpSent
	add := func(s store.State, edit ...func(*store.Operation)) store.Operation {
		return op(store.OpAdd, s, edit...)
	}
	for _, c := range []struct {
		name  string
		op    store.Operation
		ev    event
		state store.State
		do    action
		wait  time.Duration // NextAt - then, -1: not checked
	}{
		{"one that is being read is not sent", add(store.OpPreparing, notSentYet), event{kind: evDue}, store.OpPreparing, doNothing, -1},
		{"read", add(store.OpPreparing, notSentYet), event{kind: evRead}, waiting, doNothing, 0},
		{"read after it could not be", add(store.OpStuck, cannotBeRead), event{kind: evRead}, waiting, doNothing, 0},
		{"read, kept there already", add(store.OpPreparing, notSentYet), event{kind: evRead, known: true, pin: pinOf("r1", "")}, store.OpDone, doNothing, -1},
		{"read, asked for before", add(store.OpPreparing, notSentYet), event{kind: evRead, err: &asked}, store.OpCancelled, doNothing, -1},
		{"read, stuck for another reason", add(store.OpStuck), event{kind: evRead}, store.OpStuck, doNothing, -1},
		{"not to be read", add(store.OpPreparing, notSentYet), event{kind: evUnread, err: &changed}, store.OpStuck, doNothing, -1},
		{"not to be read, cancelled meanwhile", add(store.OpCancelled), event{kind: evUnread, err: &changed}, store.OpCancelled, doNothing, -1},
		{"cancel what is being read", add(store.OpPreparing, notSentYet), event{kind: evCancel}, store.OpCancelled, doNothing, -1},
		{"retry what cannot be read", add(store.OpStuck, cannotBeRead), event{kind: evRetry}, store.OpPreparing, doNothing, 0},

		{"content is sent", add(waiting), event{kind: evDue, upload: true}, sent, doUpload, far},
		{"content nobody sends any more is sent again", add(sent, isUploading), event{kind: evDue, upload: true}, sent, doUpload, far},
		{"content nobody sends any more, nor can", add(sent, isUploading), event{kind: evDue}, store.OpAmbiguous, doLook, -1},
		{"a request nobody sends any more is no content", add(sent), event{kind: evDue, upload: true}, store.OpAmbiguous, doLook, -1},
		{"content that was taken is looked for", add(store.OpAmbiguous, wasUploaded), event{kind: evDue, upload: true}, store.OpAmbiguous, doLook, -1},
		{"uploaded with a pin", add(sent, isUploading), event{kind: evAnswered, action: doUpload, pin: pinOf("r1", "")}, store.OpDone, doNothing, -1},
		{"uploaded", add(sent, isUploading), event{kind: evAnswered, action: doUpload}, store.OpAmbiguous, doNothing, 5 * time.Second},
		{"uploaded, not wanted any more", add(store.OpCancelling), event{kind: evAnswered, action: doUpload}, store.OpCancelling, doNothing, 5 * time.Second},
		{"uploaded with a pin, not wanted any more", add(store.OpCancelling), event{kind: evAnswered, action: doUpload, pin: pinOf("r1", ""), ours: true}, store.OpCancelling, doNothing, 0},
		{"uploaded and found", add(store.OpAmbiguous, wasUploaded), event{kind: evLooked, found: foundBare, complete: true, pin: pinOf("r1", "")}, store.OpDone, doNothing, -1},
		{"uploaded and not found yet", add(store.OpAmbiguous, wasUploaded), event{kind: evLooked, complete: true}, store.OpAmbiguous, doNothing, 10 * time.Second},
		{"uploaded and never found", add(store.OpAmbiguous, wasUploaded, lookedFour), event{kind: evLooked, complete: true}, waiting, doNothing, 0},
		{"uploaded and not all is ever seen", add(store.OpAmbiguous, wasUploaded, lookedFour), event{kind: evLooked}, waiting, doNothing, 0},
		{"upload refused for ever", add(sent, isUploading), refused(auth), store.OpStuck, doNothing, -1},
		{"upload over the plan", add(sent, isUploading), refused(plan), store.OpStuck, doNothing, -1},
		{"upload broke off", add(sent, isUploading), refused(timeout), waiting, doNothing, 50 * time.Millisecond},
		{"upload never began", add(sent, isUploading), refused(dial), waiting, doNothing, 50 * time.Millisecond},
		{"upload of a changed file", add(sent, isUploading), refused(changed), waiting, doNothing, 50 * time.Millisecond},
		{"no such upload", add(sent, isUploading), refused(none), waiting, doNothing, 0},
		{"another CID", add(sent, isUploading), refused(other), waiting, doNothing, 0},
		{"upload broke off, not wanted any more", add(store.OpCancelling), refused(timeout), store.OpCancelling, doNothing, 5 * time.Second},
		{"upload never began, not wanted any more", add(store.OpCancelling), refused(dial), store.OpCancelled, doNothing, -1},

		{"changed before it was sent", add(waiting, asItIs), event{kind: evBad}, store.OpPreparing, doNothing, -1},
		{"changed, refused before", add(store.OpStuck, asItIs), event{kind: evBad}, store.OpPreparing, doNothing, -1},
		{"changed while it is sent", add(sent), event{kind: evBad}, store.OpCancelling, doAgain, 0},
		{"changed while it is looked for", add(store.OpAmbiguous), event{kind: evBad}, store.OpCancelling, doAgain, 0},
		{"changed while it is undone", add(store.OpCancelling), event{kind: evBad}, store.OpCancelling, doNothing, -1},
		{"changed while undoing is refused", add(store.OpStuck, hasRequest), event{kind: evBad}, store.OpStuck, doNothing, -1},
		{"changed while it is fetched", add(store.OpDone, hasRequest), pending(services.Pinning), store.OpDone, doTakeBack, -1},
		{"changed while another's pin is fetched", add(store.OpDone, hasRequest, wasThere), pending(services.Queued), store.OpDone, doAgain, -1},
		{"changed after it was pinned", add(store.OpDone, hasRequest), pending(services.Pinned), store.OpDone, doNothing, -1},
		{"changed after it failed", add(store.OpDone, hasRequest), pending(services.Failed), store.OpDone, doNothing, -1},
		{"changed after it was cancelled", add(store.OpCancelled), pending(services.Pinning), store.OpCancelled, doNothing, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ev.at = then
			got, do := next(c.op, c.ev)
			if got.State != c.state || do != c.do {
				t.Errorf("got %s, %d; want %s, %d", got.State, do, c.state, c.do)
			}
			if wait := got.NextAt.Sub(then); c.wait >= 0 && wait != c.wait {
				t.Errorf("waits %v, want %v", wait, c.wait)
			}
			if got.State == store.OpPreparing && c.ev.kind == evBad && !got.Pin.CID.IsZero() {
				t.Error("it still has the old CID")
			}
		})
	}
}

func TestNext_WhatIsKeptAlreadyIsNeverOurs(t *testing.T) {
	got, _ := next(op(store.OpAdd, store.OpPreparing), event{kind: evRead, at: then, known: true, pin: pinOf("r1", "")})
	if !got.AlreadyKept || got.RequestID != "r1" {
		t.Errorf("got %+v", got)
	}
	got, _ = next(op(store.OpAdd, store.OpAmbiguous, wasUploaded), event{kind: evLooked, at: then, found: foundBare, pin: pinOf("r1", "")})
	if !got.Adopted || got.AlreadyKept {
		t.Errorf("a bare hit after an upload: got %+v", got)
	}
}

func TestLeft_ContentIsSentAgainARequestIsLookedFor(t *testing.T) {
	if got := left(op(store.OpAdd, store.OpSent, isUploading), then); got.State != store.OpWaiting || got.SentAt != before || !got.NextAt.Equal(then) {
		t.Errorf("content: got %+v", got)
	}
	if got := left(op(store.OpAdd, store.OpSent), then); got.State != store.OpAmbiguous {
		t.Errorf("a request: got %+v", got)
	}
}
