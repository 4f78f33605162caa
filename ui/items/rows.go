package items

import (
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// row is one row of the list, ready to be drawn.
type row struct {
	id       store.ItemID
	name     string
	nameless bool
	icon     string
	line     line // under the name
	size     string
	copies   string
	few      bool // at most one copy, though there could be more: amber
	marks    []kit.State
	worst    kit.State // of all, for the Places column
	places   string
	added    string
}

func rowOf(i store.Item, columns []column, b kit.Bringing, now time.Time) row {
	r := row{
		id: i.ID, name: kit.Name(i), nameless: unnamed(i), icon: kit.FileIcon(i.Name),
		size: kit.Bytes(sizeOf(i, b)), copies: fmt.Sprintf("%d/%d", i.Copies, i.Places),
		few: i.Copies <= 1 && i.State != store.Unchecked && (i.Copies == 0 || remote(columns) > 1), added: kit.When(i.Added, now),
		marks: make([]kit.State, len(columns)),
	}
	if i.Places == 0 {
		r.copies = "0"
	}
	for at, c := range columns {
		if m, ok := markOf(i, c.account); ok {
			r.marks[at] = stateAt(m, c)
		}
	}
	var n int
	r.worst, n = summary(i, columns)
	if r.nameless {
		r.icon = "file"
	}
	r.places = kit.Count(int64(n))
	r.line = lineOf(i, columns, b, now)
	return r
}

// sizeOf is the item's size, or what of it is known while it is being read.
func sizeOf(i store.Item, b kit.Bringing) int64 {
	if i.Size >= 0 {
		return i.Size
	}
	for _, p := range b.Of(i.Source, i.CID) {
		if p.Stage == store.Reading && p.TotalBytes > 0 {
			return p.TotalBytes
		}
	}
	return -1
}

// stateAt is the mark in a column: what this computer keeps is Here, never Safe,
// and what a service out of reach is still to be asked for is not on its list.
func stateAt(m store.Mark, c column) kit.State {
	s := kit.StateOf(m)
	if s == kit.Waiting && unanswered(m, c) {
		return kit.Unknown
	}
	if c.local && (s == kit.Safe || s == kit.Unknown) {
		return kit.Here
	}
	return s
}

func unnamed(i store.Item) bool { return kit.NameOf(i.Name, i.CID) == kit.NameOf("", i.CID) }

func markOf(i store.Item, a services.AccountID) (store.Mark, bool) {
	for _, m := range i.Marks {
		if m.Account == a {
			return m, true
		}
	}
	return store.Mark{}, false
}

// chip is one filter above the list.
type chip struct {
	state   store.ItemState
	oneCopy bool
	account services.AccountID // takes this one's filter away
	show    kit.Chip
}

// chipsOf are the filters with their counts. Not checked and Only here are there
// only while they have something, a service only while the list is filtered by it.
func chipsOf(c store.ItemCounts, f store.Filter, columns []column) []chip {
	chips := []chip{
		{show: kit.Chip{Label: kit.T("items.chip.all"), Count: c.All}},
		{state: store.Safe, show: kit.Chip{Label: kit.T("items.chip.safe"), Count: c.Safe, Mark: kit.Safe}},
		{state: store.Working, show: kit.Chip{Label: kit.T("items.chip.working"), Count: c.Working, Mark: kit.Fetching}},
		{state: store.NeedsYou, show: kit.Chip{Label: kit.T("items.chip.needs"), Count: c.NeedsYou, Icon: "warn", Role: kit.Warn}},
	}
	if remote(columns) > 1 || f.OneCopy { // with one service it is all of them, and no news
		chips = append(chips, chip{oneCopy: true, show: kit.Chip{Label: kit.T("items.chip.one"), Count: c.OneCopy}})
	}
	if c.Unchecked > 0 {
		chips = append(chips, chip{state: store.Unchecked, show: kit.Chip{Label: kit.T("items.chip.unchecked"), Count: c.Unchecked, Mark: kit.Unknown}})
	}
	if c.OnlyHere > 0 || f.State == store.OnlyHere {
		chips = append(chips, chip{state: store.OnlyHere, show: kit.Chip{Label: kit.T("items.chip.here"), Count: c.OnlyHere, Mark: kit.Here}})
	}
	for _, col := range columns {
		if f.Account == col.account {
			label := col.name
			if f.Missing {
				label = kit.T("items.chip.missing", "service", col.name)
			}
			chips = append(chips, chip{account: col.account, show: kit.Chip{Label: label, Count: -1, Icon: "close", Role: kit.Ink2}})
		}
	}
	return chips
}

// chosen is the place of the chip a filter stands for.
func chosen(chips []chip, f store.Filter) int {
	for i, c := range chips {
		if c.account == 0 && c.state == f.State && c.oneCopy == f.OneCopy {
			return i
		}
	}
	return 0
}

// tailOf is the line at the bottom; what names a part of the list shows it.
func tailOf(c store.ItemCounts, s kit.Snapshot, show func(store.ItemState)) []kit.TailPart {
	var parts []kit.TailPart
	add := func(n int64, state store.ItemState, text string, role kit.Role) {
		if n > 0 || state == store.AnyState {
			parts = append(parts, kit.TailPart{Text: text, Role: role, Act: func() { show(state) }})
		}
	}
	add(c.All, store.AnyState, kit.N("items.tail.all", c.All), kit.Ink3)
	add(c.Safe, store.Safe, kit.N("items.tail.safe", c.Safe), kit.Ink3)
	add(c.Working, store.Working, kit.N("items.tail.working", c.Working), kit.Ink3)
	add(c.OnlyHere, store.OnlyHere, kit.N("items.tail.here", c.OnlyHere), kit.Ink3)
	add(c.Unchecked, store.Unchecked, kit.N("items.tail.unchecked", c.Unchecked), kit.Ink3)
	add(c.NeedsYou, store.NeedsYou, kit.N("items.tail.needs", c.NeedsYou), kit.Warn)
	if len(s.Accounts) > 0 && !s.Health.CheckedAt.IsZero() {
		parts = append(parts, kit.TailPart{Text: kit.T("items.tail.checked", "ago", kit.Ago(s.Health.CheckedAt, s.At)), Role: kit.Ink3})
	}
	return parts
}
