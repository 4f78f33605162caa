package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Tabs is a row of words of which one is chosen, 36 high. It shows no content
// itself: OnChanged does.
type Tabs struct {
	widget.BaseWidget
	words []string
	at    int
	tabs  []*tab
	// OnChanged is told what the person chose.
	OnChanged func(at int)
}

// NewTabs makes tabs.
func NewTabs(words []string, at int, changed func(at int)) *Tabs {
	t := &Tabs{words: words, at: at, OnChanged: changed}
	for i := range words {
		one := &tab{of: t, i: i, text: newText(BodyM), bar: rect(1), ring: newRing(4, 2)}
		one.act = func() { t.choose(i) }
		one.extend(one)
		t.tabs = append(t.tabs, one)
	}
	t.ExtendBaseWidget(t)
	return t
}

// Label is the chosen word.
func (t *Tabs) Label() string { return t.words[t.at] }

// At is the place of the chosen one.
func (t *Tabs) At() int { return t.at }

// SetAt chooses; OnChanged is not told.
func (t *Tabs) SetAt(at int) {
	t.at = at
	t.Refresh()
}

// SetWord changes a word, as where a count stands in it.
func (t *Tabs) SetWord(at int, s string) {
	if t.words[at] != s {
		t.words[at] = s
		t.Refresh()
	}
}

func (t *Tabs) choose(at int) {
	if at < 0 || at >= len(t.words) || at == t.at {
		return
	}
	t.SetAt(at)
	if t.OnChanged != nil {
		t.OnChanged(at)
	}
}

// step chooses a neighbour, and takes the keyboard along.
func (t *Tabs) step(by int) {
	t.choose(t.at + by)
	FocusOn(t.tabs[t.at])
}

// CreateRenderer is for Fyne.
func (t *Tabs) CreateRenderer() fyne.WidgetRenderer {
	objects := make([]fyne.CanvasObject, len(t.tabs))
	for i, one := range t.tabs {
		objects[i] = one
	}
	return render(t, objects...)
}

func (t *Tabs) paint() {}
func (t *Tabs) least() fyne.Size {
	w := float32(0)
	for _, s := range t.words {
		w += Width(s, BodyM) + 24
	}
	return fyne.NewSize(max(0, w-24), 36)
}

func (t *Tabs) place(fyne.Size) {
	x := float32(0)
	for i, s := range t.words {
		w := Width(s, BodyM)
		put(t.tabs[i], x, 0, w, 36)
		x += w + 24
	}
}

type tab struct {
	press
	of   *Tabs
	i    int
	text *canvas.Text
	bar  *canvas.Rectangle
	ring ring
}

// Label is the word.
func (t *tab) Label() string { return t.of.words[t.i] }

// TypedKey goes to the neighbours with the arrows.
func (t *tab) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		t.of.step(-1)
	case fyne.KeyRight:
		t.of.step(1)
	default:
		t.press.TypedKey(e)
	}
}

func (t *tab) CreateRenderer() fyne.WidgetRenderer {
	return render(t, t.ring.Rectangle, t.text, t.bar)
}

func (t *tab) paint() {
	on := t.of.at == t.i
	t.text.Text, t.text.Color = t.of.words[t.i], Color(Ink3)
	if on || t.hovered {
		t.text.Color = Color(Ink)
	}
	t.bar.FillColor, t.bar.Hidden = Color(Accent), !on
	t.ring.paint(t.focused)
}
func (t *tab) least() fyne.Size { return fyne.NewSize(Width(t.of.words[t.i], BodyM), 36) }
func (t *tab) place(s fyne.Size) {
	put(t.text, 0, 0, s.Width, 32)
	put(t.bar, 0, 34, s.Width, 2)
	t.ring.around(0, 4, s.Width, 26)
}

// Chip is one choice of Chips.
type Chip struct {
	Label string
	Count int64 // shown behind the label; negative is none
	Mark  State // shown before the label; None is none
	Icon  string
	Role  Role // of Icon
}

// Chips is a row of round choices with marks and live counts, 28 high. One is
// chosen.
type Chips struct {
	widget.BaseWidget
	chips []Chip
	at    int
	each  []*chip
	// OnChanged is told what the person chose.
	OnChanged func(at int)
}

// NewChips makes chips.
func NewChips(chips []Chip, at int, changed func(at int)) *Chips {
	c := &Chips{at: at, OnChanged: changed}
	c.ExtendBaseWidget(c)
	c.Set(chips, at)
	return c
}

// Set changes what the chips say and which is chosen; OnChanged is not told.
func (c *Chips) Set(chips []Chip, at int) {
	same := len(chips) == len(c.chips) && at == c.at
	for i := range chips {
		same = same && chips[i] == c.chips[i]
	}
	if same {
		return
	}
	c.chips, c.at = chips, at
	for i := len(c.each); i < len(chips); i++ {
		one := &chip{of: c, i: i, box: rect(14), img: newImage(), text: newText(SmallM), count: newText(Small), ring: newRing(14, 2)}
		one.act = func() { c.choose(i) }
		one.extend(one)
		c.each = append(c.each, one)
	}
	c.each = c.each[:len(chips)]
	c.Refresh()
}

// At is the place of the chosen one.
func (c *Chips) At() int { return c.at }

func (c *Chips) choose(at int) {
	if at < 0 || at >= len(c.chips) || at == c.at {
		return
	}
	c.at = at
	c.Refresh()
	if c.OnChanged != nil {
		c.OnChanged(at)
	}
}

// step chooses a neighbour, and takes the keyboard along.
func (c *Chips) step(by int) {
	c.choose(c.at + by)
	FocusOn(c.each[c.at])
}

// CreateRenderer is for Fyne.
func (c *Chips) CreateRenderer() fyne.WidgetRenderer { return &chipsRenderer{c} }

type chipsRenderer struct{ c *Chips }

func (r *chipsRenderer) Destroy() {}
func (r *chipsRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(r.c.each))
	for i, one := range r.c.each {
		out[i] = one
	}
	return out
}

func (r *chipsRenderer) MinSize() fyne.Size {
	w := float32(0)
	for _, one := range r.c.each {
		w += one.least().Width + 8
	}
	return fyne.NewSize(max(0, w-8), 28)
}

func (r *chipsRenderer) Layout(s fyne.Size) {
	x := float32(0)
	for _, one := range r.c.each {
		w := one.least().Width
		put(one, x, (s.Height-28)/2, w, 28)
		one.Hidden = x+w > s.Width+1
		x += w + 8
	}
}

func (r *chipsRenderer) Refresh() {
	r.Layout(r.c.Size())
	for _, one := range r.c.each {
		one.Refresh()
	}
}

type chip struct {
	press
	of          *Chips
	i           int
	box         *canvas.Rectangle
	img         *canvas.Image
	text, count *canvas.Text
	ring        ring
}

func (c *chip) what() Chip { return c.of.chips[c.i] }

// Label is what the chip says.
func (c *chip) Label() string { return c.what().Label }

// TypedKey goes to the neighbours with the arrows.
func (c *chip) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.of.step(-1)
	case fyne.KeyRight:
		c.of.step(1)
	default:
		c.press.TypedKey(e)
	}
}

func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	return render(c, c.ring.Rectangle, c.box, c.img, c.text, c.count)
}

func (c *chip) picture() (string, Role) {
	w := c.what()
	if w.Icon != "" {
		return w.Icon, w.Role
	}
	if w.Mark != None {
		return w.Mark.picture(), w.Mark.Role()
	}
	return "", Clear
}

func (c *chip) number() string {
	if n := c.what().Count; n >= 0 {
		return Count(n)
	}
	return ""
}

func (c *chip) paint() {
	c.box.FillColor, c.box.StrokeColor, c.box.StrokeWidth = Color(Bg), Color(Line), 1
	ink, ink2 := Ink2, Ink3
	if c.hovered {
		c.box.FillColor = Color(Hover)
	}
	if c.of.at == c.i {
		c.box.FillColor, c.box.StrokeWidth = Color(AccentSoft), 0
		ink, ink2 = Ink, AccentInk
	}
	c.text.Text, c.text.Color = c.what().Label, Color(ink)
	c.count.Text, c.count.Color = c.number(), Color(ink2)
	name, role := c.picture()
	c.img.Hidden = name == ""
	if name != "" {
		setPicture(c.img, name, role)
	}
	c.ring.paint(c.focused)
}

func (c *chip) least() fyne.Size {
	w := Width(c.what().Label, SmallM) + 24
	if n := c.number(); n != "" {
		w += 6 + Width(n, Small)
	}
	if name, _ := c.picture(); name != "" {
		w += 16
	}
	return fyne.NewSize(w, 28)
}

func (c *chip) place(s fyne.Size) {
	put(c.box, 0, 0, s.Width, s.Height)
	c.ring.around(0, 0, s.Width, s.Height)
	x := float32(12)
	if name, _ := c.picture(); name != "" {
		put(c.img, x-2, s.Height/2-7, 14, 14)
		x += 16
	}
	w := Width(c.what().Label, SmallM)
	put(c.text, x, 0, w, s.Height)
	put(c.count, x+w+6, 0, s.Width-x-w-6, s.Height)
}
