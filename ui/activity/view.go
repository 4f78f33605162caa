package activity

import (
	"context"
	"log/slog"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what this screen asks for.
type Engine interface {
	Retry(ctx context.Context, ids []store.OperationID) error
	Cancel(ctx context.Context, ids []store.OperationID) error
	Refresh(ctx context.Context, ids []services.AccountID) error
	Resolve(ctx context.Context, ids []int64) error
	Unlock(ctx context.Context) error
}

// Deps is what the screen needs. All but Log are required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  Reader
	Engine  Engine
	Log     *slog.Logger
	State   func() kit.Snapshot
	// ShowItems leads to the list under a filter.
	ShowItems func(store.Filter)
	// ShowFolders leads to the watched folders.
	ShowFolders func()
	// NewKey and Edit open the sheets of the services.
	NewKey, Edit func(services.AccountID)
	// Copy asks which service is to keep what this one does.
	Copy func(services.AccountID)
	// Gone asks whether what is missing at a service is really gone.
	Gone func(services.AccountID)
	// Add opens the add sheet with an ID.
	Add     func(id string)
	OpenURL func(*url.URL) error
}

// The tabs.
const (
	tabNeeds = iota
	tabWorking
	tabHistory
)

// View is the screen.
type View struct {
	d       Deps
	content fyne.CanvasObject
	tabs    *kit.Tabs
	search  *kit.Field
	asked   kit.Latest
	reading bool
	again   bool // something changed while it was read

	needs   *kit.Scroll
	cards   *fyne.Container
	stuck   *fyne.Container
	quiet   fyne.CanvasObject
	working *kit.List
	idle    fyne.CanvasObject
	history *kit.List
	nothing *fyne.Container
	only    *kit.Chips // while the history is of one cause
	onlyBox *fyne.Container
	tail    *kit.Tail

	shown      data
	drawn      []need // what cards show
	drawnStuck []stuck
	pages      int                // of the history
	lost       services.AccountID // whose disappeared items the history is of, 0: it is of everything
}

// New makes the screen; it reads nothing before Refresh.
func New(d Deps) *View {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	v := &View{d: d, pages: 1, tail: kit.NewTail()}
	v.search = kit.NewField(kit.T("activity.search"), "search")
	v.search.OnChanged = func(string) { v.pages, v.lost = 1, 0; v.tabs.SetAt(tabHistory); v.choose(tabHistory) }
	v.search.OnEscape = func() { v.search.SetText("") }
	v.tabs = kit.NewTabs([]string{kit.T("activity.tab.needs"), kit.T("activity.tab.working"), kit.T("activity.tab.history")}, 0, v.choose)
	v.cards, v.stuck = kit.VBox(12), kit.VBox(0)
	v.needs = kit.NewScroll(kit.Inset(16, 24, 24, 24, kit.VBox(24, v.cards, v.stuck)))
	v.quiet = kit.NewEmpty(kit.Empty{Icon: "check", Title: kit.T("activity.quiet"), Text: kit.T("activity.quiet.sub")})
	v.working = kit.NewList(kit.T("activity.tab.working"), kit.ListConfig{RowHeight: 48, NewRow: v.newWorkRow, Bind: v.bindWork})
	v.idle = kit.NewEmpty(kit.Empty{Icon: "clock", Title: kit.T("activity.idle"), Text: kit.T("activity.idle.sub")})
	v.history = kit.NewList(kit.T("activity.tab.history"), kit.ListConfig{RowHeight: 40, NewRow: v.newPastRow, Bind: v.bindPast, OnVisible: v.seen})
	v.nothing = kit.Stack()
	v.only = kit.NewChips(nil, 0, func(int) { v.lost = 0; v.choose(tabHistory) })
	v.onlyBox = kit.Inset(12, 24, 8, 24, v.only)
	v.content = kit.VBox(0, v.head(), v.onlyBox, kit.Fill(v.needs, v.quiet, v.working, v.idle, v.history, v.nothing), v.tail.Object())
	v.arrange()
	return v
}

// head is higher than that of other pages: the tabs stand on its line.
func (v *View) head() fyne.CanvasObject {
	title, line := kit.NewText(kit.T("activity.title"), kit.Title, kit.Ink), kit.NewHLine()
	return kit.Place(fyne.NewSize(320, 94), func(s fyne.Size) {
		w := min(260, s.Width-200)
		kit.Put(title, kit.Margin, 19, 160, 26)
		kit.Put(v.search, s.Width-kit.Margin-w, 16, w, 32)
		kit.Put(v.tabs, kit.Margin, 58, s.Width-2*kit.Margin, 36)
		kit.Put(line, 0, 93, s.Width, 1)
	}, title, v.search, line, v.tabs)
}

// Content is what to put into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Find puts the keyboard into the search.
func (v *View) Find() { v.search.Focus() }

// choose asks another question: the one under way is of no use any more.
func (v *View) choose(int) {
	v.arrange()
	v.read()
}

// arrange shows the chosen tab, or why it is empty.
func (v *View) arrange() {
	at := v.tabs.At()
	show := func(tab int, full, empty fyne.CanvasObject, n int) {
		visible(full, at == tab && n > 0)
		visible(empty, at == tab && n == 0 && v.shown.read)
	}
	visible(v.onlyBox, at == tabHistory && v.lost != 0)
	v.only.Set([]kit.Chip{
		{Label: kit.T("activity.all"), Count: -1},
		{Label: kit.T("activity.seen.lost", "name", nameAt(v.shown.state.ByID()[v.lost])), Count: -1, Icon: "warn", Role: kit.Warn},
	}, 1)
	show(tabNeeds, v.needs, v.quiet, len(v.shown.needs)+len(v.shown.stuck))
	show(tabWorking, v.working, v.idle, len(v.shown.working))
	show(tabHistory, v.history, v.nothing, len(v.shown.history))
}

func visible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) show(d data) {
	v.shown = d
	v.tabs.SetWord(tabNeeds, counted(kit.T("activity.tab.needs"), int64(len(d.needs))))
	v.tabs.SetWord(tabWorking, counted(kit.T("activity.tab.working"), d.workingAll))
	v.showNeeds(d)
	v.working.SetLen(len(d.working))
	v.working.Refresh()
	v.history.SetLen(len(d.history))
	v.history.Refresh()
	v.showNothing()
	v.arrange()
	v.tail.Set(v.tailOf(d.state)...)
}

func counted(word string, n int64) string {
	if n == 0 {
		return word
	}
	return word + "  " + kit.Count(n)
}

func (v *View) showNothing() {
	empty := kit.Empty{Icon: "activity", Title: kit.T("activity.nohistory"), Text: kit.T("activity.nohistory.sub")}
	if strings.TrimSpace(v.search.Text()) != "" {
		clear := kit.NewButton(kit.T("activity.clear"), kit.Secondary, "", func() { v.search.SetText("") })
		empty = kit.Empty{Icon: "search", Title: kit.T("activity.nomatch"), Buttons: []*kit.Button{clear}}
	}
	v.nothing.Objects = []fyne.CanvasObject{kit.NewEmpty(empty)}
	v.nothing.Refresh()
}

func (v *View) newWorkRow() fyne.CanvasObject {
	return kit.NewLineRow(func(r *kit.LineRow) { v.showItem(v.shown.working[r.At].cid) }, v.workMenu)
}

func (v *View) bindWork(row fyne.CanvasObject, i int) {
	if i >= len(v.shown.working) {
		return
	}
	w, r := v.shown.working[i], row.(*kit.LineRow)
	r.At = i
	r.Set(kit.Cells{
		NoLead: true, Mark: w.mark, First: w.name, Strong: true, Second: w.what, Under: w.hint,
		Right: w.since, RightRole: w.sinceRole, Menu: kit.T("activity.menu", "name", w.name),
	})
}

func (v *View) newPastRow() fyne.CanvasObject {
	return kit.NewLineRow(func(r *kit.LineRow) { v.showItem(v.shown.history[r.At].cid) }, v.pastMenu)
}

func (v *View) bindPast(row fyne.CanvasObject, i int) {
	if i >= len(v.shown.history) {
		return
	}
	p, r := v.shown.history[i], row.(*kit.LineRow)
	r.At = i
	c := kit.Cells{Lead: p.when, Icon: p.icon, Role: p.ink, First: p.what, Second: p.name}
	if !p.cid.IsZero() {
		c.Menu = kit.T("activity.menu", "name", p.name)
	}
	r.Set(c)
}

// ShowNeedsYou leads to what waits for the person.
func (v *View) ShowNeedsYou() { v.tabs.SetAt(tabNeeds); v.choose(tabNeeds) }

// ShowWorking leads to what is under way.
func (v *View) ShowWorking() { v.tabs.SetAt(tabWorking); v.choose(tabWorking) }

// ShowHistory leads to what was done.
func (v *View) ShowHistory() { v.tabs.SetAt(tabHistory); v.choose(tabHistory) }
