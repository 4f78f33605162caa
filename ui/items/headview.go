package items

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// headView is the head of the table: sort by a word, filter by a service, tick
// all.
type headView struct {
	widget.BaseWidget
	t       table
	filter  store.Filter
	all     *kit.Check
	words   map[store.Sort]*headCell
	tiles   []*headCell
	columns []column
	places  *headCell
	line    kit.Shape
	onSort  func(store.Sort)
	onTile  func(services.AccountID)
}

func newHeadView(all func(bool), sort func(store.Sort), tile func(services.AccountID)) *headView {
	h := &headView{
		all: kit.NewNamedCheck(kit.T("items.tick-all"), false, all).Faint(), words: map[store.Sort]*headCell{}, line: kit.NewShape(0),
		onSort: sort, onTile: tile,
	}
	h.places = newHeadCell(kit.T("items.head.places"), h.choosePlace)
	for _, s := range sorts() {
		h.words[s] = newHeadCell(sortWord(s), func() { h.onSort(s) })
	}
	h.ExtendBaseWidget(h)
	return h
}

func sorts() []store.Sort {
	return []store.Sort{store.SortName, store.SortSize, store.SortCopies, store.SortAdded}
}

func sortWord(s store.Sort) string {
	switch s {
	case store.SortName:
		return kit.T("items.head.name")
	case store.SortSize:
		return kit.T("items.head.size")
	case store.SortCopies:
		return kit.T("items.head.copies")
	default:
		return kit.T("items.head.added")
	}
}

// show lays the head out for a table and a filter; all says whether every row
// is ticked.
func (h *headView) show(t table, columns []column, f store.Filter, all bool) {
	h.t, h.filter, h.columns = t, f, columns
	for len(h.tiles) < len(columns) {
		h.tiles = append(h.tiles, newHeadCell("", nil))
	}
	for i, c := range h.tiles {
		c.Hidden = i >= len(columns) || t.places
		if i < len(columns) {
			col := columns[i]
			c.act = func() { h.onTile(col.account) }
			c.tile, c.label, c.name, c.needs = true, col.letter, col.name, col.needs
			c.on = f.Account == col.account
		}
	}
	for s, c := range h.words {
		current := f.Sort == s || (f.Sort == "" && s == store.SortAdded)
		c.on, c.up = current, f.Reverse != (s == store.SortName)
	}
	h.words[store.SortSize].Hidden = t.size == 0
	h.words[store.SortAdded].Hidden = t.added == 0
	h.places.Hidden, h.places.on = !t.places, f.Account != 0
	h.all.SetOn(all)
	h.Refresh()
}

// choosePlace filters by a service where there are too many for tiles.
func (h *headView) choosePlace() {
	items := make([]kit.MenuItem, len(h.columns))
	for i, c := range h.columns {
		items[i] = kit.MenuItem{Label: c.name, Act: func() { h.onTile(c.account) }}
		if c.account == h.filter.Account {
			items[i].Icon = "check"
		}
	}
	kit.ShowMenuBelow(h.places, items)
}

// CreateRenderer is for Fyne.
func (h *headView) CreateRenderer() fyne.WidgetRenderer { return &headRenderer{h} }

type headRenderer struct{ h *headView }

func (r *headRenderer) Destroy() {}
func (r *headRenderer) Objects() []fyne.CanvasObject {
	h := r.h
	o := []fyne.CanvasObject{h.line.Rectangle, h.all, h.places}
	for _, s := range sorts() {
		o = append(o, h.words[s])
	}
	for _, c := range h.tiles {
		o = append(o, c)
	}
	return o
}
func (r *headRenderer) MinSize() fyne.Size { return fyne.NewSize(280, headHeight) }
func (r *headRenderer) Refresh() {
	r.Layout(r.h.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *headRenderer) Layout(s fyne.Size) {
	h := r.h
	h.line.Set(kit.Line, kit.Clear, 0)
	kit.Put(h.line, 0, headHeight-1, s.Width, 1)
	kit.Put(h.all, 24, 8, 16, 16)
	cell := func(s store.Sort, x float32, right bool) {
		c := h.words[s]
		w := c.MinSize().Width
		if right {
			x -= w
		}
		kit.Put(c, x, 4, w, 24)
	}
	cell(store.SortName, 54, false)
	cell(store.SortSize, h.t.size, true)
	cell(store.SortCopies, h.t.copies, false)
	cell(store.SortAdded, h.t.added, false)
	kit.Put(h.places, h.t.marks+4, 4, h.places.MinSize().Width, 24)
	for i, c := range h.tiles {
		kit.Put(c, h.t.markAt(i)-14, 2, 28, 28)
	}
}

// headCell is a word to sort by or the tile of a service.
type headCell struct {
	widget.BaseWidget
	label, name      string
	tile, on, up     bool
	needs            bool
	hovered, focused bool
	act              func()
	text             kit.Words
	arrow            kit.Picture
	box, dot         kit.Shape
	ring             kit.Ring
}

func newHeadCell(label string, act func()) *headCell {
	c := &headCell{
		label: label, name: label, act: act, text: kit.NewWords(kit.CapM), arrow: kit.NewPicture(),
		box: kit.NewShape(5.6), dot: kit.NewShape(4.5), ring: kit.NewRing(6),
	}
	c.ExtendBaseWidget(c)
	return c
}

// Label is the word, or the service's name.
func (c *headCell) Label() string { return c.name }

// Tapped acts.
func (c *headCell) Tapped(*fyne.PointEvent) { c.act() }

// Cursor is a hand.
func (c *headCell) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MouseIn is the pointer coming.
func (c *headCell) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.Refresh() }

// MouseMoved is for Fyne.
func (c *headCell) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is the pointer leaving.
func (c *headCell) MouseOut() { c.hovered = false; c.Refresh() }

// FocusGained shows the ring.
func (c *headCell) FocusGained() { c.focused = true; c.Refresh() }

// FocusLost hides it.
func (c *headCell) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune is for Fyne.
func (c *headCell) TypedRune(rune) {}

// TypedKey acts on Space and Enter.
func (c *headCell) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.act()
	}
}

// CreateRenderer is for Fyne.
func (c *headCell) CreateRenderer() fyne.WidgetRenderer { return &cellRenderer{c} }

type cellRenderer struct{ c *headCell }

func (r *cellRenderer) Destroy() {}
func (r *cellRenderer) Objects() []fyne.CanvasObject {
	c := r.c
	return []fyne.CanvasObject{c.box.Rectangle, c.text.Text, c.arrow.Image, c.dot.Rectangle, c.ring.Rectangle}
}
func (r *cellRenderer) MinSize() fyne.Size {
	if r.c.tile {
		return fyne.NewSize(28, 28)
	}
	w := kit.Width(r.c.label, kit.CapM)
	if r.c.on {
		w += 16
	}
	return fyne.NewSize(w, 24)
}
func (r *cellRenderer) Refresh() { r.Layout(r.c.Size()); canvas.Refresh(r.c) }

func (r *cellRenderer) Layout(s fyne.Size) {
	c := r.c
	cy := s.Height / 2
	c.box.Hidden, c.dot.Hidden = !c.tile, !c.needs
	if c.tile {
		fill, ink := kit.TileBg, kit.Ink2
		if c.on {
			fill, ink = kit.Accent, kit.OnAccent
		} else if c.hovered {
			fill = kit.Edge
		}
		c.box.Set(fill, kit.Clear, 0)
		kit.Put(c.box, s.Width/2-10, cy-10, 20, 20)
		c.dot.Set(kit.Warn, kit.Bg, 1.5)
		kit.Put(c.dot, s.Width/2+4, cy-13, 9, 9)
		c.text.Set(c.label, ink, s.Width/2-kit.Width(c.label, kit.CapM)/2, cy, 20)
		c.arrow.Set("", kit.Clear, 0, 0, 0)
		if c.label == "" {
			c.arrow.Set("monitor", ink, s.Width/2, cy, 13)
		}
		c.ring.Set(c.focused, s.Width/2-10, cy-10, 20, 20)
		return
	}
	ink := kit.Ink3
	if c.on || c.hovered {
		ink = kit.Ink
	}
	end := c.text.Set(c.label, ink, 0, cy, s.Width)
	arrow := ""
	if c.on {
		arrow = "down"
		if c.up {
			arrow = "up"
		}
	}
	c.arrow.Set(arrow, kit.Ink2, end+9, cy, 12)
	c.ring.Set(c.focused, -2, 2, s.Width+4, s.Height-4)
}
