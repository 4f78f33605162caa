package items

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// stopKeeping asks where to let items go.
func (v *View) stopKeeping(ids []store.ItemID) {
	v.load(ids, true, func(list []target) { v.stopSheet(list, 0) })
}

// stopping is an open sheet that asks what to let go of.
type stopping struct {
	v     *View
	list  []target
	stays map[services.AccountID]bool // accounts that are unticked
	kept  map[pinAt]bool              // pins that are unticked
	lines *fyne.Container
	warn  *kit.Para
	box   *fyne.Container // around warn
	say   *kit.Para
	sheet *kit.SheetHandle
}

// pinAt is one pin of an account.
type pinAt struct {
	account services.AccountID
	request string
}

// stopSheet asks; only is the one service it is about, 0 for all that have it.
// What one service keeps several times is ticked one by one.
func (v *View) stopSheet(list []target, only services.AccountID) {
	s := &stopping{
		v: v, list: list, stays: map[services.AccountID]bool{}, kept: map[pinAt]bool{}, lines: kit.VBox(4),
		warn: kit.NewPara("", kit.Small, kit.Ink, 380), say: kit.NewPara("", kit.Small, kit.Ink2, 432),
	}
	for _, c := range choices(list, v.columns) {
		s.stays[c.account] = c.pins == 0 || (only != 0 && only != c.account)
		if !s.stays[c.account] {
			s.line(c)
		}
	}
	if len(s.lines.Objects) == 0 {
		v.say(kit.T("items.stop.nothing"))
		return
	}
	s.box = kit.VBox(0, kit.Inset(8, 0, 0, 0, kit.NewSurface(kit.WarnSoft, kit.Clear, 8, kit.Inset(10, 12, 10, 14,
		kit.HBox(10, kit.NewIcon("warn", 16, kit.Warn), kit.Fill(kit.Middle(s.warn)))))))
	s.update()
	kind := kit.Primary
	if !s.box.Hidden { // a hasty Enter must not cost a last copy
		kind = kit.Danger
	}
	s.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("items.stop.title"), Sub: about(list), Width: 480, Body: kit.VBox(0, s.lines, s.box, kit.Inset(12, 0, 0, 0, s.say)),
		PrimaryLabel: kit.T("items.stop.do"), PrimaryKind: kind,
		Primary: func(h *kit.SheetHandle) {
			r := releaseOf(s.list, s.takes)
			h.Close()
			v.release(r.refs, r.items)
		},
	})
}

// line is a service to tick, and below it each of its pins where one item has
// several there.
func (s *stopping) line(c choice) {
	tick := kit.NewNamedCheck(c.name, true, func(on bool) { s.stays[c.account] = !on; s.update() })
	several := len(s.list) == 1 && c.pins > 1
	if !several {
		s.lines.Add(serviceLine(c, kit.N("items.stop.pins", int64(c.pins)), tick))
		return
	}
	words := kit.VBox(0, kit.NewText(c.name, kit.BodyM, kit.Ink).Shrink(40), kit.NewText(kit.N("items.stop.several", int64(c.pins)), kit.Cap, kit.Ink3).Shrink(40))
	s.lines.Add(kit.Sized(0, 48, kit.HBox(12, kit.NewTile(c.letter, 28), kit.Fill(kit.Inset(5, 0, 5, 0, words)))))
	now := s.v.d.State().At
	for _, p := range s.list[0].pins {
		if p.Account != c.account {
			continue
		}
		at := pinAt{p.Account, p.RequestID}
		name := kit.Fit(kit.NameOf(p.Pin.Name, p.Pin.CID), kit.Body, 260)
		tick := kit.NewCheck(name, true, func(on bool) { s.kept[at] = !on; s.update() })
		s.lines.Add(kit.Inset(0, 0, 0, 40, kit.Sized(0, 32, kit.HBox(12, tick, kit.Fill(), kit.NewText(kit.When(p.Created, now), kit.Small, kit.Ink3)))))
	}
}

// takes reports whether a pin is let go of.
func (s *stopping) takes(p store.Pin) bool {
	return !s.stays[p.Account] && !s.kept[pinAt{p.Account, p.RequestID}]
}

// update says what the ticks would do.
func (s *stopping) update() {
	r := releaseOf(s.list, s.takes)
	warnings := s.warnings(r)
	s.warn.SetText(strings.Join(warnings, "\n"))
	s.box.Hidden = len(warnings) == 0
	s.say.SetText(stopSentence(r, s.v.columns))
	if s.sheet != nil {
		s.sheet.SetPrimary(len(r.refs) > 0)
		s.sheet.Layout()
	}
}

// warnings is what may be lost: last copies, and what a service lets go of along
// with another of the same content (quirk 42).
func (s *stopping) warnings(r letting) (out []string) {
	switch {
	case r.last > 0 && len(s.list) == 1:
		out = append(out, kit.T("items.stop.last-one"))
	case r.last > 0:
		out = append(out, kit.N("items.stop.last", int64(r.last)))
	}
	if len(r.shared) > 0 {
		out = append(out, kit.T("items.stop.shared", "services", namesOf(r.shared, s.v.columns)))
	}
	return out
}

// stopSentence says what will happen, and what it does not do.
func stopSentence(r letting, columns []column) string {
	var from []services.AccountID
	for _, ref := range r.refs {
		from = append(from, ref.Account)
	}
	if len(from) == 0 {
		return kit.T("items.stop.none")
	}
	return kit.N("items.stop.will", int64(len(r.refs)), "services", namesOf(from, columns)) + " " + kit.T("items.stop.public")
}

// namesOf are the names of accounts, in the order of the columns.
func namesOf(ids []services.AccountID, columns []column) string {
	var names []string
	for _, c := range columns {
		if slices.Contains(ids, c.account) {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}
