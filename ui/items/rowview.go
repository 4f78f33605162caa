package items

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/ui/kit"
)

// part is what of a row the pointer is at.
type part int

const (
	body part = iota
	tickBox
	keepOn
	copyLink
	menu
)

// rowView is the widget of a row: one widget, drawn by itself, used again for
// other rows. All it knows of the list is what it tells on.
type rowView struct {
	widget.BaseWidget
	on   rowEvents
	at   int
	r    row
	have bool
	t    table
	look rowLook

	ground              kit.Band
	box, thumb, line    kit.Shape
	track, fill         kit.Shape
	far                 kit.Words
	bones               [2]kit.Shape
	tick, icon, more    kit.Picture
	add, link           kit.Picture
	name, mono, note    kit.Words
	size, copies, added kit.Words
	places              kit.Words
	marks               [mostMarks]kit.Picture
}

// rowLook is how a row stands in the list, beside what it says.
type rowLook struct{ ticked, current, hovered, last bool }

// rowEvents is where a row's clicks go.
type rowEvents interface {
	pressed(at int, p part, e *desktop.MouseEvent, from fyne.CanvasObject)
	opened(at int)
	hover(at int)
}

func newRowView(on rowEvents) *rowView {
	v := &rowView{
		on: on, at: -1,
		ground: kit.NewBand(8), box: kit.NewShape(4), thumb: kit.NewShape(6), line: kit.NewShape(0),
		track: kit.NewShape(1.5), fill: kit.NewShape(1.5), far: kit.NewWords(kit.Cap),
		bones: [2]kit.Shape{kit.NewShape(5), kit.NewShape(4)},
		tick:  kit.NewPicture(), icon: kit.NewPicture(), more: kit.NewPicture(), add: kit.NewPicture(), link: kit.NewPicture(),
		name: kit.NewWords(kit.BodyM), mono: kit.NewWords(kit.Mono), note: kit.NewWords(kit.Cap),
		size: kit.NewWords(kit.Body), copies: kit.NewWords(kit.BodyM), added: kit.NewWords(kit.Body), places: kit.NewWords(kit.Body),
	}
	for i := range v.marks {
		v.marks[i] = kit.NewPicture()
	}
	v.ExtendBaseWidget(v)
	return v
}

// Label is the name and what is known of it.
func (v *rowView) Label() string { return v.r.name }

// show draws another row. Nothing is refreshed that stayed as it was.
func (v *rowView) show(at int, r row, have bool, t table, look rowLook) {
	v.at, v.r, v.have, v.t, v.look = at, r, have, t, look
	v.draw()
}

// partAt is what of the row is at x.
func (v *rowView) partAt(x float32) part {
	edge := v.t.quick()
	switch {
	case x < 50:
		return tickBox
	case x > v.t.more-16:
		return menu
	case v.look.hovered && x > edge-44 && x < edge-16:
		return keepOn
	case v.look.hovered && x >= edge-16 && x < edge+14:
		return copyLink
	}
	return body
}

// quick is the middle of the second of the two quick actions; they lie over
// the end of the name.
func (t table) quick() float32 { return t.name + t.nameWide - 16 }

// MouseDown tells the list.
func (v *rowView) MouseDown(e *desktop.MouseEvent) {
	if v.have {
		v.on.pressed(v.at, v.partAt(e.Position.X), e, v)
	}
}

// MouseUp is for Fyne.
func (v *rowView) MouseUp(*desktop.MouseEvent) {}

// DoubleTapped opens the details.
func (v *rowView) DoubleTapped(e *fyne.PointEvent) {
	if v.have && v.partAt(e.Position.X) == body {
		v.on.opened(v.at)
	}
}

// MouseIn tells the list that the pointer is here.
func (v *rowView) MouseIn(*desktop.MouseEvent) { v.on.hover(v.at) }

// MouseMoved is for Fyne.
func (v *rowView) MouseMoved(*desktop.MouseEvent) {
	if !v.look.hovered {
		v.on.hover(v.at)
	}
}

// MouseOut tells the list that the pointer left.
func (v *rowView) MouseOut() {
	if v.look.hovered {
		v.on.hover(-1)
	}
}

// CreateRenderer is for Fyne.
func (v *rowView) CreateRenderer() fyne.WidgetRenderer {
	o := append([]fyne.CanvasObject{v.line.Rectangle}, v.ground.Objects()...)
	o = append(o,
		v.box.Rectangle, v.tick.Image, v.thumb.Rectangle, v.icon.Image, v.bones[0].Rectangle, v.bones[1].Rectangle,
		v.name.Text, v.mono.Text, v.note.Text, v.track.Rectangle, v.fill.Rectangle, v.far.Text, v.add.Image, v.link.Image, v.size.Text, v.copies.Text, v.places.Text, v.added.Text, v.more.Image,
	)
	for _, m := range v.marks {
		o = append(o, m.Image)
	}
	return &rowRenderer{v, o}
}

type rowRenderer struct {
	v *rowView
	o []fyne.CanvasObject
}

func (r *rowRenderer) Destroy()                     {}
func (r *rowRenderer) Objects() []fyne.CanvasObject { return r.o }
func (r *rowRenderer) MinSize() fyne.Size           { return fyne.NewSize(280, rowHeight) }
func (r *rowRenderer) Layout(fyne.Size)             { r.v.draw() }
func (r *rowRenderer) Refresh()                     { r.v.draw() }

func (v *rowView) draw() {
	const cy = rowHeight / 2
	w := v.t.width
	fill := kit.Clear
	switch {
	case v.look.ticked || v.look.current:
		fill = kit.Selected
	case v.look.hovered:
		fill = kit.Hover
	}
	v.ground.Set(fill, 8, 1, w-16, rowHeight-2)
	v.line.Set(kit.Line, kit.Clear, 0)
	v.line.Hidden = v.look.last || !v.have
	kit.Put(v.line, v.t.name, rowHeight-1, w-24-v.t.name, 1)
	v.drawTick(cy)
	v.drawSkeleton()
	v.drawName(cy)
	v.drawFacts(cy)
}

func (v *rowView) drawTick(cy float32) {
	v.box.Hidden = !v.have
	kit.Put(v.box, 24, cy-8, 16, 16)
	if v.look.ticked {
		v.box.Set(kit.Accent, kit.Clear, 0)
		v.tick.Set("check", kit.OnAccent, 32, cy, 13)
		return
	}
	edge := kit.Edge
	if v.look.hovered || v.look.current {
		edge = kit.Ctl
	}
	v.box.Set(kit.Clear, edge, 1.25)
	v.tick.Set("", kit.Clear, 0, 0, 0)
}

// drawSkeleton stands for a row that is still being read.
func (v *rowView) drawSkeleton() {
	v.thumb.Set(kit.ThumbBg, kit.Clear, 0)
	kit.Put(v.thumb, 54, rowHeight/2-16, 32, 32)
	for i, b := range v.bones {
		b.Hidden = v.have
		b.Set(kit.ThumbBg, kit.Clear, 0)
		kit.Put(b, v.t.name, 10+float32(i)*18, v.t.nameWide*[2]float32{0.6, 0.25}[i], [2]float32{11, 9}[i])
	}
}

func (v *rowView) drawName(cy float32) {
	r := v.r
	if !v.have {
		r = row{}
	}
	v.icon.Set(r.icon, kit.Ink2, 70, cy, 18)
	role, room := kit.Ink, v.t.nameWide
	if r.nameless {
		role = kit.Ink2
	}
	if v.look.hovered && v.have {
		room -= 60
		v.add.Set("plus", kit.Ink2, v.t.quick()-28, cy, 16)
		v.link.Set("link", kit.Ink2, v.t.quick(), cy, 16)
	} else {
		v.add.Set("", kit.Clear, 0, 0, 0)
		v.link.Set("", kit.Clear, 0, 0, 0)
	}
	v.name.Set(r.name, role, v.t.name, cy-9, room)
	mono, note := "", r.line.text
	if r.line.mono {
		mono, note = note, ""
	}
	v.mono.Set(mono, r.line.role, v.t.name, cy+9, room)
	end := v.note.Set(note, r.line.role, v.t.name, cy+9, room)
	v.drawFar(end, cy+9, v.t.name+room)
}

// How long the line of a progress is, at most and at least; a shorter one goes.
const (
	farMost  = 120
	farLeast = 40
)

// drawFar draws how far it is behind what is going on: a line that fills, and in
// figures. What has no room is left out, the line first.
func (v *rowView) drawFar(x, cy, end float32) {
	l := v.r.line
	if !v.have || l.mono {
		l.part, l.note = -1, ""
	}
	used := kit.Width(l.note, kit.Cap)
	long := min(farMost, end-x-12-10-used)
	shown := l.part >= 0 && long >= farLeast
	v.track.Hidden, v.fill.Hidden = !shown, !shown
	if shown {
		v.track.Set(kit.Edge, kit.Clear, 0)
		v.fill.Set(l.role, kit.Clear, 0)
		kit.Put(v.track, x+12, cy-1.5, long, 3)
		kit.Put(v.fill, x+12, cy-1.5, max(3, long*float32(l.part)), 3)
		x += 12 + long
	}
	v.far.Set(l.note, kit.Ink3, x+10, cy, max(0, end-x-10))
}

func (v *rowView) drawFacts(cy float32) {
	r, dots := v.r, "more"
	if !v.have {
		r, dots = row{}, ""
	}
	size, added := r.size, r.added
	if v.t.size == 0 {
		size = ""
	}
	if v.t.added == 0 {
		added = ""
	}
	v.size.SetRight(size, kit.Ink2, v.t.size, cy, 76)
	few := kit.Ink2
	if r.few {
		few = kit.Warn
	}
	v.copies.Set(r.copies, few, v.t.copies, cy, 70)
	v.added.Set(added, kit.Ink2, v.t.added, cy, 96)
	v.more.Set(dots, kit.Ink3, v.t.more, cy, 16)
	for i, m := range v.marks {
		if i < v.t.count && i < len(r.marks) {
			m.SetState(r.marks[i], v.t.markAt(i), cy, 16)
		} else {
			m.Set("", kit.Clear, 0, 0, 0)
		}
	}
	places := ""
	if v.t.places && v.have {
		places = r.places
		v.marks[0].SetState(r.worst, v.t.marks+12, cy, 16)
	}
	v.places.Set(places, kit.Ink2, v.t.marks+28, cy, 50)
}
