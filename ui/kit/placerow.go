package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// PlaceRow is one service to tick: a box, its tile, its name and how it is
// doing. All of it can be pressed.
type PlaceRow struct {
	press
	letter, name, say string
	role              Role
	on                bool
	box, tile         *canvas.Rectangle
	tick, computer    *canvas.Image
	mark              *canvas.Text
	title, below      *canvas.Text
	ring              ring
	// OnChanged is told what the person chose.
	OnChanged func(on bool)
}

// NewPlaceRow makes a row 40 high. The empty letter is this computer.
func NewPlaceRow(letter, name, say string, r Role, on bool, changed func(bool)) *PlaceRow {
	p := &PlaceRow{
		letter: letter, name: name, say: say, role: r, on: on, OnChanged: changed,
		box: rect(4), tile: rect(9), tick: newImage(), computer: newImage(), mark: newText(BodyS), title: newText(BodyM), below: newText(Cap), ring: newRing(8, 2),
	}
	p.mark.TextSize, p.mark.Alignment = 16, fyne.TextAlignCenter
	p.act = func() {
		p.SetOn(!p.on)
		if p.OnChanged != nil {
			p.OnChanged(p.on)
		}
	}
	p.extend(p)
	return p
}

// Label is the service's name.
func (p *PlaceRow) Label() string { return p.name }

// On reports whether it is ticked.
func (p *PlaceRow) On() bool { return p.on }

// SetOn ticks it or not; OnChanged is not told.
func (p *PlaceRow) SetOn(on bool) {
	if p.on != on {
		p.on = on
		p.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (p *PlaceRow) CreateRenderer() fyne.WidgetRenderer {
	return render(p, p.ring.Rectangle, p.box, p.tick, p.tile, p.mark, p.computer, p.title, p.below)
}

func (p *PlaceRow) paint() {
	p.box.FillColor, p.box.StrokeColor, p.box.StrokeWidth = Color(Clear), Color(Ctl), 1.25
	if p.on {
		p.box.FillColor, p.box.StrokeWidth = Color(Accent), 0
	}
	setPicture(p.tick, "check", OnAccent)
	p.tick.Hidden = !p.on
	p.tile.FillColor = Color(TileBg)
	p.mark.Text, p.mark.Color = p.letter, Color(Ink2)
	setPicture(p.computer, "monitor", Ink2)
	p.computer.Hidden = p.letter != ""
	p.title.Color, p.below.Color = Color(Ink), Color(p.role)
	p.ring.paint(p.focused)
}

func (p *PlaceRow) least() fyne.Size { return fyne.NewSize(160, 40) }

func (p *PlaceRow) place(s fyne.Size) {
	mid := s.Height / 2
	put(p.box, 0, mid-8, 16, 16)
	put(p.tick, 2, mid-6, 12, 12)
	put(p.tile, 28, mid-16, 32, 32)
	put(p.mark, 28, mid-16, 32, 32)
	put(p.computer, 35, mid-9, 18, 18)
	room := s.Width - 72
	p.title.Text, p.below.Text = Fit(p.name, BodyM, room), Fit(p.say, Cap, room)
	put(p.title, 72, mid-20, room, 22)
	put(p.below, 72, mid+1, room, 16)
	p.ring.around(0, 0, s.Width, s.Height)
}
