package sync

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// The part of the protocol about what may have arrived: looking for it.

// lookGaps are the waits before each look for an add that may have arrived:
// 5, 15, 35, 75 and 155 s after it was sent.
var lookGaps = [...]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}

// lookAgain is the wait after a look that could not be made, or not to its end.
const (
	lookAgain = 15 * time.Second
	lookLast  = time.Hour      // the longest it grows to
	lookFor   = 24 * time.Hour // from when it was sent; then the person is told
)

// finding is what a look for an operation's pin found.
type finding int

const (
	foundNothing finding = iota
	foundBare            // a pin of that CID without the key: ours may still be on its way
	foundKept            // a pin that is it, but may be somebody else's
	foundOurs            // a pin that carries the operation's key; of a rename or delete: it took place
)

func looked(op store.Operation, ev event) store.Operation {
	cancelling := op.State == store.OpCancelling
	if ev.unsent {
		op.Posts = max(op.Posts-1, 0) // the look was before it was to be sent
	}
	swap := op.Kind != store.OpAdd
	if swap && !askedAnew(op) { // only looked for when cancelling
		if ev.found == foundOurs {
			return closed(op, store.OpDone, ev.at)
		}
		return closed(op, store.OpCancelled, ev.at)
	}
	switch {
	case swap && (ev.found >= foundKept || ev.found == foundBare && (lastLook(op) || op.LastText == textDuplicate)):
		return foundMade(op, ev)
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
