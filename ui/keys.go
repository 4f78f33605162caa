package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/pintray/pintray/ui/kit"
)

// shortcut is a key that works everywhere.
type shortcut struct {
	key fyne.KeyName
	mod fyne.KeyModifier
	act func()
}

func (u *UI) bindings() []shortcut {
	ctrl := fyne.KeyModifierShortcutDefault
	list := []shortcut{
		{fyne.KeyF, ctrl, u.find},
		{fyne.KeyN, ctrl, func() { u.Add("") }},
		{fyne.KeyN, ctrl | fyne.KeyModifierShift, u.AddID},
		{fyne.KeyR, ctrl, u.CheckAll},
		{fyne.KeyComma, ctrl, func() { u.show(Settings) }},
		{fyne.KeyW, ctrl, u.closed},
	}
	for i, p := range pages() {
		list = append(list, shortcut{[]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5}[i], ctrl, func() { u.show(p) }})
	}
	for i, s := range list {
		list[i].act = func() {
			if u.window.Canvas().Overlays().Top() == nil { // a sheet keeps keys from what lies below it
				s.act()
			}
		}
	}
	return append(list, shortcut{fyne.KeyQ, ctrl, u.Quit})
}

func (u *UI) shortcuts() {
	c := u.window.Canvas()
	for _, s := range u.bindings() {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: s.key, Modifier: s.mod}, func(fyne.Shortcut) { s.act() })
	}
	c.SetOnTypedKey(u.key)
	c.SetOnTypedRune(func(r rune) {
		if r == '?' && c.Overlays().Top() == nil {
			u.showKeys()
		}
	})
}

// key is a key nothing on the screen had a use for.
func (u *UI) key(e *fyne.KeyEvent) {
	c := u.window.Canvas()
	if e.Name == fyne.KeyEscape {
		if !kit.Escape(c) && u.page == Items {
			u.items.Escape()
		}
		return
	}
	if kit.MoveByKey(c, e.Name) || c.Overlays().Top() != nil {
		return
	}
	switch e.Name {
	case fyne.KeyR, fyne.KeyF5:
		u.CheckAll()
	case fyne.KeyF1:
		u.showKeys()
	}
}

// find leads to the search of the page, or to that of Items where it has none.
func (u *UI) find() {
	if u.page == Activity {
		u.activity.Find()
		return
	}
	u.show(Items)
	u.items.FocusSearch()
}

// showKeys opens the list of shortcuts.
func (u *UI) showKeys() {
	if u.help != nil && !u.help.Closed() {
		return
	}
	column := func(title string, lines [][2]string) fyne.CanvasObject {
		box := kit.VBox(6, kit.NewText(title, kit.BodyS, kit.Ink))
		for _, l := range lines {
			box.Add(kit.HBox(12, kit.Sized(96, 0, kit.NewText(l[0], kit.SmallM, kit.Ink2)), kit.Fill(kit.NewText(l[1], kit.Body, kit.Ink).Shrink(40))))
		}
		return box
	}
	body := kit.Grid(24, 300,
		column(kit.T("shell.keys.everywhere"), [][2]string{
			{"Ctrl 1 – 5", kit.T("shell.keys.pages")}, {"Ctrl N", kit.T("shell.keys.add")}, {"Ctrl Shift N", kit.T("shell.keys.add-id")}, {"Ctrl F", kit.T("shell.keys.find")},
			{"R, F5", kit.T("shell.keys.check")}, {"Ctrl ,", kit.T("shell.keys.settings")}, {"Ctrl W", kit.T("shell.keys.hide")},
			{"Ctrl Q", kit.T("shell.keys.quit")}, {"F1, ?", kit.T("shell.keys.help")}, {"Esc", kit.T("shell.keys.escape")},
		}),
		column(kit.T("shell.keys.list"), [][2]string{
			{"↑ ↓ Home End", kit.T("shell.keys.move")}, {"Shift ↑ ↓", kit.T("shell.keys.extend")}, {"Space", kit.T("shell.keys.tick")},
			{"Ctrl A", kit.T("shell.keys.all")}, {"Enter", kit.T("shell.keys.details")}, {"Ctrl C", kit.T("shell.keys.link")},
			{"Del", kit.T("shell.keys.stop")}, {"Menu", kit.T("shell.keys.menu")},
		}))
	u.help = kit.ShowSheet(u.window.Canvas(), kit.Sheet{Title: kit.T("shell.keys.title"), Width: 720, Body: body, CancelLabel: kit.T("shell.close")})
}
