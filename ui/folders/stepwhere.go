package folders

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// whereStep is the third: where it is kept, what becomes of old versions, and
// all of it in a sentence.
type whereStep struct {
	w           *wizard
	keepers     []kit.Keeper
	rows        []*kit.PlaceRow
	list        *fyne.Container
	copies      *kit.Text
	change      *kit.Segmented
	changeSay   *kit.Para
	profile     *kit.Select
	profileHint *kit.Para
	advanced    *fyne.Container
	sentence    *kit.Para
	sum         *fyne.Container // all of it in a sentence, to stand beside the button
	body        *fyne.Container
}

func newWhereStep(w *wizard, d draft) *whereStep {
	s := &whereStep{w: w, list: kit.VBox(12), copies: kit.NewText("", kit.Small, kit.Ink3)}
	places := kit.VBox(12, kit.HBox(8, kit.NewText(kit.T("add.where"), kit.BodyM, kit.Ink), s.copies), s.list)
	s.sentence = kit.NewPara("", kit.BodyM, kit.Ink, 700)
	s.sum = kit.VBox(0, kit.NewSurface(kit.AccentSoft, kit.Clear, 8, kit.Inset(12, 16, 12, 16, kit.HBox(12, kit.NewIcon("folder", 20, kit.AccentInk), kit.Fill(kit.Middle(s.sentence))))))
	s.body = kit.VBox(0, kit.Beside(24, 300, s.how(d), places))
	s.show(d.accounts)
	return s
}

// how asks what becomes of old versions, says what becomes of deleted files, and
// has the profile folded away.
func (s *whereStep) how(d draft) fyne.CanvasObject {
	at := 0
	if d.replace {
		at = 1
	}
	s.change = kit.NewSegmented([]string{kit.T("folders.change.keep"), kit.T("folders.change.replace")}, at, func(int) { s.w.tell() })
	s.changeSay = kit.NewPara("", kit.Small, kit.Ink2, 400)
	change := kit.VBox(8, kit.NewText(kit.T("folders.change"), kit.BodyM, kit.Ink), kit.HBox(0, s.change, kit.Fill()), s.changeSay)
	deleted := kit.VBox(2, kit.NewText(kit.T("folders.deleted"), kit.BodyM, kit.Ink), kit.NewPara(kit.T("folders.deleted.text"), kit.Small, kit.Ink2, 400))
	words := []string{kit.T("add.profile.v1"), kit.T("add.profile.v0"), kit.T("add.profile.2025")}
	chosen := 0
	for i, p := range store.Profiles() {
		if p == d.profile {
			chosen = i
		}
	}
	s.profile = kit.NewSelect(kit.T("add.profile"), words, chosen, func(int) { s.w.tell() })
	s.profileHint = kit.NewPara("", kit.Cap, kit.Ink3, 400)
	s.advanced = kit.VBox(6, kit.HBox(12, kit.Fill(kit.NewText(kit.T("add.profile"), kit.Body, kit.Ink2)), kit.Sized(220, 0, s.profile)), s.profileHint)
	s.advanced.Hide()
	fold := kit.NewLink(kit.T("add.advanced"), kit.SmallM, func() { setHidden(s.advanced, s.advanced.Visible()); s.w.layout() })
	return kit.VBox(20, change, deleted, kit.VBox(8, kit.HBox(0, fold, kit.Fill()), s.advanced))
}

// show lists the services; chosen are ticked.
func (s *whereStep) show(chosen []services.AccountID) {
	s.keepers = kit.Keepers(s.w.v.d.State(), chosen, s.w.id != 0)
	s.rows, s.list.Objects = nil, nil
	lined := false
	for i, k := range s.keepers {
		letter := kit.Letter(k.Name)
		if k.Local {
			letter = ""
			if i > 0 && !lined {
				s.list.Add(kit.NewHLine())
			}
			lined = true
		}
		row := kit.NewPlaceRow(letter, k.Name, k.Say, k.Role, k.Chosen, func(bool) { s.w.tell() })
		s.rows = append(s.rows, row)
		s.list.Add(row)
		if k.NewKey {
			again := kit.NewLink(kit.T("add.newkey"), kit.CapM, func() { s.w.sheet.Close(); s.w.v.d.NewKey(k.ID) })
			s.list.Add(kit.Inset(0, 0, 0, 72, kit.HBox(0, again, kit.Fill())))
		}
	}
	if n := len(s.keepers); n == 0 || (n == 1 && s.keepers[0].Local) {
		words := kit.T("add.only-here.invite")
		if n == 0 {
			words = kit.T("add.nowhere")
		}
		connect := kit.NewButton(kit.T("add.connect"), kit.Secondary, "plus", func() { s.w.sheet.Close(); s.w.v.d.Connect() })
		s.list.Add(kit.NewPara(words, kit.Small, kit.Ink2, 300))
		s.list.Add(kit.HBox(0, connect, kit.Fill()))
	}
	s.w.tell()
}

func (s *whereStep) fill(d *draft) {
	d.replace, d.profile, d.accounts = s.change.At() == 1, store.Profiles()[s.profile.At()], nil
	for i, row := range s.rows {
		if row.On() {
			d.accounts = append(d.accounts, s.keepers[i].ID)
		}
	}
}

func (s *whereStep) tell(d draft, l look) {
	copies := 0
	for i, row := range s.rows {
		if row.On() && !s.keepers[i].Local {
			copies++
		}
	}
	s.copies.SetText(kit.N("folders.copies", int64(copies)))
	say := kit.T("folders.change.keep.text")
	if d.replace {
		say = kit.T("folders.change.replace.text")
	}
	s.changeSay.SetText(say)
	s.profileHint.SetText([]string{kit.T("add.profile.v1.hint"), kit.T("add.profile.v0.hint"), kit.T("add.profile.2025.hint")}[s.profile.At()])
	where := and(placeNames(d.accounts, s.w.v.d.State()))
	switch {
	case where == "":
		s.sentence.SetText(kit.T("folders.need.place"))
	case s.w.id != 0:
		s.sentence.SetText(describe(d.folder(s.w.v.home), where))
	default:
		s.sentence.SetText(d.will(l.plan, where, s.w.v.home))
	}
}
