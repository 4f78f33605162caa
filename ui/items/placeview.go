package items

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/ui/kit"
)

// placeView is one service in the panel: its state there, and what can be done.
type placeView struct {
	widget.BaseWidget
	r         placeRow
	tile      *kit.Tile
	mark      *kit.Mark
	name      *kit.Text
	word, sub kit.Words
	far       *kit.Progress
	button    *kit.Button
}

func newPlaceView(act func(placeRow)) *placeView {
	p := &placeView{
		tile: kit.NewTile("", 28), mark: kit.NewMark(kit.None, 14), name: kit.NewText("", kit.BodyM, kit.Ink).Shrink(20),
		word: kit.NewWords(kit.CapM), sub: kit.NewWords(kit.Cap), far: kit.NewProgress(),
	}
	p.button = kit.NewButton("", kit.Secondary, "", func() { act(p.r) }).Tall(kit.Low)
	p.ExtendBaseWidget(p)
	return p
}

// Label is the service and its state.
func (p *placeView) Label() string { return p.r.name + ", " + p.r.word }

func (p *placeView) show(r placeRow) {
	p.r = r
	p.tile.SetLetter(r.letter)
	p.mark.Set(r.state)
	p.name.SetText(r.name)
	p.button.SetText(r.button)
	p.button.Hidden = r.button == ""
	p.far.Hidden = r.part < 0
	if r.part >= 0 {
		p.far.Set(r.part)
	}
	p.Refresh()
}

// CreateRenderer is for Fyne.
func (p *placeView) CreateRenderer() fyne.WidgetRenderer { return &placeRenderer{p} }

type placeRenderer struct{ p *placeView }

func (r *placeRenderer) Destroy() {}
func (r *placeRenderer) Objects() []fyne.CanvasObject {
	p := r.p
	return []fyne.CanvasObject{p.tile, p.name, p.mark, p.word.Text, p.sub.Text, p.far, p.button}
}
func (r *placeRenderer) MinSize() fyne.Size {
	if r.p.r.part >= 0 {
		return fyne.NewSize(200, 48)
	}
	return fyne.NewSize(200, 42)
}
func (r *placeRenderer) Refresh() { r.Layout(r.p.Size()) }

func (r *placeRenderer) Layout(s fyne.Size) {
	p := r.p
	const cy = 20
	kit.Put(p.tile, 0, cy-14, 28, 28)
	bw := p.button.MinSize().Width
	kit.Put(p.button, s.Width-bw, cy-14, bw, 28)
	room := s.Width - bw - 8
	kit.Put(p.name, 40, cy-20, room-40, 22)
	kit.Put(p.mark, 40, cy+2, 14, 14)
	role := p.r.state.Role()
	switch {
	case p.r.role != kit.Clear:
		role = p.r.role
	case p.r.state == kit.None:
		role = kit.Ink3
	}
	end := p.word.Set(p.r.word, role, 57, cy+9, room-57)
	kit.Put(p.far, 40, cy+20, room-40, 3)
	p.sub.Set(p.r.sub, kit.Ink3, end+5, cy+9, max(0, room-end-5))
}
