package folders

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// cardView is one card on the screen. It stays while its folder is watched, so
// the keyboard stays where it is when something changes.
type cardView struct {
	card *kit.Surface
	all  *fyne.Container
	now  card
	tile *kit.Surface
	icon *kit.Icon

	name, path    *kit.Text
	stateIcon     *kit.Icon
	state         *kit.Text
	open          *kit.Button
	pause, resume *kit.Button
	more          *kit.Button

	say, note *kit.Para
	facts     [5]factView
	factsBox  *fyne.Container
	going     *kit.Text
	bar       *kit.Progress
	far       *kit.Text
	goingBox  *fyne.Container

	trouble, safe *kit.Para
	first, second *kit.Button
	step1, step2  step
	troubleBox    *fyne.Container
}

type factView struct {
	box         *fyne.Container
	name, value *kit.Text
}

func newCardView(act func(card, do)) *cardView {
	v := &cardView{
		icon: kit.NewIcon("folder", 22, kit.Ink2), name: kit.NewText("", kit.Head, kit.Ink).Shrink(40), path: kit.NewText("", kit.Small, kit.Ink3).Shrink(40),
		stateIcon: kit.NewIcon("eye", 16, kit.Ink3), state: kit.NewText("", kit.BodyM, kit.Ink3),
	}
	v.tile = kit.NewSurface(kit.TileBg, kit.Clear, 11, kit.Centered(v.icon))
	v.open = kit.NewButton(kit.T("folders.open"), kit.Quiet, "folder", func() { act(v.now, doOpen) })
	v.pause = kit.NewButton(kit.T("folders.pause"), kit.Secondary, "pause", func() {
		kit.ShowMenuBelow(v.pause, pauses(func(d do) { act(v.now, d) }))
	})
	v.resume = kit.NewButton(kit.T("folders.resume"), kit.Secondary, "play", func() { act(v.now, doResume) })
	v.more = kit.NewButton("", kit.Quiet, "more", func() {
		kit.ShowMenuBelow(v.more, v.now.menu(func(d do) { act(v.now, d) }))
	})
	head := kit.HBox(8, kit.Sized(40, 40, v.tile), kit.Space(0, 0), kit.Fill(kit.Middle(kit.VBox(0, v.name, v.path))),
		kit.HBox(6, v.stateIcon, v.state), kit.Space(0, 0), v.open, v.pause, v.resume, v.more)
	v.all = kit.VBox(16, head, kit.Inset(0, 8, 0, 56, kit.AtMost(720, v.body(act))))
	v.card = kit.NewCard(kit.Inset(24, 16, 24, 24, v.all))
	return v
}

// body is what stands below the head: the rules and how it goes, or what the
// folder waits for.
func (v *cardView) body(act func(card, do)) fyne.CanvasObject {
	v.say, v.note = kit.NewPara("", kit.Body, kit.Ink, 640), kit.NewPara("", kit.Small, kit.Ink3, 640)
	v.factsBox = kit.Grid(12, 100)
	for i := range v.facts {
		f := &v.facts[i]
		f.name, f.value = kit.NewText("", kit.Cap, kit.Ink3).Shrink(40), kit.NewText("", kit.BodyM, kit.Ink).Shrink(40)
		f.box = kit.VBox(0, f.name, f.value)
		v.factsBox.Add(f.box)
	}
	v.going, v.bar, v.far = kit.NewText("", kit.SmallM, kit.Work), kit.NewProgress(), kit.NewText("", kit.Small, kit.Ink3).Shrink(0)
	mark := kit.NewMark(kit.Fetching, 14)
	v.goingBox = kit.VBox(12, kit.NewHLine(), kit.HBox(8, mark, v.going, kit.Space(0, 0), kit.Sized(200, 18, v.bar), kit.Space(0, 0), kit.Fill(v.far)))
	v.trouble, v.safe = kit.NewPara("", kit.BodyS, kit.Ink, 640), kit.NewPara("", kit.Body, kit.Ink2, 640)
	v.first = kit.NewButton("", kit.Primary, "", func() { act(v.now, v.step1.do) })
	v.second = kit.NewButton("", kit.Quiet, "", func() { act(v.now, v.step2.do) })
	v.troubleBox = kit.VBox(16, kit.VBox(2, v.trouble, v.safe), kit.HBox(8, v.first, v.second, kit.Fill()))
	return kit.VBox(14, v.say, v.factsBox, v.note, v.goingBox, v.troubleBox)
}

func (v *cardView) show(c card) {
	v.now = c
	v.name.SetText(c.name)
	v.path.SetText(c.path)
	v.stateIcon.Set(c.state.icon, c.state.role)
	v.state.SetText(c.state.line)
	v.state.SetRole(c.state.role)
	v.more.Named(kit.T("folders.menu", "name", c.name))
	paused, waits := c.folder.State == store.FolderPaused, c.waits()
	setHidden(v.open, waits)
	setHidden(v.pause, waits || paused)
	setHidden(v.resume, !paused)
	ink, soft, edge := kit.Ink2, kit.TileBg, kit.Line
	if waits {
		ink, soft, edge = kit.Warn, kit.WarnSoft, kit.Warn
	}
	v.icon.Set(c.icon, ink)
	v.tile.Set(soft, kit.Clear)
	v.card.Set(kit.Raised, edge)
	v.showBody(c)
	v.all.Refresh()
}

func (v *cardView) showBody(c card) {
	waits := c.waits()
	v.say.SetText(c.say)
	setHidden(v.say, waits)
	setHidden(v.factsBox, waits)
	for i := range v.facts {
		setHidden(v.facts[i].box, i >= len(c.facts))
		if i < len(c.facts) {
			v.facts[i].name.SetText(c.facts[i].name)
			v.facts[i].value.SetText(c.facts[i].value)
		}
	}
	v.note.SetText(c.note)
	setHidden(v.note, c.note == "" || waits)
	v.going.SetText(c.going)
	v.bar.Set(c.part)
	v.far.SetText(c.far)
	setHidden(v.goingBox, c.going == "")
	setHidden(v.troubleBox, !waits)
	if !waits {
		return
	}
	v.trouble.SetText(c.trouble)
	v.safe.SetText(c.safe)
	v.step1, v.step2 = c.remedies()
	for _, b := range []struct {
		button *kit.Button
		step   step
	}{{v.first, v.step1}, {v.second, v.step2}} {
		b.button.SetText(b.step.label)
		b.button.SetIcon(b.step.icon)
		b.button.SetKind(b.step.kind)
	}
}

// dropCard is the last card: where a folder can be dropped, or chosen.
func dropCard(choose func()) fyne.CanvasObject {
	button := kit.NewButton(kit.T("folders.drop"), kit.AccentText, "", choose)
	say := kit.NewPara(kit.T("folders.drop.text"), kit.Small, kit.Ink3, 420).Center()
	words := kit.VBox(2, kit.Centered(kit.NewIcon("upload", 22, kit.Ink3)), kit.Centered(button), say)
	return kit.NewSurface(kit.Bg, kit.Line, 12, kit.Inset(20, 24, 20, 24, words))
}
