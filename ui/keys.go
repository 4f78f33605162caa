package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/pintray/pintray/ui/kit"
)

// shortcuts binds the keys that work everywhere. A sheet in front keeps them
// from what lies below it, but for quitting.
func (u *UI) shortcuts() {
	c := u.window.Canvas()
	on := func(key fyne.KeyName, m fyne.KeyModifier, act func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: m}, func(fyne.Shortcut) {
			if key == fyne.KeyQ || c.Overlays().Top() == nil {
				act()
			}
		})
	}
	ctrl := fyne.KeyModifierShortcutDefault
	for i, p := range pages() {
		on([]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4}[i], ctrl, func() { u.show(p) })
	}
	on(fyne.KeyF, ctrl, u.find)
	on(fyne.KeyN, ctrl, func() { u.Add("") })
	on(fyne.KeyN, ctrl|fyne.KeyModifierShift, func() { u.Add("") })
	on(fyne.KeyR, ctrl, u.CheckAll)
	on(fyne.KeyComma, ctrl, func() { u.show(Settings) })
	on(fyne.KeyW, ctrl, u.closed)
	on(fyne.KeyQ, ctrl, u.Quit)
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
		kit.Escape(c)
		return
	}
	if c.Overlays().Top() != nil {
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
			{"Ctrl 1 – 4", kit.T("shell.keys.pages")}, {"Ctrl N", kit.T("shell.keys.add")}, {"Ctrl F", kit.T("shell.keys.find")},
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
