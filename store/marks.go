package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
)

// SeenPin is what a mark is made of a pin.
type SeenPin struct {
	Account services.AccountID
	Local   bool // the account is this computer
	Status  services.Status
	// Stale: it was not confirmed in time, or a complete list left it out.
	Stale   bool
	SeenAt  time.Time
	Details string
}

// PendingOp is what a mark is made of an open operation.
type PendingOp struct {
	Account services.AccountID
	Local   bool // the account is this computer
	Kind    OperationKind
	Stuck   bool
}

// Marks makes the marks of one item: one per account, ordered by account.
func Marks(pins []SeenPin, ops []PendingOp) []Mark {
	var marks []Mark
	at := func(id services.AccountID, local bool) *Mark {
		i := slices.IndexFunc(marks, func(m Mark) bool { return m.Account == id })
		if i < 0 {
			i = len(marks)
			marks = append(marks, Mark{Account: id, Local: local})
		}
		return &marks[i]
	}
	for _, p := range pins {
		m := at(p.Account, p.Local)
		m.Pins++
		if m.Pins == 1 || better(p.Status, m.Status) {
			m.Status, m.Stale, m.Details = p.Status, p.Stale, p.Details
		} else if p.Status == m.Status {
			m.Stale = m.Stale && p.Stale
		}
		if p.SeenAt.After(m.SeenAt) {
			m.SeenAt = p.SeenAt
		}
	}
	for _, o := range ops {
		m := at(o.Account, o.Local)
		if m.Pending == "" || o.Stuck && !m.Stuck {
			m.Pending = o.Kind
		}
		m.Stuck = m.Stuck || o.Stuck
	}
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Compare(a.Account, b.Account) })
	return marks
}

// better orders statuses by how much is known to be kept.
func better(a, b services.Status) bool { return rank(a) > rank(b) }

func rank(s services.Status) int {
	switch s {
	case services.Pinned:
		return 4
	case services.Pinning:
		return 3
	case services.Queued:
		return 2
	case services.Failed:
		return 1
	default:
		return 0
	}
}

// Place reports whether the mark's account has the item or is about to.
func (m Mark) Place() bool { return m.Pins > 0 || m.Pending == OpAdd || m.Pending == OpReplace }

// Copy reports whether the mark's account is known to keep the item online,
// which this computer does not.
func (m Mark) Copy() bool { return m.Status == services.Pinned && !m.Stale && !m.Local }

// Summary is an item's one badge and its two numbers, from its marks. This
// computer is in neither number, and never makes an item Safe.
func Summary(marks []Mark) (state ItemState, copies, places int) {
	state = Unchecked
	here := false
	for _, m := range marks {
		if m.Copy() {
			copies++
		}
		switch {
		case !m.Place():
		case m.Local:
			here = true
		default:
			places++
		}
	}
	switch {
	case slices.ContainsFunc(marks, func(m Mark) bool { return m.Stuck || m.Status == services.Failed }):
		state = NeedsYou
	case slices.ContainsFunc(marks, func(m Mark) bool { return m.Status.Pending() || m.Pending != "" }):
		state = Working
	case copies > 0:
		state = Safe
	case here && places == 0:
		state = OnlyHere
	}
	return state, copies, places
}

// MaskBit is the bit of items.mask that stands for the account in a slot of
// places; past 63 accounts there is none and it is 0.
func MaskBit(slot int) int64 {
	if slot > 62 {
		return 0
	}
	return 1 << slot
}
