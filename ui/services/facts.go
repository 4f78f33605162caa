package services

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// factRow is one thing the API promises, and what is known of it here.
type factRow struct {
	icon   string
	ink    kit.Role
	what   string // what is so, or would be
	belief string // "kept", "not kept", "not known yet"
	seen   string // when and how, or how it can be learnt
}

// factRows are all that is known of an account's service, in the order people
// are shown them; checked says that it was checked a moment ago.
func factRows(p services.Profile, checked bool, now time.Time) []factRow {
	var rows []factRow
	for _, f := range services.Facts() {
		r := factRowOf(f, p[f], now)
		if checked && p[f].At.IsZero() && !fromWrites(f) {
			r.seen = kit.T("services.facts.untold")
		}
		rows = append(rows, r)
	}
	return rows
}

func factRowOf(f services.Fact, found services.Finding, now time.Time) factRow {
	kept, not := factWords(f)
	seen := kit.T("services.facts.seen", "ago", kit.Ago(found.At, now), "how", services.Clean(found.Evidence))
	if found.Evidence == "" {
		seen = kit.T("services.facts.seen-only", "ago", kit.Ago(found.At, now))
	}
	switch {
	case found.Belief == services.Proved:
		return factRow{"check", kit.SafeInk, kept, kit.T("services.facts.kept"), seen}
	case found.Belief == services.Disproved:
		return factRow{"warn", kit.Warn, not, kit.T("services.facts.not"), seen}
	case !found.At.IsZero(): // it went one way, then the other
		return factRow{"clock", kit.Ink3, kept, kit.T("services.facts.unknown"), seen}
	case fromWrites(f):
		return factRow{"clock", kit.Ink3, kept, kit.T("services.facts.unknown"), kit.T("services.facts.by-writes")}
	default:
		return factRow{"clock", kit.Ink3, kept, kit.T("services.facts.unknown"), kit.T("services.facts.by-check")}
	}
}

// fromWrites reports whether a fact is learnt from what is added, renamed or
// removed: a check changes nothing, so it cannot find out.
func fromWrites(f services.Fact) bool {
	switch f {
	case services.FactMeta, services.FactManyIDs, services.FactReplace, services.FactDelete:
		return true
	}
	return false
}

// factWords is a fact as people say it: where it is kept, and where it is not.
func factWords(f services.Fact) (kept, not string) {
	switch f {
	case services.FactOrder:
		return kit.T("services.fact.order"), kit.T("services.fact.order.not")
	case services.FactCount:
		return kit.T("services.fact.count"), kit.T("services.fact.count.not")
	case services.FactLimit:
		return kit.T("services.fact.limit"), kit.T("services.fact.limit.not")
	case services.FactBefore:
		return kit.T("services.fact.before"), kit.T("services.fact.before.not")
	case services.FactAfter:
		return kit.T("services.fact.after"), kit.T("services.fact.after.not")
	case services.FactCreated:
		return kit.T("services.fact.created"), kit.T("services.fact.created.not")
	case services.FactStatusFilter:
		return kit.T("services.fact.status"), kit.T("services.fact.status.not")
	case services.FactCIDFilter:
		return kit.T("services.fact.cid"), kit.T("services.fact.cid.not")
	case services.FactNameFilter:
		return kit.T("services.fact.name"), kit.T("services.fact.name.not")
	case services.FactMetaFilter:
		return kit.T("services.fact.notes"), kit.T("services.fact.notes.not")
	case services.FactMeta:
		return kit.T("services.fact.meta"), kit.T("services.fact.meta.not")
	case services.FactManyIDs:
		return kit.T("services.fact.many"), kit.T("services.fact.many.not")
	case services.FactReplace:
		return kit.T("services.fact.replace"), kit.T("services.fact.replace.not")
	case services.FactDelete:
		return kit.T("services.fact.delete"), kit.T("services.fact.delete.not")
	}
	return services.Clean(string(f)), services.Clean(string(f))
}

// factSum is the whole in one sentence.
func factSum(p services.Profile) string {
	var kept, not, open int64
	for _, f := range services.Facts() {
		switch p[f].Belief {
		case services.Proved:
			kept++
		case services.Disproved:
			not++
		default:
			open++
		}
	}
	if kept+not == 0 {
		return kit.T("services.facts.sum.none")
	}
	words := kit.T("services.facts.sum", "kept", kit.Count(kept), "not", kit.Count(not), "open", kit.Count(open))
	if not > 0 {
		return words + " " + kit.T("services.facts.around")
	}
	return words
}
