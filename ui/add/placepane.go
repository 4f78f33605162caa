package add

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// placePane is the side of the sheet that says where to keep it: the services,
// and below a line this computer, which is no copy.
type placePane struct {
	s        *Sheet
	places   []kit.Keeper
	rows     []*kit.PlaceRow
	list     *fyne.Container
	copies   *kit.Text
	remember *kit.Check
	on       *kit.Para // "Keep this computer on ..."
	body     *fyne.Container
}

func newPlacePane(s *Sheet) *placePane {
	p := &placePane{s: s, list: kit.VBox(12), copies: kit.NewText("", kit.Small, kit.Ink3), on: kit.NewPara("", kit.Small, kit.Ink2, 252)}
	p.remember = kit.NewCheck(kit.T("add.default"), false, nil)
	p.body = kit.VBox(12, kit.Sized(0, kit.Low, kit.HBox(8, kit.NewText(kit.T("add.where"), kit.BodyM, kit.Ink), p.copies)), p.list, p.on, p.remember)
	return p
}

// show lists the services; usual is the setting.
func (p *placePane) show(usual string) {
	p.places = kit.Keepers(p.s.d.State(), ParseDefault(usual), false)
	p.rows, p.list.Objects = nil, nil
	lined := false
	for i, one := range p.places {
		letter := kit.Letter(one.Name)
		if one.Local {
			letter = ""
			if i > 0 && !lined {
				p.list.Add(kit.NewHLine())
			}
			lined = true
		}
		row := kit.NewPlaceRow(letter, one.Name, one.Say, one.Role, one.Chosen, func(bool) { p.s.tell() })
		p.rows = append(p.rows, row)
		p.list.Add(row)
		if one.NewKey {
			p.list.Add(kit.Inset(0, 0, 0, 72, kit.HBox(0, kit.NewLink(kit.T("add.newkey"), kit.CapM, func() { p.s.handle.Close(); p.s.d.NewKey(one.ID) }), kit.Fill())))
		}
	}
	p.remember.Hidden = len(p.places) < 2
	if services := len(p.places); services == 0 || (services == 1 && p.places[0].Local) {
		p.invite(services == 0)
	}
	p.s.tell()
	p.s.layout()
}

// invite leads to the first service.
func (p *placePane) invite(nowhere bool) {
	words := kit.T("add.only-here.invite")
	if nowhere {
		words = kit.T("add.nowhere")
	}
	p.list.Add(kit.NewPara(words, kit.Small, kit.Ink2, 240))
	p.list.Add(kit.HBox(0, kit.NewButton(kit.T("add.connect"), kit.Secondary, "plus", func() { p.s.handle.Close(); p.s.d.Connect() }), kit.Fill()))
}

func (p *placePane) chosen() (ids []services.AccountID, copies int) {
	for i, c := range p.rows {
		if !c.On() {
			continue
		}
		ids = append(ids, p.places[i].ID)
		if !p.places[i].Local {
			copies++
		}
	}
	return ids, copies
}

// tell says how many copies the choice makes, and until when this computer has
// to stay on for files.
func (p *placePane) tell(files bool) {
	ids, n := p.chosen()
	p.copies.SetText("")
	if len(ids) > 0 {
		p.copies.SetText(copies(n))
	}
	words := ""
	switch {
	case len(ids) == 0:
	case n == 0:
		words = kit.T("add.only-here")
	case files:
		words = kit.T("add.stay-on")
	}
	p.on.SetText(words)
	p.on.Hidden = words == ""
}
