package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// PressCard is a card that is one button, all of it.
type PressCard struct {
	press
	label   string
	box     *canvas.Rectangle
	content fyne.CanvasObject
	ring    ring
}

// NewPressCard makes one; the label is what it does, content shows it.
func NewPressCard(label string, content fyne.CanvasObject, tapped func()) *PressCard {
	c := &PressCard{label: label, box: rect(12), content: content, ring: newRing(12, 2)}
	c.act = tapped
	c.extend(c)
	return c
}

// Label is what it does.
func (c *PressCard) Label() string { return c.label }

// HeightAt is how high the content wants to be.
func (c *PressCard) HeightAt(width float32) float32 { return heightAt(c.content, width) }

// CreateRenderer is for Fyne.
func (c *PressCard) CreateRenderer() fyne.WidgetRenderer {
	return render(c, c.ring.Rectangle, c.box, c.content)
}

func (c *PressCard) paint() {
	fill := Bg
	if c.hovered {
		fill = Hover
	}
	c.box.FillColor, c.box.StrokeColor, c.box.StrokeWidth = Color(fill), Color(Line), 1
	c.ring.paint(c.focused)
}

func (c *PressCard) least() fyne.Size { return c.content.MinSize() }

func (c *PressCard) place(s fyne.Size) {
	put(c.box, 0, 0, s.Width, s.Height)
	put(c.content, 0, 0, s.Width, s.Height)
	c.ring.around(0, 0, s.Width, s.Height)
}
