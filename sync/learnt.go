package sync

import (
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// at dates findings.
func at(all []services.Finding, now time.Time) []services.Finding {
	for i := range all {
		all[i].At = now
	}
	return all
}

// fact is what one call showed. Its time is when it is learnt.
func fact(f services.Fact, b services.Belief, evidence string) services.Finding {
	return services.Finding{Fact: f, Belief: b, Evidence: evidence}
}

// learntOfAdd is what the answer to an operation's add says of its service.
// known: the pin was there before, so that its meta is not what we sent.
func learntOfAdd(op store.Operation, pin services.PinStatus, known bool) []services.Finding {
	if pin.RequestID == "" {
		return nil
	}
	var all []services.Finding
	switch {
	case isCID(pin.RequestID, pin.Pin.CID):
		all = append(all, fact(services.FactManyIDs, services.Disproved, "requestid=cid"))
	case known:
		all = append(all, fact(services.FactManyIDs, services.Disproved, "added again, the same requestid"))
	}
	if !known && pin.Pin.CID.Key == op.Pin.CID.Key && pin.Pin.Meta[metaKey] != op.Key {
		all = append(all, fact(services.FactMeta, services.Disproved, "added with meta, answered without"))
	}
	return all
}

// learntOfReplace is what a pin that was replaced by one of the same CID says, as
// it was read back.
func learntOfReplace(back services.PinStatus, name string) services.Finding {
	switch {
	case !sameName(back, name):
		return fact(services.FactReplace, services.Disproved, "replaced by the same CID, kept its name")
	case back.Status == services.Pinned:
		return fact(services.FactReplace, services.Proved, "replaced by the same CID, pinned under the new name")
	}
	return fact(services.FactReplace, services.Undecided, "replaced by the same CID, "+back.Status.String())
}

// learntOfLook is what the pins of an operation's CID say that a list showed.
func learntOfLook(op store.Operation, pins []services.PinStatus) []services.Finding {
	var all []services.Finding
	live := make(map[string]bool)
	for _, pin := range pins {
		if pin.Status != services.Failed {
			live[pin.RequestID] = true
		}
		if pin.Pin.Meta[metaKey] == op.Key {
			all = append(all, fact(services.FactMeta, services.Proved, "listed with what it was added with"))
		}
	}
	if len(live) > 1 {
		all = append(all, fact(services.FactManyIDs, services.Proved, fmt.Sprintf("one CID, %d requestids", len(live))))
	}
	return all
}
