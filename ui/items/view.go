package items

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what this screen asks for.
type Engine interface {
	Add(ctx context.Context, r pinsync.AddRequest) (pinsync.Accepted, error)
	Rename(ctx context.Context, p pinsync.PinRef, name string) (pinsync.Accepted, error)
	Replace(ctx context.Context, p pinsync.PinRef, pin services.Pin, hold time.Duration) (pinsync.Accepted, error)
	Delete(ctx context.Context, pins []pinsync.PinRef, hold time.Duration) (pinsync.Accepted, error)
	Retry(ctx context.Context, ids []store.OperationID) error
	Cancel(ctx context.Context, ids []store.OperationID) error
	Refresh(ctx context.Context, ids []services.AccountID) error
	Unlock(ctx context.Context) error
}

// Deps is what the screen needs. Context, Window, Reader, Engine and State are
// required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  *store.Reader
	Engine  Engine
	Log     *slog.Logger
	// State is the newest snapshot; it is called on the UI thread.
	State func() kit.Snapshot
	// OnAdd opens the add sheet.
	OnAdd func()
	// OnPaste keeps an ID or link that was pasted on the list.
	OnPaste func(text string)
	// OnShowService leads to a service; 0 is the place to connect one.
	OnShowService func(services.AccountID)
	// OnNeedsYou leads to what waits for the person.
	OnNeedsYou func()
	// OnNewKey asks for a new key of an account; nil is OnShowService.
	OnNewKey func(services.AccountID)
	// OnExport writes a list of items to a file; nil hides it.
	OnExport func([]store.ItemID)
	// OnCopy leads to copying items from a service to another; nil offers none.
	OnCopy  func(from services.AccountID, cids []services.CID)
	OpenURL func(*url.URL) error
	// OpenPath shows a folder of this computer; nil hides what leads there.
	OpenPath func(path string) error
}

// View is the screen.
type View struct {
	d    Deps
	src  source
	snap kit.Snapshot

	filter  store.Filter
	counts  store.ItemCounts
	chips   []chip
	columns []column
	table   table
	pages   *pages
	drawn   map[store.ItemID]row
	rows    []*rowView
	hovered int
	sel     selection

	ask     kit.Latest
	reading bool
	again   bool
	known   bool // the list was read at least once
	err     error
	typing  *time.Timer

	title   *kit.Text
	search  *kit.Field
	renew   *kit.Button
	add     *kit.Button
	filters *kit.Chips
	notes   []*kit.Banner
	head    *headView
	list    *kit.List
	empty   *fyne.Container
	tail    *kit.Tail
	bar     *selectionBar
	panel   *panel
	away    bool // the person closed the panel: a press on a row leaves it so
	content *fyne.Container
}

// New makes the screen; it reads nothing before Refresh.
func New(d Deps) *View { return newView(d, reader{d.Reader}) }

func newView(d Deps, src source) *View {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	v := &View{d: d, src: src, sel: newSelection(), hovered: -1, drawn: map[store.ItemID]row{}}
	v.title = kit.NewText(kit.T("items.title"), kit.Title, kit.Ink)
	v.search = kit.NewField(kit.T("items.search"), "search").Shortcut("Ctrl F")
	v.search.OnChanged = v.typed
	v.search.OnSubmitted = func(string) { kit.FocusOn(v.list) }
	v.search.OnEscape = v.leaveSearch
	v.renew = kit.NewButton("", kit.Secondary, "refresh", v.checkAll).Named(kit.T("items.check-all"))
	v.add = kit.NewButton(kit.T("items.add"), kit.Primary, "plus", v.addSomething)
	v.filters = kit.NewChips(nil, 0, v.chooseChip)
	for range mostNotices {
		b := kit.NewBanner(kit.Neutral, "", "", nil)
		b.Hide()
		v.notes = append(v.notes, b)
	}
	v.head = newHeadView(v.tickAll, v.sortBy, v.filterBy)
	v.list = kit.NewList(kit.T("items.list"), kit.ListConfig{
		RowHeight: rowHeight, NewRow: v.newRow, Bind: v.bind,
		OnKey: v.key, OnMove: v.moved, OnShortcut: v.shortcut,
	})
	v.empty = kit.Fill()
	v.empty.Hide()
	v.tail = kit.NewTail()
	v.bar = newSelectionBar(v)
	v.panel = newPanel(v)
	objects := []fyne.CanvasObject{v.title, v.search, v.renew, v.add, v.filters}
	for _, b := range v.notes {
		objects = append(objects, b)
	}
	objects = append(objects, v.head, v.list, v.empty, v.tail.Object(), v.bar, v.panel)
	v.content = kit.Place(fyne.NewSize(520, 360), v.place, objects...)
	return v
}

// Content is what to put into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus puts the keyboard on the list.
func (v *View) Focus() { kit.FocusOn(v.list) }

// FocusSearch puts the keyboard into the search.
func (v *View) FocusSearch() {
	if v.search.Visible() {
		v.search.Focus()
	}
}

// Show lists what a filter describes, as another screen asks for.
func (v *View) Show(f store.Filter) {
	f.Sort, f.Reverse = v.filter.Sort, v.filter.Reverse
	v.search.SetText(f.Search)
	if v.typing != nil {
		v.typing.Stop()
	}
	v.setFilter(f)
}

// Open shows the details of a CID, where it is in the list of items.
func (v *View) Open(id store.ItemID) { v.panel.open(id) }

// wide reports whether the panel has a place of its own.
func (v *View) wide() bool { return v.d.Window.Canvas().Size().Width >= panelFrom }

func (v *View) place(s fyne.Size) {
	w := s.Width
	if v.panel.Visible() {
		px := float32(0)
		if v.wide() {
			w -= panelWide
			px = w
		}
		kit.Put(v.panel, px, 0, s.Width-px, s.Height)
	}
	kit.Put(v.title, kit.Margin, 19, 160, 26)
	right := w - kit.Margin
	aw := v.add.MinSize().Width
	kit.Put(v.add, right-aw, 16, aw, 32)
	right -= aw + 8 + 32
	kit.Put(v.renew, right, 16, 32, 32)
	sw := float32(320)
	if w < 960 {
		sw = 280
	}
	kit.Put(v.search, right-8-sw, 16, sw, 32)
	kit.Put(v.filters, kit.Margin, 70, w-2*kit.Margin, 28)
	y := float32(108)
	for _, b := range v.notes {
		if b.Visible() {
			kit.Put(b, kit.Margin, y, w-2*kit.Margin, 40)
			y += 48
		}
	}
	v.setTable(tableOf(w, len(v.columns)))
	kit.Put(v.head, 0, y, w, headHeight)
	y += headHeight
	bottom := s.Height - kit.TailHeight
	kit.Put(v.list, 0, y+2, w, bottom-y-2)
	if !v.head.Visible() {
		y -= headHeight
	}
	kit.Put(v.empty, 0, y, w, bottom-y)
	kit.Put(v.tail.Object(), 0, bottom, w, kit.TailHeight)
	kit.Put(v.bar, 0, bottom-barFade, w, barFade)
}

func (v *View) setTable(t table) {
	if v.table != t {
		v.table = t
		v.showHead()
	}
}

func (v *View) showHead() {
	v.head.show(v.table, v.columns, v.filter, v.sel.len() > 0 && v.sel.len() == v.list.Len())
}

// relayout places everything anew, after something came or went.
func (v *View) relayout() {
	if s := v.content.Size(); s.Width > 0 {
		v.place(s)
	}
	v.content.Refresh()
}

func (v *View) newRow() fyne.CanvasObject {
	r := newRowView(v)
	v.rows = append(v.rows, r)
	return r
}

// bind shows a row of the list; one that is not at hand is a skeleton.
func (v *View) bind(o fyne.CanvasObject, at int) {
	r := o.(*rowView)
	item, ok := v.item(at)
	look := rowLook{hovered: v.hovered == at, last: at == v.list.Len()-1}
	if !ok {
		r.show(at, row{}, false, v.table, look)
		return
	}
	look.ticked = v.sel.has(item.ID)
	look.current = v.panel.shows(item.ID) || (v.list.Cursor() == at && v.list.Focused())
	drawn, ok := v.drawn[item.ID]
	if !ok {
		drawn = rowOf(item, v.columns, v.snap.Bringing, v.snap.At)
		v.drawn[item.ID] = drawn
	}
	r.show(at, drawn, true, v.table, look)
}

func (v *View) item(at int) (store.Item, bool) {
	if v.pages == nil || at < 0 || at >= v.list.Len() {
		return store.Item{}, false
	}
	return v.pages.at(at)
}

// rebind draws the rows again without laying out anything.
func (v *View) rebind() {
	from, to := v.list.Shown()
	for _, r := range v.rows {
		if r.Visible() && r.at >= from && r.at < to {
			v.bind(r, r.at)
		}
	}
}
