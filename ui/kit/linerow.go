package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Cells is one line of a plain list, from left to right. Empty parts are left
// out, but their columns stay.
type Cells struct {
	Lead      string // a time, 104 wide; with NoLead in every line of a list the column goes
	NoLead    bool
	Icon      string
	Mark      State // instead of Icon, where that is ""
	Role      Role  // of Icon
	First     string
	Strong    bool // First is what the line is about
	Second    string
	Right     string
	RightRole Role
	Under     string // a grey word under Second
	Menu      string // name of its menu, "" where there is none
	Close     bool   // a cross stands for the menu
	Tight     bool   // without a page's margin
}

// LineRow shows Cells: hover, a press, a menu at the right or on the right
// button of the pointer.
type LineRow struct {
	press
	// At is which line it shows, for what is called; the list sets it.
	At                                int
	line                              Cells
	menu                              func(*LineRow)
	box                               *canvas.Rectangle
	img                               *canvas.Image
	lead, first, second, right, under *canvas.Text
	more                              *Button
	rule                              *canvas.Rectangle
}

// rightColumn is the least width of what stands at the right.
const rightColumn float32 = 140

// NewLineRow makes an empty row; tapped and menu may be nil.
func NewLineRow(tapped, menu func(*LineRow)) *LineRow {
	r := &LineRow{
		menu: menu, box: rect(8), img: newImage(), rule: rect(0),
		lead: newText(Small), first: newText(Body), second: newText(Body), right: newText(Small), under: newText(Cap),
	}
	r.more = NewButton("", Quiet, "more", func() { r.open() }).Tall(Low)
	if tapped != nil {
		r.act = func() { tapped(r) }
	}
	r.extend(r)
	return r
}

func (r *LineRow) open() {
	if r.menu != nil && r.line.Menu != "" {
		r.menu(r)
	}
}

// MenuAt is where the row's menu belongs.
func (r *LineRow) MenuAt() fyne.CanvasObject { return r.more }

// TappedSecondary opens the menu.
func (r *LineRow) TappedSecondary(*fyne.PointEvent) { r.open() }

// Set changes what it shows.
func (r *LineRow) Set(l Cells) {
	if r.line != l {
		r.line = l
		r.more.Named(l.Menu)
		r.more.SetIcon("more")
		if l.Close {
			r.more.SetIcon("close")
		}
		r.Refresh()
	}
}

// Label is what the line says.
func (r *LineRow) Label() string { return r.line.First + ", " + r.line.Second }

// CreateRenderer is for Fyne.
func (r *LineRow) CreateRenderer() fyne.WidgetRenderer {
	return render(r, r.box, r.img, r.lead, r.first, r.second, r.under, r.right, r.more, r.rule)
}

func (r *LineRow) paint() {
	r.box.FillColor = Color(Hover)
	r.box.Hidden = !r.hovered && !r.focused
	r.rule.FillColor = Color(Line)
	name, role := r.line.Icon, r.line.Role
	if name == "" {
		name, role = r.line.Mark.picture(), r.line.Mark.Role()
	}
	setPicture(r.img, name, role)
	ink := Ink
	st := Body
	if r.line.Strong {
		st = BodyM
	}
	r.first.FontSource, r.second.FontSource = tallFont(st.face().font), tallFont(Body.face().font)
	r.lead.Color, r.first.Color, r.second.Color, r.under.Color = Color(Ink3), Color(ink), Color(Ink2), Color(Ink3)
	role = r.line.RightRole
	if role == Clear {
		role = Ink3
	}
	r.right.Color = Color(role)
	r.more.Hidden = r.line.Menu == ""
}

func (r *LineRow) least() fyne.Size { return fyne.NewSize(320, 40) }

func (r *LineRow) place(s fyne.Size) {
	l := r.line
	margin := Margin
	if l.Tight {
		margin = 12
	}
	put(r.box, margin-16, 2, s.Width-2*margin+32, s.Height-4)
	x, end := margin, s.Width-margin
	if !l.NoLead {
		r.lead.Text = Fit(l.Lead, Small, 100)
		put(r.lead, x, 0, 100, s.Height)
		x += 104
	}
	put(r.img, x, s.Height/2-8, 16, 16)
	x += 28
	put(r.rule, x, s.Height-1, end-x, 1)
	put(r.more, end-Low+6, (s.Height-Low)/2, Low, Low)
	end -= 36
	w := Width(l.Right, Small)
	r.right.Text = l.Right
	put(r.right, end-w, 0, w, s.Height)
	if w > 0 { // a column of its own, so that the ones before stay in line
		end -= max(rightColumn, w) + 16
	}
	room := end - x
	half := room * 0.45
	st := Body
	if l.Strong {
		st = BodyM
	}
	r.first.Text = Fit(l.First, st, half-16)
	r.second.Text = Fit(l.Second, Body, room-half)
	r.under.Text = Fit(l.Under, Cap, room-half)
	const up = 0.5 // the middle of a taller line is that much lower
	put(r.first, x, -up, half-16, s.Height)
	if l.Under == "" {
		put(r.second, x+half, -up, room-half, s.Height)
	} else {
		put(r.second, x+half, 2-up, room-half, s.Height/2)
		put(r.under, x+half, s.Height/2, room-half, s.Height/2-4)
	}
	r.under.Hidden = l.Under == ""
}
