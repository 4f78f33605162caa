package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Kind is how loud a button is. One Primary per card or sheet.
type Kind int

// The kinds of Button.
const (
	Primary Kind = iota
	Secondary
	Quiet
	AccentText
	Danger
)

// Heights of a button: in tight lines, everywhere else, on empty states.
const (
	Low    float32 = 28
	Normal float32 = 32
	High   float32 = 40
)

// Button is something to press.
type Button struct {
	press
	label, name, icon string
	kind              Kind
	height            float32
	box               *canvas.Rectangle
	text              *canvas.Text
	img               *canvas.Image
	ring              ring
}

// NewButton makes a button of normal height. icon may be "". With an empty
// label it is a square with an icon: give it a name with Named.
func NewButton(label string, k Kind, icon string, tapped func()) *Button {
	b := &Button{label: label, kind: k, icon: icon, height: Normal, box: rect(8), text: newText(BodyM), img: newImage(), ring: newRing(8, 2)}
	b.act = tapped
	b.extend(b)
	return b
}

// Named gives a button without a label its accessible name, and returns it.
func (b *Button) Named(name string) *Button { b.name = name; return b }

// Tall sets the height (Low, Normal, High) and returns the button.
func (b *Button) Tall(height float32) *Button { b.height = height; return b }

// Label is what the button says.
func (b *Button) Label() string {
	if b.label == "" {
		return b.name
	}
	return b.label
}

// SetText changes the label.
func (b *Button) SetText(s string) {
	if b.label != s {
		b.label = s
		b.Refresh()
	}
}

// SetIcon changes the icon.
func (b *Button) SetIcon(name string) {
	if b.icon != name {
		b.icon = name
		b.Refresh()
	}
}

// SetKind changes how loud it is.
func (b *Button) SetKind(k Kind) { b.kind = k; b.Refresh() }

// CreateRenderer is for Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return render(b, b.ring.Rectangle, b.box, b.img, b.text)
}

func (b *Button) style() (Style, float32) {
	switch {
	case b.height < 30:
		return SmallM, 10
	case b.height > 36:
		return BodyM, 20
	}
	return BodyM, 12
}

func (b *Button) paint() {
	fill, edge, ink := Clear, Clear, Ink
	switch b.kind {
	case Primary:
		fill, ink = Accent, OnAccent
	case Secondary:
		fill, edge = Raised, Edge
	case AccentText:
		ink = AccentInk
	case Quiet:
		ink = Ink2
	case Danger:
		ink = Bad
	}
	if b.hovered && !b.Disabled() && b.kind != Primary {
		fill = Hover
	}
	if b.Disabled() {
		ink = Ink3
		if b.kind == Primary {
			fill, edge = Sunken, Line
		}
	}
	b.box.FillColor, b.box.StrokeColor, b.box.StrokeWidth = coat(fill), coat(edge), 0
	if edge != Clear {
		b.box.StrokeWidth = 1
	}
	if b.kind == Primary && b.hovered && !b.Disabled() {
		c := Color(Accent)
		c.A = 225
		b.box.FillColor = c
	}
	st, _ := b.style()
	f := st.face()
	b.text.Text, b.text.Color, b.text.TextSize, b.text.FontSource = b.label, Color(ink), f.size, f.font
	b.img.Hidden = b.icon == ""
	if b.icon != "" {
		setPicture(b.img, b.icon, ink)
	}
	b.ring.paint(b.focused)
}

func (b *Button) least() fyne.Size {
	st, pad := b.style()
	if b.label == "" {
		return fyne.NewSquareSize(b.height)
	}
	w := 2*pad + Width(b.label, st)
	if b.icon != "" {
		w += 22
	}
	return fyne.NewSize(w, b.height)
}

func (b *Button) place(s fyne.Size) {
	y := (s.Height - b.height) / 2
	put(b.box, 0, y, s.Width, b.height)
	b.ring.around(0, y, s.Width, b.height)
	st, pad := b.style()
	x := (s.Width - b.least().Width) / 2
	switch {
	case b.label == "":
		x = (s.Width - 16) / 2
	default:
		x += pad
	}
	if b.icon != "" {
		put(b.img, x, s.Height/2-8, 16, 16)
		x += 22
	}
	put(b.text, x, y, Width(b.label, st), b.height)
}

// Link is text that acts, like a word in a sentence.
type Link struct {
	press
	text  string
	style Style
	role  Role
	t     *canvas.Text
	ring  ring
}

// NewLink makes a link.
func NewLink(text string, st Style, tapped func()) *Link {
	l := &Link{text: text, style: st, role: AccentInk, t: newText(st), ring: newRing(4, 2)}
	l.act = tapped
	l.extend(l)
	return l
}

// Label is the text.
func (l *Link) Label() string { return l.text }

// SetText changes the text.
func (l *Link) SetText(s string) {
	if l.text != s {
		l.text = s
		l.Refresh()
	}
}

// SetRole changes the colour: in a line of facts a link looks like a fact.
func (l *Link) SetRole(r Role) {
	if l.role != r {
		l.role = r
		l.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (l *Link) CreateRenderer() fyne.WidgetRenderer { return render(l, l.ring.Rectangle, l.t) }

func (l *Link) paint() {
	l.t.Text, l.t.Color = l.text, Color(l.role)
	l.t.TextStyle.Underline = l.hovered
	if l.Disabled() {
		l.t.Color = Color(Ink3)
	}
	l.ring.paint(l.focused)
}

func (l *Link) least() fyne.Size { return fyne.NewSize(Width(l.text, l.style), l.style.face().line) }
func (l *Link) place(s fyne.Size) {
	put(l.t, 0, 0, s.Width, s.Height)
	l.ring.around(0, 0, s.Width, s.Height)
}
