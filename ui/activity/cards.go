package activity

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui/kit"
)

// mostStuck is how many stuck requests are written out; the rest is a number.
const mostStuck = 50

// cardOf draws a cause: a round symbol, what it is, what is still safe, and what
// to do about it.
func (v *View) cardOf(n need) fyne.CanvasObject {
	symbol := kit.NewSurface(n.soft, kit.Clear, 20, kit.Centered(kit.NewIcon(n.icon, 20, n.ink)))
	title, text := kit.NewText(n.title, kit.BodyS, kit.Ink).Shrink(40), kit.NewPara(n.text, kit.Body, kit.Ink2, 400)
	row := kit.HBox(8)
	for _, a := range []struct {
		act  act
		kind kit.Kind
	}{{n.third, kit.Quiet}, {n.second, kit.Quiet}, {n.primary, kit.Primary}} {
		if a.act != noAct {
			row.Add(kit.NewButton(a.act.label(), a.kind, "", func() { v.act(n, a.act) }))
		}
	}
	words := kit.VBox(0, title, text)
	return kit.NewCard(kit.Inset(20, 24, 20, 24, kit.HBox(16, kit.Sized(40, 40, symbol), kit.Fill(kit.Middle(words)), row)))
}

// showNeeds draws the causes anew where they changed, so that a button keeps
// the keyboard while only times pass.
func (v *View) showNeeds(d data) {
	if !reflect.DeepEqual(v.drawn, d.needs) {
		v.drawn = d.needs
		v.cards.Objects = nil
		for _, n := range d.needs {
			v.cards.Add(v.cardOf(n))
		}
	}
	if !reflect.DeepEqual(v.drawnStuck, d.stuck) {
		v.drawnStuck = d.stuck
		v.stuck.Objects = nil
		v.drawStuck(d.stuck)
	}
	v.cards.Refresh()
	v.stuck.Refresh()
	v.needs.Layout()
}

func (v *View) drawStuck(rows []stuck) {
	if len(rows) == 0 {
		return
	}
	if slices.ContainsFunc(rows, func(s stuck) bool { return s.source == 0 }) { // files alone have their card above
		v.stuck.Add(kit.Inset(0, 0, 8, 0, kit.NewText(kit.N("activity.stuck.list", int64(len(rows))), kit.BodyS, kit.Ink)))
	}
	v.stuck.Add(kit.NewHLine())
	for i, s := range rows {
		if i == mostStuck {
			v.stuck.Add(kit.Inset(8, 0, 0, 0, kit.NewText(kit.N("activity.more", int64(len(rows)-i)), kit.Small, kit.Ink3)))
			return
		}
		words := kit.VBox(0, kit.NewText(s.name, kit.BodyM, kit.Ink).Shrink(40), kit.NewText(s.what+" · "+s.why, kit.Small, kit.Ink2).Shrink(40))
		row := kit.HBox(8, kit.NewIcon("close", 16, kit.Bad), kit.Fill(kit.Middle(words)),
			kit.NewButton(s.giveUp().label(), kit.Quiet, "", func() { v.giveUp(s) }).Tall(kit.Low),
			kit.NewButton(s.again.label(), kit.Secondary, "refresh", func() { v.retry(s.ids...) }).Tall(kit.Low))
		v.stuck.Add(kit.Sized(0, 56, row))
		v.stuck.Add(kit.NewHLine())
	}
}

// giveUp is the step that ends it.
func (s stuck) giveUp() act {
	switch {
	case s.source != 0:
		return actRemove
	case s.again == actInPlace:
		return actLeave
	}
	return actCancel
}

func (v *View) giveUp(s stuck) {
	if s.giveUp() == actLeave {
		v.leave(s.ids...)
		return
	}
	v.cancel(s.ids...)
}
