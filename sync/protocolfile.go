package sync

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
)

// The part of the protocol about adds whose bytes come from this computer:
//
//	preparing ──read──> waiting ──due──> sent ──answered──> done
//	    ^   └─unread─> stuck                └──uploaded──> ambiguous
//	    └──bad: the file changed, nothing was sent yet
//
// What was sent before its file changed is cancelled, or its pin deleted if that
// is ours and not pinned, and another operation begins anew in its place.
//
// An upload may be carried out again after a failure, whatever came of it: the
// same content is the same content. One that was taken without a word about a
// pin is looked for by its CID, and where no pin is found it is asked for.

// What LastText says of an upload; LastCode is "" then.
const (
	textUploading = "uploading"
	textUploaded  = "uploaded"
)

// uploading reports whether the operation's content is being sent, or was when
// we were stopped.
func uploading(op store.Operation) bool {
	return op.State == store.OpSent && op.LastCode == "" && op.LastText == textUploading
}

// unreadable reports whether it is its file that keeps the operation.
func unreadable(op store.Operation) bool {
	return op.State == store.OpStuck && op.LastCode == services.CodeSource
}

// upload begins to send the content. It is nobody else's turn until that ends.
func upload(op store.Operation, ev event) store.Operation {
	op.State, op.LastCode, op.LastText, op.NextAt = store.OpSent, "", textUploading, ev.at.Add(far)
	if op.SentAt.IsZero() {
		op.SentAt = ev.at
	}
	return op
}

// uploaded is content that was taken without a word about its pin.
func uploaded(op store.Operation, ev event) store.Operation {
	op.LastCode, op.LastText = "", textUploaded
	return ambiguous(op, ev.at.Add(lookGaps[0]))
}

// notUploaded decides what a failed upload means.
func notUploaded(op store.Operation, ev event) store.Operation {
	err := ev.err
	surelyNot := ev.unsent || err.NotSent || err.Reason == handover.ReasonNoUpload
	switch {
	case op.State == store.OpCancelling && surelyNot:
		return closed(op, store.OpCancelled, ev.at)
	case op.State == store.OpCancelling:
		op.NextAt = ev.at.Add(lookGaps[0])
		return said(op, err)
	case ev.unsent || fallsBack(err):
		op.State, op.NextAt, op.LastCode, op.LastText = store.OpWaiting, ev.at, "", ""
		if surelyNot {
			op.SentAt = ev.before
		}
		return op
	case lasting(err):
		op.SentAt = ev.before
		return stuck(op, err.Code, text(err))
	}
	op.State, op.NextAt = store.OpWaiting, ev.at.Add(max(backoff(op.Attempts, ev.roll), err.RetryAfter))
	op.Attempts++
	return said(op, err)
}

// fallsBack reports whether the content is to be given in the other way.
func fallsBack(err *services.Error) bool {
	return err.Reason == handover.ReasonNoUpload || err.Reason == handover.ReasonOtherCID
}

// left is what a process that ended left of an operation it was sending: content
// that is sent again, or a request that may have arrived.
func left(op store.Operation, at time.Time) store.Operation {
	switch {
	case uploading(op):
		op.State, op.LastText, op.NextAt = store.OpWaiting, "", at
	case op.State == store.OpSent:
		op.State, op.Attempts, op.NextAt = store.OpAmbiguous, 0, at
		if releasing(op) {
			op.Attempts = 1 // the old pin may be gone by our hand
		}
	}
	return op
}

// read is an add whose CID is known now: to be sent, unless the account keeps it
// already or was asked for it before.
func read(op store.Operation, ev event) store.Operation {
	if op.State != store.OpPreparing && !unreadable(op) {
		return op
	}
	op.Pin.CID = ev.cid
	op.State, op.LastCode, op.LastText, op.Attempts = store.OpWaiting, "", "", 0
	switch {
	case ev.known:
		op.RequestID, op.AlreadyKept = ev.pin.RequestID, true
		return closed(op, store.OpDone, ev.at)
	case ev.err != nil:
		return closed(said(op, ev.err), store.OpCancelled, ev.at)
	}
	if op.NextAt.Before(ev.at) {
		op.NextAt = ev.at
	}
	if op.Posts > 0 { // another copy of user.db may have sent it
		op.State, op.Attempts = store.OpAmbiguous, len(lookGaps)-1
	}
	return op
}

// unread is an add whose file cannot be read.
func unread(op store.Operation, ev event) store.Operation {
	if op.State != store.OpPreparing && !unreadable(op) {
		return op
	}
	return stuck(op, services.CodeSource, ev.err.Reason)
}

// bad is an operation whose file is not what was asked for any more.
func bad(op store.Operation, ev event) (store.Operation, action) {
	switch {
	case op.Kind != store.OpAdd, op.State == store.OpPreparing, op.State == store.OpCancelling, op.State == store.OpCancelled, unreadable(op):
		return op, doNothing
	case op.State == store.OpStuck && op.RequestID != "":
		return op, doNothing // its undoing was refused: it is not wanted
	case op.State == store.OpDone && !ev.pin.Status.Pending():
		return op, doNothing // it has all of it, or gave up, or it is gone
	case op.State == store.OpDone && (op.AlreadyKept || op.Adopted):
		return op, doAgain // not ours to delete
	case op.State == store.OpDone:
		return op, doTakeBack
	case op.State != store.OpStuck && !op.SentAt.IsZero():
		return cancel(op, ev), doAgain
	}
	op.State, op.Pin.CID, op.Attempts, op.LastCode, op.LastText = store.OpPreparing, services.CID{}, 0, "", ""
	return op, doNothing
}
