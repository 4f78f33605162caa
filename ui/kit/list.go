package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// ListConfig is what a List needs to know of its rows.
type ListConfig struct {
	// RowHeight is the height of each row.
	RowHeight float32
	// NewRow makes the widget of a row; widgets are used again for other rows.
	NewRow func() fyne.CanvasObject
	// Bind shows row i in a widget. It must not block: what is not at hand yet
	// is drawn as a skeleton, and Refresh called when it is.
	Bind func(row fyne.CanvasObject, i int)
	// OnKey is told keys the list has no use for itself, and modifiers held;
	// false passes them on to the window. nil is none.
	OnKey func(e *fyne.KeyEvent, m fyne.KeyModifier) bool
	// OnShortcut is asked about shortcuts (select all, copy); false passes them
	// on to the window.
	OnShortcut func(s fyne.Shortcut) bool
	// OnMove is told when the keyboard moved the cursor to row at.
	OnMove func(at int, m fyne.KeyModifier)
	// OnVisible is told which rows show now, first and the one after the last.
	OnVisible func(from, to int)
}

// List is a list of any length: rows of one height, of which only the visible
// ones have a widget. Where it stands is counted in rows, not in pixels, so
// that the last of a million is reached as exactly as the first: by wheel, by
// keys and by its bar.
type List struct {
	widget.BaseWidget
	c       ListConfig
	name    string
	n       int
	top     float64 // the row at the upper edge, with its fraction
	tail    float32 // empty pixels after the last row
	cursor  int     // the row the keyboard is at, -1 none
	focused bool
	keyed   bool // the cursor was last moved by a key: show its ring
	rows    []fyne.CanvasObject
	bound   int // rows[:bound] are on the screen
	bar     *scrollBar
	ring    ring
	paint   *canvas.Rectangle // shows nothing; to refresh it paints the window
	held    fyne.KeyModifier
}

// NewList makes an empty list; name is for those who cannot see it.
func NewList(name string, c ListConfig) *List {
	l := &List{c: c, name: name, cursor: -1, ring: newRing(8, -2), paint: rect(0)}
	l.bar = newScrollBar(l)
	l.ExtendBaseWidget(l)
	return l
}

// Label is its name.
func (l *List) Label() string { return l.name }

// Len is how many rows there are.
func (l *List) Len() int { return l.n }

// SetLen changes how many rows there are and shows them anew.
func (l *List) SetLen(n int) {
	l.n = n
	l.cursor = min(l.cursor, n-1)
	l.ScrollTo(l.top)
}

// SetTail leaves empty space after the last row, as for a bar that floats
// there.
func (l *List) SetTail(px float32) {
	if l.tail != px {
		l.tail = px
		l.ScrollTo(l.top)
	}
}

// Top is the row at the upper edge, with its fraction.
func (l *List) Top() float64 { return l.top }

// Shown is which rows show, even in part: the first and the one after the
// last.
func (l *List) Shown() (from, to int) {
	from = int(l.top)
	to = int(math.Ceil(l.top + l.page()))
	return min(from, l.n), min(to, l.n)
}

// page is how many rows fit.
func (l *List) page() float64 { return float64(l.Size().Height) / float64(l.c.RowHeight) }

func (l *List) at() float64 { return l.top }

func (l *List) last() float64 {
	return max(0, float64(l.n)+float64(l.tail/l.c.RowHeight)-l.page())
}

// ScrollTo puts row top at the upper edge, or as near as it goes.
func (l *List) ScrollTo(top float64) {
	l.top = max(0, min(top, l.last()))
	l.Refresh()
}

// Reveal scrolls just so far that row i shows whole.
func (l *List) Reveal(i int) {
	room := l.page() - float64(l.tail/l.c.RowHeight)
	switch {
	case float64(i) < l.top:
		l.ScrollTo(float64(i))
	case float64(i+1) > l.top+room:
		l.ScrollTo(float64(i+1) - room)
	default:
		l.Refresh()
	}
}

// Cursor is the row the keyboard is at, -1 for none.
func (l *List) Cursor() int { return l.cursor }

// SetCursor puts the keyboard's row at i without scrolling; OnMove is not told.
func (l *List) SetCursor(i int) {
	l.cursor, l.keyed = min(i, l.n-1), false
	l.Refresh()
}

// RowAt is the row at y of the list, -1 where there is none.
func (l *List) RowAt(y float32) int {
	i := int(l.top + float64(y/l.c.RowHeight))
	if i < 0 || i >= l.n {
		return -1
	}
	return i
}

// PlaceOf is where row i stands in the list, for a menu opened by the keyboard.
func (l *List) PlaceOf(i int) fyne.Position {
	return fyne.NewPos(0, float32((float64(i)-l.top)*float64(l.c.RowHeight)))
}

// Scrolled moves by the wheel.
func (l *List) Scrolled(e *fyne.ScrollEvent) {
	l.ScrollTo(l.top - float64(e.Scrolled.DY)/float64(l.c.RowHeight))
}

// FocusGained takes the keyboard.
func (l *List) FocusGained() {
	l.focused = true
	if l.cursor < 0 && l.n > 0 {
		l.cursor = int(l.top)
	}
	l.Refresh()
}

// FocusLost gives it away.
func (l *List) FocusLost() {
	l.focused, l.keyed, l.held = false, false, 0
	l.Refresh()
}

// Focused reports whether it has the keyboard.
func (l *List) Focused() bool { return l.focused }

// TypedRune is the window's; letters come as keys too.
func (l *List) TypedRune(r rune) { passRune(l, r) }

// KeyDown notes the modifiers.
func (l *List) KeyDown(e *fyne.KeyEvent) { l.held |= modifier(e.Name) }

// KeyUp forgets them.
func (l *List) KeyUp(e *fyne.KeyEvent) { l.held &^= modifier(e.Name) }

// TypedShortcut asks OnShortcut, else the window.
func (l *List) TypedShortcut(s fyne.Shortcut) {
	if l.c.OnShortcut == nil || !l.c.OnShortcut(s) {
		passOn(l, s)
	}
}

func modifier(k fyne.KeyName) fyne.KeyModifier {
	switch k {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		return fyne.KeyModifierShift
	case desktop.KeyControlLeft, desktop.KeyControlRight:
		return fyne.KeyModifierControl
	case desktop.KeySuperLeft, desktop.KeySuperRight:
		return fyne.KeyModifierSuper
	case desktop.KeyAltLeft, desktop.KeyAltRight:
		return fyne.KeyModifierAlt
	}
	return 0
}

// TypedKey moves the cursor, or asks OnKey.
func (l *List) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(l.page())-1)
	switch e.Name {
	case fyne.KeyUp:
		l.move(l.cursor - 1)
	case fyne.KeyDown:
		l.move(l.cursor + 1)
	case fyne.KeyPageUp:
		l.move(l.cursor - page)
	case fyne.KeyPageDown:
		l.move(l.cursor + page)
	case fyne.KeyHome:
		l.move(0)
	case fyne.KeyEnd:
		l.move(l.n - 1)
	default:
		if l.c.OnKey == nil || !l.c.OnKey(e, l.held) {
			passKey(l, e)
		}
	}
}

func (l *List) move(to int) {
	if l.n == 0 {
		return
	}
	l.cursor, l.keyed = max(0, min(to, l.n-1)), true
	if l.c.OnMove != nil {
		l.c.OnMove(l.cursor, l.held)
	}
	l.Reveal(l.cursor)
}

// CreateRenderer is for Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	lists[l] = true
	return &listRenderer{l: l}
}

type listRenderer struct {
	l       *List
	objects []fyne.CanvasObject
}

func (r *listRenderer) Destroy()                     { delete(lists, r.l) }
func (r *listRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *listRenderer) MinSize() fyne.Size           { return fyne.NewSize(200, 3*r.l.c.RowHeight) }

func (r *listRenderer) Layout(s fyne.Size) {
	l := r.l
	l.top = max(0, min(l.top, l.last()))
	from, to := l.Shown()
	r.grow(to - from)
	h := l.c.RowHeight
	// A row keeps its widget while it is on the screen, so that scrolling moves
	// what is drawn already: only the rows that come in are drawn anew.
	for at := from; at < from+len(l.rows); at++ {
		row := l.rows[at%len(l.rows)]
		if at >= to {
			row.Hide()
			continue
		}
		put(row, 0, float32((float64(at)-l.top)*float64(h)), s.Width, h)
		row.Show()
		l.c.Bind(row, at)
	}
	l.bound = to - from
	l.bar.settle(s)
	on := l.focused && l.keyed && l.cursor >= from && l.cursor < to
	l.ring.paint(on)
	if on {
		l.ring.around(8, float32((float64(l.cursor)-l.top)*float64(h)), s.Width-16, h)
	}
	if l.c.OnVisible != nil {
		l.c.OnVisible(from, to)
	}
}

// grow makes widgets until there is one for each visible row; they stay.
func (r *listRenderer) grow(n int) {
	l := r.l
	if len(l.rows) >= n && r.objects != nil {
		return
	}
	for len(l.rows) < n {
		l.rows = append(l.rows, l.c.NewRow())
	}
	r.objects = r.objects[:0]
	r.objects = append(r.objects, l.rows...)
	r.objects = append(r.objects, l.ring.Rectangle, l.bar, l.paint)
}

func (r *listRenderer) Refresh() {
	r.Layout(r.l.Size())
	canvas.Refresh(r.l.paint) // of the list, it would make Fyne ask each object of each row for its texture
}
