package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// press is what everything that can be pressed shares: pointer, keyboard,
// disabled. The widget that embeds it sets act and calls
// extend.
type press struct {
	widget.DisableableWidget
	me               fyne.Widget // the widget that embeds it
	hovered, focused bool
	act              func()
}

func (p *press) extend(w fyne.Widget) {
	p.me = w
	p.ExtendBaseWidget(w)
}

// Tapped acts.
func (p *press) Tapped(*fyne.PointEvent) { p.do() }

func (p *press) do() {
	if !p.Disabled() && p.act != nil {
		p.act()
	}
}

// MouseIn is the pointer coming.
func (p *press) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved is the pointer moving.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is the pointer leaving.
func (p *press) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor is a hand where something happens.
func (p *press) Cursor() desktop.Cursor {
	if p.Disabled() {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// FocusGained shows the ring.
func (p *press) FocusGained() {
	p.focused = true
	p.Refresh()
	reveal(p.me, p.hovered)
}

// FocusLost hides the ring.
func (p *press) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune is the window's.
func (p *press) TypedRune(r rune) { passRune(p.me, r) }

// TypedKey acts on Space and Enter; the rest is the window's.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.do()
	default:
		passKey(p.me, e)
	}
}

// passOn gives a shortcut to the window, which gets none while something that
// takes shortcuts has the keyboard.
func passOn(o fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(o).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// passKey gives a key to the sheet in front, else to the window, which gets
// none while something has the keyboard.
func passKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil || (e.Name == fyne.KeyEscape && Escape(c)) {
		return
	}
	if act := c.OnTypedKey(); act != nil {
		act(e)
	}
}

// passRune gives a letter to the window.
func passRune(o fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		if act := c.OnTypedRune(); act != nil {
			act(r)
		}
	}
}
