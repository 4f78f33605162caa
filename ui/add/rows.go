package add

import (
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// DefaultSetting is where the services for new items are remembered: the IDs of
// the accounts with commas between, "" where nobody chose any.
const DefaultSetting = "add.services"

// ParseDefault reads the setting.
func ParseDefault(setting string) []services.AccountID {
	var ids []services.AccountID
	for part := range strings.SplitSeq(setting, ",") {
		if n, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64); err == nil && n > 0 {
			ids = append(ids, services.AccountID(n))
		}
	}
	return ids
}

// FormatDefault writes the setting.
func FormatDefault(ids []services.AccountID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(parts, ",")
}

// mostTroubles is how many troubles are written out; the rest is a number.
const mostTroubles = 4

// verdict is what stands under the field.
type verdict struct {
	icon  string
	role  kit.Role
	line  string
	lines []string // the troubles, and how many more
	inner *Trouble // the first link into a folder, which one press mends
}

// judge says how a text reads.
func judge(g Given) verdict {
	n := int64(len(g.Pins))
	v := verdict{icon: "info", role: kit.Ink3, line: kit.T("add.idle")}
	var parts []string
	if n > 0 {
		v.icon, v.role = "check", kit.SafeInk
		parts = append(parts, kit.N("add.good", n))
	}
	if g.Merged > 0 {
		parts = append(parts, kit.N("add.merged", int64(g.Merged)))
	}
	if bad := len(g.Problems); bad > 0 {
		v.icon, v.role = "warn", kit.Warn
		parts = append(parts, kit.N("add.bad", int64(bad)))
	}
	if len(parts) > 0 {
		v.line = strings.Join(parts, " · ")
	}
	several := n+int64(len(g.Problems)) > 1
	for i, t := range g.Problems {
		if t.Err.Kind == services.InputInside && v.inner == nil {
			v.inner = &g.Problems[i]
		}
		if i >= mostTroubles {
			continue
		}
		m := kit.Explain(t.Err, "")
		line := m.Title + " " + m.Hint
		if several {
			line = kit.T("add.line", "line", t.Line, "text", line)
		}
		v.lines = append(v.lines, line)
	}
	if more := len(g.Problems) - mostTroubles; more > 0 {
		v.lines = append(v.lines, kit.N("add.more", int64(more)))
	}
	return v
}

// wish is how much is in the sheet.
type wish struct {
	files, badFiles, ids, badIDs int
	looking                      bool
}

// missing says what has to be given first, "" where nothing has.
func (w wish) missing(chosen int) string {
	switch {
	case w.looking:
		return kit.T("add.need.looked")
	case w.files+w.ids == 0 && w.badFiles > 0:
		return kit.T("add.need.good")
	case w.files+w.ids == 0:
		return kit.T("add.need.something")
	case chosen == 0:
		return kit.T("add.need.place")
	}
	return ""
}

// leftOut says what stays behind, "" where nothing does.
func (w wish) leftOut() string {
	var parts []string
	if w.badFiles > 0 {
		parts = append(parts, kit.N("add.skip.files", int64(w.badFiles)))
	}
	if w.badIDs > 0 {
		parts = append(parts, kit.N("add.skip", int64(w.badIDs)))
	}
	return strings.Join(parts, " · ")
}

// counted is the word of a tab and how much is behind it.
func counted(word string, n int) string {
	if n == 0 {
		return word
	}
	return word + "  " + kit.Count(int64(n))
}

// outcome is what the toast says after the engine took a request, and what can
// be taken back.
func outcome(a pinsync.Accepted) (words string, undo []store.OperationID) {
	pins, sources, accounts := map[string]bool{}, map[store.SourceID]bool{}, map[services.AccountID]bool{}
	for _, o := range a.Operations {
		undo = append(undo, o.ID)
		if o.Source != 0 {
			sources[o.Source] = true
			continue
		}
		pins[o.Pin.CID.Key] = true
		accounts[o.Account] = true
	}
	var parts []string
	if len(sources) > 0 {
		parts = append(parts, kit.N("add.preparing", int64(len(sources))))
	}
	if len(pins) > 0 {
		parts = append(parts, kit.T("add.sent", "pins", kit.N("add.pins", int64(len(pins))), "places", kit.N("add.places", int64(len(accounts)))))
	}
	already, refused, why := 0, 0, ""
	for _, r := range a.Refused {
		if r.Err != nil && r.Err.Reason == "already-kept" {
			already++
			continue
		}
		if refused++; why == "" && r.Err != nil {
			why = kit.Explain(r.Err, "").Title
		}
	}
	if already > 0 {
		parts = append(parts, kit.N("add.already", int64(already)))
	}
	if refused > 0 {
		parts = append(parts, kit.N("add.refused", int64(refused), "why", why))
	}
	return strings.Join(parts, " · "), undo
}

// copies is how many copies the choice makes; this computer is none.
func copies(n int) string {
	if n == 0 {
		return kit.T("add.copies.none")
	}
	return kit.N("add.copies", int64(n))
}

// held is how long nothing is sent, so that Undo takes it back whole.
const held = 6 * time.Second

// mostInField is how many words the field takes; more go into a list.
const mostInField = 20

// Heights of the field: alone, and below the list of the many.
const (
	fieldHigh = 196
	fieldLow  = 64
)

// cellsOf is one of the many as a line.
func cellsOf(word string) kit.Cells {
	c := kit.Cells{NoLead: true, Tight: true, Close: true, Icon: "check", Role: kit.SafeInk, Menu: kit.T("add.leave")}
	link, err := services.ParseLink(strings.Trim(word, ",;"))
	if err != nil {
		c.Icon, c.Role, c.First, c.Second = "warn", kit.Warn, services.Clean(word), kit.Explain(err, "").Title
		return c
	}
	c.First, c.Second = link.CID.Short(), services.Clean(link.Name)
	return c
}
