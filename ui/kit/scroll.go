package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Scroll shows what may be higher than the room there is: as wide as the room,
// as high as it wants to be at that width. What the keyboard comes to scrolls
// into sight.
type Scroll struct {
	widget.BaseWidget
	content fyne.CanvasObject
	height  float32 // of the content
	top     float32 // how much of it is above the upper edge
	bar     *scrollBar
	paint   *canvas.Rectangle // shows nothing; to refresh it paints the window
}

// NewScroll makes a scroll around content.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{content: content, paint: rect(0)}
	s.bar = newScrollBar(s)
	s.ExtendBaseWidget(s)
	return s
}

// Label is what it is.
func (s *Scroll) Label() string { return T("kit.page") }

// Layout gives the content the height it wants now. Call it when the content
// changed.
func (s *Scroll) Layout() {
	if size := s.Size(); size.Width > 0 {
		s.place(size)
		s.content.Refresh()
	}
}

func (s *Scroll) place(size fyne.Size) {
	s.height = heightAt(s.content, size.Width)
	s.top = max(0, min(s.top, s.height-size.Height))
	put(s.content, 0, -s.top, size.Width, max(s.height, size.Height))
	s.bar.settle(size)
}

// Top goes to the beginning.
func (s *Scroll) Top() { s.ScrollTo(0) }

// ScrollTo puts what is so far below the beginning at the upper edge, or as near
// as it goes.
func (s *Scroll) ScrollTo(top float64) {
	s.top = max(0, min(float32(top), s.height-s.Size().Height))
	s.content.Move(fyne.NewPos(0, -s.top))
	s.bar.settle(s.Size())
	canvas.Refresh(s.paint)
}

// Scrolled moves by the wheel.
func (s *Scroll) Scrolled(e *fyne.ScrollEvent) { s.ScrollTo(float64(s.top - e.Scrolled.DY)) }

func (s *Scroll) page() float64 { return float64(s.Size().Height) }
func (s *Scroll) last() float64 { return float64(max(0, s.height-s.Size().Height)) }
func (s *Scroll) at() float64   { return float64(s.top) }

// Reveal scrolls just so far that o, a part of the content, shows whole.
func (s *Scroll) Reveal(o fyne.CanvasObject) {
	const room = 8 // for the ring of the keyboard
	y, high := s.of(o), s.Size().Height
	switch from, to := y-room, y+o.Size().Height+room; {
	case from < s.top || to-from > high:
		s.ScrollTo(float64(from))
	case to > s.top+high:
		s.ScrollTo(float64(to - high))
	}
}

// of is how far below the beginning of the content o is.
func (s *Scroll) of(o fyne.CanvasObject) float32 {
	d := fyne.CurrentApp().Driver()
	return d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s.content).Y
}

// scrolls and lists is each that is on a canvas, on any page.
var (
	scrolls = make(map[*Scroll]bool)
	lists   = make(map[*List]bool)
)

// arrowStep is how far an arrow scrolls a page.
const arrowStep = 48

// shown reports whether a canvas shows o now: of what is on another page Fyne
// knows no place.
func shown(o fyne.CanvasObject, c fyne.Canvas) bool {
	d := fyne.CurrentApp().Driver()
	return !d.AbsolutePositionForObject(o).IsZero() && d.CanvasForObject(o) == c
}

// onScreen is the scrolls a canvas shows: of a sheet in front, else of the page.
func onScreen(c fyne.Canvas) []*Scroll {
	sheet, front := c.Overlays().Top().(*sheetOverlay)
	var list []*Scroll
	for s := range scrolls {
		if shown(s, c) && (!front || sheet.body == s) {
			list = append(list, s)
		}
	}
	return list
}

// reveal shows what has got the keyboard where it lies outside of the scroll around
// it. With pressed it may have got it from the pointer: then what is half on the
// screen stays where it is, or the press would end beside it.
func reveal(o fyne.CanvasObject, pressed bool) {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(o)
	if c == nil {
		return
	}
	at := d.AbsolutePositionForObject(o)
	for _, s := range onScreen(c) {
		place, middle := d.AbsolutePositionForObject(s), s.of(o)+o.Size().Height/2
		half := middle >= s.top && middle <= s.top+s.Size().Height
		inside := at.X >= place.X && at.X < place.X+s.Size().Width && middle > 0 && middle < s.height
		if inside && !(half && pressed) {
			s.Reveal(o)
		}
	}
}

// MoveByKey moves by an arrow or the like what a canvas shows, where nothing on it
// had a use for the key: the list, which has the keyboard then, or else the page.
// It is false where the key is none of them, or there is nothing to move.
func MoveByKey(c fyne.Canvas, key fyne.KeyName) bool {
	switch key {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd:
	default:
		return false
	}
	for l := range lists {
		if l.n > 0 && shown(l, c) && c.Overlays().Top() == nil {
			c.Focus(l)
			l.TypedKey(&fyne.KeyEvent{Name: key})
			return true
		}
	}
	return scrollByKey(c, key)
}

func scrollByKey(c fyne.Canvas, key fyne.KeyName) bool {
	var widest *Scroll
	for _, s := range onScreen(c) {
		if s.last() > 0 && (widest == nil || s.Size().Width > widest.Size().Width) {
			widest = s
		}
	}
	if widest == nil {
		return false
	}
	switch step := widest.page() * 0.9; key {
	case fyne.KeyUp:
		widest.ScrollTo(widest.at() - arrowStep)
	case fyne.KeyDown:
		widest.ScrollTo(widest.at() + arrowStep)
	case fyne.KeyPageUp:
		widest.ScrollTo(widest.at() - step)
	case fyne.KeyPageDown:
		widest.ScrollTo(widest.at() + step)
	case fyne.KeyHome:
		widest.ScrollTo(0)
	case fyne.KeyEnd:
		widest.ScrollTo(widest.last())
	}
	return true
}

// CreateRenderer is for Fyne.
func (s *Scroll) CreateRenderer() fyne.WidgetRenderer {
	scrolls[s] = true
	return &scrollRenderer{s}
}

type scrollRenderer struct{ s *Scroll }

// IsClip has Fyne cut off what is outside.
func (r *scrollRenderer) IsClip()  {}
func (r *scrollRenderer) Destroy() { delete(scrolls, r.s) }
func (r *scrollRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.content, r.s.bar, r.s.paint}
}
func (r *scrollRenderer) MinSize() fyne.Size    { return fyne.NewSize(120, 80) }
func (r *scrollRenderer) Refresh()              { r.s.Layout() }
func (r *scrollRenderer) Layout(size fyne.Size) { r.s.place(size) }
