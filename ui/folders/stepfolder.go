package folders

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// folderStep is the first: which folder.
type folderStep struct {
	path        *kit.Field
	icon        *kit.Icon
	title       *kit.Text
	hint        *kit.Para
	warnings    *kit.Para
	warningsBox *fyne.Container
	body        *fyne.Container
}

func newFolderStep(w *wizard, d draft) *folderStep {
	s := &folderStep{
		path: kit.NewField(kit.T("folders.path.hint"), "folder"), icon: kit.NewIcon("info", 16, kit.Ink3),
		title: kit.NewText("", kit.BodyM, kit.Ink3).Shrink(40), hint: kit.NewPara("", kit.Small, kit.Ink2, 720),
		warnings: kit.NewPara("", kit.Small, kit.Ink, 700),
	}
	s.path.Tall(kit.High)
	s.path.SetText(d.path)
	s.path.OnChanged = func(string) { w.changed(typing) }
	s.path.OnSubmitted = func(string) { w.next() }
	choose := kit.NewButton(kit.T("folders.choose"), kit.Secondary, "", func() {
		chooseFolder(w.v.d.Window, func(p store.Path) { s.path.SetText(string(p)) })
	}).Tall(kit.High)
	s.warningsBox = kit.VBox(0, kit.NewSurface(kit.WarnSoft, kit.Clear, 8, kit.Inset(8, 12, 8, 12,
		kit.HBox(8, kit.NewIcon("warn", 16, kit.Warn), kit.Fill(kit.Middle(s.warnings))))))
	ask := kit.VBox(8, kit.NewText(kit.T("folders.path"), kit.BodyM, kit.Ink), kit.HBox(8, kit.Fill(s.path), choose),
		kit.HBox(8, s.icon, kit.Fill(s.title)), s.hint, s.warningsBox)
	s.body = kit.VBox(28, ask, explained())
	return s
}

// explained is what watching means, in three lines.
func explained() fyne.CanvasObject {
	line := func(icon, title, text string) fyne.CanvasObject {
		tile := kit.Sized(36, 36, kit.NewSurface(kit.AccentSoft, kit.Clear, 10, kit.Centered(kit.NewIcon(icon, 18, kit.AccentInk))))
		return kit.HBox(14, tile, kit.Fill(kit.Middle(kit.VBox(0, kit.NewText(title, kit.BodyM, kit.Ink).Shrink(40), kit.NewPara(text, kit.Small, kit.Ink2, 660)))))
	}
	return kit.VBox(14,
		line("eye", kit.T("folders.means.see"), kit.T("folders.means.see.text")),
		line("upload", kit.T("folders.means.send"), kit.T("folders.means.send.text")),
		line("shield", kit.T("folders.means.stay"), kit.T("folders.means.stay.text")))
}

func (s *folderStep) fill(d *draft) { d.path = s.path.Text() }

func (s *folderStep) tell(d draft, l look) {
	v := judge(d.path, l)
	s.icon.Set(v.icon, v.role)
	s.title.SetText(v.title)
	s.title.SetRole(v.role)
	s.hint.SetText(v.hint)
	setHidden(s.hint, v.hint == "")
	s.warnings.SetText(strings.Join(v.warnings, "\n"))
	setHidden(s.warningsBox, len(v.warnings) == 0)
	s.path.SetBad(l.err != nil)
}
