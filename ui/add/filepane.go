package add

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/kit"
)

// filePane is the side of the sheet for files and folders of this computer.
// What is on the disk is looked at off the UI thread, and no longer once the
// sheet is closed.
type filePane struct {
	s       *Sheet
	given   []store.Path // as they were given
	without map[store.Path]bool
	known   map[store.Path]ingest.Plan
	list    []file
	outside leftOut
	sum     sum
	ask     kit.Latest
	reading bool // what there is to look at is still being found

	body, full  *fyne.Container
	drop        fyne.CanvasObject
	title       *kit.Text
	skipped     *kit.Link
	names       *kit.Para
	namesBox    fyne.CanvasObject
	secrets     *kit.Para // what looks like keys or passwords
	secretsBox  fyne.CanvasObject
	help        *kit.Para // with what cannot be taken
	helpBox     fyne.CanvasObject
	rows        *kit.List
	rowsBox     *fyne.Container
	as          *kit.Segmented
	asBox       fyne.CanvasObject
	each        *kit.Para
	first       *kit.Button // of the drop area
	name        *kit.Field
	nameBox     fyne.CanvasObject
	more        *kit.Link
	advanced    *fyne.Container
	profile     *kit.Select
	hidden      *kit.Check
	profileHint *kit.Para
}

// leftWide is the width of the side of the sheet.
const leftWide = 452

func newFilePane(s *Sheet) *filePane {
	p := &filePane{s: s, without: map[store.Path]bool{}, known: map[store.Path]ingest.Plan{}}
	p.title = kit.NewText("", kit.BodyM, kit.Ink)
	p.skipped = kit.NewLink("", kit.SmallM, func() { p.namesBox.(*fyne.Container).Hidden = !p.namesBox.(*fyne.Container).Hidden; s.layout() })
	var add *kit.Button
	add = kit.NewButton(kit.T("add.more-files"), kit.AccentText, "plus", func() { p.menu(add) }).Tall(kit.Low)
	head := kit.HBox(10, p.title, p.skipped, kit.Fill(), add)
	p.names = kit.NewPara("", kit.Small, kit.Ink2, leftWide-24)
	p.namesBox = kit.VBox(0, kit.NewSurface(kit.Sunken, kit.Clear, 8, kit.Inset(8, 12, 8, 12, p.names)))
	p.secrets = kit.NewPara("", kit.Small, kit.Warn, leftWide-24)
	p.secretsBox = kit.VBox(0, kit.NewSurface(kit.WarnSoft, kit.Clear, 8, kit.Inset(8, 12, 8, 12, p.secrets)))
	p.help = kit.NewPara("", kit.Small, kit.Ink2, leftWide-140)
	p.helpBox = kit.VBox(0, kit.NewSurface(kit.Sunken, kit.Clear, 8, kit.Inset(8, 8, 8, 12,
		kit.HBox(8, kit.Fill(kit.Middle(p.help)), kit.NewButton(kit.T("add.look-again"), kit.AccentText, "refresh", p.lookAgain).Tall(kit.Low)))))
	p.rows = kit.NewList(kit.T("add.tab.files"), kit.ListConfig{
		RowHeight: fileHeight, NewRow: func() fyne.CanvasObject { return newFileRow(p.leave) },
		Bind: func(o fyne.CanvasObject, at int) {
			if at < len(p.list) {
				o.(*fileRow).show(at, lineOf(p.list[at]), at == len(p.list)-1)
			}
		},
	})
	p.rowsBox = kit.VBox(0)
	p.as = kit.NewSegmented([]string{kit.T("add.as.folder"), kit.T("add.as.separate")}, 0, func(int) { p.without = map[store.Path]bool{}; p.look() })
	p.asBox = kit.HBox(12, kit.Fill(kit.NewText(kit.T("add.as"), kit.Body, kit.Ink2)), p.as)
	p.each = kit.NewPara(kit.T("add.each"), kit.Small, kit.Ink3, leftWide)
	p.name = kit.NewField("", "")
	p.nameBox = kit.HBox(12, kit.Fill(kit.NewText(kit.T("add.name"), kit.Body, kit.Ink2)), kit.Sized(260, 0, p.name))
	p.buildAdvanced()
	p.full = kit.VBox(8, head, p.namesBox, p.rowsBox, p.helpBox, p.secretsBox, p.asBox, p.each, p.nameBox, kit.HBox(0, p.more, kit.Fill()), p.advanced)
	p.drop = p.dropArea()
	p.body = kit.VBox(0, p.full, p.drop)
	p.namesBox.Hide()
	p.show()
	return p
}

func (p *filePane) buildAdvanced() {
	p.profileHint = kit.NewPara("", kit.Cap, kit.Ink3, leftWide)
	p.profile = kit.NewSelect(kit.T("add.profile"), []string{kit.T("add.profile.v1"), kit.T("add.profile.v0"), kit.T("add.profile.2025")}, 0, func(int) { p.showProfile() })
	p.hidden = kit.NewCheck(kit.T("add.hidden"), false, func(bool) {
		p.known = map[store.Path]ingest.Plan{}
		p.look()
	})
	p.advanced = kit.VBox(8,
		kit.HBox(12, kit.Fill(kit.NewText(kit.T("add.profile"), kit.Body, kit.Ink2)), kit.Sized(260, 0, p.profile)), p.profileHint, p.hidden)
	p.advanced.Hide()
	p.more = kit.NewLink(kit.T("add.advanced"), kit.SmallM, func() {
		p.advanced.Hidden = !p.advanced.Hidden
		p.s.layout()
	})
	p.showProfile()
}

func (p *filePane) showProfile() {
	p.profileHint.SetText([]string{kit.T("add.profile.v1.hint"), kit.T("add.profile.v0.hint"), kit.T("add.profile.2025.hint")}[p.profile.At()])
	p.s.layout()
}

// dropArea is what stands there while nothing was given.
func (p *filePane) dropArea() fyne.CanvasObject {
	icon := kit.NewSurface(kit.AccentSoft, kit.Clear, 24, kit.Centered(kit.NewIcon("upload", 22, kit.AccentInk)))
	p.first = kit.NewButton(kit.T("add.choose.file"), kit.Secondary, "file", func() { p.choose(false) })
	buttons := kit.HBox(8, p.first,
		kit.NewButton(kit.T("add.choose.folder"), kit.Secondary, "folder", func() { p.choose(true) }))
	words := kit.VBox(6, kit.Centered(kit.Sized(48, 48, icon)), kit.Space(0, 4),
		kit.Centered(kit.NewText(kit.T("add.drop"), kit.BodyS, kit.Ink)), kit.Centered(kit.NewText(kit.T("add.drop.text"), kit.Small, kit.Ink3)),
		kit.Space(0, 6), kit.Centered(buttons))
	return kit.Sized(0, 272, kit.NewSurface(kit.Sunken, kit.Edge, 12, kit.Centered(words)))
}

func (p *filePane) menu(at fyne.CanvasObject) {
	kit.ShowMenuBelow(at, []kit.MenuItem{
		{Label: kit.T("add.choose.file"), Icon: "file", Act: func() { p.choose(false) }},
		{Label: kit.T("add.choose.folder"), Icon: "folder", Act: func() { p.choose(true) }},
	})
}

// choose asks the person for a file or a folder more.
func (p *filePane) choose(folder bool) {
	choosePath(p.s.d.Window, folder, func(path store.Path) { p.s.Files([]store.Path{path}) })
}

// add puts more to what was given; what is there already stays once.
func (p *filePane) add(paths []store.Path) {
	for _, path := range paths {
		delete(p.without, path)
		if !slices.Contains(p.given, path) {
			p.given = append(p.given, path)
		}
	}
	p.look()
}

// leave takes line at out of the list.
func (p *filePane) leave(at int) {
	if at >= len(p.list) {
		return
	}
	gone := p.list[at].path
	p.without[gone] = true
	p.given = slices.DeleteFunc(p.given, func(q store.Path) bool { return q == gone })
	p.list = slices.Delete(p.list, at, at+1)
	if len(p.list) == 0 {
		p.given = nil
	}
	p.show()
}

// lookAgain looks anew at what could not be taken.
func (p *filePane) lookAgain() {
	for _, f := range p.list {
		if f.seen && f.plan.Err != nil {
			delete(p.known, f.path)
		}
	}
	p.look()
}

// refused leaves in the list only what was not taken, with why.
func (p *filePane) refused(why map[store.Path]*services.Error) {
	p.list = slices.DeleteFunc(p.list, func(f file) bool {
		no, ok := why[f.path]
		if ok {
			plan := p.known[f.path]
			plan.Path, plan.Err = f.path, no
			p.known[f.path] = plan
		} else {
			p.without[f.path] = true
		}
		return !ok
	})
	for i, f := range p.list {
		p.list[i].plan, p.list[i].seen = p.known[f.path], true
	}
	p.given = slices.DeleteFunc(p.given, func(path store.Path) bool { return p.without[path] })
	p.show()
}

func (p *filePane) clear() {
	p.given, p.list = nil, nil
	p.look()
}

// look finds out what there is, and looks at what was not looked at yet.
func (p *filePane) look() {
	given, split, hidden := slices.Clone(p.given), p.as.At() == 1, p.hidden.On()
	type found struct {
		paths []store.Path
		left  leftOut
	}
	p.reading = true
	ctx := p.ask.Next(p.s.life)
	kit.Go(ctx, func(ctx context.Context) (f found, err error) {
		f.paths, f.left, err = expand(ctx, given, split, hidden)
		return f, err
	}, func(f found, _ error) {
		p.reading = false
		p.list, p.outside = nil, f.left
		for _, path := range f.paths {
			if !p.without[path] {
				plan, seen := p.known[path]
				p.list = append(p.list, file{path: path, plan: plan, seen: seen})
			}
		}
		p.show()
		p.lookOn(ctx)
	})
	p.show()
}

// lookOn looks at the next ones. It shows what it found and goes on until all
// were looked at or ctx ends.
func (p *filePane) lookOn(ctx context.Context) {
	var next []store.Path
	for _, f := range p.list {
		if !f.seen {
			next = append(next, f.path)
		}
	}
	if len(next) == 0 {
		return
	}
	r := pinsync.ImportRequest{Profile: p.chosenProfile(), Hidden: p.hidden.On()}
	kit.Go(ctx, func(ctx context.Context) ([]ingest.Plan, error) { return look(ctx, p.s.d.Engine, next, r) },
		func(plans []ingest.Plan, err error) {
			p.learn(plans)
			if err != nil {
				p.s.failed(err)
				return
			}
			p.lookOn(ctx)
		})
}

func (p *filePane) learn(plans []ingest.Plan) {
	for _, plan := range plans {
		p.known[plan.Path] = plan
	}
	for i, f := range p.list {
		if plan, ok := p.known[f.path]; ok && !f.seen {
			p.list[i].plan, p.list[i].seen = plan, true
		}
	}
	p.show()
}

// mostShown is how many lines show before the list scrolls.
const mostShown = 5

// show puts everything to what the list is now.
func (p *filePane) show() {
	p.sum = sumOf(p.list, p.outside)
	none := len(p.given) == 0
	setHidden(p.full, none)
	setHidden(p.drop, !none)
	p.title.SetText(p.sum.title())
	p.skipped.SetText(p.sum.skipped())
	setHidden(p.skipped, p.sum.left == 0)
	p.names.SetText(p.sum.skippedNames())
	if p.sum.left == 0 {
		p.namesBox.Hide()
	}
	p.help.SetText(strings.Join(p.sum.help, "\n"))
	setHidden(p.helpBox, len(p.sum.help) == 0)
	p.secrets.SetText(p.sum.warning())
	setHidden(p.secretsBox, len(p.sum.secrets) == 0)
	p.rowsBox.Objects = []fyne.CanvasObject{kit.Sized(0, fileHeight*float32(max(1, min(len(p.list), mostShown))), p.rows)}
	p.rows.SetLen(len(p.list))
	p.rows.Refresh()
	folders := p.folders()
	setHidden(p.asBox, folders == 0)
	setHidden(p.each, folders > 0 || len(p.list) < 2)
	one := len(p.list) == 1 && p.sum.bad == 0
	setHidden(p.nameBox, !one)
	if one {
		p.name.SetHint(lineOf(p.list[0]).name)
	}
	p.s.changed()
}

// folders is how many of what was given are folders.
func (p *filePane) folders() (n int) {
	if p.as != nil && p.as.At() == 1 {
		return 1 // it was chosen while there was one, and can be taken back
	}
	for _, f := range p.list {
		if f.seen && f.plan.Dir {
			n++
		}
	}
	return n
}

func (p *filePane) chosenProfile() store.Profile { return store.Profiles()[p.profile.At()] }

// looking reports whether something is still to be looked at.
func (p *filePane) looking() bool { return p.reading || p.sum.looking > 0 }

// request is what to import.
func (p *filePane) request() pinsync.ImportRequest {
	r := pinsync.ImportRequest{Profile: p.chosenProfile(), Hidden: p.hidden.On()}
	for _, f := range p.list {
		if f.good() {
			r.Paths = append(r.Paths, f.path)
		}
	}
	if len(r.Paths) == 1 {
		r.Name = cut(p.name.Text())
	}
	return r
}

func setHidden(o fyne.CanvasObject, hidden bool) {
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
}
