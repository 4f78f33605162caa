package sync

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Amendment 5: what was only found by its CID is adopted, and never deleted by us.
func TestNext_AnAdoptedPinIsNotDeletedWhenTheSwapIsCancelled(t *testing.T) {
	for _, kind := range []store.OperationKind{store.OpRename, store.OpReplace} {
		o := swap(kind, store.OpAmbiguous, postedOnce, saidIsThere)
		theirs := pinOf("theirs", "new")
		theirs.Status = services.Pinning
		o, _ = next(o, event{kind: evLooked, action: doLook, at: then, found: foundBare, pin: theirs, complete: true})
		if o.Made != "theirs" || !o.Adopted {
			t.Fatalf("%s: %+v", kind, o)
		}
		cancelled := event{kind: evCancel, at: then.Add(time.Second)}
		if o, _ := next(o, cancelled); o.State != store.OpCancelled {
			t.Errorf("%s: cancelled, it is %s and deletes %q, which is not ours", kind, o.State, o.Made)
		}
		// The same while it is just being looked at.
		o.State = store.OpCancelling
		for _, ev := range []event{
			{kind: evNotYet, action: doWatch, at: then, pin: theirs},
			{kind: evRefused, action: doWatch, at: then, err: &services.Error{Code: services.CodeServer}},
		} {
			if o, _ := next(o, ev); o.State != store.OpCancelled {
				t.Errorf("%s, event %d: it is %s", kind, ev.kind, o.State)
			}
		}
	}
}

// A pin of an add that was sent twice is renamed in place (the service's replace
// keeps meta and gives another requestid) before the double turns up.
func TestJudgeLate_KeepsThePinThePersonRenamed(t *testing.T) {
	c := simCIDs()[0]
	o := store.Operation{ID: 1, Key: "key", Kind: store.OpAdd, State: store.OpDone, RequestID: "first", Posts: 2, Pin: services.Pin{CID: c, Name: "old"}, SentAt: then}
	pin := func(id, name string, at time.Time) services.PinStatus {
		return services.PinStatus{RequestID: id, Status: services.Pinned, Created: at, Pin: services.Pin{CID: c, Name: name, Meta: map[string]string{metaKey: "key"}}}
	}
	pins := []services.PinStatus{pin("double", "old", then.Add(time.Minute)), pin("renamed", "new", then.Add(20*time.Minute))}
	p := services.Profile{services.FactManyIDs: {Fact: services.FactManyIDs, Belief: services.Proved, At: before}}
	for _, d := range judgeLate(o, pins, p).drop {
		if d.RequestID == "renamed" {
			t.Errorf("the renamed pin is dropped, and %q with the old name kept", judgeLate(o, pins, p).keep.RequestID)
		}
	}
}
