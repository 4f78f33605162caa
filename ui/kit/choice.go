package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Check is a tick box with its word.
type Check struct {
	press
	label string
	name  string
	on    bool
	box   *canvas.Rectangle
	tick  *canvas.Image
	text  *canvas.Text
	ring  ring
	faint bool // its edge shows only under the pointer
	// OnChanged is told what the person chose.
	OnChanged func(on bool)
}

// Faint makes the edge as quiet as those in a list's rows, and returns the box.
func (c *Check) Faint() *Check { c.faint = true; return c }

// NewCheck makes a tick box; changed may be nil.
func NewCheck(label string, on bool, changed func(bool)) *Check {
	c := &Check{label: label, on: on, box: rect(4), tick: newImage(), text: newText(Body), ring: newRing(4, 2), OnChanged: changed}
	c.act = func() {
		c.SetOn(!c.on)
		if c.OnChanged != nil {
			c.OnChanged(c.on)
		}
	}
	c.extend(c)
	return c
}

// NewNamedCheck makes a tick box without a word beside it; name is for those
// who cannot see what it stands next to.
func NewNamedCheck(name string, on bool, changed func(bool)) *Check {
	c := NewCheck("", on, changed)
	c.name = name
	return c
}

// Label is what it says, or its name.
func (c *Check) Label() string {
	if c.label == "" {
		return c.name
	}
	return c.label
}

// On reports whether it is ticked.
func (c *Check) On() bool { return c.on }

// SetOn ticks it or not; OnChanged is not told.
func (c *Check) SetOn(on bool) {
	if c.on != on {
		c.on = on
		c.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	return render(c, c.ring.Rectangle, c.box, c.tick, c.text)
}

func (c *Check) paint() {
	c.box.FillColor, c.box.StrokeColor, c.box.StrokeWidth = Color(Clear), Color(Ctl), 1.25
	if c.faint && !c.hovered {
		c.box.StrokeColor = Color(Edge)
	}
	if c.on {
		c.box.FillColor, c.box.StrokeWidth = Color(Accent), 0
	}
	setPicture(c.tick, "check", OnAccent)
	c.tick.Hidden = !c.on
	c.text.Text, c.text.Color = c.label, Color(Ink)
	if c.Disabled() {
		c.text.Color, c.box.StrokeColor = Color(Ink3), Color(Edge)
	}
	c.ring.paint(c.focused)
}

func (c *Check) least() fyne.Size {
	if c.label == "" {
		return fyne.NewSquareSize(16)
	}
	return fyne.NewSize(24+Width(c.label, Body), 24)
}

func (c *Check) place(s fyne.Size) {
	y := s.Height/2 - 8
	put(c.box, 0, y, 16, 16)
	put(c.tick, 1.5, y+1.5, 13, 13)
	put(c.text, 24, 0, s.Width-24, s.Height)
	c.ring.around(0, y, 16, 16)
}

// Switch turns something on at once, without a further button.
type Switch struct {
	press
	name      string
	on        bool
	box, knob *canvas.Rectangle
	ring      ring
	// OnChanged is told what the person chose.
	OnChanged func(on bool)
}

// NewSwitch makes a switch, 36 x 20; name is for those who cannot see it.
func NewSwitch(name string, on bool, changed func(bool)) *Switch {
	w := &Switch{name: name, on: on, box: rect(10), knob: rect(8), ring: newRing(10, 2), OnChanged: changed}
	w.act = func() {
		w.SetOn(!w.on)
		if w.OnChanged != nil {
			w.OnChanged(w.on)
		}
	}
	w.extend(w)
	return w
}

// Label is its name.
func (w *Switch) Label() string { return w.name }

// On reports whether it is on.
func (w *Switch) On() bool { return w.on }

// SetOn turns it; OnChanged is not told.
func (w *Switch) SetOn(on bool) {
	if w.on != on {
		w.on = on
		w.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (w *Switch) CreateRenderer() fyne.WidgetRenderer {
	return render(w, w.ring.Rectangle, w.box, w.knob)
}

func (w *Switch) paint() {
	w.box.FillColor = Color(Ctl)
	if w.on {
		w.box.FillColor = Color(Accent)
	}
	w.knob.FillColor = Color(OnAccent)
	w.ring.paint(w.focused)
}

func (w *Switch) least() fyne.Size { return fyne.NewSize(36, 20) }
func (w *Switch) place(s fyne.Size) {
	y := (s.Height - 20) / 2
	put(w.box, 0, y, 36, 20)
	x := float32(2)
	if w.on {
		x = 18
	}
	put(w.knob, x, y+2, 16, 16)
	w.ring.around(0, y, 36, 20)
}

// Segmented is a choice of a few that exclude each other.
type Segmented struct {
	press
	words     []string
	at        int
	box, knob *canvas.Rectangle
	texts     []*canvas.Text
	ring      ring
	// OnChanged is told what the person chose.
	OnChanged func(at int)
}

// NewSegmented makes a choice, 32 high.
func NewSegmented(words []string, at int, changed func(at int)) *Segmented {
	g := &Segmented{words: words, at: at, box: rect(8), knob: rect(6), ring: newRing(8, 2), OnChanged: changed}
	for range words {
		t := newText(SmallM)
		t.Alignment = fyne.TextAlignCenter
		g.texts = append(g.texts, t)
	}
	g.extend(g)
	return g
}

// Label is the chosen word.
func (g *Segmented) Label() string { return g.words[g.at] }

// At is the place of the chosen word.
func (g *Segmented) At() int { return g.at }

// SetAt chooses; OnChanged is not told.
func (g *Segmented) SetAt(at int) {
	if g.at != at {
		g.at = at
		g.Refresh()
	}
}

func (g *Segmented) choose(at int) {
	if at < 0 || at >= len(g.words) || at == g.at || g.Disabled() {
		return
	}
	g.SetAt(at)
	if g.OnChanged != nil {
		g.OnChanged(at)
	}
}

// Tapped chooses what was tapped.
func (g *Segmented) Tapped(e *fyne.PointEvent) {
	x := float32(2)
	for i, w := range g.words {
		x += Width(w, SmallM) + 24
		if e.Position.X < x || i == len(g.words)-1 {
			g.choose(i)
			return
		}
	}
}

// TypedKey chooses with the arrows.
func (g *Segmented) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		g.choose(g.at - 1)
	case fyne.KeyRight:
		g.choose(g.at + 1)
	default:
		g.press.TypedKey(e)
	}
}

// CreateRenderer is for Fyne.
func (g *Segmented) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{g.ring.Rectangle, g.box, g.knob}
	for _, t := range g.texts {
		objects = append(objects, t)
	}
	return render(g, objects...)
}

func (g *Segmented) paint() {
	g.box.FillColor = Color(Sunken)
	if !Dark() {
		g.box.FillColor = Color(Line)
	}
	g.knob.FillColor, g.knob.StrokeColor, g.knob.StrokeWidth = Color(Raised), Color(Edge), 1
	for i, t := range g.texts {
		t.Text, t.Color = g.words[i], Color(Ink2)
		if i == g.at {
			t.Color = Color(Ink)
		}
	}
	g.ring.paint(g.focused)
}

func (g *Segmented) least() fyne.Size {
	w := float32(4)
	for _, s := range g.words {
		w += Width(s, SmallM) + 24
	}
	return fyne.NewSize(w, 32)
}

func (g *Segmented) place(s fyne.Size) {
	y := (s.Height - 32) / 2
	least := g.least().Width
	put(g.box, 0, y, least, 32)
	g.ring.around(0, y, least, 32)
	x := float32(2)
	for i, word := range g.words {
		w := Width(word, SmallM) + 24
		put(g.texts[i], x, y, w, 32)
		if i == g.at {
			put(g.knob, x, y+2, w, 28)
		}
		x += w
	}
}
