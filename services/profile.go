package services

import (
	"maps"
	"strings"
	"time"
)

// Fact names something of the API that services keep or do not keep. It is
// about one account: the same service may run in several versions.
type Fact string

// The facts. Each is worded so that proved is what the spec promises; the
// quirks in brackets are what it looks like where it is disproved.
const (
	// FactCount: Page.Count is how many pins match (quirk 8).
	FactCount Fact = "count"
	// FactOrder: lists are newest first (quirk 23).
	FactOrder Fact = "order"
	// FactBefore: Query.Before leaves out what is not older, at the precision
	// Created is shown in (quirks 24, 27).
	FactBefore Fact = "before"
	// FactAfter: the same of Query.After.
	FactAfter Fact = "after"
	// FactLimit: a page holds as many as Limit allows, up to MaxLimit, where so
	// many match (quirks 10, 15).
	FactLimit Fact = "limit"
	// FactCreated: Created is finer than a second (quirk 25).
	FactCreated Fact = "created"
	// FactStatusFilter: Query.Status is kept (quirk 14).
	FactStatusFilter Fact = "status-filter"
	// FactCIDFilter: Query.CIDs is kept (quirks 11, 16).
	FactCIDFilter Fact = "cid-filter"
	// FactNameFilter: Query.Name and Match are kept (quirk 12).
	FactNameFilter Fact = "name-filter"
	// FactMetaFilter: Query.Meta is kept (quirk 13).
	FactMetaFilter Fact = "meta-filter"
	// FactMeta: Pin.Meta comes back as it was sent (quirk 33).
	FactMeta Fact = "meta"
	// FactManyIDs: a CID pinned twice has two requestids, both live (spec rule
	// 14; quirks 20, 21).
	FactManyIDs Fact = "many-ids"
	// FactReplace: a pin replaced by one of the same CID stays pinned, under
	// the new name (quirks 17 to 19).
	FactReplace Fact = "replace"
	// FactDelete: what was deleted is gone (quirks 40, 41).
	FactDelete Fact = "delete"
)

// Facts lists them in the order people are shown them.
func Facts() []Fact {
	return []Fact{
		FactOrder, FactCount, FactLimit, FactBefore, FactAfter, FactCreated,
		FactStatusFilter, FactCIDFilter, FactNameFilter, FactMetaFilter,
		FactMeta, FactManyIDs, FactReplace, FactDelete,
	}
}

// Belief is what is known of a fact.
type Belief int

const (
	// Undecided means the worst: nothing may rest on it.
	Undecided Belief = iota
	Proved
	Disproved
)

// String is the word for a belief: "unknown", "proved", "disproved".
func (b Belief) String() string {
	switch b {
	case Proved:
		return "proved"
	case Disproved:
		return "disproved"
	default:
		return "unknown"
	}
}

// Finding is what was learnt of one fact.
type Finding struct {
	Fact   Fact
	Belief Belief
	// Evidence is what was seen, in the API's own words and figures
	// ("count=11 results=10"): a detail, not a sentence.
	Evidence string
	At       time.Time
}

// Profile is what is known of an account's service. nil knows nothing.
type Profile map[Fact]Finding

// Proved reports whether all of the facts may be relied on.
func (p Profile) Proved(facts ...Fact) bool {
	for _, f := range facts {
		if p[f].Belief != Proved {
			return false
		}
	}
	return true
}

// Disproved reports whether the service is known not to keep the fact.
func (p Profile) Disproved(f Fact) bool { return p[f].Belief == Disproved }

// before parts what a belief rests on from what spoke for the opposite.
const before = "; before: "

// Learn returns the profile with the findings taken in, one after the other; p
// stays as it was. The rule:
//
//   - A fact nothing is known of takes the finding.
//   - A finding that agrees renews the evidence and the date.
//   - Disproved ends Proved: one counterexample is worth more than any number
//     of times it went well.
//   - Proved against Disproved leaves the fact Undecided: the service may have
//     been mended. The next finding decides.
//   - Undecided takes back Proved and nothing else: something did not fit, and
//     nobody knows why.
//   - A finding older than what is known changes nothing.
//
// What was believed before stays readable in the evidence.
func (p Profile) Learn(findings ...Finding) Profile {
	learnt := maps.Clone(p)
	if learnt == nil && len(findings) > 0 {
		learnt = make(Profile, len(findings))
	}
	for _, f := range findings {
		known, ok := learnt[f.Fact]
		switch {
		case ok && f.At.Before(known.At), f.Belief == Undecided && known.Belief != Proved:
			continue
		case known.Belief != Undecided && known.Belief != f.Belief:
			if known.Belief == Disproved {
				f.Belief = Undecided
			}
			old, _, _ := strings.Cut(known.Evidence, before)
			f.Evidence += before + known.Belief.String() + " by " + old
		}
		learnt[f.Fact] = f
	}
	return learnt
}
