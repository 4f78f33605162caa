package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Tone is how serious a Banner or a Pill is.
type Tone int

// The tones.
const (
	Neutral Tone = iota
	Going
	Good
	Amber
	Red
)

func (t Tone) roles() (ink, soft Role) {
	switch t {
	case Going:
		return Work, WorkSoft
	case Good:
		return SafeInk, SafeSoft
	case Amber:
		return Warn, WarnSoft
	case Red:
		return Bad, BadSoft
	default:
		return Ink2, Sunken
	}
}

// Banner is one line, 40 high: what happened, and one step.
type Banner struct {
	widget.BaseWidget
	tone   Tone
	icon   string
	text   string
	box    *canvas.Rectangle
	img    *canvas.Image
	line   *canvas.Text
	action *Button
	bar    *Progress
	part   float64
}

// NewBanner makes a banner; action may be "".
func NewBanner(t Tone, text, action string, tapped func()) *Banner {
	b := &Banner{tone: t, icon: "warn", text: text, box: rect(8), img: newImage(), line: newText(Body), part: -1}
	if t == Neutral || t == Going {
		b.icon = "info"
	}
	b.action = NewButton(action, AccentText, "", tapped).Tall(Low)
	b.bar = NewProgress()
	b.ExtendBaseWidget(b)
	return b
}

// WithIcon changes the icon and returns the banner.
func (b *Banner) WithIcon(name string) *Banner { b.icon = name; return b }

// Set changes what it says; action "" takes the button away.
func (b *Banner) Set(t Tone, text, action string, tapped func()) {
	b.tone, b.text = t, text
	b.action.label, b.action.act = action, tapped
	b.Refresh()
}

// SetProgress shows how far it is, 0 to 1; negative takes the line away.
func (b *Banner) SetProgress(part float64) {
	b.part = part
	b.bar.Set(part)
	b.Refresh()
}

// Label is what it says.
func (b *Banner) Label() string { return b.text }

// CreateRenderer is for Fyne.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	return render(b, b.box, b.img, b.line, b.bar, b.action)
}

func (b *Banner) paint() {
	ink, soft := b.tone.roles()
	b.box.FillColor = coat(soft)
	b.line.Color = Color(Ink)
	setPicture(b.img, b.icon, ink)
	b.action.Hidden = b.action.label == ""
	b.bar.Hidden = b.part < 0
}

func (b *Banner) least() fyne.Size { return fyne.NewSize(120, 40) }
func (b *Banner) place(s fyne.Size) {
	put(b.box, 0, 0, s.Width, s.Height)
	put(b.img, 14, s.Height/2-8, 16, 16)
	right := s.Width - 12
	if !b.action.Hidden {
		w := b.action.MinSize().Width
		right -= w
		put(b.action, right, (s.Height-Low)/2, w, Low)
		right -= 8
	}
	if !b.bar.Hidden {
		right -= 120
		put(b.bar, right, 0, 120, s.Height)
		right -= 12
	}
	b.line.Text = Fit(b.text, Body, right-40)
	put(b.line, 40, 0, right-40, s.Height)
}

// Pill is a word or a number on soft colour, 18 high.
type Pill struct {
	widget.BaseWidget
	text string
	tone Tone
	box  *canvas.Rectangle
	t    *canvas.Text
}

// NewPill makes a pill.
func NewPill(text string, t Tone) *Pill {
	b := &Pill{text: text, tone: t, box: rect(9), t: newText(CapM)}
	b.t.Alignment = fyne.TextAlignCenter
	b.ExtendBaseWidget(b)
	return b
}

// Set changes it.
func (b *Pill) Set(text string, t Tone) {
	if b.text != text || b.tone != t {
		b.text, b.tone = text, t
		b.Refresh()
	}
}

// Label is the text.
func (b *Pill) Label() string { return b.text }

// CreateRenderer is for Fyne.
func (b *Pill) CreateRenderer() fyne.WidgetRenderer { return render(b, b.box, b.t) }

func (b *Pill) paint() {
	ink, soft := b.tone.roles()
	b.box.FillColor, b.t.Color, b.t.Text = coat(soft), Color(ink), b.text
}
func (b *Pill) least() fyne.Size { return fyne.NewSize(max(18, Width(b.text, CapM)+12), 18) }
func (b *Pill) place(s fyne.Size) {
	y := (s.Height - 18) / 2
	put(b.box, 0, y, s.Width, 18)
	put(b.t, 0, y, s.Width, 18)
}

// Empty is what an empty screen says: one line, two more, what to do, a hint.
type Empty struct {
	Icon    string
	Steps   []EmptyStep // instead of Icon: tiles with arrows between them
	Title   string
	Text    string
	Buttons []*Button
	Hint    string
}

// EmptyStep is one tile of an Empty that explains.
type EmptyStep struct{ Icon, Title, Text string }

const (
	stepTile  float32 = 112
	stepWide  float32 = 160
	stepArrow float32 = 40
)

// steps is what happens from left to right.
func steps(list []EmptyStep) fyne.CanvasObject {
	row := HBox(0)
	for i, s := range list {
		if i > 0 {
			row.Add(Sized(stepArrow, stepTile+60, Inset(0, 0, 60, 0, Centered(NewIcon("arrow", 20, Ink3)))))
		}
		tile := Sized(stepTile, stepTile, NewSurface(AccentSoft, Clear, 28, Centered(NewIcon(s.Icon, 40, AccentInk))))
		words := VBox(2, NewPara(s.Title, BodyS, Ink, stepWide).Center(), NewPara(s.Text, Small, Ink3, stepWide).Center())
		row.Add(Sized(stepWide, stepTile+60, VBox(0, Centered(tile), Space(0, 12), words)))
	}
	return Centered(row)
}

// NewEmpty makes the content of an empty screen, in its middle.
func NewEmpty(e Empty) fyne.CanvasObject {
	box := VBox(0)
	if e.Icon != "" {
		tile := NewSurface(ThumbBg, Clear, 24, Centered(NewIcon(e.Icon, 40, Ink3)))
		box.Add(Inset(0, 0, 20, 0, Centered(Sized(88, 88, tile))))
	}
	if len(e.Steps) > 0 {
		box.Add(Inset(0, 0, 28, 0, steps(e.Steps)))
	}
	box.Add(Centered(NewText(e.Title, Display, Ink)))
	if e.Text != "" {
		box.Add(Inset(8, 0, 0, 0, NewPara(e.Text, Lead, Ink2, 460).Center()))
	}
	if len(e.Buttons) > 0 {
		row := HBox(12)
		for _, b := range e.Buttons {
			row.Add(b.Tall(High))
		}
		box.Add(Inset(24, 0, 0, 0, Centered(row)))
	}
	if e.Hint != "" {
		box.Add(Inset(16, 0, 0, 0, NewPara(e.Hint, Small, Ink3, 460).Center()))
	}
	return Centered(Sized(max(460, float32(len(e.Steps))*(stepWide+stepArrow)), 0, box))
}
