package kit

import (
	"image"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Plate shows words, icons and boxes as one picture. Fyne draws each object of
// the window anew in every frame, and asks it for its size besides: what a row of
// a long list is made of costs a tenth as one. The picture is painted when what it
// says changes, and is no larger than what there is on it.
//
// Begin, say what there is, End. Places are in the widget that shows it, as those
// of Words and the others; give Fyne what is embedded.
type Plate struct {
	*canvas.Raster
	marks, next []mark
	written     []Written
	scale       float32
	img         *image.RGBA
}

// Written is a line of text that a widget has painted, where it stands in it, for
// those who cannot see it.
type Written struct {
	Text       string
	X, Y, W, H float32
}

// mark is one thing on a plate: words, an icon or a box.
type mark struct {
	words, icon    string
	style          Style
	ink, edge      color.NRGBA // of a box: what fills it, and its edge
	x, y, w, h     float32
	radius, stroke float32
}

// NewPlate makes an empty one.
func NewPlate() *Plate {
	p := &Plate{}
	p.Raster = canvas.NewRaster(p.picture)
	p.Raster.ScaleMode = canvas.ImageScalePixels // a pixel of it is one of the screen
	return p
}

// Begin starts anew with nothing.
func (p *Plate) Begin() { p.next = p.next[:0] }

// Words says s at x, cut to a width, its middle line at cy, and returns where it
// ends.
func (p *Plate) Words(s string, st Style, r Role, x, cy, width float32) float32 {
	if s == "" {
		return x
	}
	cut := Fit(s, st, width)
	used := Width(cut, st)
	p.next = append(p.next, mark{words: cut, style: st, ink: Color(r), x: x, y: cy, w: used})
	return x + used
}

// WordsRight is Words with its right edge at x.
func (p *Plate) WordsRight(s string, st Style, r Role, x, cy, width float32) {
	p.Words(s, st, r, x-Width(Fit(s, st, width), st), cy, width)
}

// Icon says an icon with its middle at cx, cy.
func (p *Plate) Icon(name string, r Role, cx, cy, side float32) {
	p.next = append(p.next, mark{icon: name, ink: Color(r), x: cx - side/2, y: cy - side/2, w: side, h: side})
}

// State says a mark.
func (p *Plate) State(s State, cx, cy, side float32) { p.Icon(s.picture(), s.Role(), cx, cy, side) }

// Box says a rectangle with round corners; stroke 0 is no edge.
func (p *Plate) Box(fill, edge Role, radius, stroke, x, y, w, h float32) {
	p.next = append(p.next, mark{ink: inkOf(fill), edge: inkOf(edge), x: x, y: y, w: w, h: h, radius: radius, stroke: stroke})
}

func inkOf(r Role) color.NRGBA {
	if r == Clear {
		return color.NRGBA{}
	}
	return Color(r)
}

// End paints what was said since Begin, if it is not what is shown.
func (p *Plate) End() {
	scale := p.screen()
	if p.scale == scale && slices.Equal(p.marks, p.next) {
		return
	}
	p.marks, p.next, p.scale = p.next, p.marks, scale
	p.written = p.written[:0]
	for _, m := range p.marks {
		if m.words != "" {
			p.written = append(p.written, Written{m.words, m.x, m.y - 14, m.w, 28})
		}
	}
	sheet := paint(p.marks, scale)
	seen := inked(sheet)
	p.img = image.NewRGBA(image.Rectangle{Max: seen.Size()})
	for y := range seen.Dy() {
		from := sheet.PixOffset(seen.Min.X, seen.Min.Y+y)
		copy(p.img.Pix[y*p.img.Stride:], sheet.Pix[from:from+4*seen.Dx()])
	}
	p.Raster.Hidden = seen.Empty()
	put(p.Raster, float32(seen.Min.X)/scale, float32(seen.Min.Y)/scale, float32(seen.Dx())/scale, float32(seen.Dy())/scale)
	p.Raster.Refresh()
}

// screen is the scale of the screen it is shown on, 1 before it is shown.
func (p *Plate) screen() float32 {
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.Raster); c != nil {
		return c.Scale()
	}
	return 1
}

// Written is the words on it.
func (p *Plate) Written() []Written { return p.written }

// picture is what Fyne asks for once after each Refresh. It is painted by then,
// unless the window came to a screen of another scale.
func (p *Plate) picture(w, h int) image.Image {
	if p.img != nil && p.img.Rect.Dx() == w && p.img.Rect.Dy() == h {
		return p.img
	}
	scale := p.screen()
	at := p.Raster.Position()
	whole := paint(p.marks, scale)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	from := image.Pt(pixels(at.X, scale), pixels(at.Y, scale))
	lay(out, out.Rect, whole, from)
	return out
}

// pixels is the pixel nearest to v.
func pixels(v, scale float32) int { return int(math.Round(float64(v * scale))) }
