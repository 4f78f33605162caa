package services

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui/kit"
)

// resultBox says how a test went, with the button that starts or stops it.
type resultBox struct {
	object *kit.Surface
	inner  *fyne.Container
	icon   *kit.Icon
	title  *kit.Text
	say    *kit.Para
	button *kit.Button
	act    func()
}

func newResultBox() *resultBox {
	r := &resultBox{icon: kit.NewIcon("info", 16, kit.Ink3), title: kit.NewText("", kit.BodyM, kit.Ink).Shrink(40), say: kit.NewPara("", kit.Small, kit.Ink2, 400)}
	r.button = kit.NewButton("", kit.Quiet, "refresh", func() {
		if r.act != nil {
			r.act()
		}
	})
	words := kit.VBox(2, kit.HBox(8, r.icon, kit.Fill(r.title)), r.say)
	r.inner = kit.Inset(10, 8, 10, 16, kit.HBox(8, kit.Fill(kit.Middle(words)), r.button))
	r.object = kit.NewSurface(kit.Sunken, kit.Clear, 8, r.inner)
	return r
}

// set shows a state; say may be "".
func (r *resultBox) set(icon string, ink, soft kit.Role, title, say string) {
	r.icon.Set(icon, ink)
	r.title.SetText(title)
	r.title.SetRole(ink)
	r.say.SetText(say)
	r.say.Hidden = say == ""
	r.object.Set(soft, kit.Clear)
	r.inner.Refresh()
}

// offer changes the button.
func (r *resultBox) offer(label, icon string, act func()) {
	r.button.SetText(label)
	r.button.SetIcon(icon)
	r.act = act
	r.inner.Refresh()
}

// labelled puts a word above a field.
func labelled(word, hint string, field fyne.CanvasObject) fyne.CanvasObject {
	head := kit.HBox(8, kit.NewText(word, kit.BodyM, kit.Ink))
	if hint != "" {
		head.Add(kit.NewText(hint, kit.Small, kit.Ink3))
	}
	return kit.VBox(6, head, field)
}
