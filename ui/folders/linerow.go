package folders

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/ui/kit"
)

// lineHeight is the height of a line of the preview.
const lineHeight = 28

// lineRow is a line of the preview; it draws itself.
type lineRow struct {
	widget.BaseWidget
	l         line
	icon      kit.Picture
	name, why kit.Words
}

func newLineRow() *lineRow {
	r := &lineRow{icon: kit.NewPicture(), name: kit.NewWords(kit.Small), why: kit.NewWords(kit.Cap)}
	r.ExtendBaseWidget(r)
	return r
}

// Label is the name and why it is left out.
func (r *lineRow) Label() string {
	if r.l.why == "" {
		return r.l.name
	}
	return r.l.name + ", " + r.l.why
}

func (r *lineRow) show(l line) {
	r.l = l
	r.draw()
}

func (r *lineRow) draw() {
	const mid = lineHeight / 2
	end := r.Size().Width - 14
	r.icon.Set(r.l.icon, kit.Ink3, 20, mid, 16)
	why := min(kit.Width(r.l.why, kit.Cap), (end-36)*0.6)
	r.why.SetRight(r.l.why, kit.Ink3, end, mid, why+1)
	if r.l.why != "" {
		end -= why + 10
	}
	r.name.Set(r.l.name, kit.Ink, 36, mid, max(0, end-36))
}

// CreateRenderer is for Fyne.
func (r *lineRow) CreateRenderer() fyne.WidgetRenderer {
	return &lineRenderer{r, []fyne.CanvasObject{r.icon.Image, r.name.Text, r.why.Text}}
}

type lineRenderer struct {
	r *lineRow
	o []fyne.CanvasObject
}

func (l *lineRenderer) Destroy()                     {}
func (l *lineRenderer) Objects() []fyne.CanvasObject { return l.o }
func (l *lineRenderer) MinSize() fyne.Size           { return fyne.NewSize(120, lineHeight) }
func (l *lineRenderer) Layout(fyne.Size)             { l.r.draw() }
func (l *lineRenderer) Refresh()                     { l.r.draw() }
