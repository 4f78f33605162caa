package items

import (
	"slices"

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

	ground kit.Band
	line   kit.Rule
	// What the row says: its beginning and its end, with the room that is left
	// between them out of both pictures.
	front, back *kit.Plate
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
	v := &rowView{on: on, at: -1, ground: kit.NewBand(8), line: kit.NewRule(), front: kit.NewPlate(), back: kit.NewPlate()}
	v.ExtendBaseWidget(v)
	return v
}

// Label is the name and what is known of it.
func (v *rowView) Label() string { return v.r.name }

// Written is what can be read in it.
func (v *rowView) Written() []kit.Written {
	return append(slices.Clone(v.front.Written()), v.back.Written()...)
}

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
	o := append([]fyne.CanvasObject{v.line.LinearGradient}, v.ground.Objects()...)
	o = append(o, v.front.Raster, v.back.Raster)
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
	rule := kit.Line
	if v.look.last || !v.have {
		rule = kit.Clear
	}
	v.line.Set(rule, v.t.name, rowHeight-1, w-24-v.t.name)
	v.front.Begin()
	v.back.Begin()
	v.drawThumb(cy)
	if v.have {
		v.drawTick(cy)
		v.drawName(cy)
		v.drawFacts(cy)
	} else {
		v.drawSkeleton()
	}
	v.front.End()
	v.back.End()
}

func (v *rowView) drawTick(cy float32) {
	edge := kit.Edge
	switch {
	case v.look.ticked:
		v.front.Box(kit.Accent, kit.Clear, 4, 0, 24, cy-8, 16, 16)
		v.front.Icon("check", kit.OnAccent, 32, cy, 13)
		return
	case v.look.hovered || v.look.current:
		edge = kit.Ctl
	}
	v.front.Box(kit.Clear, edge, 4, 1.25, 24, cy-8, 16, 16)
}

func (v *rowView) drawThumb(cy float32) {
	v.front.Box(kit.ThumbBg, kit.Clear, 6, 0, 54, cy-16, 32, 32)
	if v.have && v.r.icon != "" {
		v.front.Icon(v.r.icon, kit.Ink2, 70, cy, 18)
	}
}

// drawSkeleton stands for a row that is still being read.
func (v *rowView) drawSkeleton() {
	v.front.Box(kit.ThumbBg, kit.Clear, 5, 0, v.t.name, 10, v.t.nameWide*0.6, 11)
	v.front.Box(kit.ThumbBg, kit.Clear, 4, 0, v.t.name, 28, v.t.nameWide*0.25, 9)
}

func (v *rowView) drawName(cy float32) {
	role, room := kit.Ink, v.t.nameWide
	if v.r.nameless {
		role = kit.Ink2
	}
	if v.look.hovered {
		room -= 60
		v.back.Icon("plus", kit.Ink2, v.t.quick()-28, cy, 16)
		v.back.Icon("link", kit.Ink2, v.t.quick(), cy, 16)
	}
	v.front.Words(v.r.name, kit.BodyM, role, v.t.name, cy-9, room)
	l := v.r.line
	if l.mono {
		v.front.Words(l.text, kit.Mono, l.role, v.t.name, cy+9, room)
		return
	}
	end := v.front.Words(l.text, kit.Cap, l.role, v.t.name, cy+9, room)
	v.drawFar(l, end, cy+9, v.t.name+room)
}

// How long the line of a progress is, at most and at least; a shorter one goes.
const (
	farMost  = 120
	farLeast = 40
)

// drawFar draws how far it is behind what is going on: a line that fills, and in
// figures. What has no room is left out, the line first.
func (v *rowView) drawFar(l line, x, cy, end float32) {
	used := kit.Width(l.note, kit.Cap)
	if long := min(farMost, end-x-12-10-used); l.part >= 0 && long >= farLeast {
		v.front.Box(kit.Edge, kit.Clear, 1.5, 0, x+12, cy-1.5, long, 3)
		v.front.Box(l.role, kit.Clear, 1.5, 0, x+12, cy-1.5, max(3, long*float32(l.part)), 3)
		x += 12 + long
	}
	v.front.Words(l.note, kit.Cap, kit.Ink3, x+10, cy, max(0, end-x-10))
}

func (v *rowView) drawFacts(cy float32) {
	if v.t.size != 0 {
		v.back.WordsRight(v.r.size, kit.Body, kit.Ink2, v.t.size, cy, 76)
	}
	few := kit.Ink2
	if v.r.few {
		few = kit.Warn
	}
	v.back.Words(v.r.copies, kit.BodyM, few, v.t.copies, cy, 70)
	if v.t.added != 0 {
		v.back.Words(v.r.added, kit.Body, kit.Ink2, v.t.added, cy, 96)
	}
	v.back.Icon("more", kit.Ink3, v.t.more, cy, 16)
	for i, m := range v.r.marks[:min(v.t.count, len(v.r.marks))] {
		v.back.State(m, v.t.markAt(i), cy, 16)
	}
	if v.t.places {
		v.back.State(v.r.worst, v.t.marks+12, cy, 16)
		v.back.Words(v.r.places, kit.Body, kit.Ink2, v.t.marks+28, cy, 50)
	}
}
