package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

const (
	barWide  = 12
	thumbMin = 24 // however long the list
)

// scrollBar is the bar at the right of a List or a Scroll. It works with parts of
// the whole, so it is as good for a million rows as for fifty.
type scrollBar struct {
	widget.BaseWidget
	of      scrollable
	thumb   *canvas.Rectangle
	hovered bool
	grab    float32 // where the thumb was taken hold of, from its upper end
	dragged bool
}

// scrollable is what a bar stands beside; the measures are in its own unit.
type scrollable interface {
	Label() string
	page() float64 // what shows at once
	at() float64   // what is above it
	last() float64 // and at most can be
	ScrollTo(at float64)
	Scrolled(*fyne.ScrollEvent)
}

func newScrollBar(of scrollable) *scrollBar {
	b := &scrollBar{of: of, thumb: rect(2)}
	b.ExtendBaseWidget(b)
	return b
}

// Label is its name.
func (b *scrollBar) Label() string { return b.of.Label() + " scroll bar" }

// settle puts the bar at the right edge of what scrolls and shows it if it is
// needed.
func (b *scrollBar) settle(s fyne.Size) {
	b.Hidden = b.of.last() <= 0
	put(b, s.Width-barWide, 0, barWide, s.Height)
	b.Refresh()
}

// geometry is the thumb's place and length.
func (b *scrollBar) geometry() (y, length float32) {
	room := b.Size().Height - 8
	part := b.of.page() / max(1, b.of.last()+b.of.page())
	length = min(room, max(thumbMin, room*float32(part)))
	if last := b.of.last(); last > 0 {
		y = (room - length) * float32(b.of.at()/last)
	}
	return 4 + y, length
}

func (b *scrollBar) toThumb(y float32) {
	_, length := b.geometry()
	room := b.Size().Height - 8 - length
	if room <= 0 {
		return
	}
	b.of.ScrollTo(float64((y-4)/room) * b.of.last())
}

// MouseDown takes hold of the thumb, or brings it under the pointer.
func (b *scrollBar) MouseDown(e *desktop.MouseEvent) {
	y, length := b.geometry()
	if e.Position.Y >= y && e.Position.Y <= y+length {
		b.grab = e.Position.Y - y
		return
	}
	b.grab = length / 2
	b.toThumb(e.Position.Y - b.grab)
}

// MouseUp is for Fyne.
func (b *scrollBar) MouseUp(*desktop.MouseEvent) {}

// Dragged moves the thumb.
func (b *scrollBar) Dragged(e *fyne.DragEvent) {
	b.dragged = true
	b.toThumb(e.Position.Y - b.grab)
}

// DragEnd lets the thumb go.
func (b *scrollBar) DragEnd() { b.dragged = false; b.Refresh() }

// MouseIn makes the thumb wider.
func (b *scrollBar) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is for Fyne.
func (b *scrollBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut makes it narrow again.
func (b *scrollBar) MouseOut() { b.hovered = false; b.Refresh() }

// Scrolled passes the wheel on.
func (b *scrollBar) Scrolled(e *fyne.ScrollEvent) { b.of.Scrolled(e) }

// CreateRenderer is for Fyne.
func (b *scrollBar) CreateRenderer() fyne.WidgetRenderer { return render(b, b.thumb) }

func (b *scrollBar) paint() {
	b.thumb.FillColor = Color(Edge)
	if b.hovered || b.dragged {
		b.thumb.FillColor = Color(Ctl)
	}
}
func (b *scrollBar) least() fyne.Size { return fyne.NewSize(barWide, thumbMin) }
func (b *scrollBar) place(s fyne.Size) {
	y, length := b.geometry()
	w := float32(4)
	if b.hovered || b.dragged {
		w = 8
	}
	b.thumb.CornerRadius = w / 2
	put(b.thumb, s.Width-w-2, y, w, length)
}
