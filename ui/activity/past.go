package activity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// past is one line of the history.
type past struct {
	at   time.Time
	when string
	icon string
	ink  kit.Role
	what string
	name string
	cid  services.CID
	lost bool // it disappeared

	folder store.FolderID // it was done for, 0 none
	title  string         // of that folder
	many   func(n int64, title string) string
}

// history is what lines of the history are made from.
type history struct {
	accounts map[services.AccountID]store.AccountState
	deeds    map[store.OperationID]store.FolderDeed
	now      time.Time
}

// rows merges closed operations and observations, youngest first. more says
// that older operations exist, so older observations wait for their page.
func (h history) rows(ops []store.Operation, seen []store.Observation, search string, more bool) []past {
	var out []past
	var oldest time.Time
	for _, o := range ops {
		oldest = cmp.Or(o.DoneAt, o.Created)
		out = append(out, h.operation(o))
	}
	search = strings.TrimSpace(search)
	for _, o := range seen {
		if more && o.At.Before(oldest) {
			continue
		}
		if !store.Matches(search, o.Name, o.CID) {
			continue
		}
		out = append(out, pastOfObservation(o, forgotten(h.accounts, o.Account)))
	}
	slices.SortStableFunc(out, func(a, b past) int { return b.at.Compare(a.at) })
	if search == "" {
		out = collapse(gather(out))
	}
	for i := range out {
		out[i].when = kit.When(out[i].at, h.now)
	}
	return out
}

// lostRows is what disappeared from an account and is not settled, each on a line.
func lostRows(seen []store.Observation, id services.AccountID, accounts map[services.AccountID]store.AccountState, now time.Time) []past {
	var out []past
	for _, o := range seen {
		if o.Kind == "lost" && o.Account == id && o.Resolved.IsZero() {
			p := pastOfObservation(o, forgotten(accounts, id))
			p.when = kit.When(p.at, now)
			out = append(out, p)
		}
	}
	return out
}

// operation is a line of what was asked for. What a folder asked for says Safe
// once it was seen to be.
func (h history) operation(o store.Operation) past {
	account := h.accounts[o.Account]
	p := pastOfOperation(o, account)
	deed, ok := h.deeds[o.ID]
	if !ok || o.State != store.OpDone {
		return p
	}
	name := nameAt(account)
	p.folder, p.title = deed.Folder, kit.BaseName(string(deed.Path))
	if p.title == "" {
		p.title = kit.T("activity.folder.gone")
	}
	p.many = func(n int64, title string) string {
		return kit.N("activity.folder.sent", n, "folder", title, "name", name)
	}
	switch {
	case account.Local():
		p.many = func(n int64, title string) string { return kit.N("activity.folder.here", n, "folder", title) }
	case !deed.Safe.IsZero():
		p.at, p.icon, p.ink, p.what = deed.Safe, "check", kit.SafeInk, kit.T("activity.done.safe", "name", name)
		p.many = func(n int64, title string) string {
			return kit.N("activity.folder.safe", n, "folder", title, "name", name)
		}
	}
	return p
}

func pastOfOperation(o store.Operation, a store.AccountState) past {
	service := nameAt(a)
	p := past{at: cmp.Or(o.DoneAt, o.Created), name: kit.NameOf(o.Pin.Name, o.Pin.CID), cid: o.Pin.CID, icon: "check", ink: kit.Ink3}
	switch {
	case o.State == store.OpCancelled && o.LastText == alreadyAsked:
		p.icon, p.what = "undo", kit.T("activity.done.asked", "name", service)
	case o.State == store.OpCancelled && (o.Kind == store.OpRename || o.Kind == store.OpReplace || o.Kind == store.OpReaddress):
		p.icon, p.what = "undo", kit.T("activity.done.left", "name", service)
	case o.State == store.OpCancelled:
		p.icon, p.what = "undo", kit.T("activity.done.cancelled", "name", service)
	case o.Kind == store.OpReaddress:
		p.icon, p.what = "refresh", kit.T("activity.done.readdress", "name", service)
	case o.Kind == store.OpRename:
		p.icon, p.what = "pencil", kit.T("activity.done.rename", "name", service)
	case o.Kind == store.OpReplace:
		p.icon, p.what = "refresh", kit.T("activity.done.replace", "name", service)
	case o.Kind == store.OpDelete:
		p.icon, p.what = "minus", kit.T("activity.done.delete", "name", service)
	case o.AlreadyKept:
		p.what = kit.T("activity.done.kept", "name", service)
	case o.Adopted:
		p.what = kit.T("activity.done.adopted", "name", service)
	case a.Local():
		p.what = kit.T("activity.done.here")
	default:
		p.icon, p.what = "upload", kit.T("activity.done.add", "name", service)
	}
	return p
}

// alreadyAsked is Operation.LastText of an add that was closed because another
// of the same thing was under way.
const alreadyAsked = "already-asked"

func pastOfObservation(o store.Observation, service string) past {
	p := past{at: o.At, cid: o.CID, icon: "warn", ink: kit.Warn}
	if !o.CID.IsZero() {
		p.name = kit.NameOf(o.Name, o.CID)
	}
	switch o.Kind {
	case "bad-lines": // of a list in a watched folder
		p.name, p.what = services.Clean(o.Name), kit.N("activity.seen.bad-lines", o.Count)
	case "bad-list":
		p.name, p.what = services.Clean(o.Name), kit.T("activity.seen.bad-list")
	case "twice":
		p.what = kit.T("activity.seen.twice", "name", service)
	case "failed":
		p.icon, p.ink, p.what = "close", kit.Bad, kit.T("activity.seen.failed", "name", service)
	case "mass-change":
		p.what = kit.N("activity.seen.mass", o.Count, "name", service)
	case "incomplete":
		p.what = kit.T("activity.seen.incomplete", "name", service)
	case "lost":
		p.what, p.lost = kit.T("activity.seen.lost", "name", service), true
	default:
		p.what = kit.T("activity.seen.other", "name", service)
	}
	return p
}

// How many alike in how much time become one line of the history.
const (
	batchLeast = 4
	batchTime  = 5 * time.Minute
)

// gather makes one line of what became of a watched folder's items in one go,
// whatever came between. list is youngest first.
func gather(list []past) []past {
	type key struct {
		folder store.FolderID
		what   string
	}
	type batch struct {
		at          int // its line
		n           int64
		first, last past
	}
	var out []past
	open := map[key]*batch{}
	end := func(b *batch) {
		if b.n > 1 {
			one := b.last
			one.cid, one.folder = services.CID{}, 0
			one.what, one.name = one.many(b.n, one.title), kit.T("activity.folder.range", "first", b.first.name, "last", b.last.name)
			out[b.at] = one
		}
	}
	for _, p := range list {
		if p.folder == 0 {
			out = append(out, p)
			continue
		}
		k := key{p.folder, p.what}
		if b := open[k]; b != nil && b.first.at.Sub(p.at) < batchTime {
			b.n++
			b.first = p
			continue
		} else if b != nil {
			end(b)
		}
		open[k] = &batch{at: len(out), n: 1, first: p, last: p}
		out = append(out, p)
	}
	for _, b := range open {
		end(b)
	}
	return out
}

// collapse makes one line of what happened alike to many, one right after the
// other. list is youngest first.
func collapse(list []past) []past {
	var out []past
	for i := 0; i < len(list); {
		n := 1
		for i+n < len(list) && list[i+n].what == list[i].what && list[i+n].name != "" && list[i].at.Sub(list[i+n].at) < batchTime {
			n++
		}
		if n < batchLeast || list[i].name == "" {
			out = append(out, list[i])
			i++
			continue
		}
		one := list[i]
		one.cid = services.CID{}
		one.name = kit.N("activity.batch", int64(n), "first", list[i+n-1].name, "last", list[i].name)
		out = append(out, one)
		i += n
	}
	return out
}
