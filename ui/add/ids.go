package add

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// idPane is the side of the sheet for IDs and links.
type idPane struct {
	s     *Sheet
	given Given

	bulk     []string // many words given at once; they never enter the field
	input    *kit.Field
	many     *kit.List
	manyBox  *fyne.Container
	icon     *kit.Icon
	verdict  *kit.Text
	troubles *kit.Para
	whole    *kit.Button
	inner    *Trouble
	name     *kit.Field
	nameBox  *fyne.Container
	body     *fyne.Container
}

func newIDPane(s *Sheet) *idPane {
	p := &idPane{s: s}
	p.input = kit.NewField(kit.T("add.input.hint"), "").Multi().Tall(fieldHigh)
	p.input.OnChanged, p.input.OnPaste = p.read, p.pasted
	p.many = kit.NewList(kit.T("add.input"), kit.ListConfig{RowHeight: 32, NewRow: p.newRow, Bind: p.bind})
	p.manyBox = kit.Sized(0, 160, kit.NewSurface(kit.Sunken, kit.Edge, 8, kit.Inset(4, 0, 4, 0, p.many)))
	p.manyBox.Hide()
	p.icon, p.verdict = kit.NewIcon("info", 16, kit.Ink3), kit.NewText("", kit.SmallM, kit.Ink3).Shrink(40)
	p.troubles = kit.NewPara("", kit.Small, kit.Warn, 436)
	p.whole = kit.NewButton(kit.T("add.inside.whole"), kit.AccentText, "folder", p.wholeFolder).Tall(kit.Low)
	paste := kit.NewButton(kit.T("add.paste"), kit.AccentText, "copy", p.paste).Tall(kit.Low)
	p.name = kit.NewField(kit.T("add.name.hint"), "")
	p.nameBox = kit.VBox(6, kit.NewText(kit.T("add.name"), kit.BodyM, kit.Ink), p.name)
	p.body = kit.VBox(8,
		kit.Inset(0, -10, 0, 0, kit.HBox(8, kit.Fill(kit.NewText(kit.T("add.input"), kit.BodyM, kit.Ink)), paste)), p.manyBox, p.input,
		kit.HBox(6, p.icon, kit.Fill(p.verdict)), p.troubles, kit.HBox(0, p.whole, kit.Fill()), p.nameBox)
	p.read("")
	return p
}

// fill puts more IDs or links to those that stand there.
func (p *idPane) fill(text string) {
	if p.pasted(text) {
		return
	}
	if have := p.input.Text(); have != "" {
		text = have + "\n" + text
	}
	p.input.SetText(text)
}

// text is all that was given: the many, then the field.
func (p *idPane) text() string { return strings.Join(append(p.bulk, p.input.Text()), "\n") }

// pasted takes a long text into the list of the many instead of the field,
// which would take seconds to lay it out.
func (p *idPane) pasted(text string) bool {
	given := strings.Fields(text)
	if len(given) <= mostInField {
		return false
	}
	p.bulk = append(p.bulk, given...)
	p.showMany()
	return true
}

func (p *idPane) showMany() {
	p.manyBox.Hidden = len(p.bulk) == 0
	p.input.Tall(fieldHigh)
	if len(p.bulk) > 0 {
		p.input.Tall(fieldLow)
	}
	p.many.SetLen(len(p.bulk))
	p.many.Refresh()
	p.read("")
}

func (p *idPane) newRow() fyne.CanvasObject {
	return kit.NewLineRow(nil, func(r *kit.LineRow) {
		if r.At < len(p.bulk) {
			p.bulk = slices.Delete(p.bulk, r.At, r.At+1)
			p.showMany()
		}
	})
}

func (p *idPane) bind(o fyne.CanvasObject, i int) {
	if i >= len(p.bulk) {
		return
	}
	r := o.(*kit.LineRow)
	r.At = i
	r.Set(cellsOf(p.bulk[i]))
}

func (p *idPane) paste() { p.fill(fyne.CurrentApp().Clipboard().Content()) }

// wholeFolder puts the folder in the place of the first link into it.
func (p *idPane) wholeFolder() {
	switch {
	case p.inner == nil:
	case p.inner.Line <= len(p.bulk): // each of the many is a line of its own
		p.bulk[p.inner.Line-1] = p.inner.Err.CID.Text
		p.showMany()
	default:
		t := *p.inner
		t.Line -= len(p.bulk)
		p.input.SetText(wholeFolder(p.input.Text(), t))
	}
}

// read judges the field; it runs at each key.
func (p *idPane) read(string) {
	p.given = Read(p.text())
	v := judge(p.given)
	p.icon.Set(v.icon, v.role)
	p.verdict.SetText(v.line)
	p.verdict.SetRole(v.role)
	p.troubles.SetText(strings.Join(v.lines, "\n"))
	p.troubles.Hidden = len(v.lines) == 0
	p.inner = v.inner
	p.whole.Hidden = v.inner == nil
	p.nameBox.Hidden = len(p.given.Pins) != 1
	if len(p.given.Pins) == 1 && p.given.Pins[0].Name != "" && p.name.Text() == "" {
		p.name.SetText(services.Clean(p.given.Pins[0].Name))
	}
	p.s.changed()
}

func (p *idPane) pins() []services.Pin { return named(p.given.Pins, p.name.Text()) }

func (p *idPane) clear() {
	p.bulk = nil
	p.input.SetText("")
	p.showMany()
}
