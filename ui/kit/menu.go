package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// MenuItem is one line of a menu. An empty Label is a separator.
type MenuItem struct {
	Label    string
	Icon     string // "" is none
	Shortcut string // shown only; the screen acts on it
	Danger   bool
	Disabled bool
	Act      func()
	Items    []MenuItem // a menu below it
}

// ShowMenu opens a menu with its corner at pos, a place on the canvas. Arrows
// move, Enter acts, Escape closes.
func ShowMenu(c fyne.Canvas, pos fyne.Position, items []MenuItem) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", menuItems(items)...), c, pos)
}

// ShowMenuBelow opens a menu under a widget, right edges level.
func ShowMenuBelow(o fyne.CanvasObject, items []MenuItem) {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(o)
	if c == nil {
		return
	}
	m := widget.NewPopUpMenu(fyne.NewMenu("", menuItems(items)...), c)
	pos := d.AbsolutePositionForObject(o)
	m.ShowAtPosition(pos.AddXY(o.Size().Width-m.MinSize().Width, o.Size().Height+4))
}

func menuItems(items []MenuItem) []*fyne.MenuItem {
	out := make([]*fyne.MenuItem, 0, len(items))
	for _, i := range items {
		if i.Label == "" {
			out = append(out, fyne.NewMenuItemSeparator())
			continue
		}
		m := fyne.NewMenuItem(i.Label, i.Act)
		m.Disabled = i.Disabled
		if i.Icon != "" {
			r := Ink2
			if i.Danger {
				r = Bad
			}
			m.Icon = Resource(i.Icon, r)
		}
		if i.Items != nil {
			m.ChildMenu = fyne.NewMenu("", menuItems(i.Items)...)
		}
		out = append(out, m)
	}
	return out
}

// Select is a choice out of a menu, 32 high.
type Select struct {
	press
	name  string
	words []string
	at    int
	box   *canvas.Rectangle
	text  *canvas.Text
	img   *canvas.Image
	ring  ring
	// OnChanged is told what the person chose.
	OnChanged func(at int)
}

// NewSelect makes a choice; name is for those who cannot see it. at -1 is
// nothing yet.
func NewSelect(name string, words []string, at int, changed func(at int)) *Select {
	s := &Select{name: name, words: words, at: at, box: rect(8), text: newText(Body), img: newImage(), ring: newRing(8, 2), OnChanged: changed}
	s.act = s.open
	s.extend(s)
	return s
}

func (s *Select) open() {
	items := make([]MenuItem, len(s.words))
	for i, w := range s.words {
		items[i] = MenuItem{Label: w, Act: func() {
			s.SetAt(i)
			if s.OnChanged != nil {
				s.OnChanged(i)
			}
		}}
		if i == s.at {
			items[i].Icon = "check"
		}
	}
	ShowMenuBelow(s, items)
}

// Label is its name.
func (s *Select) Label() string { return s.name }

// At is the place of the chosen word, -1 for none.
func (s *Select) At() int { return s.at }

// SetAt chooses; OnChanged is not told.
func (s *Select) SetAt(at int) {
	if s.at != at {
		s.at = at
		s.Refresh()
	}
}

// SetWords changes what there is to choose.
func (s *Select) SetWords(words []string, at int) {
	s.words, s.at = words, at
	s.Refresh()
}

// CreateRenderer is for Fyne.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	return render(s, s.ring.Rectangle, s.box, s.text, s.img)
}

func (s *Select) word() string {
	if s.at < 0 || s.at >= len(s.words) {
		return ""
	}
	return s.words[s.at]
}

func (s *Select) paint() {
	s.box.FillColor, s.box.StrokeColor, s.box.StrokeWidth = Color(Raised), Color(Edge), 1
	if s.hovered {
		s.box.FillColor = Color(Hover)
	}
	s.text.Color = Color(Ink)
	if s.Disabled() {
		s.text.Color = Color(Ink3)
	}
	setPicture(s.img, "down", Ink3)
	s.ring.paint(s.focused)
}

func (s *Select) least() fyne.Size {
	w := float32(0)
	for _, word := range s.words {
		w = max(w, Width(word, Body))
	}
	return fyne.NewSize(min(w, 280)+44, 32)
}

func (s *Select) place(size fyne.Size) {
	y := (size.Height - 32) / 2
	put(s.box, 0, y, size.Width, 32)
	s.ring.around(0, y, size.Width, 32)
	s.text.Text = Fit(s.word(), Body, size.Width-44)
	put(s.text, 12, y, size.Width-44, 32)
	put(s.img, size.Width-28, size.Height/2-8, 16, 16)
}
