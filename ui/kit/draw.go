package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// drawn is a widget that draws itself: what it is made of stays the same, place
// puts it where it belongs, paint gives it its colours and words. paint runs
// at each Refresh, so also at a change of theme.
type drawn interface {
	place(size fyne.Size)
	paint()
	least() fyne.Size
}

// renderer is the renderer of every drawn widget.
type renderer struct {
	w       drawn
	size    func() fyne.Size
	objects []fyne.CanvasObject
}

func render(w interface {
	drawn
	fyne.CanvasObject
}, objects ...fyne.CanvasObject) fyne.WidgetRenderer {
	w.paint()
	return &renderer{w: w, size: w.Size, objects: objects}
}

func (r *renderer) Destroy()                     {}
func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *renderer) MinSize() fyne.Size           { return r.w.least() }
func (r *renderer) Layout(s fyne.Size)           { r.w.place(s) }
func (r *renderer) Refresh() {
	r.w.paint()
	r.w.place(r.size())
	for _, o := range r.objects {
		o.Refresh()
	}
}

// put places o.
func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// middle places o, of its least size, with its middle line at cy; it returns
// where it ends.
func middle(o fyne.CanvasObject, x, cy float32) float32 {
	s := o.MinSize()
	put(o, x, cy-s.Height/2, s.Width, s.Height)
	return x + s.Width
}

// coat is the colour of a role for a shape. Fyne leaves out only what is
// color.Transparent: any other colour without ink runs its shader over every
// pixel, which in software is what a frame costs.
func coat(r Role) color.Color {
	if r == Clear {
		return color.Transparent
	}
	return Color(r)
}

// newPlain makes a ground of one colour with square corners. A gradient is
// drawn as a texture one pixel wide, which in software costs a fifth of what
// the shader of a rectangle does; it matters where the ground is large.
func newPlain() *canvas.LinearGradient { return canvas.NewVerticalGradient(coat(Clear), coat(Clear)) }

// setPlain colours such a ground and reports whether that changed it.
func setPlain(g *canvas.LinearGradient, r Role) bool {
	c := coat(r)
	changed := g.StartColor != c
	g.StartColor, g.EndColor = c, c
	return changed
}

// hairline is how thick a line is that is meant to be 1: whole pixels of the
// screen, or it would have one more in some places than in others.
func hairline(on fyne.CanvasObject) float32 {
	scale := float32(1)
	if c := fyne.CurrentApp().Driver().CanvasForObject(on); c != nil {
		scale = c.Scale()
	}
	return max(1, float32(int(scale+0.5))) / scale
}

func rect(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(coat(Clear))
	r.CornerRadius = radius
	return r
}

// ring is the mark of the keyboard: 2 px of accent, 2 px outside of what has it.
type ring struct {
	*canvas.Rectangle
	offset float32
}

func newRing(radius, offset float32) ring {
	r := ring{rect(radius + offset), offset}
	r.StrokeWidth = 2
	r.Hide()
	return r
}

func (r ring) paint(on bool) {
	r.StrokeColor = Color(Accent)
	if Dark() {
		r.StrokeColor = Color(AccentInk)
	}
	r.Hidden = !on
}

func (r ring) around(x, y, w, h float32) {
	o := r.offset
	put(r.Rectangle, x-o, y-o, w+2*o, h+2*o)
}
