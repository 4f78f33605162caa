package items

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// about names what a sheet is about: the item, or how many.
func about(list []target) string {
	if len(list) == 1 {
		return kit.Name(list[0].item)
	}
	return kit.N("items.count", int64(len(list)))
}

// serviceLine is a service to tick in a sheet.
func serviceLine(c choice, sub string, tick *kit.Check) fyne.CanvasObject {
	words := kit.VBox(0, kit.NewText(c.name, kit.BodyM, kit.Ink).Shrink(40), kit.NewText(sub, kit.Cap, kit.Ink3).Shrink(40))
	return kit.Sized(0, 48, kit.HBox(12, tick, kit.NewTile(c.letter, 28), kit.Fill(kit.Inset(5, 0, 5, 0, words))))
}

// keepOn asks where else to keep items.
func (v *View) keepOn(ids []store.ItemID) {
	v.load(ids, false, func(list []target) {
		if len(v.columns) == 0 {
			v.showService(0)
			return
		}
		v.keepSheet(list)
	})
}

func (v *View) keepSheet(list []target) {
	body := kit.VBox(4)
	ticks := map[services.AccountID]*kit.Check{}
	var h *kit.SheetHandle
	chosen := func() (out []services.AccountID) {
		for _, c := range v.columns {
			if t := ticks[c.account]; t != nil && t.On() {
				out = append(out, c.account)
			}
		}
		return out
	}
	for _, c := range choices(list, v.columns) {
		tick := kit.NewNamedCheck(c.name, false, func(bool) { h.SetPrimary(len(chosen()) > 0) })
		sub := kit.T("items.keep.none")
		switch {
		case c.has == len(list):
			sub = kit.T("items.keep.already")
			tick.Disable()
		case c.has > 0:
			sub = kit.N("items.keep.some", int64(c.has))
		}
		ticks[c.account] = tick
		body.Add(serviceLine(c, sub, tick))
	}
	h = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("items.keep.title"), Sub: about(list), Width: 480, Body: body,
		Notice:       kit.HBox(8, kit.NewIcon("eye", 16, kit.Ink2), kit.Fill(kit.NewText(kit.T("items.keep.public"), kit.SmallM, kit.Ink2).Shrink(80))),
		PrimaryLabel: kit.T("items.keep.do"),
		Primary: func(h *kit.SheetHandle) {
			accounts := chosen()
			h.Close()
			v.keep(list, accounts)
		},
	})
	h.SetPrimary(false)
}

// renameItem asks for another name.
func (v *View) renameItem(id store.ItemID) {
	v.load([]store.ItemID{id}, true, func(list []target) {
		t := list[0]
		field := kit.NewField(kit.T("items.rename.hint"), "")
		field.SetText(t.item.Name)
		var h *kit.SheetHandle
		ok := func() bool {
			name := strings.TrimSpace(field.Text())
			return name != "" && name != t.item.Name && len([]rune(name)) <= services.MaxName && len(t.pins) > 0
		}
		do := func() {
			if ok() {
				h.Close()
				v.rename(t, strings.TrimSpace(field.Text()))
			}
		}
		field.OnChanged = func(string) { h.SetPrimary(ok()) }
		field.OnSubmitted = func(string) { do() }
		h = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
			Title: kit.T("items.rename.title"), Width: 480,
			Body:         kit.VBox(8, field, kit.NewPara(kit.N("items.rename.say", int64(len(t.pins))), kit.Small, kit.Ink2, 432)),
			PrimaryLabel: kit.T("items.rename.do"), Primary: func(*kit.SheetHandle) { do() },
		})
		h.SetPrimary(false)
	})
}

// openMenu opens the menu of a row, or of all that are ticked if it is one.
func (v *View) openMenu(at int, item store.Item, pos fyne.Position) {
	if !v.sel.has(item.ID) {
		v.sel.clear()
		v.sel.anchor = at
		v.list.SetCursor(at)
		v.selectionChanged()
	}
	ids := v.targets()
	one := len(ids) == 1
	if one && item.CID.IsZero() {
		kit.ShowMenu(v.d.Window.Canvas(), pos, v.unreadMenu(item))
		return
	}
	items := []kit.MenuItem{
		{Label: kit.T("items.menu.details"), Icon: "panel", Disabled: !one, Act: func() { v.panel.open(item.ID) }},
		{},
		{Label: kit.T("items.keep-on"), Icon: "plus", Act: func() { v.keepOn(ids) }},
		{Label: kit.T("items.menu.copy-to"), Icon: "cloud", Disabled: v.d.OnCopy == nil || remote(v.columns) < 2, Act: func() { v.copyTo(ids) }},
		{Label: kit.T("items.menu.link"), Icon: "link", Disabled: one && !online(item, v.columns), Act: func() { v.copyLinks(ids) }},
		{Label: kit.T("items.menu.ipfs"), Icon: "globe", Act: func() { v.copyIPFS(ids) }},
		{Label: kit.T("items.menu.id"), Icon: "copy", Act: func() { v.copyIDs(ids) }},
		{Label: kit.T("items.menu.rename"), Icon: "pencil", Disabled: !one, Act: func() { v.renameItem(ids[0]) }},
		{Label: kit.T("items.menu.replace"), Icon: "arrow", Disabled: !one, Act: func() { v.replaceItem(ids[0]) }},
		{Label: kit.T("items.menu.check"), Icon: "refresh", Act: func() { v.checkItems(ids) }},
		{},
		{Label: kit.T("items.stop"), Icon: "minus", Danger: true, Act: func() { v.stopKeeping(ids) }},
	}
	kit.ShowMenu(v.d.Window.Canvas(), pos, items)
}

// unreadMenu is what can be done with what has no CID yet.
func (v *View) unreadMenu(item store.Item) []kit.MenuItem {
	t := target{item: item}
	return []kit.MenuItem{
		{Label: kit.T("items.menu.details"), Icon: "panel", Act: func() { v.panel.open(item.ID) }},
		{Label: kit.T("items.menu.read-again"), Icon: "refresh", Disabled: item.State != store.NeedsYou, Act: func() { v.retry(t, 0) }},
		{},
		{Label: kit.T("items.menu.remove"), Icon: "minus", Danger: true, Act: func() { v.cancelOpen(t, 0) }},
	}
}
