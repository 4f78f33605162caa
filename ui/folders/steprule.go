package folders

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// ruleStep is the second: what of the folder is kept, with the names it means.
type ruleStep struct {
	w       *wizard
	rule    store.Rule
	options []*kit.Option
	all     *kit.Segmented
	kinds   []*kit.Check
	others  *kit.Field
	someBox *fyne.Container
	ignore  *kit.Field
	always  *kit.Para

	existing    *kit.Segmented
	existingSay *kit.Para
	texts       *kit.Switch
	preview     *preview
	body        *fyne.Container
}

// ruleOrder is the rules in the order of the tiles.
func ruleOrder() []store.Rule {
	return []store.Rule{store.EachFile, store.EachSubfolder, store.WholeFolder}
}

func newRuleStep(w *wizard, d draft) *ruleStep {
	s := &ruleStep{w: w, preview: newPreview()}
	tiles := kit.Grid(12, 180)
	for i, o := range []*kit.Option{
		kit.NewOption("", kit.T("folders.rule.file"), kit.T("folders.rule.file.sub"), func() { s.choose(store.EachFile) }).WithIcon("file"),
		kit.NewOption("", kit.T("folders.rule.subfolder"), kit.T("folders.rule.subfolder.sub"), func() { s.choose(store.EachSubfolder) }).WithIcon("folder"),
		kit.NewOption("", kit.T("folders.rule.whole"), kit.T("folders.rule.whole.sub"), func() { s.choose(store.WholeFolder) }).WithIcon("archive"),
	} {
		o.SetChosen(ruleOrder()[i] == d.rule)
		s.options = append(s.options, o)
		tiles.Add(o)
	}
	s.rule = d.rule
	left := kit.VBox(18, s.which(d), s.leave(d), s.now(), s.lists(d))
	s.body = kit.VBox(20, tiles, kit.Beside(20, 300, left, s.preview.object))
	return s
}

// which asks for kinds of files.
func (s *ruleStep) which(d draft) fyne.CanvasObject {
	at := 0
	if d.some {
		at = 1
	}
	s.all = kit.NewSegmented([]string{kit.T("folders.which.all"), kit.T("folders.which.some")}, at, func(int) { s.w.changed(0) })
	grid := kit.Grid(8, 96)
	chosen, others := d.kinds, d.others
	for i, k := range kinds() {
		c := kit.NewCheck(title(k.word), i < len(chosen) && chosen[i], func(bool) { s.w.changed(0) })
		s.kinds = append(s.kinds, c)
		grid.Add(c)
	}
	s.others = kit.NewField(kit.T("folders.which.hint"), "")
	s.others.SetText(others)
	s.others.OnChanged = func(string) { s.w.changed(typing) }
	s.someBox = kit.VBox(8, grid, s.others)
	return kit.VBox(8, kit.HBox(12, kit.Fill(kit.NewText(kit.T("folders.which"), kit.BodyM, kit.Ink)), s.all), s.someBox)
}

// leave asks what to leave out, and says what always is.
func (s *ruleStep) leave(d draft) fyne.CanvasObject {
	s.ignore = kit.NewField(kit.T("folders.ignore.hint"), "")
	s.ignore.SetText(d.ignore)
	s.ignore.OnChanged = func(string) { s.w.changed(typing) }
	s.always = kit.NewPara(kit.T("folders.always"), kit.Small, kit.Ink2, 400)
	s.always.Hide()
	link := kit.NewLink(kit.T("folders.always.what"), kit.SmallM, func() { setHidden(s.always, s.always.Visible()); s.w.layout() })
	return kit.VBox(8, kit.HBox(8, kit.Fill(kit.NewText(kit.T("folders.ignore"), kit.BodyM, kit.Ink)), link), s.ignore, s.always)
}

// now asks about what is in the folder already.
func (s *ruleStep) now() fyne.CanvasObject {
	s.existing = kit.NewSegmented([]string{kit.T("folders.existing.new"), kit.T("folders.existing.all")}, 0, func(int) { s.w.changed(0) })
	s.existingSay = kit.NewPara("", kit.Small, kit.Ink2, 400)
	return kit.VBox(8, kit.HBox(12, kit.Fill(kit.NewText(kit.T("folders.existing"), kit.BodyM, kit.Ink)), s.existing), s.existingSay)
}

// lists asks whether text files are lists of what to keep.
func (s *ruleStep) lists(d draft) fyne.CanvasObject {
	s.texts = kit.NewSwitch(kit.T("folders.lists"), d.texts, func(bool) { s.w.changed(0) })
	words := kit.VBox(0, kit.NewText(kit.T("folders.lists"), kit.BodyM, kit.Ink), kit.NewPara(kit.T("folders.lists.text"), kit.Small, kit.Ink2, 340))
	return kit.HBox(12, kit.Fill(kit.Middle(words)), s.texts)
}

func (s *ruleStep) choose(rule store.Rule) {
	s.rule = rule
	for i, o := range s.options {
		o.SetChosen(ruleOrder()[i] == rule)
	}
	s.w.changed(0)
}

func (s *ruleStep) fill(d *draft) {
	d.rule, d.some, d.others, d.ignore, d.texts = s.rule, s.all.At() == 1, s.others.Text(), s.ignore.Text(), s.texts.On()
	d.kinds = nil
	for _, c := range s.kinds {
		d.kinds = append(d.kinds, c.On())
	}
	d.existing = s.existing.At() == 1
}

func (s *ruleStep) tell(d draft, l look) {
	setHidden(s.someBox, !d.some)
	say := ""
	switch {
	case s.w.id != 0 && d.existing:
		say = kit.T("folders.existing.edit.now")
	case s.w.id != 0:
		say = kit.T("folders.existing.edit.later")
	case l.good():
		say = existingWords(d.existing, d.rule, l.plan)
	}
	s.existingSay.SetText(say)
	s.others.SetBad(patternIn(l.err, patterns(d.others, true)))
	s.ignore.SetBad(patternIn(l.err, patterns(d.ignore, false)))
	s.preview.show(d, l)
}

// patternIn reports whether err is about one of these patterns.
func patternIn(err error, list []string) bool {
	bad, ok := badPattern(err)
	return ok && slices.Contains(list, bad)
}
