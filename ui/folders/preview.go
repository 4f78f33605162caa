package folders

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// previewHeight is how high the list of names is.
const previewHeight = 272

// preview is the names the rules mean: what is kept, and what is left out and
// why.
type preview struct {
	object     fyne.CanvasObject
	tabs       *kit.Tabs
	list       *kit.List
	say        *kit.Para // instead of the list
	sayBox     *fyne.Container
	kept, left []line
}

func newPreview() *preview {
	p := &preview{say: kit.NewPara("", kit.Small, kit.Ink3, 240).Center()}
	p.tabs = kit.NewTabs([]string{kit.T("folders.tab.kept"), kit.T("folders.tab.left")}, 0, func(int) { p.arrange() })
	p.list = kit.NewList(kit.T("folders.tab.kept"), kit.ListConfig{
		RowHeight: lineHeight, NewRow: func() fyne.CanvasObject { return newLineRow() },
		Bind: func(o fyne.CanvasObject, at int) {
			if lines := p.lines(); at < len(lines) {
				o.(*lineRow).show(lines[at])
			}
		},
	})
	p.sayBox = kit.Inset(0, 24, 0, 24, kit.Middle(p.say))
	ground := kit.NewSurface(kit.Sunken, kit.Clear, 8, kit.Stack(kit.Inset(6, 4, 6, 0, p.list), p.sayBox))
	p.object = kit.VBox(10, kit.HBox(0, p.tabs, kit.Fill()), kit.Sized(0, previewHeight, ground))
	return p
}

func (p *preview) lines() []line {
	if p.tabs.At() == 1 {
		return p.left
	}
	return p.kept
}

func (p *preview) show(d draft, l look) {
	p.kept, p.left = nil, nil
	words := ""
	switch {
	case l.going:
		words = kit.T("folders.path.looking")
	case l.good():
		p.kept, p.left = kept(l.plan), leftOut(l.plan)
	}
	p.tabs.SetWord(0, counted(kit.T("folders.tab.kept"), howMany(l.plan, d.rule)))
	p.tabs.SetWord(1, counted(kit.T("folders.tab.left"), l.plan.LeftCount))
	p.say.SetText(words)
	p.arrange()
}

// arrange shows the chosen tab, or why it is empty.
func (p *preview) arrange() {
	lines := p.lines()
	if len(lines) == 0 && p.say.Label() == "" {
		p.say.SetText(kit.T("folders.tab.kept.none"))
		if p.tabs.At() == 1 {
			p.say.SetText(kit.T("folders.tab.left.none"))
		}
	}
	setHidden(p.sayBox, len(lines) > 0)
	setHidden(p.list, len(lines) == 0)
	p.list.SetLen(len(lines))
	p.list.ScrollTo(0)
}

// counted is the word of a tab and how much is behind it.
func counted(word string, n int) string {
	if n == 0 {
		return word
	}
	return word + "  " + kit.Count(int64(n))
}

// title begins a word with a capital.
func title(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[n:]
}

// badPattern is the pattern that a refusal is about.
func badPattern(err error) (pattern string, ok bool) {
	var e *services.Error
	if !errors.As(err, &e) || e.Reason != "pattern" {
		return "", false
	}
	return strings.TrimSpace(e.Details), true
}
