package add

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/ui/kit"
)

// barRoom is what the list's bar may take at the right.
const barRoom = 10

// fileHeight is the height of a line of the list.
const fileHeight = 48

// fileRow is a line of the list of files: it draws itself, but for its cross.
type fileRow struct {
	widget.BaseWidget
	at              int
	l               line
	last            bool
	thumb, rule     kit.Shape
	icon            kit.Picture
	name, sub, size kit.Words
	leave           *kit.Button
}

func newFileRow(leave func(at int)) *fileRow {
	r := &fileRow{
		thumb: kit.NewShape(6), rule: kit.NewShape(0), icon: kit.NewPicture(),
		name: kit.NewWords(kit.BodyM), sub: kit.NewWords(kit.Cap), size: kit.NewWords(kit.Body),
	}
	r.leave = kit.NewButton("", kit.Quiet, "close", func() { leave(r.at) }).Tall(kit.Low)
	r.ExtendBaseWidget(r)
	return r
}

// Label is the name and what is said of it.
func (r *fileRow) Label() string {
	if r.l.sub == "" {
		return r.l.name
	}
	return r.l.name + ", " + r.l.sub
}

func (r *fileRow) show(at int, l line, last bool) {
	if r.l.name != l.name {
		r.leave.Named(kit.T("add.leave.file", "name", l.name))
	}
	r.at, r.l, r.last = at, l, last
	r.draw()
}

func (r *fileRow) draw() {
	const mid = fileHeight / 2
	w := r.Size().Width - barRoom
	r.thumb.Set(kit.ThumbBg, kit.Clear, 0)
	kit.Put(r.thumb, 0, mid-16, 32, 32)
	ink := kit.Ink2
	if r.l.role == kit.Bad {
		ink = kit.Bad
	}
	r.icon.Set(r.l.icon, ink, 16, mid, 18)
	r.rule.Set(kit.Line, kit.Clear, 0)
	r.rule.Hidden = r.last
	kit.Put(r.rule, 44, fileHeight-1, w-44, 1)
	kit.Put(r.leave, w-28, mid-14, 28, 28)
	end := w - 36
	r.size.SetRight(r.l.size, kit.Ink2, end, mid, 80)
	if r.l.size != "" {
		end -= kit.Width(r.l.size, kit.Body) + 16
	}
	y := float32(mid)
	if r.l.sub != "" {
		y -= 9
	}
	r.name.Set(r.l.name, kit.Ink, 44, y, end-44)
	r.sub.Set(r.l.sub, r.l.role, 44, mid+9, end-44)
}

// CreateRenderer is for Fyne.
func (r *fileRow) CreateRenderer() fyne.WidgetRenderer {
	return &fileRenderer{r, []fyne.CanvasObject{
		r.rule.Rectangle, r.thumb.Rectangle, r.icon.Image, r.name.Text, r.sub.Text, r.size.Text, r.leave,
	}}
}

type fileRenderer struct {
	r *fileRow
	o []fyne.CanvasObject
}

func (f *fileRenderer) Destroy()                     {}
func (f *fileRenderer) Objects() []fyne.CanvasObject { return f.o }
func (f *fileRenderer) MinSize() fyne.Size           { return fyne.NewSize(200, fileHeight) }
func (f *fileRenderer) Layout(fyne.Size)             { f.r.draw() }
func (f *fileRenderer) Refresh()                     { f.r.draw(); f.r.leave.Refresh() }
