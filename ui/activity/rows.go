package activity

import (
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// work is one thing under way.
type work struct {
	mark      kit.State
	name      string
	what      string // "Filebase is fetching"
	since     string // "for 12 min, normal"
	sinceRole kit.Role
	hint      string // what to look for where it is slow, else ""
	cid       services.CID
	ops       []store.OperationID // none: a pin the service is at
	cancel    bool                // it can be taken back
	order     time.Time
}

// releasing is Operation.LastText of a rename or replacement whose new pin is
// safe: from then on it cannot be taken back.
const releasing = "releasing"

// How long something may take before it is called slow, then stuck.
const (
	slowAfter  = time.Hour
	stuckAfter = 24 * time.Hour
)

// workRows lists what is under way: open operations, then what services are
// collecting, each youngest first. A pin with an open operation is shown once,
// and so is a thing of this computer that is still to be read.
func workRows(ops []store.Operation, pins []store.Pin, accounts map[services.AccountID]store.AccountState, b kit.Bringing, now time.Time) []work {
	type place struct {
		account services.AccountID
		key     string
	}
	taken := map[place]bool{}
	var out []work
	for _, o := range ops {
		if !o.State.Open() || o.State == store.OpStuck || o.State == store.OpPreparing {
			continue
		}
		taken[place{o.Account, o.Pin.CID.Key}] = true
		out = append(out, workOfOperation(o, accounts[o.Account], b, now))
	}
	for _, p := range pins {
		if p.Status.Pending() && !taken[place{p.Account, p.Pin.CID.Key}] {
			out = append(out, workOfPin(p, accounts[p.Account], b, now))
		}
	}
	slices.SortStableFunc(out, func(a, b work) int {
		if (len(a.ops) != 0) != (len(b.ops) != 0) {
			if len(a.ops) != 0 {
				return -1
			}
			return 1
		}
		return b.order.Compare(a.order)
	})
	return append(readRows(ops, b, now), out...)
}

func workOfOperation(o store.Operation, a store.AccountState, b kit.Bringing, now time.Time) work {
	service := nameAt(a)
	w := work{
		mark: kit.Waiting, name: kit.NameOf(o.Pin.Name, o.Pin.CID), cid: o.Pin.CID, ops: []store.OperationID{o.ID},
		order: o.Created, cancel: o.State != store.OpCancelling,
	}
	w.since, w.sinceRole, w.hint = ladder(now.Sub(o.Created))
	w.hint = ""
	switch {
	case o.State == store.OpAmbiguous:
		w.what = kit.T("activity.now.ambiguous", "name", service)
	case o.State == store.OpCancelling:
		w.what = kit.T("activity.now.cancelling", "name", service)
	case o.Made != "" && o.LastText == releasing:
		w.cancel, w.what = false, kit.T("activity.now.releasing", "name", service)
	case o.Made != "":
		w.what = kit.T("activity.now.replacing", "name", service)
	case o.Kind == store.OpRename:
		w.what = kit.T("activity.now.rename", "name", service)
	case o.Kind == store.OpReaddress:
		w.what = kit.T("activity.now.readdress", "name", service)
	case o.Kind == store.OpReplace:
		w.what = kit.T("activity.now.replace", "name", service)
	case o.Kind == store.OpDelete:
		w.what = kit.T("activity.now.delete", "name", service)
	case a.Local():
		w.what = kit.T("kit.going.local")
	case o.State == store.OpSent:
		w.what = kit.T("activity.now.sent", "name", service)
	default:
		w.what = kit.T("activity.now.waiting", "name", service)
	}
	if o.Attempts > 0 && o.NextAt.After(now) {
		w.since = kit.T("activity.next", "when", kit.Clock(o.NextAt, now))
	}
	w.far(o.Pin.CID, a, b)
	return w
}

func workOfPin(p store.Pin, a store.AccountState, b kit.Bringing, now time.Time) work {
	service := nameAt(a)
	w := work{mark: kit.Waiting, name: kit.NameOf(p.Pin.Name, p.Pin.CID), cid: p.Pin.CID, order: p.Created}
	w.what = kit.T("activity.now.queued", "name", service)
	if p.Status == services.Pinning {
		w.mark, w.what = kit.Fetching, kit.T("activity.now.pinning", "name", service)
	}
	if !p.Created.IsZero() {
		w.since, w.sinceRole, w.hint = ladder(now.Sub(p.Created))
		if w.hint != "" && p.Status == services.Queued {
			w.hint = kit.T("activity.queued.why")
		}
	}
	w.far(p.Pin.CID, a, b)
	return w
}

// ladder says whether the time something takes is as it should be.
func ladder(d time.Duration) (words string, role kit.Role, hint string) {
	t := span(d)
	switch {
	case d < slowAfter:
		return kit.T("activity.for.normal", "time", t), kit.Ink3, ""
	case d < stuckAfter:
		return kit.T("activity.for.slow", "time", t), kit.Warn, kit.T("activity.slow.why")
	default:
		return kit.T("activity.for.stuck", "time", t), kit.Warn, kit.T("activity.stuck.why")
	}
}

// span is a length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return kit.T("activity.span.seconds")
	case d < time.Hour:
		return kit.N("activity.span.minutes", int64(d/time.Minute))
	case d < 24*time.Hour:
		return kit.N("activity.span.hours", int64(d/time.Hour))
	default:
		return kit.N("activity.span.days", int64(d/(24*time.Hour)))
	}
}

// opWord is services.Error.Op of an operation's call.
func opWord(k store.OperationKind) string {
	switch k {
	case store.OpDelete:
		return "delete"
	case store.OpReplace, store.OpRename, store.OpReaddress:
		return "replace"
	default:
		return "add"
	}
}

func kindWord(k store.OperationKind, service string) string {
	switch k {
	case store.OpRename:
		return kit.T("activity.op.rename", "name", service)
	case store.OpReplace:
		return kit.T("activity.op.replace", "name", service)
	case store.OpReaddress:
		return kit.T("activity.now.readdress", "name", service)
	case store.OpDelete:
		return kit.T("activity.op.delete", "name", service)
	default:
		return kit.T("activity.op.add", "name", service)
	}
}

// forgotten is an account's name, or what stands for one that was removed.
func forgotten(accounts map[services.AccountID]store.AccountState, id services.AccountID) string {
	return nameAt(accounts[id])
}

// nameAt is the account's name, or what stands for one that was removed.
func nameAt(a store.AccountState) string {
	if a.ID != 0 {
		return services.Clean(a.Name)
	}
	return kit.T("activity.forgotten")
}
