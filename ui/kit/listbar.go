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

// listBar is the scroll bar of a List. It works with parts of the whole, so it
// is as good for a million rows as for fifty.
type listBar struct {
	widget.BaseWidget
	l       *List
	thumb   *canvas.Rectangle
	hovered bool
	grab    float32 // where the thumb was taken hold of, from its upper end
	dragged bool
}

func newListBar(l *List) *listBar {
	b := &listBar{l: l, thumb: rect(2)}
	b.ExtendBaseWidget(b)
	return b
}

// Label is its name.
func (b *listBar) Label() string { return b.l.name + " scroll bar" }

// settle puts the bar at the right edge of the list and shows it if it is
// needed.
func (b *listBar) settle(s fyne.Size) {
	b.Hidden = b.l.last() <= 0
	put(b, s.Width-barWide, 0, barWide, s.Height)
	b.Refresh()
}

// geometry is the thumb's place and length.
func (b *listBar) geometry() (y, length float32) {
	room := b.Size().Height - 8
	part := b.l.page() / max(1, b.l.last()+b.l.page())
	length = min(room, max(thumbMin, room*float32(part)))
	if last := b.l.last(); last > 0 {
		y = (room - length) * float32(b.l.top/last)
	}
	return 4 + y, length
}

func (b *listBar) toThumb(y float32) {
	_, length := b.geometry()
	room := b.Size().Height - 8 - length
	if room <= 0 {
		return
	}
	b.l.ScrollTo(float64((y-4)/room) * b.l.last())
}

// MouseDown takes hold of the thumb, or brings it under the pointer.
func (b *listBar) MouseDown(e *desktop.MouseEvent) {
	y, length := b.geometry()
	if e.Position.Y >= y && e.Position.Y <= y+length {
		b.grab = e.Position.Y - y
		return
	}
	b.grab = length / 2
	b.toThumb(e.Position.Y - b.grab)
}

// MouseUp is for Fyne.
func (b *listBar) MouseUp(*desktop.MouseEvent) {}

// Dragged moves the thumb.
func (b *listBar) Dragged(e *fyne.DragEvent) {
	b.dragged = true
	b.toThumb(e.Position.Y - b.grab)
}

// DragEnd lets the thumb go.
func (b *listBar) DragEnd() { b.dragged = false; b.Refresh() }

// MouseIn makes the thumb wider.
func (b *listBar) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is for Fyne.
func (b *listBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut makes it narrow again.
func (b *listBar) MouseOut() { b.hovered = false; b.Refresh() }

// Scrolled passes the wheel on.
func (b *listBar) Scrolled(e *fyne.ScrollEvent) { b.l.Scrolled(e) }

// CreateRenderer is for Fyne.
func (b *listBar) CreateRenderer() fyne.WidgetRenderer { return render(b, b.thumb) }

func (b *listBar) paint() {
	b.thumb.FillColor = Color(Edge)
	if b.hovered || b.dragged {
		b.thumb.FillColor = Color(Ctl)
	}
}
func (b *listBar) least() fyne.Size { return fyne.NewSize(barWide, thumbMin) }
func (b *listBar) place(s fyne.Size) {
	y, length := b.geometry()
	w := float32(4)
	if b.hovered || b.dragged {
		w = 8
	}
	b.thumb.CornerRadius = w / 2
	put(b.thumb, s.Width-w-2, y, w, length)
}
