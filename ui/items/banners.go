package items

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// step is what a banner's button does.
type step int

const (
	noStep step = iota
	unlock
	newKey
	checkNow
	showService
)

// notice is one banner, ready to be drawn.
type notice struct {
	tone    kit.Tone
	icon    string
	text    string
	action  string
	step    step
	account services.AccountID
	part    float64 // progress, negative for none
}

const mostNotices = 2

// noticesOf says what stands between the chips and the table: what keeps
// Pintray from working first, then what is going on. A service that was away
// for less than kit.Patience is not mentioned.
func noticesOf(s kit.Snapshot) []notice {
	var out []notice
	add := func(n notice) {
		if len(out) < mostNotices {
			out = append(out, n)
		}
	}
	switch s.Keyring {
	case "locked":
		add(notice{tone: kit.Amber, icon: "lock", text: kit.T("items.banner.locked"), action: kit.T("items.banner.unlock"), step: unlock, part: -1})
	}
	away := awayOf(s)
	for _, a := range s.Accounts {
		if a.Err != nil && a.Err.Code == services.CodeAuth {
			words, action := kit.T("items.banner.key", "service", services.Clean(a.Name)), kit.T("items.banner.new-key")
			if a.User != "" {
				words, action = kit.T("items.banner.password", "service", services.Clean(a.Name)), kit.T("kit.action.password")
			}
			add(notice{tone: kit.Amber, icon: "key", text: words, action: action, step: newKey, account: a.ID, part: -1})
			continue
		}
		if s.Keyring != "locked" && kit.StandingOf(a, s.Keyring, s.At).Remedy == kit.NewKey {
			add(notice{tone: kit.Amber, icon: "key", text: kit.T("items.banner.no-key", "service", services.Clean(a.Name)), action: kit.T("items.banner.give-key"), step: newKey, account: a.ID, part: -1})
		}
	}
	switch {
	case len(away) == 0:
	case len(away) == active(s):
		add(notice{tone: kit.Neutral, icon: "wifi", text: kit.T("items.banner.offline", "time", kit.Clock(lastSeen(s), s.At)), action: kit.T("items.banner.try"), step: checkNow, part: -1})
	default:
		a := away[0]
		add(notice{tone: kit.Neutral, icon: "wifi", text: kit.T("items.banner.away", "service", services.Clean(a.Name), "time", kit.Clock(a.ErrSince, s.At)), action: kit.T("items.banner.try"), step: checkNow, account: a.ID, part: -1})
	}
	for _, a := range s.Accounts {
		switch {
		case a.Paused || a.Local():
		case a.Missing > 0:
			add(notice{tone: kit.Amber, icon: "warn", text: kit.N("items.banner.missing", a.Missing, "service", services.Clean(a.Name)), action: kit.T("items.banner.look"), step: showService, account: a.ID, part: -1})
		case a.LimitedUntil.Sub(s.At) > limitedWorth:
			add(notice{tone: kit.Neutral, icon: "clock", text: kit.T("items.banner.limited", "service", services.Clean(a.Name), "time", kit.Clock(a.LimitedUntil, s.At)), part: -1})
		case a.Reading:
			add(reading(a))
		case a.Incomplete:
			add(notice{tone: kit.Neutral, icon: "warn", text: kit.T("items.banner.incomplete", "service", services.Clean(a.Name)), action: kit.T("items.banner.look"), step: showService, account: a.ID, part: -1})
		}
	}
	return out
}

// limitedWorth is how long a service must want to be left alone for a banner.
const limitedWorth = 30 * time.Second

func reading(a store.AccountState) notice {
	n := notice{tone: kit.Going, icon: "refresh", step: noStep, part: -1}
	if a.Expected > 0 {
		n.text = kit.T("items.banner.reading-of", "service", services.Clean(a.Name), "seen", kit.Count(a.Seen), "expected", kit.Count(a.Expected))
		n.part = float64(a.Seen) / float64(a.Expected)
	} else {
		n.text = kit.N("items.banner.reading", a.Seen, "service", services.Clean(a.Name))
	}
	return n
}

// awayOf is the accounts that do not answer, long enough to be said.
func awayOf(s kit.Snapshot) []store.AccountState {
	var out []store.AccountState
	for _, a := range s.Accounts {
		if a.Paused || a.Local() || a.Err == nil || s.At.Sub(a.ErrSince) < kit.Patience {
			continue
		}
		switch a.Err.Code {
		case services.CodeUnreachable, services.CodeTimeout, services.CodeServer:
			out = append(out, a)
		}
	}
	return out
}

func active(s kit.Snapshot) (n int) {
	for _, a := range s.Accounts {
		if !a.Paused && !a.Local() {
			n++
		}
	}
	return n
}

// lastSeen is the youngest check of any account: what is shown is from then.
func lastSeen(s kit.Snapshot) (t time.Time) {
	for _, a := range s.Accounts {
		if a.CheckedAt.After(t) && !a.Local() {
			t = a.CheckedAt
		}
	}
	return t
}
