package sync

import (
	"cmp"
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
// delete and a rename in place are: the one by its nature, the other since
// carrying it out begins with a look at what the pin is now. Cancelling keeps
// looking for what may have arrived, and takes it away again if it is ours.
// protocolfile.go is about adds whose bytes come from here, protocolswap.go about
// pins that take the place of another, late.go about what arrives after all that.

// What LastText says where a service said nothing of its own.
const (
	textDuplicate  = services.ReasonDuplicate // it says it has it already
	textNotRenamed = "not-renamed"            // it took the new name and kept the old one (quirk 19)
	textStill      = "still-there"            // it says that it deleted the pin, and has it (quirk 41)
	textChanged    = "changed"                // the pin is not what the person saw
	textIncomplete = "incomplete"             // it never shows all it has, so that nobody can tell
	textOther      = "other-cid"              // it took the request for something else
	textMoved      = "moved"                  // asked for by another copy of user.db, or before this one was put back
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
	evNotYet                    // the pin it made is not pinned yet
	evGone                      // the pin it made is no more
	evMoved                     // user.db was put back or copied: who knows what was sent
	evLater                     // a look has to wait for its turn
)

type event struct {
	kind   eventKind
	at     time.Time
	roll   float64 // 0 to 1, for jitter
	action action  // answered, refused: what was being done
	upload bool    // due: the service takes the content itself
	anew   bool    // due: a rename is to be by a new pin; answered: one in place was asked for twice
	// answered: the pin; known: it was there before. read: the pin that keeps the
	// content already; bad: the one the operation led to.
	pin      services.PinStatus
	known    bool
	ours     bool         // answered: it surely was not
	replaced string       // the requestid a rename did away with
	cid      services.CID // read: what it turned out to be
	// refused: why; read: it is not to be asked for; before is SentAt as it was before this try.
	err     *services.Error
	stalled bool // not yet: it is queued for long, and the old one is pinned
	unsent  bool // nothing was asked for yet: a look before it failed, or was enough
	before  time.Time
	until   time.Time          // later: for its turn
	now     services.PinStatus // what a pin that is not to be touched turned out to be
	// looked
	found    finding
	complete bool // the look saw everything
	// learnt is what the call said of the service, whatever became of the operation.
	learnt []services.Finding
}

// action is what is to be done next, outside.
type action int

const (
	doNothing action = iota
	doAdd
	doRename  // in place
	doNew     // ask for the pin that is to take another's place
	doWatch   // see whether that is pinned
	doRelease // let go of the other
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
	case evNotYet:
		return notYet(op, ev), doNothing
	case evGone:
		return gone(op, ev), doNothing
	case evMoved:
		return movedOn(op, ev), doNothing
	case evLater:
		op.NextAt = ev.until
		return op, doNothing
	}
	panic("bug: no such event")
}

func due(op store.Operation, ev event) (store.Operation, action) {
	add := op.Kind == store.OpAdd
	switch {
	case op.State == store.OpCancelling && (add && op.RequestID != "" || op.Made != ""):
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
	case lost(op):
		op.State = store.OpAmbiguous
		return op, doLook
	case !op.State.Open(), op.State == store.OpStuck, op.State == store.OpPreparing:
		return op, doNothing
	}
	op.State = store.OpSent
	if op.SentAt.IsZero() {
		op.SentAt = ev.at
	}
	switch {
	case add:
		op.Posts++
		return op, doAdd
	case op.Kind == store.OpDelete:
		return op, doDelete
	}
	return swapDue(op, ev)
}

func answered(op store.Operation, ev event) store.Operation {
	switch {
	case ev.action == doUndo:
		return undone(op, ev)
	case ev.action == doDelete:
		return closed(op, store.OpDone, ev.at)
	case ev.action == doNew:
		return made(op, ev)
	case ev.action == doWatch:
		return watched(op, ev)
	case ev.action == doRelease:
		op.RequestID, op.Made = cmp.Or(ev.pin.RequestID, op.Made), ""
		return closed(op, store.OpDone, ev.at)
	case ev.action == doRename && op.Kind == store.OpRename && !sameName(ev.pin, op.Pin.Name):
		op.RequestID = ev.pin.RequestID
		return stuck(op, services.CodeInvalid, textNotRenamed)
	case ev.pin.RequestID == "" && ev.action == doUpload:
		return uploaded(op, ev)
	case ev.pin.RequestID == "":
		return unclear(op, ev) // quirk 22: taken, but under which name?
	}
	op.RequestID = ev.pin.RequestID
	if ev.action == doRename && ev.anew {
		op.Posts += 2 // either may come yet
	}
	if ev.action == doAdd || ev.action == doUpload {
		op.AlreadyKept = ev.known
	}
	switch {
	case op.State != store.OpCancelling || ev.action == doRename:
		return closed(op, store.OpDone, ev.at)
	case !ev.ours:
		// It was there before us, or may have been: left alone.
		op.Adopted = !ev.known
		return closed(op, store.OpCancelled, ev.at)
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
	if err.Reason == textStill {
		return still(op, ev)
	}
	notArrived := ev.unsent || err.NotSent || err.Code == services.CodeLimited || err.Code == services.CodeKeyring
	asked := ev.action == doAdd || ev.action == doNew
	if asked && (notArrived || lasting(err)) {
		op.Posts = max(op.Posts-1, 0)
	}
	switch {
	case op.Kind == store.OpReaddress && !askedAnew(op) && lasting(err):
		return closed(said(op, err), store.OpCancelled, ev.at) // the pin stays as it was
	case ev.action == doUpload:
		return notUploaded(op, ev)
	case ev.action == doWatch, ev.action == doRelease, ev.action == doNew && repeated(err):
		return notSwapped(op, ev)
	case ev.action == doLook:
		op.NextAt = ev.at.Add(max(lookAgain, err.RetryAfter))
		if op.LastText == textDuplicate || op.LastText == textUploaded {
			return op
		}
		return said(op, err)
	case ev.action == doAdd && repeated(err):
		op.LastCode, op.LastText = err.Code, textDuplicate
		return ambiguous(op, ev.at)
	case lasting(err) && ev.action == doUndo && op.Kind != store.OpAdd && !takingBack(op):
		return closed(said(op, err), store.OpCancelled, ev.at) // both are kept
	case lasting(err) && op.State == store.OpCancelling && ev.action != doUndo:
		return closed(said(op, err), store.OpCancelled, ev.at)
	case lasting(err):
		if ev.action != doUndo {
			op.SentAt = ev.before // a retry begins as if this try had not been
		}
		return stuck(op, err.Code, text(err))
	case ev.action == doUndo:
		if op.State == store.OpSent {
			op.State = store.OpWaiting
		}
		op.NextAt = ev.at.Add(max(backoff(op.Attempts, ev.roll), err.RetryAfter))
		op.Attempts++
		return said(op, err)
	case asked && !notArrived:
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

func cancel(op store.Operation, ev event) store.Operation {
	switch op.State {
	case store.OpWaiting:
		if op.SentAt.IsZero() {
			return closed(op, store.OpCancelled, ev.at)
		}
	case store.OpPreparing:
		return closed(op, store.OpCancelled, ev.at)
	case store.OpStuck:
		if op.LastText != textNotPinned && !takingBack(op) {
			return closed(op, store.OpCancelled, ev.at)
		}
	case store.OpSent, store.OpAmbiguous:
	default:
		return op
	}
	if releasing(op) {
		return op // too late: nothing else may be there any more
	}
	if op.Made != "" && op.Adopted {
		return closed(op, store.OpCancelled, ev.at) // another's, and stays
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
	case unlooked(op):
		op.State, op.LastCode, op.LastText = store.OpAmbiguous, "", ""
		op.NextAt, op.Attempts = ev.at, len(lookGaps)-1
		return op
	case op.State == store.OpStuck:
		op = again(op)
	}
	// Looking begins anew: five looks in a row would end before what is on its
	// way can have arrived.
	op.NextAt, op.Attempts = ev.at, 0
	return op
}

// unlooked reports whether a stuck operation may have been sent, by another copy
// of user.db for one, so that a look comes before it is sent again. One that was
// looked for in vain for a day is sent where the person wants it.
func unlooked(op store.Operation) bool {
	asks := op.Kind == store.OpAdd || op.Kind == store.OpReplace && op.Made == ""
	return op.State == store.OpStuck && asks && op.Posts > 0 && op.LastText != textIncomplete && op.LastText != textDuplicate
}

func closed(op store.Operation, s store.State, at time.Time) store.Operation {
	op.State, op.DoneAt = s, at
	if s == store.OpDone {
		op.LastCode, op.LastText = "", ""
	}
	return op
}

// stuck is an operation that is for the person to decide. One that may have had
// either of its pins deleted stays known as that.
func stuck(op store.Operation, code services.Code, text string) store.Operation {
	switch {
	case takingBack(op):
		text = textNotRenamed
	case releasing(op) && text != textStill:
		text = textReleasing
	}
	op.State, op.LastCode, op.LastText = store.OpStuck, code, text
	return op
}

func said(op store.Operation, err *services.Error) store.Operation {
	op.LastCode = err.Code
	if op.LastText != textInPlace && !takingBack(op) && !releasing(op) { // what is being done outlives a failure
		op.LastText = text(err)
	}
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
