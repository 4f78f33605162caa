package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Words, Shape and Picture are for widgets outside this package that draw
// themselves, as the row of a long list does: no widgets of their own, so a
// hundred of them cost little. Each compares first and refreshes only what
// changed.

// Words is a line of text. Give Fyne what is embedded, not the Words: it draws
// only its own kinds. So too with the others.
type Words struct {
	*canvas.Text
	style Style
}

// NewWords makes an empty line.
func NewWords(st Style) Words {
	t := newText(st)
	t.FontSource = tallFont(t.FontSource)
	return Words{t, st}
}

// Set shows s at x, cut to a width, its middle line at cy, and returns where it
// ends.
func (w Words) Set(s string, r Role, x, cy, width float32) float32 {
	cut := Fit(s, w.style, width)
	used := Width(cut, w.style)
	w.show(cut, r)
	put(w.Text, x, cy-14, used, 28)
	return x + used
}

// SetRight is Set with its right edge at x.
func (w Words) SetRight(s string, r Role, x, cy, width float32) {
	cut := Fit(s, w.style, width)
	used := Width(cut, w.style)
	w.show(cut, r)
	put(w.Text, x-used, cy-14, used, 28)
}

func (w Words) show(s string, r Role) {
	c := Color(r)
	w.Text.Hidden = s == ""
	if w.Text.Text != s || w.Text.Color != c {
		w.Text.Text, w.Text.Color = s, c
		w.Text.Refresh()
	}
}

// Shape is a rectangle.
type Shape struct{ *canvas.Rectangle }

// NewShape makes one with round corners.
func NewShape(radius float32) Shape { return Shape{rect(radius)} }

// Set colours it; stroke 0 is no edge.
func (s Shape) Set(fill, edge Role, stroke float32) {
	f, e := coat(fill), coat(edge)
	if s.FillColor != f || s.StrokeColor != e || s.StrokeWidth != stroke {
		s.FillColor, s.StrokeColor, s.StrokeWidth = f, e, stroke
		s.Refresh()
	}
}

// Rule is a hairline.
type Rule struct{ *canvas.LinearGradient }

// NewRule makes one that shows nothing yet.
func NewRule() Rule { return Rule{newPlain()} }

// Set colours it and puts it somewhere; Clear hides it.
func (l Rule) Set(r Role, x, y, w float32) {
	changed := setPlain(l.LinearGradient, r) || l.Hidden != (r == Clear)
	l.Hidden = r == Clear
	put(l.LinearGradient, x, y, w, hairline(l))
	if changed {
		l.Refresh()
	}
}

// Band is a wide ground with round corners: two ends and a plain middle, since
// the shader of round corners is dear for each pixel it runs over.
type Band struct {
	left, right *canvas.Rectangle
	middle      *canvas.LinearGradient
	radius      float32
}

// NewBand makes one that shows nothing yet.
func NewBand(radius float32) Band {
	b := Band{left: rect(0), right: rect(0), middle: newPlain(), radius: radius}
	b.left.TopLeftCornerRadius, b.left.BottomLeftCornerRadius = radius, radius
	b.right.TopRightCornerRadius, b.right.BottomRightCornerRadius = radius, radius
	return b
}

// Objects is what to give Fyne.
func (b Band) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{b.left, b.middle, b.right} }

// Set colours it and puts it somewhere; Clear hides it.
func (b Band) Set(fill Role, x, y, w, h float32) {
	hidden := fill == Clear
	changed := setPlain(b.middle, fill) || b.middle.Hidden != hidden
	b.left.Hidden, b.middle.Hidden, b.right.Hidden = hidden, hidden, hidden
	b.left.FillColor, b.right.FillColor = coat(fill), coat(fill)
	const lap = 1 // the edge of a rectangle is soft, and paler than the middle
	put(b.left, x, y, b.radius+lap, h)
	put(b.middle, x+b.radius, y, w-2*b.radius, h)
	put(b.right, x+w-b.radius-lap, y, b.radius+lap, h)
	if changed {
		b.middle.Refresh()
	}
}

// Picture is an icon or a mark.
type Picture struct{ *canvas.Image }

// NewPicture makes one that shows nothing yet.
func NewPicture() Picture { return Picture{newImage()} }

// Set shows an icon with its middle at cx, cy; "" hides it.
func (p Picture) Set(name string, r Role, cx, cy, side float32) {
	p.Hidden = name == ""
	if name != "" {
		setPicture(p.Image, name, r)
		put(p.Image, cx-side/2, cy-side/2, side, side)
	}
}

// Ring is the mark of the keyboard around something.
type Ring struct{ ring }

// NewRing makes a ring around a thing with such corners, 2 px outside of it.
func NewRing(radius float32) Ring { return Ring{newRing(radius, 2)} }

// Set shows the ring or not, around a thing of that place and size.
func (r Ring) Set(on bool, x, y, w, h float32) {
	r.paint(on)
	r.around(x, y, w, h)
	r.Refresh()
}
