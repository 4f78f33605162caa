package services

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// card is one service, ready to be drawn.
type card struct {
	id       services.AccountID
	name     string
	kind     string // grey word behind the name, may be ""
	standing kit.Standing
	facts    []fact
	keyPage  string // "" where the template knows none
	plans    string
	paused   bool
	local    bool // this computer: never removed, no copy
	account  store.AccountState
}

type fact struct{ name, value string }

// page is the whole screen.
type page struct {
	cards []card
	tail  []string // the status bar
	needs string   // its amber part, "" where nothing waits
}

// rows turns what is stored into the screen.
func rows(accounts []store.AccountState, keyring string, now time.Time) page {
	var p page
	needs, connected := int64(0), int64(0)
	oldest := time.Time{}
	for _, a := range accounts {
		if !a.Local() {
			connected++
		}
		c := cardOf(a, keyring, now)
		if c.standing.Needs {
			needs++
		}
		if !a.Paused && !a.Local() && !a.CheckedAt.IsZero() && (oldest.IsZero() || a.CheckedAt.Before(oldest)) {
			oldest = a.CheckedAt
		}
		p.cards = append(p.cards, c)
	}
	slices.SortStableFunc(p.cards, func(a, b card) int { return cmp.Compare(order(a), order(b)) })
	if len(accounts) == 0 {
		return p
	}
	p.tail = []string{kit.N("services.status", connected)}
	if needs > 0 {
		p.needs = kit.N("services.status.need", needs)
	}
	if !oldest.IsZero() {
		p.tail = append(p.tail, kit.T("services.status.checked", "ago", kit.Ago(oldest, now)))
	}
	return p
}

// using is the page with what this computer uses, nothing where that is unknown.
func (p page) using(bytes int64) page {
	for i, c := range p.cards {
		if c.local && bytes >= 0 {
			p.cards[i].facts = append(c.facts, fact{kit.T("services.fact.uses"), kit.Bytes(bytes)})
		}
	}
	return p
}

// order puts this computer behind the services.
func order(c card) int {
	if c.local {
		return 1
	}
	return 0
}

func cardOf(a store.AccountState, keyring string, now time.Time) card {
	c := card{
		id: a.ID, name: services.Clean(a.Name), kind: kindWord(a), standing: kit.StandingOf(a, keyring, now),
		paused: a.Paused, local: a.Local(), account: a,
	}
	if c.local {
		c.kind = kit.T("services.local")
	}
	if t, ok := services.TemplateByID(a.Template); ok {
		c.keyPage, c.plans = t.KeyPage, t.CostPage
	}
	checked := kit.T("services.fact.check")
	if c.standing.Needs || a.Err != nil {
		checked = kit.T("services.fact.seen")
	}
	c.facts = append(c.facts, fact{kit.T("services.fact.items"), kit.Count(a.Pins())})
	if n := a.Counts[services.Queued] + a.Counts[services.Pinning]; n > 0 {
		c.facts = append(c.facts, fact{kit.T("services.fact.working"), kit.Count(n)})
	}
	if n := a.Counts[services.Failed]; n > 0 {
		c.facts = append(c.facts, fact{kit.T("services.fact.failed"), kit.Count(n)})
	}
	if c.local {
		return c
	}
	when := kit.T("services.never")
	switch {
	case !a.CheckedAt.IsZero():
		when = kit.Ago(a.CheckedAt, now)
	case a.Incomplete:
		when = kit.T("services.partly")
	}
	c.facts = append(c.facts, fact{checked, when})
	return c
}

// kindWord is the template's name where the person's own says something else.
func kindWord(a store.AccountState) string {
	if a.Demo() {
		return kit.T("services.demo")
	}
	if t, ok := services.TemplateByID(a.Template); ok && t.Endpoint+t.EndpointHint != "" && !strings.EqualFold(t.Name, a.Name) {
		return t.Name
	}
	return ""
}

// templateNames is the list of an invitation to connect: "Filebase, Pinata".
func templateNames(list []services.Template) string {
	var names []string
	for _, t := range list {
		if t.ID != ownTemplate {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, ", ")
}

// ownTemplate is the ID of the template that is any address.
const ownTemplate = "own"

// cleanKey is a pasted key without what a web page or a program put around it.
func cleanKey(text string) string {
	text = strings.TrimSpace(text)
	if len(text) >= 7 && strings.EqualFold(text[:7], "bearer ") {
		text = strings.TrimSpace(text[7:])
	}
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		text = strings.TrimSpace(text[1 : n-1])
	}
	return text
}

// freeName is a name for a new account that no other has.
func freeName(want string, taken []store.AccountState) string {
	used := map[string]bool{}
	for _, a := range taken {
		used[strings.ToLower(a.Name)] = true
	}
	if !used[strings.ToLower(want)] {
		return want
	}
	for i := 2; ; i++ {
		if name := want + " " + kit.Count(int64(i)); !used[strings.ToLower(name)] {
			return name
		}
	}
}
