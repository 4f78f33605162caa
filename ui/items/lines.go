package items

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// line is what stands under a name: the ID, or what is going on, and how far.
type line struct {
	text string
	role kit.Role
	mono bool
	part float64 // 0 to 1, negative for no progress line
	note string  // behind the progress line
	hint string  // what would help, for the details
}

func said(text string, role kit.Role) line { return line{text: text, role: role, part: -1} }

// lineOf is what failed, else what is going on, else where a nameless one was
// found, else the ID.
func lineOf(i store.Item, columns []column, b kit.Bringing, now time.Time) line {
	if reason := b.Reason(i.Source, i.CID); reason != "" {
		return unreadLine(reason, b.Why(i.Source, i.CID))
	}
	var going, away string
	begun := false
	for _, c := range columns {
		m, ok := markOf(i, c.account)
		if !ok {
			continue
		}
		if kit.StateOf(m) == kit.Failed || m.Stuck {
			if i.Source != 0 {
				return unreadLine("", kit.SourceWord(""))
			}
			role := kit.Bad
			if kit.Undecided(m) {
				role = kit.Warn
			}
			return said(failedLine(m, c.name), role)
		}
		if unanswered(m, c) {
			away = awayLine(c)
			continue
		}
		if going == "" {
			going, begun = goingLine(m, c), m.Status == services.Pinning
		}
	}
	if h, ok := headway(i, columns, b); ok {
		return line{text: h.Line, role: h.Role, part: h.Part, note: h.Note, hint: h.Hint}
	}
	switch {
	case i.Source != 0:
		return said(kit.T("items.line.to-prepare"), kit.Work)
	case going != "":
		return waitLine(going, begun, i, now)
	case away != "":
		return said(away, kit.Ink3)
	}
	if unnamed(i) && len(i.Marks) > 0 {
		for _, c := range columns {
			if c.account == i.Marks[0].Account {
				return said(kit.T("items.line.found", "service", c.name), kit.Ink3)
			}
		}
	}
	l := said(services.Clean(i.CID.Short()), kit.Ink3)
	l.mono = true
	return l
}

// unreadLine is a thing of this computer that cannot be read, and why in words.
func unreadLine(reason, why string) line {
	l := said(why, kit.Bad)
	if reason == services.ReasonChanged {
		l = said(kit.T("items.line.settling"), kit.Ink3)
	}
	l.hint = kit.SourceHint(reason)
	return l
}

// headway is how far an item of this computer is, where it is furthest; where
// it gets on nowhere, what is in its way.
func headway(i store.Item, columns []column, b kit.Bringing) (best kit.Headway, ok bool) {
	for _, p := range b.Of(i.Source, i.CID) {
		name, local := "", false
		for _, c := range columns {
			if c.account == p.Account {
				name, local = c.name, c.local
			}
		}
		h := kit.HeadwayOf(p, name, local)
		if !ok || better(h, best) {
			best, ok = h, true
		}
	}
	return best, ok
}

func better(a, b kit.Headway) bool {
	if (a.Role == kit.Warn) != (b.Role == kit.Warn) {
		return b.Role == kit.Warn
	}
	return a.Part > b.Part
}

// waitLine adds to what a service is doing how long it takes, once that is
// longer than it should be. Only for what is kept nowhere else: of the others
// nobody knows since when this one is at it.
func waitLine(going string, begun bool, i store.Item, now time.Time) line {
	waited := now.Sub(i.Added)
	if i.Copies > 0 || i.Added.IsZero() || waited < slowAfter {
		return said(going, kit.Work)
	}
	l := said("", kit.Warn)
	switch {
	case waited < stuckAfter && begun:
		l.text = kit.T("items.line.slow", "what", going, "time", span(waited))
	case waited < stuckAfter:
		l.text = kit.T("items.line.slow-unbegun", "what", going, "time", span(waited))
	case begun:
		l.text, l.hint = kit.T("items.line.waits", "what", going, "time", span(waited)), kit.T("items.hint.stuck")
	default: // some never begin (quirk 39)
		l.text, l.hint = kit.T("items.line.unbegun", "what", going, "time", span(waited)), kit.T("items.hint.unbegun")
	}
	return l
}

func failedLine(m store.Mark, service string) string {
	details := why(m)
	switch {
	case m.Stuck && m.Status != services.Failed:
		return kit.T("items.line.stuck", "service", service)
	case details != "":
		return kit.T("items.line.failed-said", "service", service, "said", details)
	default:
		return kit.T("items.line.failed", "service", service)
	}
}

// unanswered reports whether an account is to be asked for it, and cannot be
// reached.
func unanswered(m store.Mark, c column) bool {
	return c.away && m.Pending == store.OpAdd && m.Status == services.Unknown
}

func awayLine(c column) string { return kit.T("items.line.away", "service", c.name) }

func goingLine(m store.Mark, c column) string {
	service := c.name
	if c.local && m.Pending == store.OpAdd {
		return kit.T("items.line.here") // nothing is sent
	}
	switch m.Pending {
	case store.OpDelete:
		return kit.T("items.line.stopping", "service", service)
	case store.OpRename, store.OpReplace:
		return kit.T("items.line.changing", "service", service)
	case store.OpAdd:
		if m.Status == services.Unknown {
			return kit.T("items.line.sending", "service", service)
		}
	}
	switch kit.StateOf(m) {
	case kit.Fetching:
		return kit.T("items.line.fetching", "service", service)
	case kit.Waiting:
		return kit.T("items.line.waiting", "service", service)
	}
	return ""
}
