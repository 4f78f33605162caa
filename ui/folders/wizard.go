package folders

import (
	"context"
	"reflect"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/kit"
)

// typing is how long a dry run waits for the next key.
const typing = 300 * time.Millisecond

// The steps of the sheet.
const (
	stepFolder = iota
	stepRule
	stepWhere
)

// wizard is the open sheet that watches a folder, or changes its rules.
type wizard struct {
	v     *View
	id    store.FolderID // whose rules are changed, 0 for a new one
	life  context.Context
	sheet *kit.SheetHandle
	asked kit.Latest // the dry run
	found look
	busy  bool
	at    int

	trail  *trail
	folder *folderStep
	rule   *ruleStep
	where  *whereStep
	body   *fyne.Container
	back   *kit.Button
	status *kit.Text
}

// Watch opens the sheet that watches a folder.
func (v *View) Watch() { v.begin(draft{rule: store.EachFile, profile: store.ProfileV1}, 0) }

// Drop opens the sheet with a folder; an open one takes it.
func (v *View) Drop(path store.Path) {
	if v.wizard != nil && !v.wizard.sheet.Closed() {
		v.wizard.take(path)
		return
	}
	v.begin(draft{path: string(path), rule: store.EachFile, profile: store.ProfileV1}, 0)
}

func (v *View) edit(f store.Folder) { v.begin(draftOf(f), f.ID) }

func (v *View) begin(d draft, id store.FolderID) {
	if v.wizard != nil && !v.wizard.sheet.Closed() {
		return
	}
	life, end := context.WithCancel(v.d.Context)
	w := &wizard{v: v, id: id, life: life, status: kit.NewText("", kit.Small, kit.Ink3).Shrink(0)}
	v.wizard = w
	w.folder, w.rule, w.where = newFolderStep(w, d), newRuleStep(w, d), newWhereStep(w, d)
	w.body = kit.VBox(0, w.folder.body, w.rule.body, w.where.body)
	w.back = kit.NewButton(kit.T("folders.back"), kit.Quiet, "left", func() { w.lead(w.at - 1) })
	title, words := kit.T("folders.wizard.title"), []string{kit.T("folders.step.folder"), kit.T("folders.step.rule"), kit.T("folders.step.where")}
	if id != 0 {
		title, words = kit.T("folders.wizard.edit", "name", nameOf(store.Path(d.path))), words[1:]
		w.at = stepRule
	}
	w.trail = newTrail(words)
	w.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: title, Width: 800, Head: kit.HBox(0, kit.Sized(0, 36, w.trail.object), kit.Fill()), Body: w.body, Notice: kit.VBox(14, w.where.sum, publicNotice()),
		Footer: kit.HBox(8, kit.Inset(0, 0, 0, -12, w.back), kit.Fill(w.status)), PrimaryLabel: kit.T("folders.next"), Primary: func(*kit.SheetHandle) { w.next() }, OnClosed: end,
	})
	w.lead(w.at)
	w.look(0)
	if id == 0 {
		kit.Go(life, func(ctx context.Context) (string, error) { return v.d.Reader.Setting(ctx, add.DefaultSetting) }, func(usual string, err error) {
			if err == nil {
				w.where.show(add.ParseDefault(usual))
			}
		})
	}
}

// publicNotice is the warning at the foot: whatever is published is public.
func publicNotice() fyne.CanvasObject {
	return kit.HBox(10, kit.NewIcon("eye", 18, kit.Ink2), kit.NewText(kit.T("add.public"), kit.BodyM, kit.Ink), kit.Fill(kit.NewText(kit.T("add.public.names"), kit.Small, kit.Ink2).Shrink(0)))
}

// take puts another folder into an open sheet.
func (w *wizard) take(path store.Path) {
	if w.id != 0 {
		return
	}
	w.lead(stepFolder)
	w.folder.path.SetText(string(path))
}

// draft is the sheet as it stands.
func (w *wizard) draft() draft {
	var d draft
	w.folder.fill(&d)
	w.rule.fill(&d)
	w.where.fill(&d)
	return d
}

// changed is told by the steps that something was filled in.
func (w *wizard) changed(after time.Duration) {
	if w.sheet == nil {
		return // still being built
	}
	w.look(after)
	w.tell()
}

// look makes a dry run, unless it was made: after is how long to wait for more.
func (w *wizard) look(after time.Duration) {
	d := w.draft()
	q := d.question(w.v.home)
	q.Of = w.id
	if (w.found.going || w.found.done) && reflect.DeepEqual(w.found.of, q) {
		return
	}
	w.asked.Stop()
	w.found = look{of: q}
	if q.Path == "" {
		w.tell()
		return
	}
	w.found.going = true
	w.tell()
	kit.Go(w.asked.Next(w.life), func(ctx context.Context) (pinsync.FolderPlan, error) {
		if after > 0 {
			t := time.NewTimer(after)
			defer t.Stop()
			select {
			case <-ctx.Done():
				return pinsync.FolderPlan{}, ctx.Err()
			case <-t.C:
			}
		}
		return w.v.d.Engine.PlanFolder(ctx, q)
	}, func(p pinsync.FolderPlan, err error) {
		w.found = look{of: q, done: true, plan: p, err: err}
		w.tell()
	})
}

// lead shows a step.
func (w *wizard) lead(at int) {
	w.at = at
	setHidden(w.folder.body, at != stepFolder)
	setHidden(w.rule.body, at != stepRule)
	setHidden(w.where.body, at != stepWhere)
	setHidden(w.where.sum, at != stepWhere)
	first := stepFolder
	if w.id != 0 {
		first = stepRule
	}
	setHidden(w.back, at == first)
	w.trail.show(at - first)
	label := kit.T("folders.next")
	switch {
	case at == stepWhere && w.id != 0:
		label = kit.T("folders.save")
	case at == stepWhere:
		label = kit.T("folders.start")
	}
	w.sheet.Primary().SetText(label)
	w.tell()
	if at == stepFolder {
		w.folder.path.Focus()
		return
	}
	kit.FocusOn(w.sheet.Primary())
}

// missing says what has to be done first, "" where nothing has.
func (w *wizard) missing(d draft) string {
	switch {
	case w.at == stepFolder && w.found.of.Path == "":
		return kit.T("folders.need.folder")
	case w.found.going:
		return kit.T("folders.need.looked")
	case w.at != stepFolder && d.some && len(d.include()) == 0:
		return kit.T("folders.need.kind")
	case w.found.err != nil:
		return kit.Explain(w.found.err, "").Title
	case w.at == stepWhere && len(d.accounts) == 0:
		return kit.T("folders.need.place")
	}
	return ""
}

// tell shows what follows from what was filled in.
func (w *wizard) tell() {
	if w.sheet == nil {
		return
	}
	d := w.draft()
	w.folder.tell(d, w.found)
	w.rule.tell(d, w.found)
	w.where.tell(d, w.found)
	why := w.missing(d)
	w.status.SetText(why)
	if w.at == stepFolder {
		w.status.SetText("") // the line under the path says it
	}
	w.sheet.SetPrimary(why == "" && !w.busy)
	w.layout()
}

func (w *wizard) layout() {
	if w.sheet != nil {
		w.body.Refresh()
		w.sheet.Layout()
	}
}

// next leads to the next step; at the last one the button is the consent.
func (w *wizard) next() {
	d := w.draft()
	if w.busy || w.missing(d) != "" {
		w.tell()
		return
	}
	if w.at < stepWhere {
		w.lead(w.at + 1)
		return
	}
	r, e := d.request(w.v.home), w.v.d.Engine
	r.Consent = true
	w.busy = true
	w.tell()
	name := nameOf(r.Path)
	kit.Do(w.v.d.Context, func(ctx context.Context) error {
		if w.id != 0 {
			return e.EditFolder(ctx, w.id, r)
		}
		_, err := e.AddFolder(ctx, r)
		return err
	}, func(err error) {
		w.busy = false
		if err != nil {
			w.tell()
			w.status.SetText(kit.Explain(err, "").Title)
			return
		}
		w.sheet.Close()
		words := kit.T("folders.started", "name", name)
		if w.id != 0 {
			words = kit.T("folders.saved", "name", name)
		}
		kit.Toast(w.v.d.Window.Canvas(), words, "", nil)
		w.v.Refresh()
	})
}
