package items

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/ui/kit"
)

const barFade = 112

// selectionBar says how much is ticked and what can be done with it. It floats
// over the end of the list.
type selectionBar struct {
	widget.BaseWidget
	v                         *View
	fade                      *canvas.LinearGradient
	box, line                 kit.Shape
	count, size               *kit.Text
	keep, stop, links, export *kit.Button
	close                     *kit.Button
}

func newSelectionBar(v *View) *selectionBar {
	b := &selectionBar{
		v: v, fade: canvas.NewVerticalGradient(color.Transparent, color.Transparent), box: kit.NewShape(12), line: kit.NewShape(0),
		count: kit.NewText("", kit.BodyM, kit.Ink), size: kit.NewText("", kit.Small, kit.Ink3),
	}
	b.keep = kit.NewButton(kit.T("items.keep-on"), kit.AccentText, "plus", func() { v.keepOn(v.targets()) })
	b.stop = kit.NewButton(kit.T("items.stop"), kit.Quiet, "minus", func() { v.stopKeeping(v.targets()) })
	b.links = kit.NewButton(kit.T("items.copy-links"), kit.Quiet, "link", func() { v.copyLinks(v.targets()) })
	b.export = kit.NewButton(kit.T("items.export"), kit.Quiet, "upload", func() { v.d.OnExport(v.targets()) })
	b.close = kit.NewButton("", kit.Quiet, "close", func() { v.sel.clear(); v.selectionChanged() }).Named(kit.T("items.untick"))
	b.export.Hidden = v.d.OnExport == nil
	b.Hidden = true
	b.ExtendBaseWidget(b)
	return b
}

// Label is how much is ticked.
func (b *selectionBar) Label() string { return b.count.Label() }

func (b *selectionBar) refresh() {
	n := b.v.sel.len()
	b.Hidden = n == 0
	b.count.SetText(kit.N("items.selected", int64(n)))
	size := ""
	if total, known := b.v.sel.size(); known && total > 0 {
		size = kit.Bytes(total)
	}
	b.size.SetText(size)
	b.Refresh()
}

// CreateRenderer is for Fyne.
func (b *selectionBar) CreateRenderer() fyne.WidgetRenderer { return &barRenderer{b} }

type barRenderer struct{ b *selectionBar }

func (r *barRenderer) Destroy() {}
func (r *barRenderer) Objects() []fyne.CanvasObject {
	b := r.b
	return []fyne.CanvasObject{b.fade, b.box.Rectangle, b.count, b.size, b.line.Rectangle, b.keep, b.stop, b.links, b.export, b.close}
}
func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(320, barFade) }
func (r *barRenderer) Refresh() {
	r.Layout(r.b.Size())
	r.b.fade.Refresh()
}

func (r *barRenderer) Layout(s fyne.Size) {
	b := r.b
	end := kit.Color(kit.Bg)
	begin := end
	begin.A = 0
	b.fade.StartColor, b.fade.EndColor = begin, end
	kit.Put(b.fade, 0, 0, s.Width-12, s.Height)
	w := kit.Width(b.count.Label(), kit.BodyM)
	sw := kit.Width(b.size.Label(), kit.Small)
	all := 16 + w + 8 + sw + 17
	buttons := []*kit.Button{b.keep, b.stop, b.links, b.export}
	for _, one := range buttons {
		if one.Visible() {
			all += one.MinSize().Width
		}
	}
	all += 8 + 32 + 8
	x, y := max(8, (s.Width-all)/2), s.Height-16-48
	b.box.Shadow = canvas.Shadow{Color: kit.Color(kit.Shade), BlurRadius: 24, Offset: fyne.NewPos(0, 8)}
	b.box.Set(kit.Overlay, kit.Edge, 1)
	kit.Put(b.box, x, y, all, 48)
	x += 16
	kit.Put(b.count, x, y, w, 48)
	x += w + 8
	kit.Put(b.size, x, y, sw, 48)
	x += sw + 8
	b.line.Set(kit.Line, kit.Clear, 0)
	kit.Put(b.line, x, y+12, 1, 24)
	x += 9
	for _, one := range buttons {
		if one.Visible() {
			bw := one.MinSize().Width
			kit.Put(one, x, y+8, bw, 32)
			x += bw
		}
	}
	kit.Put(b.close, x+8, y+8, 32, 32)
}
