package items

import (
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// choice is a service as a choice in a sheet: how many of the items it has.
type choice struct {
	account services.AccountID
	name    string
	letter  string
	has     int // items it keeps or was asked to keep
	pins    int // pin requests of them
}

// choices counts, per service, what it has of the targets.
func choices(list []target, columns []column) []choice {
	out := make([]choice, len(columns))
	for i, c := range columns {
		out[i] = choice{account: c.account, name: c.name, letter: c.letter}
		for _, t := range list {
			n := 0
			for _, p := range t.pins {
				if p.Account == c.account {
					n++
				}
			}
			if _, ok := markOf(t.item, c.account); ok || n > 0 {
				out[i].has++
			}
			out[i].pins += n
		}
	}
	return out
}

// letting is what stopping at some places does.
type letting struct {
	refs   []pinsync.PinRef
	items  int                  // items that lose a pin
	last   int                  // items that are left with no copy anybody was seen to keep
	shared []services.AccountID // that let one pin of an item go and keep another
}

// releaseOf is what letting go of the pins that takes says does.
func releaseOf(list []target, takes func(store.Pin) bool) letting {
	var r letting
	for _, t := range list {
		gone, stays := map[services.AccountID]bool{}, map[services.AccountID]bool{}
		for _, p := range t.pins {
			if !takes(p) {
				stays[p.Account] = true
				continue
			}
			gone[p.Account] = true
			r.refs = append(r.refs, refOf(p))
		}
		if len(gone) == 0 {
			continue
		}
		for a := range stays {
			if gone[a] {
				r.shared = append(r.shared, a)
				delete(gone, a)
			}
		}
		r.items++
		if left(t.item, gone) == 0 {
			r.last++
		}
	}
	return r
}

// left is how many services keep an item for certain after some let it go.
func left(i store.Item, gone map[services.AccountID]bool) (n int) {
	for _, m := range i.Marks {
		if !gone[m.Account] && m.Status == services.Pinned && !m.Stale && m.Pending != store.OpDelete {
			n++
		}
	}
	return n
}
