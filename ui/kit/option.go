package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Option is a tile to choose from a few: a letter, a name, one word under it.
type Option struct {
	press
	letter, name, sub string
	icon              string // where there is no letter
	chosen            bool
	box, tile, dot    *canvas.Rectangle
	mark              *canvas.Text
	cloud, tick       *canvas.Image
	title, below      *canvas.Text
	ring              ring
}

// NewOption makes a tile 60 high; an empty letter is a cloud.
func NewOption(letter, name, sub string, tapped func()) *Option {
	c := &Option{
		letter: letter, name: name, sub: sub, icon: "cloud", box: rect(8), tile: rect(9), dot: rect(8),
		mark: newText(BodyS), cloud: newImage(), tick: newImage(), title: newText(BodyM), below: newText(Cap), ring: newRing(8, 2),
	}
	c.mark.TextSize, c.mark.Alignment = 16, fyne.TextAlignCenter
	c.act = tapped
	c.extend(c)
	return c
}

// WithIcon puts an icon in the place of the letter and returns the tile.
func (c *Option) WithIcon(name string) *Option { c.letter, c.icon = "", name; return c }

// Label is its name.
func (c *Option) Label() string { return c.name }

// Chosen reports whether it is the one.
func (c *Option) Chosen() bool { return c.chosen }

// SetChosen marks it as the one, or not.
func (c *Option) SetChosen(on bool) {
	if c.chosen != on {
		c.chosen = on
		c.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (c *Option) CreateRenderer() fyne.WidgetRenderer {
	return render(c, c.ring.Rectangle, c.box, c.tile, c.mark, c.cloud, c.title, c.below, c.dot, c.tick)
}

func (c *Option) paint() {
	fill, edge, stroke := Raised, Edge, float32(1)
	switch {
	case c.chosen:
		fill, edge, stroke = AccentSoft, Accent, 1.5
	case c.hovered && !c.Disabled():
		fill = Hover
	}
	c.box.FillColor, c.box.StrokeColor, c.box.StrokeWidth = Color(fill), Color(edge), stroke
	c.tile.FillColor = Color(TileBg)
	c.mark.Text, c.mark.Color = c.letter, Color(Ink2)
	setPicture(c.cloud, c.icon, Ink2)
	c.cloud.Hidden = c.letter != ""
	c.title.Color, c.below.Color = Color(Ink), Color(Ink3)
	c.dot.FillColor, c.dot.Hidden = Color(Accent), !c.chosen
	setPicture(c.tick, "check", OnAccent)
	c.tick.Hidden = !c.chosen
	c.ring.paint(c.focused)
}

func (c *Option) least() fyne.Size { return fyne.NewSize(120, 60) }

func (c *Option) place(s fyne.Size) {
	put(c.box, 0, 0, s.Width, s.Height)
	c.ring.around(0, 0, s.Width, s.Height)
	put(c.tile, 12, 14, 32, 32)
	put(c.mark, 12, 14, 32, 32)
	put(c.cloud, 19, 21, 18, 18)
	room := s.Width - 56 - 12
	if c.chosen {
		room -= 20
	}
	c.title.Text, c.below.Text = Fit(c.name, BodyM, room), Fit(c.sub, Cap, room)
	put(c.title, 56, 11, room, 22)
	put(c.below, 56, 32, room, 16)
	put(c.dot, s.Width-28, 22, 16, 16)
	put(c.tick, s.Width-26, 24, 12, 12)
}
