package activity

import (
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// far says how far a thing of this computer is at an account, where it is under
// way there.
func (w *work) far(c services.CID, a store.AccountState, b kit.Bringing) {
	p, ok := b.At(0, c, a.ID)
	if !ok {
		return
	}
	h := kit.HeadwayOf(p, nameAt(a), a.Local())
	w.what, w.hint = h.Line, h.Hint
	if h.Part >= 0 {
		w.mark = kit.Fetching
	}
	if h.Note != "" {
		w.since, w.sinceRole = h.Note, kit.Ink3
	}
}

// mostQueued is how many of those that wait to be read are written out; the
// rest is one line.
const mostQueued = 3

// readRows is what of this computer is being read, one line a thing, and what
// waits for that. What is read comes first.
func readRows(ops []store.Operation, b kit.Bringing, now time.Time) []work {
	at := map[store.SourceID]int{}
	var reading, queue []work
	for _, o := range slices.Backward(ops) { // the oldest is read first
		if o.State != store.OpPreparing {
			continue
		}
		if i, ok := at[o.Source]; ok {
			if i < 0 {
				reading[-i-1].ops = append(reading[-i-1].ops, o.ID)
			} else {
				queue[i].ops = append(queue[i].ops, o.ID)
			}
			continue
		}
		w := work{mark: kit.Waiting, name: kit.NameOf(o.Pin.Name, o.Pin.CID), ops: []store.OperationID{o.ID}, cancel: true, order: o.Created}
		if list := b.Of(o.Source, services.CID{}); len(list) > 0 {
			h := kit.HeadwayOf(list[0], "", false)
			w.mark, w.what, w.since = kit.Fetching, h.Line, h.Note
			reading = append(reading, w)
			at[o.Source] = -len(reading)
			continue
		}
		w.what = kit.T("activity.now.to-read")
		if reason := b.Reason(o.Source, services.CID{}); reason != "" {
			w.what, w.hint = b.Why(o.Source, services.CID{}), kit.SourceHint(reason)
		}
		w.since, w.sinceRole, _ = ladder(now.Sub(o.Created))
		at[o.Source] = len(queue)
		queue = append(queue, w)
	}
	if len(queue) > mostQueued+1 {
		rest := work{mark: kit.Waiting, name: kit.N("activity.now.queued-more", int64(len(queue)-mostQueued)), what: kit.T("activity.now.to-read"), cancel: true}
		for _, w := range queue[mostQueued:] {
			rest.ops = append(rest.ops, w.ops...)
		}
		queue = append(queue[:mostQueued:mostQueued], rest)
	}
	return append(reading, queue...)
}

// stuck is what waits for the person: an operation, or a thing of this computer
// that can't be read, with all that wait for it.
type stuck struct {
	ids        []store.OperationID
	name, what string
	why        string
	account    services.AccountID
	again      act            // what trying again does
	source     store.SourceID // 0: an operation
}

func stuckRows(ops []store.Operation, accounts map[services.AccountID]store.AccountState, b kit.Bringing) []stuck {
	var out []stuck
	at := map[store.SourceID]int{}
	for _, o := range ops {
		if o.State != store.OpStuck {
			continue
		}
		s := stuck{again: actRetry, ids: []store.OperationID{o.ID}, name: kit.NameOf(o.Pin.Name, o.Pin.CID), account: o.Account}
		if o.LastCode == services.CodeSource {
			if i, ok := at[o.Source]; ok {
				out[i].ids = append(out[i].ids, o.ID)
				continue
			}
			at[o.Source] = len(out)
			s.source, s.account, s.what, s.why = o.Source, 0, kit.SourceWord(o.LastText), kit.SourceHint(o.LastText)
			if why := b.Why(o.Source, services.CID{}); why != "" {
				s.what = why
			}
			out = append(out, s)
			continue
		}
		name := forgotten(accounts, o.Account)
		s.what, s.why = kindWord(o.Kind, name), stuckWhy(o, name)
		if o.LastText == notRenamed {
			s.why, s.again = kit.T("activity.not-renamed.why"), actInPlace
		}
		out = append(out, s)
	}
	return out
}

// notRenamed is Operation.LastText of a rename for which the service made no
// second pin and left the first as it was. Tried again it is done in place.
const notRenamed = "not-renamed"

// stuckWhy is why a request waits for the person: the engine's own words for it
// where it has some, else what the service did.
func stuckWhy(o store.Operation, name string) string {
	if words := kit.Said(o.LastText); words != services.Clean(strings.TrimSpace(o.LastText)) {
		return words
	}
	return kit.Explain(&services.Error{Code: o.LastCode, Op: opWord(o.Kind), Details: o.LastText}, name).Title
}
