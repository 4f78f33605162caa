package sync

import (
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// The part of the protocol about a pin that takes the place of another: every
// replace, and the renames that cannot be done in place. Nothing is let go of
// before what takes its place is pinned:
//
//	waiting ──due──> sent ──answered──> waiting, Made ──pinned──> releasing ──gone──> done
//	   ^               └─?─> ambiguous ──looked: there─┘  |  ^          (the old one)
//	   └─────────── five looks, not there ──┘             └──┘ not yet
//
// Which of the two is deleted when it is cancelled: the new one, until the old
// one may have been; then it is too late. A rename that takes its new pin back
// never watches or releases it again: its DELETE may be carried out later. What
// is being done of the two is kept through failures and through stuck.

// What LastText says of one.
const (
	textReleasing = "releasing"  // the new pin is pinned: the old one goes; LastCode is of the last failure, or "" where it went on
	textInPlace   = "in-place"   // the person wants it in place, though nothing vouches for that
	textNotPinned = "not-pinned" // the new pin is not pinned; both are kept
)

// byNew reports whether a rename is to be by a new pin. In place it is where
// that is proved to be safe, and where the requestid is the CID: a new POST of
// the same CID takes the old one's place (quirk 20), and nothing is replaced,
// which would unpin the data there (quirk 17).
func byNew(op store.Operation, p services.Profile) bool {
	switch {
	case op.Kind == store.OpReplace:
		return true
	case op.Kind != store.OpRename, op.Pin.CID.IsZero(), op.LastText == textInPlace, isCID(op.RequestID, op.Pin.CID):
		return false
	}
	return !p.Proved(services.FactReplace)
}

// lost reports whether a new pin was asked for and nobody knows what came of it.
func lost(op store.Operation) bool {
	swap := op.Kind != store.OpAdd && op.Kind != store.OpDelete
	return swap && askedAnew(op) && op.Made == "" && (op.State == store.OpSent || op.State == store.OpAmbiguous)
}

// askedAnew reports whether a rename or replace may have made a new pin, and is not
// done in place since.
func askedAnew(op store.Operation) bool { return op.Posts > 0 && op.LastText != textInPlace }

// takingBack reports whether a rename's new pin came to nothing and is to go, so
// that it can be done in place. It may be asked to be deleted already.
func takingBack(op store.Operation) bool {
	return op.Made != "" && op.LastText == textNotRenamed && op.State != store.OpCancelling
}

// releasing reports whether the old pin may be gone already.
func releasing(op store.Operation) bool {
	return op.Made != "" && (op.LastText == textReleasing || op.LastText == textStill)
}

// swapDue is what a rename or replace that is being sent comes to.
func swapDue(op store.Operation, ev event) (store.Operation, action) {
	switch {
	case releasing(op):
		return op, doRelease
	case takingBack(op):
		return op, doUndo
	case op.Made != "":
		return op, doWatch
	case op.Kind == store.OpReplace || ev.anew || askedAnew(op):
		op.Posts++
		return op, doNew
	}
	return op, doRename
}

// made is a new pin that was asked for and taken.
func made(op store.Operation, ev event) store.Operation {
	switch {
	case ev.pin.RequestID == "":
		return unclear(op, ev) // quirk 22
	case op.Kind == store.OpReaddress:
		return readdressed(op, ev)
	case op.Kind == store.OpRename && (ev.known || ev.pin.RequestID == op.RequestID):
		// It makes no second pin of a CID: this one, or another there was before.
		if !sameName(ev.pin, op.Pin.Name) {
			return stuck(op, services.CodeInvalid, textNotRenamed)
		}
		if ev.pin.RequestID == op.RequestID {
			return closed(op, store.OpDone, ev.at)
		}
		ev.known = true
	case ev.pin.RequestID == op.RequestID:
		return stuck(op, services.CodeUsage, textChanged)
	}
	return takes(op, ev, ev.known)
}

// foundMade is a new pin that a look found.
func foundMade(op store.Operation, ev event) store.Operation {
	return takes(op, ev, ev.found != foundOurs)
}

// takes notes the pin that is to take the other's place. adopted: it may not be
// of our making, and is never deleted by us.
func takes(op store.Operation, ev event, adopted bool) store.Operation {
	if op.Kind == store.OpReaddress {
		op.Adopted = adopted
		return readdressed(op, ev)
	}
	op.Made, op.Adopted, op.Attempts = ev.pin.RequestID, adopted, 0
	op.LastCode, op.LastText = "", ""
	if op.State == store.OpCancelling {
		if adopted {
			return closed(op, store.OpCancelled, ev.at)
		}
		op.NextAt = ev.at
		return op
	}
	op.State, op.NextAt = store.OpWaiting, ev.at
	if ev.pin.Status != services.Pinned {
		op.NextAt = ev.at.Add(pendingSteps[0])
	}
	return op
}

// watched is a new pin that is pinned.
func watched(op store.Operation, ev event) store.Operation {
	op.NextAt, op.Attempts = ev.at, 0
	if op.State == store.OpCancelling {
		return unwanted(op, ev)
	}
	op.State, op.LastCode, op.LastText = store.OpWaiting, "", textReleasing
	return op
}

// unwanted is one that was cancelled while its new pin was looked at: ours is to
// be undone, another's stays.
func unwanted(op store.Operation, ev event) store.Operation {
	if op.Made != "" && op.Adopted {
		return closed(op, store.OpCancelled, ev.at)
	}
	op.NextAt = ev.at
	return op
}

// notYet is a new pin that is not pinned: the old one stays.
func notYet(op store.Operation, ev event) store.Operation {
	switch {
	case op.State == store.OpCancelling:
		return unwanted(op, ev)
	case ev.pin.Status == services.Failed && ev.at.Sub(op.SentAt) >= doubtFor, ev.at.Sub(op.SentAt) >= lookFor:
		return stuck(op, services.CodeInvalid, textNotPinned)
	case ev.stalled && !releasing(op):
		return takenBack(op, ev)
	}
	op.State, op.LastCode = store.OpWaiting, ""
	if releasing(op) { // it was pinned: Attempts are those of letting go
		op.NextAt = ev.at.Add(pendingSteps[len(pendingSteps)-1])
		return op
	}
	op.LastText = ""
	op.NextAt = ev.at.Add(pendingSteps[min(op.Attempts, len(pendingSteps)-1)])
	op.Attempts++
	return op
}

// stalledAfter is after how many looks (a minute and three quarters) a rename's
// new pin that is still queued is taken for one that will never be begun (quirk
// 39), if the old one is pinned: the service has the content.
const stalledAfter = len(pendingSteps) - 1

// takenBack is a rename whose new pin comes to nothing: that one is undone, and
// then the person may have it tried in place. One that may be another's stays.
func takenBack(op store.Operation, ev event) store.Operation {
	if op.Adopted {
		return stuck(op, services.CodeInvalid, textNotPinned)
	}
	op.State, op.NextAt, op.Attempts = store.OpWaiting, ev.at, 0
	op.LastCode, op.LastText = "", textNotRenamed
	return op
}

// undone is one whose new pin was deleted: because it was cancelled, or because
// it came to nothing.
func undone(op store.Operation, ev event) store.Operation {
	if takingBack(op) {
		op.Made = ""
		return stuck(op, services.CodeInvalid, textNotRenamed)
	}
	return closed(op, store.OpCancelled, ev.at)
}

// gone is a new pin that is no more: it may go by another requestid (quirk 21). Or
// it is one that was to be renamed in place: each try may have made another.
func gone(op store.Operation, ev event) store.Operation {
	if !askedAnew(op) {
		op.Posts += 2
	}
	op.Made, op.LastCode, op.LastText = "", "", ""
	return ambiguous(op, ev.at.Add(lookGaps[0])) // lists may know longer than who is asked for one
}

// notSwapped decides what a failure on the way means; of asking for the new pin,
// what it means that there is one.
func notSwapped(op store.Operation, ev event) store.Operation {
	err := ev.err
	switch {
	case ev.action == doNew && op.Kind == store.OpRename:
		return stuck(op, services.CodeInvalid, textNotRenamed)
	case ev.action == doNew:
		op.Posts++ // it is there: to be looked for
		op.LastCode, op.LastText = err.Code, textDuplicate
		return ambiguous(op, ev.at)
	case err.Code == services.CodeNotFound && ev.action == doRelease:
		return answered(op, ev)
	case op.State == store.OpCancelling:
		return unwanted(op, ev)
	case lasting(err):
		return stuck(op, err.Code, text(err))
	}
	op = said(op, err)
	op.State = store.OpWaiting
	wait := max(backoff(op.Attempts, ev.roll), err.RetryAfter)
	if ev.action == doWatch {
		wait = max(wait, pendingSteps[min(op.Attempts, len(pendingSteps)-1)]) // Attempts says how long it was looked at
	}
	op.NextAt = ev.at.Add(wait)
	op.Attempts++
	return op
}

// again is a stuck operation that the person wants to be tried once more. A
// rename that no new pin could bring about is done in place then.
func again(op store.Operation) store.Operation {
	said := ""
	switch {
	case takingBack(op):
		said = textNotRenamed
	case releasing(op):
		said = textReleasing
	case op.Kind == store.OpRename && op.LastText == textNotRenamed:
		said, op.Adopted = textInPlace, false
	}
	op.State, op.LastCode, op.LastText = store.OpWaiting, "", said
	return op
}

// repeated reports whether a service refused to pin the same CID twice.
func repeated(err *services.Error) bool {
	return err.Code == services.CodeInvalid && err.Reason == services.ReasonDuplicate
}

// movedOn is an operation of a user.db that was put back or copied. What was to
// be kept may be already, and is looked for; what was to be let go of may be
// wanted again, and is for the person to say.
func movedOn(op store.Operation, ev event) store.Operation {
	switch op.State {
	case store.OpPreparing:
		op.Posts, op.SentAt = max(op.Posts, 1), ev.at // looked for once it was read
		return op
	case store.OpWaiting, store.OpSent, store.OpAmbiguous:
	case store.OpStuck:
		if op.Kind == store.OpAdd && op.RequestID == "" || op.Kind == store.OpReplace && op.Made == "" {
			op.Posts, op.SentAt = max(op.Posts, 1), ev.at // looked for once the person wants it again
		}
		return op
	case store.OpCancelling:
		return undoMoved(op, ev)
	default:
		return op
	}
	if op.SentAt.IsZero() {
		op.SentAt = ev.at
	}
	switch {
	case op.Kind == store.OpReaddress && !askedAnew(op):
		return closed(op, store.OpCancelled, ev.at) // that computer was found elsewhere
	case op.Kind == store.OpDelete, op.Made != "":
		return stuck(op, services.CodeUsage, textMoved)
	case op.Kind == store.OpRename && !askedAnew(op):
		return op // it begins with a look at what the pin is now
	}
	op.Posts = max(op.Posts, 1)
	if op.LastCode == "" {
		op.LastText = "" // whatever was going on
	}
	op.State, op.Attempts, op.NextAt = store.OpAmbiguous, len(lookGaps)-1, ev.at
	return op
}

// undoMoved is movedOn of one that was cancelled: what it made may be wanted again.
// An add is looked for anew once the person says which.
func undoMoved(op store.Operation, ev event) store.Operation {
	switch {
	case op.Made != "":
		op.LastCode, op.LastText = services.CodeUsage, textMoved
		return closed(op, store.OpCancelled, ev.at) // both are kept
	case op.Kind == store.OpAdd && op.RequestID != "":
		op.RequestID, op.Posts = "", max(op.Posts, 1)
		return stuck(op, services.CodeUsage, textMoved)
	}
	return op
}
