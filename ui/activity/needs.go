// Package activity is the screen of what is going on: what needs the person,
// what is under way, and what was done.
//
// ui shows it. It starts no goroutine but through kit.Go and keeps no books:
// what needs the person is store.Health, what is under way and what was done
// are the operations, the pins and the observations as they are stored.
package activity

import (
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// act is one step a card offers.
type act int

const (
	noAct act = iota
	actNewKey
	actPlans
	actUnlock
	actShow    // the account's items
	actMissing // the items it lost all at once
	actLost    // what disappeared of it, in the history
	actTrouble // the items that need the person
	actRetry   // its stuck operations
	actInPlace // renames that no new pin could bring about are done in place
	actReread  // what can't be read on this computer
	actMine    // its observations are no news
	actEdit
	actCheck
	actCancel // one stuck operation
	actFolder // the folder's card
	actCopy   // what it kept is kept elsewhere
	actGone   // what is missing at the account is really gone
	actKeep   // it stays in the list; the person knows
	actRemove // takes the one file that can't be read off the list
	actPassword
	actLeave // what has no new name stays under the old one
)

func (a act) label() string {
	switch a {
	case actNewKey:
		return kit.T("activity.act.newkey")
	case actPlans:
		return kit.T("activity.act.prices")
	case actUnlock:
		return kit.T("activity.act.unlock")
	case actShow, actMissing, actTrouble:
		return kit.T("activity.act.show")
	case actLost:
		return kit.T("activity.act.lost")
	case actRetry, actReread:
		return kit.T("activity.act.retry")
	case actInPlace:
		return kit.T("activity.act.in-place")
	case actPassword:
		return kit.T("activity.act.password")
	case actMine:
		return kit.T("activity.act.mine")
	case actEdit:
		return kit.T("activity.act.edit")
	case actCheck:
		return kit.T("activity.act.check")
	case actCancel:
		return kit.T("activity.act.cancel")
	case actFolder:
		return kit.T("activity.act.folder")
	case actCopy:
		return kit.T("activity.act.copy")
	case actGone:
		return kit.T("activity.act.gone")
	case actLeave:
		return kit.T("activity.act.leave")
	case actKeep:
		return kit.T("activity.act.keep")
	case actRemove:
		return kit.T("activity.act.remove")
	}
	return ""
}

// need is one cause that waits for the person, ready to be drawn.
type need struct {
	icon            string
	ink, soft       kit.Role
	title, text     string
	primary, second act
	third           act
	account         store.AccountState // zero: every account
	code            string
	count           int64
	ids             []store.OperationID // of the one file that can't be read
}

// needs turns the causes into cards, in the order Health gives them.
func needs(list []store.Need, accounts map[services.AccountID]store.AccountState, now time.Time) []need {
	var out []need
	for _, n := range list {
		out = append(out, needOf(n, accounts[n.Account], now))
	}
	return out
}

func needOf(n store.Need, a store.AccountState, now time.Time) need {
	name := nameOf(a)
	c := need{icon: "warn", ink: kit.Warn, soft: kit.WarnSoft, account: a, code: n.Code, count: n.Count, second: actShow}
	switch n.Code {
	case string(services.CodeAuth):
		c.icon, c.ink, c.soft = "key", kit.Bad, kit.BadSoft
		c.title, c.text, c.primary = kit.T("activity.auth", "name", name), kit.N("activity.auth.sub", n.Count), actNewKey
		if a.User != "" {
			c.title, c.primary = kit.T("activity.auth.password", "name", name), actPassword
		}
	case string(services.CodePlan):
		c.title, c.text, c.primary = kit.T("activity.plan", "name", name), kit.N("activity.plan.sub", n.Count), actShow
		c.second = noAct
		if t, ok := services.TemplateByID(a.Template); ok && t.CostPage != "" {
			c.primary, c.second = actPlans, actShow
		}
	case string(services.CodeKeyring):
		c.icon = "lock"
		c.title, c.text, c.primary, c.second = kit.T("activity.keyring"), kit.T("activity.keyring.sub"), actUnlock, noAct
		if kit.StandingOf(a, "", now).Remedy == kit.NewKey { // the store is open, or there is none
			c.icon = "key"
			c.title, c.text, c.primary, c.second = kit.T("activity.no-key", "name", name), kit.T("activity.no-key.sub"), actNewKey, actShow
		}
	case string(services.CodeNotAPI):
		c.title, c.text, c.primary, c.second = kit.T("activity.notapi", "name", name), kit.T("activity.notapi.sub"), actEdit, actCheck
	case string(services.CodeTLS):
		c.icon, c.ink, c.soft = "shield", kit.Bad, kit.BadSoft
		c.title, c.text, c.primary, c.second = kit.T("activity.tls", "name", name), kit.T("activity.tls.sub"), actCheck, noAct
	case "failed":
		c.title, c.text, c.primary, c.second = kit.N("activity.failed", n.Count, "name", name), said(n.Details, kit.T("activity.failed.sub")), actTrouble, noAct
	case "stuck":
		c.title, c.text, c.primary, c.second = kit.N("activity.stuck", n.Count, "name", name), said(n.Details, kit.T("activity.stuck.sub")), actRetry, noAct
		if n.Details == notRenamed {
			c.icon, c.title = "pencil", kit.N("activity.not-renamed", n.Count, "name", name)
			c.text, c.primary, c.second = kit.T("activity.not-renamed.sub"), actInPlace, actLeave
		}
	case string(services.CodeSource):
		c.icon = "file"
		c.title, c.text, c.primary, c.second = kit.N("activity.source", n.Count), kit.SourceWord(n.Details)+". "+kit.SourceHint(n.Details), actReread, actTrouble
	case "folder":
		c.icon, c.second = "folder", noAct
		c.title = kit.T("activity.folder", "name", kit.BaseName(string(n.Path)), "why", kit.FolderWord(n.Details, n.Count))
		c.text, c.primary = kit.T("activity.folder.sub"), actFolder
	case "mass-change":
		if a.Missing > 0 {
			c.title, c.text, c.primary, c.second = kit.N("activity.missing", a.Missing, "name", name), kit.T("activity.missing.sub"), actGone, actKeep
			c.third = actMissing
			break
		}
		fallthrough
	case "lost":
		c.title, c.text, c.primary = kit.N("activity.lost", n.Count, "name", name), kit.T("activity.lost.sub"), actMine
		if c.second = actLost; n.Code != "lost" {
			c.second = noAct
		}
	case string(services.CodeUnreachable):
		c.icon = "wifi"
		c.title, c.text, c.primary, c.second = kit.T("activity.away", "name", name, "when", kit.When(n.Since, now)), kit.T("activity.away.sub"), actCheck, actEdit
		if n.Silent(now) {
			c.title, c.text = kit.T("activity.silent", "name", name), kit.T("activity.silent.sub")
			c.primary, c.second = actCopy, actCheck
		}
	default:
		c.title, c.text, c.primary = kit.T("activity.other", "name", name), said(n.Details, ""), actCheck
	}
	return c
}

// once puts a file that can't be read, where it is the only one, into the card
// of its cause: it is not listed below it again.
func once(cards []need, list []stuck) []stuck {
	card := slices.IndexFunc(cards, func(n need) bool { return n.code == string(services.CodeSource) })
	file := func(s stuck) bool { return s.source != 0 }
	at := slices.IndexFunc(list, file)
	if card < 0 || at < 0 || slices.ContainsFunc(list[at+1:], file) {
		return list
	}
	n := &cards[card]
	n.title, n.text = kit.T("activity.source.one", "name", list[at].name), list[at].what+". "+list[at].why
	n.ids, n.second = list[at].ids, actRemove
	return slices.Delete(list, at, at+1)
}

// apart takes the one step for renames from a card that stands for other
// requests too: their rows have theirs.
func apart(cards []need, list []stuck) {
	for i := range cards {
		n := &cards[i]
		other := func(s stuck) bool { return s.source == 0 && s.account == n.account.ID && s.again != actInPlace }
		if n.primary == actInPlace && slices.ContainsFunc(list, other) {
			n.icon, n.title = "warn", kit.N("activity.stuck", n.count, "name", nameOf(n.account))
			n.text, n.primary, n.second = kit.T("activity.stuck.several"), noAct, noAct
		}
	}
}

// said is what a service says, or the engine in its place.
func said(details, otherwise string) string {
	switch words := kit.Said(details); {
	case words == "":
		return otherwise
	case words == services.Clean(strings.TrimSpace(details)):
		return kit.T("activity.failed.said", "text", words)
	default:
		return kit.T("activity.failed.why", "text", words)
	}
}

func nameOf(a store.AccountState) string {
	if a.ID == 0 {
		return kit.T("activity.everyone")
	}
	return services.Clean(a.Name)
}
