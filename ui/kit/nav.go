package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Measures of the navigation.
const (
	NavWide float32 = 216 // with words
	NavRail float32 = 56  // icons only
)

// Badge is what stands at the right of a NavEntry.
type Badge struct {
	Text string // a count, quiet
	Hot  bool   // Text on amber: these need a person
	Warn bool   // the warning sign instead of Text
}

// NavEntry is one place to go to. At NavRail's width it is its icon, and any
// badge that needs a person is a dot.
type NavEntry struct {
	press
	icon, label string
	active      bool
	badge       Badge
	box, pill   *canvas.Rectangle
	dot         *canvas.Circle
	img, warn   *canvas.Image
	text, count *canvas.Text
	ring        ring
}

// NewNavEntry makes an entry.
func NewNavEntry(icon, label string, tapped func()) *NavEntry {
	n := &NavEntry{
		icon: icon, label: label, box: rect(8), pill: rect(9), dot: canvas.NewCircle(coat(Clear)),
		img: newImage(), warn: newImage(), text: newText(BodyM), count: newText(Small), ring: newRing(8, -1),
	}
	n.act = tapped
	n.extend(n)
	return n
}

// Label is the place and its badge.
func (n *NavEntry) Label() string {
	if n.badge.Text == "" {
		return n.label
	}
	return n.label + ", " + n.badge.Text
}

// Active reports whether it is the place shown.
func (n *NavEntry) Active() bool { return n.active }

// SetActive marks the place shown.
func (n *NavEntry) SetActive(on bool) {
	if n.active != on {
		n.active = on
		n.Refresh()
	}
}

// SetBadge changes the badge.
func (n *NavEntry) SetBadge(b Badge) {
	if n.badge != b {
		n.badge = b
		n.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (n *NavEntry) CreateRenderer() fyne.WidgetRenderer {
	return render(n, n.box, n.img, n.text, n.pill, n.count, n.warn, n.dot, n.ring.Rectangle)
}

func (n *NavEntry) rail() bool { return n.Size().Width < NavRail+1 }

func (n *NavEntry) paint() {
	fill, ink, sign := Clear, Ink2, Ink3
	switch {
	case n.active:
		fill, ink, sign = AccentSoft, Ink, AccentInk
	case n.hovered:
		fill = Hover
	}
	n.box.FillColor = coat(fill)
	setPicture(n.img, n.icon, sign)
	setPicture(n.warn, "warn", Warn)
	n.text.Text, n.text.Color = n.label, Color(ink)
	st, c := Small, Ink3
	if n.badge.Hot {
		st, c = CapM, Warn
	}
	f := st.face()
	n.count.Text, n.count.Color, n.count.TextSize, n.count.FontSource = n.badge.Text, Color(c), f.size, f.font
	n.pill.FillColor = Color(WarnSoft)
	n.dot.FillColor, n.dot.StrokeColor, n.dot.StrokeWidth = Color(Warn), Color(Nav), 1
	n.ring.paint(n.focused)
}

func (n *NavEntry) least() fyne.Size {
	h := float32(34)
	if n.rail() {
		h = 40
	}
	return fyne.NewSize(NavRail, h)
}

func (n *NavEntry) place(s fyne.Size) {
	rail := n.rail()
	urgent := n.badge.Hot || n.badge.Warn
	n.text.Hidden = rail
	n.dot.Hidden = !rail || !urgent
	n.pill.Hidden = rail || !n.badge.Hot
	n.count.Hidden = rail || n.badge.Warn || n.badge.Text == ""
	n.warn.Hidden = rail || !n.badge.Warn
	if rail {
		put(n.box, 8, 0, s.Width-17, 36)
		n.ring.around(8, 0, s.Width-17, 36)
		put(n.img, 27.5-9, 9, 18, 18)
		put(n.dot, 34, 5, 8, 8)
		return
	}
	put(n.box, 8, 0, s.Width-17, 32)
	n.ring.around(8, 0, s.Width-17, 32)
	put(n.img, 28-9, 7, 18, 18)
	put(n.text, 46, 0, Width(n.label, BodyM), 32)
	put(n.warn, s.Width-36, 8, 16, 16)
	if n.badge.Hot {
		w := max(18, Width(n.badge.Text, CapM)+12)
		put(n.pill, s.Width-20-w, 7, w, 18)
		put(n.count, s.Width-20-w+(w-Width(n.badge.Text, CapM))/2, 7, Width(n.badge.Text, CapM), 18)
		return
	}
	w := Width(n.badge.Text, Small)
	put(n.count, s.Width-20-w, 0, w, 32)
}
