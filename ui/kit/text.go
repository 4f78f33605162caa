package kit

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Style is one step of the type scale. Every text on every screen is one.
type Style int

// The type scale: Inter, and Fyne's mono for IDs. The letter says the weight:
// M medium, S semi-bold.
const (
	Display Style = iota // 24 S, empty states only
	Title                // 18 S, page and sheet
	Head                 // 15 S, card and group
	Lead                 // 14, empty states only
	Body                 // 13
	BodyM
	BodyS
	Small // 12
	SmallM
	Cap // 11
	CapM
	Mono // 11
)

type face struct {
	size float32
	font fyne.Resource
	line float32 // height of a line of wrapped text
}

func (s Style) face() face {
	f := fonts()
	switch s {
	case Display:
		return face{24, f.semi, 32}
	case Title:
		return face{18, f.semi, 26}
	case Head:
		return face{15, f.semi, 24}
	case Lead:
		return face{14, f.regular, 22}
	case BodyM:
		return face{13, f.medium, 22}
	case BodyS:
		return face{13, f.semi, 22}
	case Small:
		return face{12, f.regular, 18}
	case SmallM:
		return face{12, f.medium, 18}
	case Cap:
		return face{11, f.regular, 16}
	case CapM:
		return face{11, f.medium, 16}
	case Mono:
		return face{11, f.mono, 16}
	default:
		return face{13, f.regular, 22}
	}
}

// measured keeps widths of texts: measuring shapes the text, which is dear.
// It lives on the UI thread.
type measured struct {
	style Style
	text  string
}

const measuredMost = 8192

var widths = make(map[measured]float32)

// Width is how wide s is in a style.
func Width(s string, st Style) float32 {
	if s == "" {
		return 0
	}
	k := measured{st, s}
	if w, ok := widths[k]; ok {
		return w
	}
	f := st.face()
	size, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, f.size, fyne.TextStyle{}, f.font)
	if len(widths) >= measuredMost {
		clear(widths)
	}
	widths[k] = size.Width
	return size.Width
}

// Fit cuts s to a width with an ellipsis at its end.
func Fit(s string, st Style, width float32) string {
	if Width(s, st) <= width {
		return s
	}
	r := []rune(s)
	lo, hi := 0, len(r)-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if Width(strings.TrimRight(string(r[:mid]), " ")+"…", st) <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(r[:lo]), " ") + "…"
}

// Wrap breaks s into lines of at most width; its own line breaks are kept.
func Wrap(s string, st Style, width float32) []string {
	var lines []string
	for part := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, word := range strings.Fields(part) {
			longer := strings.TrimSpace(line + " " + word)
			if line != "" && Width(longer, st) > width {
				lines = append(lines, line)
				longer = word
			}
			for Width(longer, st) > width && utf8.RuneCountInString(longer) > 1 {
				head := strings.TrimSuffix(Fit(longer, st, width), "…")
				if head == "" {
					break
				}
				lines = append(lines, head)
				longer = strings.TrimPrefix(longer, head)
			}
			line = longer
		}
		lines = append(lines, line)
	}
	return lines
}

func newText(st Style) *canvas.Text {
	f := st.face()
	t := canvas.NewText("", Color(Ink))
	t.TextSize, t.FontSource = f.size, f.font
	return t
}

// Text is one line. It cuts itself with an ellipsis where it is too narrow;
// its least width is that of the whole text up to Least, so give it room with
// the layouts of this package.
type Text struct {
	widget.BaseWidget
	text   string
	style  Style
	role   Role
	align  fyne.TextAlign
	narrow float32
	t      *canvas.Text
}

// NewText makes a line of text.
func NewText(s string, st Style, r Role) *Text {
	t := &Text{text: s, style: st, role: r, narrow: -1, t: newText(st)}
	t.ExtendBaseWidget(t)
	return t
}

// Label is the text.
func (t *Text) Label() string { return t.text }

// SetText changes the text.
func (t *Text) SetText(s string) {
	if t.text != s {
		t.text = s
		t.Refresh()
	}
}

// SetRole changes the colour.
func (t *Text) SetRole(r Role) {
	if t.role != r {
		t.role = r
		t.Refresh()
	}
}

// Right aligns the text at its right edge and returns it.
func (t *Text) Right() *Text { t.align = fyne.TextAlignTrailing; return t }

// Center puts the text into the middle and returns it.
func (t *Text) Center() *Text { t.align = fyne.TextAlignCenter; return t }

// Shrink lets layouts make the text narrower than it is, down to w, and
// returns it.
func (t *Text) Shrink(w float32) *Text { t.narrow = w; return t }

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer { return render(t, t.t) }

func (t *Text) paint() {
	t.t.Color = Color(t.role)
	t.t.Alignment = t.align
}

func (t *Text) place(s fyne.Size) {
	if cut := Fit(t.text, t.style, s.Width+0.5); t.t.Text != cut {
		t.t.Text = cut
		t.t.Refresh()
	}
	put(t.t, 0, 0, s.Width, s.Height)
}

func (t *Text) least() fyne.Size {
	w := Width(t.text, t.style)
	if t.narrow >= 0 {
		w = min(w, t.narrow)
	}
	return fyne.NewSize(w, t.style.face().line)
}

// Para is text that wraps to the width it is given. Its least height follows
// that width, so a layout that gave it another width asks again.
type Para struct {
	widget.BaseWidget
	text  string
	style Style
	role  Role
	align fyne.TextAlign
	width float32
	lines []*canvas.Text
}

// NewPara makes a text that wraps. width is what it wraps to before it is
// first given one.
func NewPara(s string, st Style, r Role, width float32) *Para {
	p := &Para{text: s, style: st, role: r, width: width}
	p.ExtendBaseWidget(p)
	return p
}

// Label is the text.
func (p *Para) Label() string { return p.text }

// SetText changes the text.
func (p *Para) SetText(s string) {
	if p.text != s {
		p.text = s
		p.Refresh()
	}
}

// SetRole changes the colour.
func (p *Para) SetRole(r Role) {
	if p.role != r {
		p.role = r
		p.Refresh()
	}
}

// Center puts each line into the middle and returns the text.
func (p *Para) Center() *Para { p.align = fyne.TextAlignCenter; return p }

// HeightAt is how high the text is at a width.
func (p *Para) HeightAt(width float32) float32 {
	if p.text == "" {
		return 0
	}
	return float32(len(Wrap(p.text, p.style, width))) * p.style.face().line
}

// Resize wraps the text anew.
func (p *Para) Resize(s fyne.Size) {
	if s.Width > 0 {
		p.width = s.Width
	}
	p.BaseWidget.Resize(s)
}

// CreateRenderer is for Fyne.
func (p *Para) CreateRenderer() fyne.WidgetRenderer { return &paraRenderer{p} }

type paraRenderer struct{ p *Para }

func (r *paraRenderer) Destroy() {}
func (r *paraRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(r.p.lines))
	for i, l := range r.p.lines {
		out[i] = l
	}
	return out
}

func (r *paraRenderer) MinSize() fyne.Size { return fyne.NewSize(40, r.p.HeightAt(r.p.width)) }

func (r *paraRenderer) Layout(s fyne.Size) {
	p := r.p
	words := Wrap(p.text, p.style, s.Width)
	for len(p.lines) < len(words) {
		p.lines = append(p.lines, newText(p.style))
	}
	p.lines = p.lines[:len(words)]
	h := p.style.face().line
	for i, l := range p.lines {
		l.Color, l.Alignment = Color(p.role), p.align
		l.Text = words[i]
		put(l, 0, float32(i)*h, s.Width, h)
		l.Refresh()
	}
}

func (r *paraRenderer) Refresh() { r.Layout(r.p.Size()) }
