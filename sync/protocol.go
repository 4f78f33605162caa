package sync

import (
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// The protocol of operations (00 "Doing things", 06 section 4.3): next decides
// everything that becomes of one, and touches nothing.
//
//	waiting ──due──> sent ──answered──> done
//	   ^               ├──refused──> stuck (the person decides)
//	   └─surely not────┤
//	     arrived       └──anything else──> ambiguous ──looked: there──> done
//	   ^                                      └──five looks, not there──> waiting
//	   └─────────────────────────────────────────────┘
//
// There is what carries the operation's key, at once; what only has its CID may
// be another's while ours is late, and counts in the last of the looks.
// An add is sent again only after that, since POST /pins is not idempotent. A
// delete and a rename are: the one by its nature, the other since carrying it
// out begins with a look at what the pin is now. Cancelling keeps looking for
// what may have arrived, and takes it away again if it is ours.

// lookGaps are the waits before each look for an add that may have arrived:
// 5, 15, 35, 75 and 155 s after it was sent.
var lookGaps = [...]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}

// lookAgain is the wait after a look that could not be made, or not to its end.
const (
	lookAgain = 15 * time.Second
	lookLast  = time.Hour      // the longest it grows to
	lookFor   = 24 * time.Hour // from when it was sent; then the person is told
)

// What LastText says where a service said nothing of its own.
const (
	textDuplicate  = services.ReasonDuplicate // it says it has it already
	textNotRenamed = "not-renamed"            // it took the new name and kept the old one (quirk 19)
	textChanged    = "changed"                // the pin is not what the person saw
	textIncomplete = "incomplete"             // it never shows all it has, so that nobody can tell
)

type eventKind int

const (
	evDue      eventKind = iota // its time has come
	evAnswered                  // what was to be done was taken (2xx, or found to be so)
	evRefused                   // it failed
	evLooked                    // a look was made
	evCancel                    // the person does not want it any more
	evRetry                     // the person wants it now
	evRead                      // its source was read
	evUnread                    // its source cannot be read
	evBad                       // its source is not what was asked for any more
)

// finding is what a look for an operation's pin found.
type finding int

const (
	foundNothing finding = iota
	foundBare            // a pin of that CID without the key: ours may still be on its way
	foundKept            // a pin that is it, but may be somebody else's
	foundOurs            // a pin that carries the operation's key; of a rename or delete: it took place
)

type event struct {
	kind   eventKind
	at     time.Time
	roll   float64 // 0 to 1, for jitter
	action action  // answered, refused: what was being done
	upload bool    // due: the service takes the content itself
	// answered: the pin; known: it was there before. read: the pin that keeps the
	// content already; bad: the one the operation led to.
	pin      services.PinStatus
	known    bool
	replaced string       // the requestid a rename did away with
	cid      services.CID // read: what it turned out to be
	// refused: why; read: it is not to be asked for; before is SentAt as it was before this try.
	err    *services.Error
	unsent bool // nothing was asked for yet: a look before it failed, or was enough
	before time.Time
	// looked
	found    finding
	complete bool // the look saw everything
}

// action is what is to be done next, outside.
type action int

const (
	doNothing action = iota
	doAdd
	doRename
	doDelete
	doLook
	doUndo     // delete the pin of an add that is not wanted any more
	doUpload   // send the content itself
	doAgain    // ask for the same source anew, with another operation
	doTakeBack // delete the pin it led to, and ask anew
)

// next is what becomes of an operation by an event, and what to do now.
func next(op store.Operation, ev event) (store.Operation, action) {
	switch ev.kind {
	case evDue:
		return due(op, ev)
	case evAnswered:
		return answered(op, ev), doNothing
	case evRefused:
		return refused(op, ev), doNothing
	case evLooked:
		return looked(op, ev), doNothing
	case evCancel:
		return cancel(op, ev), doNothing
	case evRetry:
		return retry(op, ev), doNothing
	case evRead:
		return read(op, ev), doNothing
	case evUnread:
		return unread(op, ev), doNothing
	case evBad:
		return bad(op, ev)
	}
	panic("bug: no such event")
}

func due(op store.Operation, ev event) (store.Operation, action) {
	add := op.Kind == store.OpAdd
	switch {
	case op.State == store.OpCancelling && add && op.RequestID != "":
		return op, doUndo
	case op.State == store.OpCancelling:
		return op, doLook
	case add && ev.upload && (op.State == store.OpWaiting || uploading(op)):
		return upload(op, ev), doUpload
	case op.State == store.OpSent && add:
		// Nobody is sending it: we were stopped while we did.
		op.State, op.Attempts = store.OpAmbiguous, 0
		return op, doLook
	case op.State == store.OpAmbiguous && add:
		return op, doLook
	case !op.State.Open(), op.State == store.OpStuck, op.State == store.OpPreparing:
		return op, doNothing
	}
	op.State = store.OpSent
	if op.SentAt.IsZero() {
		op.SentAt = ev.at
	}
	switch op.Kind {
	case store.OpAdd:
		return op, doAdd
	case store.OpDelete:
		return op, doDelete
	}
	return op, doRename
}

func answered(op store.Operation, ev event) store.Operation {
	switch {
	case ev.action == doUndo:
		return closed(op, store.OpCancelled, ev.at)
	case ev.action == doDelete:
		return closed(op, store.OpDone, ev.at)
	case ev.action == doRename && !sameName(ev.pin, op.Pin.Name):
		op.RequestID = ev.pin.RequestID
		return stuck(op, services.CodeInvalid, textNotRenamed)
	case ev.pin.RequestID == "" && ev.action == doUpload:
		return uploaded(op, ev)
	case ev.pin.RequestID == "":
		return unclear(op, ev) // quirk 22: taken, but under which name?
	}
	op.RequestID = ev.pin.RequestID
	if ev.action == doAdd || ev.action == doUpload {
		op.AlreadyKept = ev.known
	}
	switch {
	case op.State != store.OpCancelling || ev.action == doRename:
		return closed(op, store.OpDone, ev.at)
	case ev.known:
		return closed(op, store.OpCancelled, ev.at) // it was there before us: left alone
	}
	op.NextAt = ev.at // to be undone
	return op
}

// refused decides what a failure means: whether the request may have arrived,
// and whether it may go better later.
func refused(op store.Operation, ev event) store.Operation {
	err := ev.err
	if err.Code == services.CodeNotFound && (ev.action == doDelete || ev.action == doUndo) {
		return answered(op, ev) // gone is what was wanted
	}
	notArrived := ev.unsent || err.NotSent || err.Code == services.CodeLimited || err.Code == services.CodeKeyring
	switch {
	case ev.action == doUpload:
		return notUploaded(op, ev)
	case ev.action == doLook:
		op.NextAt = ev.at.Add(max(lookAgain, err.RetryAfter))
		if op.LastText == textDuplicate || op.LastText == textUploaded {
			return op
		}
		return said(op, err)
	case ev.action == doAdd && err.Code == services.CodeInvalid && err.Reason == services.ReasonDuplicate:
		op.LastCode, op.LastText = err.Code, textDuplicate
		return ambiguous(op, ev.at)
	case lasting(err) && op.State == store.OpCancelling && ev.action != doUndo:
		return closed(said(op, err), store.OpCancelled, ev.at)
	case lasting(err):
		if ev.action != doUndo {
			op.SentAt = ev.before // a retry begins as if this try had not been
		}
		return stuck(op, err.Code, text(err))
	case ev.action == doUndo:
		op.NextAt = ev.at.Add(max(backoff(op.Attempts, ev.roll), err.RetryAfter))
		op.Attempts++
		return said(op, err)
	case ev.action == doAdd && !notArrived:
		return said(unclear(op, ev), err)
	case op.State == store.OpCancelling && notArrived:
		return closed(said(op, err), store.OpCancelled, ev.at)
	case op.State == store.OpCancelling:
		op.NextAt = ev.at.Add(lookGaps[0])
		return said(op, err)
	}
	op.State = store.OpWaiting
	if notArrived {
		op.SentAt = ev.before
	}
	op.NextAt = ev.at.Add(max(backoff(op.Attempts, ev.roll), err.RetryAfter))
	op.Attempts++
	return said(op, err)
}

// lasting reports whether the failure stays until somebody does something, and
// the request was surely not carried out.
func lasting(err *services.Error) bool {
	switch err.Code {
	case services.CodeAuth, services.CodePlan, services.CodeInvalid, services.CodeNotFound, services.CodeUsage:
		return true
	case services.CodeNotAPI:
		return err.HTTP >= 300 // a good status with a foreign page says nothing
	}
	return false
}

func looked(op store.Operation, ev event) store.Operation {
	cancelling := op.State == store.OpCancelling
	if op.Kind != store.OpAdd { // only looked for when cancelling
		if ev.found == foundOurs {
			return closed(op, store.OpDone, ev.at)
		}
		return closed(op, store.OpCancelled, ev.at)
	}
	switch {
	case ev.found == foundOurs && cancelling:
		op.RequestID, op.NextAt, op.Attempts = ev.pin.RequestID, ev.at, 0
		return op
	case ev.found == foundOurs:
		op.RequestID = ev.pin.RequestID
		return closed(op, store.OpDone, ev.at)
	case ev.found == foundKept, ev.found == foundBare && (lastLook(op) || op.LastText == textDuplicate || op.LastText == textUploaded):
		// It may be somebody else's: taken as done, but never deleted by us.
		op.RequestID, op.Adopted = ev.pin.RequestID, true
		op.AlreadyKept = op.LastText == textDuplicate
		if cancelling {
			return closed(op, store.OpCancelled, ev.at)
		}
		return closed(op, store.OpDone, ev.at)
	case ev.found == foundBare:
		op.Attempts++
		op.NextAt = ev.at.Add(lookGaps[op.Attempts])
		return op
	case ev.complete || op.LastText == textUploaded: // nothing was asked for yet: to ask is no second time
	case ev.at.Sub(op.SentAt) >= lookFor:
		return untold(op, ev.at)
	default:
		// A service that never shows all it has is not read from end to end for
		// it every few seconds for ever.
		op.NextAt = ev.at.Add(min(max(lookAgain, ev.at.Sub(op.SentAt)/4), lookLast))
		return op
	}
	switch {
	case op.LastText == textDuplicate && !cancelling:
		return stuck(op, services.CodeInvalid, textDuplicate)
	case !lastLook(op):
		op.Attempts++
		op.NextAt = ev.at.Add(lookGaps[op.Attempts])
		return op
	case cancelling:
		return closed(op, store.OpCancelled, ev.at)
	}
	op.State, op.NextAt, op.Attempts = store.OpWaiting, ev.at, 0
	return op
}

// lastLook reports whether the look at hand ends the window.
func lastLook(op store.Operation) bool { return op.Attempts >= len(lookGaps)-1 }

// untold is an add whose service has not shown all it has for a day: the
// person is told, and decides.
func untold(op store.Operation, at time.Time) store.Operation {
	if op.LastText != textDuplicate {
		op.LastCode, op.LastText = services.CodeDecode, textIncomplete
	}
	if op.State == store.OpCancelling {
		return closed(op, store.OpCancelled, at)
	}
	return stuck(op, op.LastCode, op.LastText)
}

func cancel(op store.Operation, ev event) store.Operation {
	switch op.State {
	case store.OpWaiting:
		if op.SentAt.IsZero() {
			return closed(op, store.OpCancelled, ev.at)
		}
	case store.OpPreparing, store.OpStuck:
		return closed(op, store.OpCancelled, ev.at)
	case store.OpSent, store.OpAmbiguous:
	default:
		return op
	}
	op.State, op.NextAt, op.Attempts = store.OpCancelling, ev.at, 0
	return op
}

func retry(op store.Operation, ev event) store.Operation {
	switch {
	case !op.State.Open(), op.State == store.OpSent:
		return op
	case op.State == store.OpStuck && op.Kind == store.OpAdd && op.RequestID != "":
		op.State = store.OpCancelling // it was the undoing that was refused
	case unreadable(op):
		op.State, op.LastCode, op.LastText = store.OpPreparing, "", ""
	case op.State == store.OpStuck:
		op.State, op.LastCode, op.LastText = store.OpWaiting, "", ""
	}
	// Looking begins anew: five looks in a row would end before what is on its
	// way can have arrived.
	op.NextAt, op.Attempts = ev.at, 0
	return op
}

// unclear is an operation that may have arrived.
func unclear(op store.Operation, ev event) store.Operation {
	at := ev.at.Add(lookGaps[0])
	if ev.err != nil && ev.err.RetryAfter > lookGaps[0] {
		at = ev.at.Add(ev.err.RetryAfter)
	}
	return ambiguous(op, at)
}

func ambiguous(op store.Operation, look time.Time) store.Operation {
	if op.State != store.OpCancelling {
		op.State = store.OpAmbiguous
	}
	op.Attempts, op.NextAt = 0, look
	return op
}

func closed(op store.Operation, s store.State, at time.Time) store.Operation {
	op.State, op.DoneAt = s, at
	if s == store.OpDone {
		op.LastCode, op.LastText = "", ""
	}
	return op
}

func stuck(op store.Operation, code services.Code, text string) store.Operation {
	op.State, op.LastCode, op.LastText = store.OpStuck, code, text
	return op
}

func said(op store.Operation, err *services.Error) store.Operation {
	op.LastCode, op.LastText = err.Code, text(err)
	return op
}

// text is the service's own words, or the reason where it said none.
func text(err *services.Error) string {
	if err.Details != "" {
		return err.Details
	}
	return err.Reason
}

// sameName compares names as services keep them: one that has none may answer
// with the CID (quirk 32).
func sameName(p services.PinStatus, name string) bool {
	return p.Pin.Name == name || name == "" && slices.Contains([]string{p.Pin.CID.Text, p.Pin.CID.Key}, p.Pin.Name)
}
