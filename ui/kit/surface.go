package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Surface is a coloured ground under something.
type Surface struct {
	widget.BaseWidget
	fill, edge Role
	radius     float32
	box        *canvas.Rectangle
	plain      *canvas.LinearGradient // instead of box, where there are neither corners nor an edge
	content    fyne.CanvasObject
}

// NewSurface puts content on a ground; edge may be Clear, content nil.
func NewSurface(fill, edge Role, radius float32, content fyne.CanvasObject) *Surface {
	s := &Surface{fill: fill, edge: edge, radius: radius, box: rect(radius), plain: newPlain(), content: content}
	if s.content == nil {
		s.content = Fill()
	}
	s.ExtendBaseWidget(s)
	return s
}

// NewCard is a card: raised, a hairline around it, corner 12.
func NewCard(content fyne.CanvasObject) *Surface { return NewSurface(Raised, Line, 12, content) }

// Set changes the colours.
func (s *Surface) Set(fill, edge Role) {
	if s.fill != fill || s.edge != edge {
		s.fill, s.edge = fill, edge
		s.Refresh()
	}
}

// HeightAt is how high the content wants to be.
func (s *Surface) HeightAt(width float32) float32 { return heightAt(s.content, width) }

// CreateRenderer is for Fyne.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer { return &surfaceRenderer{s} }

// surfaceRenderer does not refresh the content: a change of colour is no
// change of what stands on it.
type surfaceRenderer struct{ s *Surface }

func (r *surfaceRenderer) Destroy() {}
func (r *surfaceRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.plain, r.s.box, r.s.content}
}
func (r *surfaceRenderer) MinSize() fyne.Size { return r.s.content.MinSize() }
func (r *surfaceRenderer) Layout(size fyne.Size) {
	r.paint()
	put(r.s.plain, 0, 0, size.Width, size.Height)
	put(r.s.box, 0, 0, size.Width, size.Height)
	put(r.s.content, 0, 0, size.Width, size.Height)
}

func (r *surfaceRenderer) paint() {
	flat := r.s.radius == 0 && r.s.edge == Clear
	r.s.plain.Hidden, r.s.box.Hidden = !flat, flat
	setPlain(r.s.plain, r.s.fill)
	b := r.s.box
	b.FillColor, b.StrokeColor, b.StrokeWidth = coat(r.s.fill), coat(r.s.edge), 0
	if r.s.edge != Clear {
		b.StrokeWidth = 1
	}
}

func (r *surfaceRenderer) Refresh() {
	r.paint()
	r.s.plain.Refresh()
	r.s.box.Refresh()
	r.Layout(r.s.Size())
}

// NewHLine is a separator 1 px high.
func NewHLine() fyne.CanvasObject { return Sized(0, 1, newLine(false)) }

// NewVLine is a separator 1 px wide.
func NewVLine() fyne.CanvasObject { return Sized(1, 0, newLine(true)) }

// line is a separator.
type line struct {
	widget.BaseWidget
	upright bool
	plain   *canvas.LinearGradient
}

func newLine(upright bool) *line {
	l := &line{upright: upright, plain: newPlain()}
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer is for Fyne.
func (l *line) CreateRenderer() fyne.WidgetRenderer { return render(l, l.plain) }

func (l *line) paint()           { setPlain(l.plain, Line) }
func (l *line) least() fyne.Size { return fyne.NewSquareSize(1) }
func (l *line) place(s fyne.Size) {
	if l.upright {
		s.Width = hairline(l)
	} else {
		s.Height = hairline(l)
	}
	put(l.plain, 0, 0, s.Width, s.Height)
}

// Progress is a line that fills.
type Progress struct {
	widget.BaseWidget
	part        float64
	track, line *canvas.Rectangle
}

// NewProgress makes a progress line, 3 px high.
func NewProgress() *Progress {
	p := &Progress{track: rect(1.5), line: rect(1.5)}
	p.ExtendBaseWidget(p)
	return p
}

// Set says how much is done, 0 to 1.
func (p *Progress) Set(part float64) {
	if p.part != part {
		p.part = min(1, max(0, part))
		p.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer { return render(p, p.track, p.line) }

func (p *Progress) paint() {
	p.track.FillColor, p.line.FillColor = Color(Line), Color(Work)
}
func (p *Progress) least() fyne.Size { return fyne.NewSize(40, 3) }
func (p *Progress) place(s fyne.Size) {
	y := s.Height/2 - 1.5
	put(p.track, 0, y, s.Width, 3)
	put(p.line, 0, y, s.Width*float32(p.part), 3)
}
