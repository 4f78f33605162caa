package services

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui/kit"
)

const cardHeight = 232

// cardView is one card on the screen. It stays while its service does, so the
// keyboard stays where it is when something changes.
type cardView struct {
	card          *kit.Surface
	inner         *fyne.Container
	now           card
	tile          *kit.Tile
	name, kind    *kit.Text
	icon          *kit.Icon
	line          *kit.Text
	say           *kit.Para
	facts         [4]struct{ name, value *kit.Text }
	first, second *kit.Button
	inspect       *kit.Button // where there is room
	more          *kit.Button
	step1, step2  step
}

func newCardView(act func(card, do)) *cardView {
	v := &cardView{
		tile: kit.NewTile("", 40), name: kit.NewText("", kit.Head, kit.Ink).Shrink(40), kind: kit.NewText("", kit.Small, kit.Ink3).Shrink(0),
		icon: kit.NewIcon("check", 16, kit.Ink3), line: kit.NewText("", kit.BodyM, kit.Ink3), say: kit.NewPara("", kit.Small, kit.Ink2, 400),
	}
	v.first = kit.NewButton("", kit.Quiet, "", func() { act(v.now, v.step1.do) })
	v.second = kit.NewButton("", kit.Quiet, "", func() { act(v.now, v.step2.do) })
	v.inspect = kit.NewButton(kit.T("services.inspect.menu"), kit.Quiet, "shield", func() { act(v.now, doInspect) })
	v.more = kit.NewButton("", kit.Quiet, "more", func() {
		kit.ShowMenuBelow(v.more, v.now.menu(func(d do) { act(v.now, d) }))
	})
	objects := []fyne.CanvasObject{v.tile, v.name, v.kind, v.icon, v.line, v.say, v.first, v.second, v.inspect, v.more}
	for i := range v.facts {
		f := &v.facts[i]
		f.name, f.value = kit.NewText("", kit.Cap, kit.Ink3), kit.NewText("", kit.BodyM, kit.Ink)
		objects = append(objects, f.name, f.value)
	}
	v.inner = kit.Place(fyne.NewSize(320, cardHeight), v.place, objects...)
	v.card = kit.NewCard(v.inner)
	return v
}

func (v *cardView) place(s fyne.Size) {
	kit.Put(v.tile, 24, 24, 40, 40)
	right := s.Width - 48
	w := min(kit.Width(v.name.Label(), kit.Head), right-76-8)
	kit.Put(v.name, 76, 23, w, 24)
	kit.Put(v.kind, 76+w+8, 27, max(0, right-76-w-16), 18)
	kit.Put(v.more, right, 20, 32, 32)
	kit.Put(v.icon, 76, 49, 16, 16)
	kit.Put(v.line, 98, 46, s.Width-98-24, 22)
	room := s.Width - 48
	h := v.say.HeightAt(room)
	kit.Put(v.say, 24, 79, room, h)
	y := min(max(112, 79+h+11), s.Height-97) // two lines push the facts down a little, three no further than the buttons
	step := min(120, room/float32(len(v.facts)))
	for i, f := range v.facts {
		x := 24 + float32(i)*step
		kit.Put(f.name, x, y, step-8, 16)
		kit.Put(f.value, x, y+15, step-8, 22)
	}
	x := float32(24)
	if v.step1.kind == kit.Quiet {
		x = 12 // a quiet button's own space would set its icon in from the text above
	}
	w = v.first.MinSize().Width
	kit.Put(v.first, x, s.Height-52, w, 32)
	kit.Put(v.second, x+w+8, s.Height-52, v.second.MinSize().Width, 32)
	x += w + 8 + v.second.MinSize().Width + 8
	w = v.inspect.MinSize().Width
	v.inspect.Hidden = v.now.local || v.step2.do == doNothing || x+w > s.Width-12
	kit.Put(v.inspect, x, s.Height-52, w, 32)
}

func (v *cardView) show(c card) {
	v.now = c
	v.step1, v.step2 = c.steps()
	letter := kit.Letter(c.name)
	if c.local {
		letter = "" // its picture
	}
	v.tile.SetLetter(letter)
	v.name.SetText(c.name)
	v.kind.SetText(c.kind)
	v.icon.Set(c.standing.Icon, c.standing.Role)
	v.line.SetText(c.standing.Line)
	v.line.SetRole(c.standing.Role)
	v.say.SetText(c.standing.Say)
	for i := range v.facts {
		f := fact{}
		if i < len(c.facts) {
			f = c.facts[i]
		}
		v.facts[i].name.SetText(f.name)
		v.facts[i].value.SetText(f.value)
	}
	for _, b := range []struct {
		button *kit.Button
		step   step
	}{{v.first, v.step1}, {v.second, v.step2}} {
		b.button.SetText(b.step.label)
		b.button.SetIcon(b.step.icon)
		b.button.SetKind(b.step.kind)
		b.button.Hidden = b.step.do == doNothing
	}
	v.more.Named(kit.T("services.menu", "name", c.name))
	v.inner.Refresh()
}

// invite is the card that leads to another service.
func invite(names string, connect func()) fyne.CanvasObject {
	plus := kit.NewSurface(kit.AccentSoft, kit.Clear, 20, kit.Centered(kit.NewIcon("plus", 20, kit.AccentInk)))
	word := kit.NewText(kit.T("services.connect"), kit.BodyM, kit.AccentInk)
	say := kit.NewPara(kit.T("services.connect.card", "names", names), kit.Small, kit.Ink2, 330).Center()
	return kit.NewPressCard(kit.T("services.connect"), kit.Place(fyne.NewSize(320, cardHeight), func(s fyne.Size) {
		mid := s.Width / 2
		kit.Put(plus, mid-20, 44, 40, 40)
		w := word.MinSize().Width
		kit.Put(word, mid-w/2, 97, w, 22)
		room := min(340, s.Width-48)
		kit.Put(say, mid-room/2, 128, room, say.HeightAt(room))
	}, plus, word, say), connect)
}
