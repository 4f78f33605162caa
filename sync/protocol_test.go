package sync

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

var (
	then   = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	before = then.Add(-time.Hour)
)

func op(kind store.OperationKind, s store.State, edit ...func(*store.Operation)) store.Operation {
	o := store.Operation{ID: 1, Key: "key", Kind: kind, State: s, Pin: services.Pin{Name: "new"}}
	if kind != store.OpAdd {
		o.RequestID = "r1"
	}
	if s != store.OpWaiting && s != store.OpStuck {
		o.SentAt = before
	}
	for _, e := range edit {
		e(&o)
	}
	return o
}

func sentBefore(o *store.Operation)  { o.SentAt = before }
func sentJustNow(o *store.Operation) { o.SentAt = then.Add(-time.Second) }
func hasRequest(o *store.Operation)  { o.RequestID = "r1" }
func lookedFour(o *store.Operation)  { o.Attempts = 4 }
func sentMinutesAgo(o *store.Operation) {
	o.SentAt = then.Add(-2 * time.Minute)
}
func sentLastWeek(o *store.Operation) { o.SentAt = then.Add(-7 * 24 * time.Hour) }
func saidIsThere(o *store.Operation)  { o.LastCode, o.LastText = services.CodeInvalid, textDuplicate }
func postedOnce(o *store.Operation)   { o.Posts = 1 }
func hasMade(o *store.Operation)      { o.Posts, o.Made = 1, "r2" }
func isAdopted(o *store.Operation)    { o.Adopted = true }
func isReleasing(o *store.Operation)  { o.LastText = textReleasing }
func notRenamed(o *store.Operation)   { o.LastText = textNotRenamed }

// swap is an operation on a pin that another is to take the place of.
func swap(kind store.OperationKind, s store.State, edit ...func(*store.Operation)) store.Operation {
	return op(kind, s, append([]func(*store.Operation){sentJustNow}, edit...)...)
}

func pinOf(id, name string) (p services.PinStatus) {
	p.RequestID, p.Pin.Name = id, name
	return p
}

func TestNext(t *testing.T) {
	refused := func(a action, e services.Error) event { return event{kind: evRefused, action: a, err: &e} }
	var (
		timeout = services.Error{Code: services.CodeTimeout}
		dial    = services.Error{Code: services.CodeUnreachable, NotSent: true}
		limited = services.Error{Code: services.CodeLimited, NotSent: true, RetryAfter: time.Minute}
		busy    = services.Error{Code: services.CodeServer, HTTP: 503, RetryAfter: time.Minute}
		auth    = services.Error{Code: services.CodeAuth, HTTP: 401}
		missing = services.Error{Code: services.CodeNotFound, HTTP: 404}
		twice   = services.Error{Code: services.CodeInvalid, HTTP: 400, Reason: services.ReasonDuplicate}
		portal  = services.Error{Code: services.CodeNotAPI, HTTP: 200}
		moved   = services.Error{Code: services.CodeNotAPI, HTTP: 301}
	)
	for _, c := range []struct {
		name  string
		op    store.Operation
		ev    event
		state store.State
		do    action
		wait  time.Duration // NextAt - then, -1: not checked
	}{
		{"an add is sent", op(store.OpAdd, store.OpWaiting), event{kind: evDue}, store.OpSent, doAdd, -1},
		{"a delete is sent", op(store.OpDelete, store.OpWaiting), event{kind: evDue}, store.OpSent, doDelete, -1},
		{"a rename is sent", op(store.OpRename, store.OpWaiting), event{kind: evDue}, store.OpSent, doRename, -1},
		{"an add nobody sends any more is looked for", op(store.OpAdd, store.OpSent), event{kind: evDue}, store.OpAmbiguous, doLook, -1},
		{"a delete nobody sends any more is sent", op(store.OpDelete, store.OpAmbiguous), event{kind: evDue}, store.OpSent, doDelete, -1},
		{"a rename nobody sends any more is sent", op(store.OpRename, store.OpAmbiguous), event{kind: evDue}, store.OpSent, doRename, -1},
		{"an ambiguous add is looked for", op(store.OpAdd, store.OpAmbiguous), event{kind: evDue}, store.OpAmbiguous, doLook, -1},
		{"a cancelled one is looked for", op(store.OpAdd, store.OpCancelling), event{kind: evDue}, store.OpCancelling, doLook, -1},
		{"a cancelled one that was found is undone", op(store.OpAdd, store.OpCancelling, hasRequest), event{kind: evDue}, store.OpCancelling, doUndo, -1},
		{"a cancelled delete is never carried out", op(store.OpDelete, store.OpCancelling), event{kind: evDue}, store.OpCancelling, doLook, -1},
		{"a stuck one stays", op(store.OpAdd, store.OpStuck), event{kind: evDue}, store.OpStuck, doNothing, -1},

		{"taken", op(store.OpAdd, store.OpSent), event{kind: evAnswered, action: doAdd, pin: pinOf("r1", "")}, store.OpDone, 0, -1},
		{"taken without a requestid", op(store.OpAdd, store.OpSent), event{kind: evAnswered, action: doAdd}, store.OpAmbiguous, 0, 5 * time.Second},
		{"taken, not wanted any more", op(store.OpAdd, store.OpCancelling), event{kind: evAnswered, action: doAdd, pin: pinOf("r1", ""), ours: true}, store.OpCancelling, 0, 0},
		{"taken, not wanted, whose it is nobody knows", op(store.OpAdd, store.OpCancelling), event{kind: evAnswered, action: doAdd, pin: pinOf("r1", "")}, store.OpCancelled, 0, -1},
		{"taken, not wanted, there before", op(store.OpAdd, store.OpCancelling), event{kind: evAnswered, action: doAdd, pin: pinOf("r1", ""), known: true}, store.OpCancelled, 0, -1},
		{"undone", op(store.OpAdd, store.OpCancelling, hasRequest), event{kind: evAnswered, action: doUndo}, store.OpCancelled, 0, -1},
		{"renamed", op(store.OpRename, store.OpSent), event{kind: evAnswered, action: doRename, pin: pinOf("r2", "new")}, store.OpDone, 0, -1},
		{"kept its name", op(store.OpRename, store.OpSent), event{kind: evAnswered, action: doRename, pin: pinOf("r1", "old")}, store.OpStuck, 0, -1},

		{"never arrived", op(store.OpAdd, store.OpSent), refused(doAdd, dial), store.OpWaiting, 0, 50 * time.Millisecond},
		{"slow down", op(store.OpAdd, store.OpSent), refused(doAdd, limited), store.OpWaiting, 0, time.Minute},
		{"may have arrived", op(store.OpAdd, store.OpSent), refused(doAdd, timeout), store.OpAmbiguous, 0, 5 * time.Second},
		{"may have arrived, look later", op(store.OpAdd, store.OpSent), refused(doAdd, busy), store.OpAmbiguous, 0, time.Minute},
		{"a foreign page says nothing", op(store.OpAdd, store.OpSent), refused(doAdd, portal), store.OpAmbiguous, 0, 5 * time.Second},
		{"a redirect is a refusal", op(store.OpAdd, store.OpSent), refused(doAdd, moved), store.OpStuck, 0, -1},
		{"key refused", op(store.OpAdd, store.OpSent), refused(doAdd, auth), store.OpStuck, 0, -1},
		{"key refused, not wanted any more", op(store.OpAdd, store.OpCancelling), refused(doAdd, auth), store.OpCancelled, 0, -1},
		{"never arrived, not wanted any more", op(store.OpAdd, store.OpCancelling), refused(doAdd, dial), store.OpCancelled, 0, -1},
		{"may have arrived, not wanted any more", op(store.OpAdd, store.OpCancelling), refused(doAdd, timeout), store.OpCancelling, 0, 5 * time.Second},
		{"says it is there", op(store.OpAdd, store.OpSent), refused(doAdd, twice), store.OpAmbiguous, 0, 0},
		{"delete of what is gone", op(store.OpDelete, store.OpSent), refused(doDelete, missing), store.OpDone, 0, -1},
		{"undo of what is gone", op(store.OpAdd, store.OpCancelling, hasRequest), refused(doUndo, missing), store.OpCancelled, 0, -1},
		{"delete is tried again", op(store.OpDelete, store.OpSent), refused(doDelete, timeout), store.OpWaiting, 0, 50 * time.Millisecond},
		{"rename is tried again", op(store.OpRename, store.OpSent), refused(doRename, timeout), store.OpWaiting, 0, 50 * time.Millisecond},
		{"rename of what is gone", op(store.OpRename, store.OpSent), refused(doRename, missing), store.OpStuck, 0, -1},
		{"a look that failed does not count", op(store.OpAdd, store.OpAmbiguous, lookedFour), refused(doLook, timeout), store.OpAmbiguous, 0, lookAgain},

		{"found", op(store.OpAdd, store.OpAmbiguous), event{kind: evLooked, found: foundOurs, pin: pinOf("r1", "")}, store.OpDone, 0, -1},
		{"found without its key, which may be on its way", op(store.OpAdd, store.OpAmbiguous), event{kind: evLooked, found: foundBare, complete: true, pin: pinOf("r1", "")}, store.OpAmbiguous, 0, 10 * time.Second},
		{"found without its key by the last look", op(store.OpAdd, store.OpAmbiguous, lookedFour), event{kind: evLooked, found: foundBare, pin: pinOf("r1", "")}, store.OpDone, 0, -1},
		{"found without its key where it was said to be", op(store.OpAdd, store.OpAmbiguous, saidIsThere), event{kind: evLooked, found: foundBare, pin: pinOf("r1", "")}, store.OpDone, 0, -1},
		{"found with its key in the place of another", op(store.OpAdd, store.OpAmbiguous), event{kind: evLooked, found: foundKept, pin: pinOf("r1", "")}, store.OpDone, 0, -1},
		{"found, not wanted", op(store.OpAdd, store.OpCancelling), event{kind: evLooked, found: foundOurs, pin: pinOf("r1", "")}, store.OpCancelling, 0, 0},
		{"found without its key, not wanted", op(store.OpAdd, store.OpCancelling), event{kind: evLooked, found: foundBare, complete: true, pin: pinOf("r1", "")}, store.OpCancelling, 0, 10 * time.Second},
		{"found without its key is never deleted", op(store.OpAdd, store.OpCancelling, lookedFour), event{kind: evLooked, found: foundBare, pin: pinOf("r1", "")}, store.OpCancelled, 0, -1},
		{"not there, first look", op(store.OpAdd, store.OpAmbiguous), event{kind: evLooked, complete: true}, store.OpAmbiguous, 0, 10 * time.Second},
		{"not there, last look", op(store.OpAdd, store.OpAmbiguous, lookedFour), event{kind: evLooked, complete: true}, store.OpWaiting, 0, 0},
		{"not there, but not all was seen", op(store.OpAdd, store.OpAmbiguous, sentJustNow), event{kind: evLooked}, store.OpAmbiguous, 0, lookAgain},
		{"not all is ever seen", op(store.OpAdd, store.OpAmbiguous, lookedFour), event{kind: evLooked}, store.OpAmbiguous, 0, 15 * time.Minute},
		{"not all was seen for a day", op(store.OpAdd, store.OpAmbiguous, sentLastWeek), event{kind: evLooked}, store.OpStuck, 0, -1},
		{"not all was seen for a day, not wanted", op(store.OpAdd, store.OpCancelling, sentLastWeek), event{kind: evLooked}, store.OpCancelled, 0, -1},
		{"not there, not wanted", op(store.OpAdd, store.OpCancelling, lookedFour), event{kind: evLooked, complete: true}, store.OpCancelled, 0, -1},
		{"said to be there and is not", op(store.OpAdd, store.OpAmbiguous, saidIsThere), event{kind: evLooked, complete: true}, store.OpStuck, 0, -1},

		{"cancel what was not sent", op(store.OpAdd, store.OpWaiting), event{kind: evCancel}, store.OpCancelled, 0, -1},
		{"cancel what was sent once", op(store.OpAdd, store.OpWaiting, sentBefore), event{kind: evCancel}, store.OpCancelling, 0, 0},
		{"cancel a delete that may have arrived", op(store.OpDelete, store.OpWaiting, sentBefore), event{kind: evCancel}, store.OpCancelling, 0, 0},
		{"cancel what is being sent", op(store.OpAdd, store.OpSent), event{kind: evCancel}, store.OpCancelling, 0, 0},
		{"cancel what was refused", op(store.OpAdd, store.OpStuck), event{kind: evCancel}, store.OpCancelled, 0, -1},
		{"retry what was refused", op(store.OpAdd, store.OpStuck), event{kind: evRetry}, store.OpWaiting, 0, 0},
		{"retry an undo that was refused", op(store.OpAdd, store.OpStuck, hasRequest), event{kind: evRetry}, store.OpCancelling, 0, 0},
		{"retry what is being looked for", op(store.OpAdd, store.OpAmbiguous), event{kind: evRetry}, store.OpAmbiguous, 0, 0},
		{"a replace asks for the new pin", swap(store.OpReplace, store.OpWaiting), event{kind: evDue}, store.OpSent, doNew, -1},
		{"a rename by a new pin asks for it", swap(store.OpRename, store.OpWaiting), event{kind: evDue, anew: true}, store.OpSent, doNew, -1},
		{"a new pin nobody asks for any more is looked for", swap(store.OpReplace, store.OpSent, postedOnce), event{kind: evDue}, store.OpAmbiguous, doLook, -1},
		{"a new pin that was taken is waited for", swap(store.OpReplace, store.OpSent, postedOnce), event{kind: evAnswered, action: doNew, pin: pinOf("r2", "")}, store.OpWaiting, 0, 5 * time.Second},
		{"a new pin that was found is waited for", swap(store.OpReplace, store.OpAmbiguous, postedOnce), event{kind: evLooked, found: foundOurs, pin: pinOf("r2", "")}, store.OpWaiting, 0, 5 * time.Second},
		{"a new pin is watched", swap(store.OpReplace, store.OpWaiting, hasMade), event{kind: evDue}, store.OpSent, doWatch, -1},
		{"a new pin that is not pinned yet lets go of nothing", swap(store.OpReplace, store.OpSent, hasMade), event{kind: evNotYet}, store.OpWaiting, 0, 5 * time.Second},
		{"a new pin that failed lets go of nothing", swap(store.OpReplace, store.OpSent, hasMade, sentMinutesAgo), event{kind: evNotYet, pin: services.PinStatus{Status: services.Failed}}, store.OpStuck, 0, -1},
		{"a new pin that failed at first is waited for", swap(store.OpReplace, store.OpSent, hasMade, sentJustNow), event{kind: evNotYet, pin: services.PinStatus{Status: services.Failed}}, store.OpWaiting, 0, 5 * time.Second},
		{"a new name whose pin is never begun is taken back", swap(store.OpRename, store.OpSent, hasMade), event{kind: evNotYet, stalled: true}, store.OpWaiting, 0, 0},
		{"another's pin that is never begun is not taken back", swap(store.OpRename, store.OpSent, hasMade, isAdopted), event{kind: evNotYet, stalled: true}, store.OpStuck, 0, -1},
		{"however long ago it was sent, a new pin is waited for", swap(store.OpRename, store.OpSent, hasMade, sentMinutesAgo), event{kind: evNotYet, pin: services.PinStatus{Status: services.Queued}}, store.OpWaiting, 0, 5 * time.Second},
		{"a new name that is taken back deletes its pin", swap(store.OpRename, store.OpWaiting, hasMade, notRenamed), event{kind: evDue}, store.OpSent, doUndo, -1},
		{"so does one that was left at it", swap(store.OpRename, store.OpAmbiguous, hasMade, notRenamed), event{kind: evDue}, store.OpSent, doUndo, -1},
		{"one that was taken back is for the person", swap(store.OpRename, store.OpSent, hasMade, notRenamed), event{kind: evAnswered, action: doUndo}, store.OpStuck, 0, -1},
		{"a taking back that fails is tried again", swap(store.OpRename, store.OpSent, hasMade, notRenamed), refused(doUndo, services.Error{Code: services.CodeServer}), store.OpWaiting, 0, -1},
		{"one that is refused leaves both", swap(store.OpRename, store.OpSent, hasMade, notRenamed), refused(doUndo, services.Error{Code: services.CodeAuth}), store.OpStuck, 0, -1},
		{"cancelled while it is taken back it is undone", swap(store.OpRename, store.OpSent, hasMade, notRenamed), event{kind: evCancel}, store.OpCancelling, 0, 0},
		{"and is no more then", swap(store.OpRename, store.OpCancelling, hasMade, notRenamed), event{kind: evAnswered, action: doUndo}, store.OpCancelled, 0, -1},
		{"tried again it is done in place", swap(store.OpRename, store.OpStuck, hasMade, notRenamed), event{kind: evRetry}, store.OpWaiting, 0, 0},
		{"a new pin that is gone is looked for", swap(store.OpReplace, store.OpSent, hasMade), event{kind: evGone}, store.OpAmbiguous, 0, 5 * time.Second},
		{"a new pin that is pinned lets go of the old one", swap(store.OpReplace, store.OpSent, hasMade), event{kind: evAnswered, action: doWatch}, store.OpWaiting, 0, 0},
		{"the old one goes", swap(store.OpReplace, store.OpWaiting, hasMade, isReleasing), event{kind: evDue}, store.OpSent, doRelease, -1},
		{"the old one went", swap(store.OpReplace, store.OpSent, hasMade, isReleasing), event{kind: evAnswered, action: doRelease}, store.OpDone, 0, -1},
		{"cancelled before the old one went takes the new one away", swap(store.OpReplace, store.OpCancelling, hasMade), event{kind: evDue}, store.OpCancelling, doUndo, -1},
		{"cancelled once the old one may have gone is too late", swap(store.OpReplace, store.OpSent, hasMade, isReleasing), event{kind: evCancel}, store.OpSent, 0, -1},
		{"a service that makes no second pin renames none", swap(store.OpRename, store.OpSent, postedOnce), refused(doNew, twice), store.OpStuck, 0, -1},
		{"a rename answered with the pin there is", swap(store.OpRename, store.OpSent, postedOnce), event{kind: evAnswered, action: doNew, pin: pinOf("r1", "old")}, store.OpStuck, 0, -1},
		{"of another life, an add is looked for", op(store.OpAdd, store.OpWaiting), event{kind: evMoved}, store.OpAmbiguous, 0, 0},
		{"of another life, a delete asks the person", op(store.OpDelete, store.OpWaiting), event{kind: evMoved}, store.OpStuck, 0, -1},
		{"of another life, a refused add is looked for first", op(store.OpAdd, store.OpStuck, postedOnce), event{kind: evRetry}, store.OpAmbiguous, 0, 0},
		{"of another life, a refused add stays so", op(store.OpAdd, store.OpStuck), event{kind: evMoved}, store.OpStuck, 0, -1},
		{"retry what is done", op(store.OpAdd, store.OpDone), event{kind: evRetry}, store.OpDone, 0, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ev.at = then
			got, do := next(c.op, c.ev)
			if got.State != c.state || do != c.do {
				t.Errorf("got %s and action %d, want %s and %d", got.State, do, c.state, c.do)
			}
			if wait := got.NextAt.Sub(then); c.wait >= 0 && wait != c.wait {
				t.Errorf("next in %v, want %v", wait, c.wait)
			}
			if got.State.Open() == got.DoneAt.Equal(then) && c.op.State.Open() {
				t.Errorf("state %s, done at %v", got.State, got.DoneAt)
			}
		})
	}
}

func TestNext_WhatSurelyNeverArrivedCountsAsNotSent(t *testing.T) {
	o, _ := next(op(store.OpAdd, store.OpWaiting), event{kind: evDue, at: then})
	if o.SentAt != then {
		t.Errorf("sent at %v", o.SentAt)
	}
	o, _ = next(o, event{kind: evRefused, action: doAdd, at: then, err: &services.Error{Code: services.CodeUnreachable, NotSent: true}})
	if !o.SentAt.IsZero() {
		t.Errorf("sent at %v", o.SentAt)
	}
	if o, _ = next(o, event{kind: evCancel, at: then}); o.State != store.OpCancelled {
		t.Errorf("cancelling it is %s", o.State)
	}
}

func TestNext_MarksWhatIsNotOurs(t *testing.T) {
	o, _ := next(op(store.OpAdd, store.OpSent), event{kind: evAnswered, action: doAdd, at: then, pin: pinOf("r1", ""), known: true})
	if !o.AlreadyKept || o.Adopted {
		t.Errorf("got %+v", o)
	}
	o, _ = next(op(store.OpAdd, store.OpAmbiguous, lookedFour), event{kind: evLooked, at: then, found: foundBare, pin: pinOf("r1", "")})
	if !o.Adopted || o.AlreadyKept {
		t.Errorf("got %+v", o)
	}
	o, _ = next(op(store.OpAdd, store.OpAmbiguous, saidIsThere), event{kind: evLooked, at: then, found: foundBare, pin: pinOf("r1", "")})
	if !o.Adopted || !o.AlreadyKept {
		t.Errorf("got %+v", o)
	}
}

func TestNext_SaysThatAServiceNeverShowsAllItHas(t *testing.T) {
	for _, s := range []store.State{store.OpAmbiguous, store.OpCancelling} {
		o, _ := next(op(store.OpAdd, s, sentLastWeek), event{kind: evLooked, at: then})
		if o.LastCode != services.CodeDecode || o.LastText != "incomplete" {
			t.Errorf("%s: got %q %q", s, o.LastCode, o.LastText)
		}
	}
	o, _ := next(op(store.OpAdd, store.OpAmbiguous, sentLastWeek, saidIsThere), event{kind: evLooked, at: then})
	if o.State != store.OpStuck || o.LastText != textDuplicate {
		t.Errorf("got %s %q", o.State, o.LastText)
	}
}

func TestNext_WhatWasRefusedForGoodCountsAsNotSent(t *testing.T) {
	o, _ := next(op(store.OpRename, store.OpWaiting), event{kind: evDue, at: then})
	o, _ = next(o, event{kind: evRefused, action: doRename, at: then, err: &services.Error{Code: services.CodeNotFound, HTTP: 404}})
	if o, _ = next(o, event{kind: evRetry, at: then}); o.State != store.OpWaiting || !o.SentAt.IsZero() {
		t.Errorf("state %s, sent at %v: the pin would be added again", o.State, o.SentAt)
	}
}
