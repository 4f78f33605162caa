// Package tray is Pintray in the panel: an icon that says how things stand, a
// menu of a fixed shape, and the question whether a panel would show it.
//
// Model is pure; Tray puts it on screen; Watch asks the session bus. Tray.Run
// and Watch block until their ctx ends and start no goroutine that outlives them.
package tray

import (
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// RecentSlots is how many lines the submenu of recent items has, always: some
// panels never show a line that was not there at first.
const RecentSlots = 5

// calm is how long a problem must last before the icon turns amber or red.
const calm = time.Minute

// maxName is the longest name in the menu, in characters.
const maxName = 40

// Facts is what the tray is made from.
type Facts struct {
	Health   store.Health
	Accounts []store.AccountState
	Recent   []store.Operation // adds, youngest first
	Now      time.Time
}

// Line is one line of the menu; a dead one can't be chosen.
type Line struct {
	Text string
	Dead bool
}

// Recent is one line of the submenu of recent items.
type Recent struct {
	Line
	CID services.CID
}

// Model is all the tray shows. Two equal Models look the same, so that nothing
// is drawn again for them.
type Model struct {
	Icon     store.HealthState
	Info     string // also the tooltip
	Checked  string
	NeedsYou Line
	Working  Line
	Recent   [RecentSlots]Recent
	Resume   Line
}

// New says what the tray shows. Nothing in it ticks: times are of the clock,
// not "3 min ago".
func New(f Facts) Model {
	h := f.Health
	m := Model{Icon: icon(h, f.Now)}
	m.Info = info(m.Icon, h, f.Now)
	m.Checked = kit.T("tray.checked.never")
	if !h.CheckedAt.IsZero() {
		m.Checked = kit.T("tray.checked", "time", kit.Clock(h.CheckedAt, f.Now))
	}
	m.NeedsYou = Line{Text: kit.T("tray.needs.none"), Dead: true}
	if n := len(h.NeedsYou); n > 0 {
		m.NeedsYou = Line{Text: kit.N("tray.needs", int64(n), "cause", cause(h.NeedsYou[0], f.Accounts))}
	}
	m.Working = Line{Text: kit.T("tray.working.none"), Dead: true}
	if h.Working > 0 {
		m.Working = Line{Text: kit.N("tray.working", h.Working)}
	}
	m.Recent = recent(f.Recent)
	m.Resume = Line{Text: kit.T("tray.resume"), Dead: h.State != store.Paused && h.PausedUntil.IsZero()}
	if !h.PausedUntil.IsZero() {
		m.Resume.Text = kit.T("tray.resume.until", "time", kit.Clock(h.PausedUntil, f.Now))
	}
	return m
}

// icon is the state the icon shows: amber and red wait until the problem has
// lasted, so that a short outage never flashes.
func icon(h store.Health, now time.Time) store.HealthState {
	if h.State != store.Attend && h.State != store.Problem {
		return h.State
	}
	for _, n := range h.NeedsYou {
		if now.Sub(n.Since) >= calm {
			return h.State
		}
	}
	switch {
	case len(h.NeedsYou) == 0:
		return h.State
	case h.Working > 0:
		return store.Busy
	default:
		return store.Fine
	}
}

func info(shown store.HealthState, h store.Health, now time.Time) string {
	places := kit.N("tray.services", int64(h.Accounts))
	if h.Accounts == 0 {
		return kit.T("tray.info.empty")
	}
	switch shown {
	case store.Busy:
		return kit.T("tray.info.working", "items", kit.N("tray.items", h.Working), "services", places)
	case store.Paused:
		if h.PausedUntil.IsZero() {
			return kit.T("tray.info.paused")
		}
		return kit.T("tray.info.paused.until", "time", kit.Clock(h.PausedUntil, now))
	case store.Attend:
		return kit.T("tray.info.needs", "safe", kit.Count(h.Safe), "items", kit.N("tray.items", h.Items))
	case store.Problem:
		return kit.T("tray.info.problem", "safe", kit.Count(h.Safe), "items", kit.N("tray.items", h.Items))
	case store.Offline:
		return kit.T("tray.info.offline", "items", kit.N("tray.items", h.Items))
	case store.Fine:
		if h.Safe < h.Items {
			return kit.T("tray.info.fine.partly", "safe", kit.Count(h.Safe), "items", kit.N("tray.items", h.Items), "services", places)
		}
		return kit.T("tray.info.fine", "items", kit.N("tray.items", h.Items), "services", places)
	default:
		return kit.T("tray.info.empty")
	}
}

// cause is what waits for the person, in a few words.
func cause(n store.Need, all []store.AccountState) string {
	who := kit.T("tray.a-service")
	gone := false // the key itself, not only the way to it
	for _, a := range all {
		if a.ID == n.Account {
			who, gone = short(a.Name), kit.StandingOf(a, "", n.Since).Remedy == kit.NewKey
		}
	}
	switch n.Code {
	case string(services.CodeAuth):
		return kit.T("tray.cause.auth", "service", who)
	case string(services.CodePlan):
		return kit.T("tray.cause.plan", "service", who)
	case string(services.CodeKeyring):
		if gone {
			return kit.T("tray.cause.no-key", "service", who)
		}
		return kit.T("tray.cause.keyring")
	case string(services.CodeNotAPI):
		return kit.T("tray.cause.not-api", "service", who)
	case string(services.CodeTLS):
		return kit.T("tray.cause.tls", "service", who)
	case "failed":
		return kit.N("tray.cause.failed", n.Count, "service", who)
	case string(services.CodeSource):
		return kit.N("tray.cause.source", n.Count)
	case "folder":
		return kit.T("tray.cause.folder", "name", short(kit.BaseName(string(n.Path))), "why", kit.FolderWord(n.Details, n.Count))
	case "lost", "mass-change":
		return kit.N("tray.cause.lost", n.Count, "service", who)
	case string(services.CodeUnreachable), string(services.CodeTimeout):
		return kit.T("tray.cause.unreachable", "service", who)
	default:
		return kit.N("tray.cause.stuck", n.Count, "service", who)
	}
}

// recent fills the slots with the youngest items, each once.
func recent(ops []store.Operation) [RecentSlots]Recent {
	var out [RecentSlots]Recent
	seen := make(map[string]bool)
	n := 0
	for _, op := range ops {
		if n == RecentSlots {
			break
		}
		if op.Kind != store.OpAdd || op.State == store.OpCancelled || !op.Pin.CID.Valid() || seen[op.Pin.CID.Key] {
			continue
		}
		seen[op.Pin.CID.Key] = true
		out[n] = Recent{Line: Line{Text: short(kit.NameOf(op.Pin.Name, op.Pin.CID))}, CID: op.Pin.CID}
		n++
	}
	for ; n < RecentSlots; n++ {
		out[n].Line = Line{Text: "–", Dead: true}
	}
	return out
}

func short(s string) string {
	s = strings.TrimSpace(services.Clean(s))
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName-1]) + "…"
	}
	return s
}

// Pause says until when the four choices of the pause submenu pause; the zero
// time is until the person resumes.
func Pause(choice int, now time.Time) time.Time {
	switch choice {
	case 0:
		return now.Add(30 * time.Minute)
	case 1:
		return now.Add(2 * time.Hour)
	case 2: // tomorrow at eight, before the day's work
		y, m, d := now.Local().Date()
		return time.Date(y, m, d+1, 8, 0, 0, 0, time.Local)
	default:
		return time.Time{}
	}
}
