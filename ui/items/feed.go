package items

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// typingPause is how long the search waits for the next letter.
const typingPause = 150 * time.Millisecond

// Refresh reads the list again. Calls while one is being read become one more.
func (v *View) Refresh() {
	v.snap = v.d.State()
	v.columns = columnsOf(v.snap)
	clear(v.drawn)
	v.showFrame()
	if v.reading {
		v.again = true
		return
	}
	v.read()
}

// ShowBringing shows how far things of this computer are, of the newest
// snapshot; nothing is read for it.
func (v *View) ShowBringing() {
	v.snap = v.d.State()
	clear(v.drawn)
	v.rebind()
	v.panel.again()
}

// read asks for the list as the filter describes it. A question under way ends.
func (v *View) read() {
	v.reading, v.again = true, false
	from, to := v.list.Shown()
	var anchor store.ItemID
	if top, ok := v.item(from); ok && v.list.Top() > 0 {
		anchor = top.ID
	}
	f := v.filter
	kit.Go(v.ask.Next(v.d.Context), func(ctx context.Context) (answer, error) {
		return read(ctx, v.src, f, from, max(to, from+40), anchor)
	}, v.answered)
}

func (v *View) answered(a answer, err error) {
	v.reading = false
	v.err = err
	if err != nil {
		v.d.Log.Warn("cannot read the list", "err", err)
		v.showFrame()
	} else {
		v.apply(a)
	}
	if v.again {
		v.read()
	}
}

func (v *View) apply(a answer) {
	if v.pages != nil {
		v.pages.end()
	}
	v.pages = newPages(v.d.Context, a.l, v.pageCame)
	for n, rows := range a.held {
		v.pages.put(n, rows)
	}
	v.counts, v.known = a.counts, true
	clear(v.drawn)
	top, cursor := v.list.Top(), v.list.Cursor()
	v.list.SetLen(a.l.Len())
	if a.shift != 0 {
		v.list.ScrollTo(top + float64(a.shift))
		v.list.SetCursor(cursor + a.shift)
	}
	v.showFrame()
	v.panel.refresh()
}

func (v *View) pageCame(err error) {
	if err != nil {
		v.d.Log.Warn("cannot read a page of the list", "err", err)
	}
	v.rebind()
}

// showFrame shows what stands around the rows.
func (v *View) showFrame() {
	v.chips = chipsOf(v.counts, v.filter, v.columns)
	shown := make([]kit.Chip, len(v.chips))
	for i, c := range v.chips {
		shown[i] = c.show
		if !v.known {
			shown[i].Count = -1
		}
	}
	v.filters.Set(shown, chosen(v.chips, v.filter))
	v.showNotices()
	v.showEmpty()
	v.tail.Set(tailOf(v.counts, v.snap, v.showState)...)
	v.bar.refresh()
	v.setTable(tableOf(v.table.width, len(v.columns)))
	v.showHead()
	v.relayout()
}

func (v *View) showNotices() {
	list := noticesOf(v.snap)
	if v.err != nil {
		m := kit.Explain(v.err, "")
		list = append([]notice{{tone: kit.Red, icon: "warn", text: m.Title + " " + m.Hint, part: -1}}, list...)
	}
	for i, b := range v.notes {
		b.Hidden = i >= len(list)
		if i < len(list) {
			n := list[i]
			b.WithIcon(n.icon).Set(n.tone, n.text, n.action, func() { v.act(n) })
			b.SetProgress(n.part)
		}
	}
}

// showEmpty says why there is nothing, where there is nothing.
func (v *View) showEmpty() {
	none := v.known && v.list.Len() == 0
	lost := none && v.lost()
	v.empty.Hidden, v.list.Hidden = !none, none
	for _, o := range []fyne.CanvasObject{v.title, v.search, v.renew, v.add, v.head, v.filters} { // nothing to look through yet
		if lost {
			o.Hide()
		} else {
			o.Show()
		}
	}
	if !none {
		return
	}
	v.empty.Objects = []fyne.CanvasObject{kit.NewEmpty(v.emptiness())}
	v.empty.Refresh()
}

func (v *View) emptiness() kit.Empty {
	switch {
	case v.lost():
		return kit.Empty{
			Steps: []kit.EmptyStep{
				{Icon: "image", Title: kit.T("items.empty.file"), Text: kit.T("items.empty.file.text")},
				{Icon: "finger", Title: kit.T("items.empty.finger"), Text: kit.T("items.empty.finger.text")},
				{Icon: "cloud", Title: kit.T("items.empty.keepers"), Text: kit.T("items.empty.keepers.text")},
			},
			Title: kit.T("items.empty.start"), Text: kit.T("items.empty.start.text"),
			Buttons: []*kit.Button{
				kit.NewButton(kit.T("items.empty.connect"), kit.Primary, "plus", func() { v.showService(0) }),
				kit.NewButton(kit.T("items.empty.add"), kit.Secondary, "upload", v.addSomething),
			},
			Hint: kit.T("items.empty.start.hint"),
		}
	case v.filter.Search != "" || v.filter.State != store.AnyState || v.filter.OneCopy || (v.filter.Account != 0 && !v.firstReading()):
		return kit.Empty{
			Icon: "search", Title: kit.T("items.empty.filter"),
			Buttons: []*kit.Button{kit.NewButton(kit.T("items.empty.clear"), kit.Secondary, "", v.clearFilters)},
		}
	case v.firstReading():
		return kit.Empty{Icon: "refresh", Title: kit.T("items.empty.reading"), Text: kit.T("items.empty.reading.text")}
	default:
		name := kit.T("items.empty.nobody")
		for _, c := range v.columns {
			if a, ok := v.snap.Account(c.account); ok && (!c.local && remote(v.columns) == 1 || a.ID == v.filter.Account) {
				name = services.Clean(a.Name)
			}
		}
		return kit.Empty{
			Icon: "cloud", Title: kit.T("items.empty.service", "service", name), Text: kit.T("items.empty.service.text"),
			Buttons: []*kit.Button{kit.NewButton(kit.T("items.add"), kit.Primary, "plus", v.addSomething)},
		}
	}
}

// lost: no service is connected, and nothing is chosen that could be empty.
func (v *View) lost() bool {
	return remote(v.columns) == 0 && v.filter.Search == "" && v.filter.State == store.AnyState && v.filter.Account == 0
}

func (v *View) firstReading() bool {
	for _, a := range v.snap.Accounts {
		if a.Local() {
			continue
		}
		if a.Reading || (a.CheckedAt.IsZero() && a.Err == nil && !a.Paused) {
			return true
		}
	}
	return false
}

// setFilter lists something else, from its beginning.
func (v *View) setFilter(f store.Filter) {
	if f == v.filter {
		return
	}
	v.filter = f
	v.sel.clear()
	v.list.ScrollTo(0)
	v.list.SetCursor(-1)
	v.showFrame()
	v.read()
}

// typed waits for a pause in the typing.
func (v *View) typed(string) {
	if v.typing != nil {
		v.typing.Stop()
	}
	v.typing = time.AfterFunc(typingPause, func() { kit.OnUI(v.searchNow) })
}

func (v *View) searchNow() {
	v.typing.Stop()
	f := v.filter
	f.Search = v.search.Text()
	v.setFilter(f)
}

// leaveSearch empties the search, or goes to the list where it is empty.
func (v *View) leaveSearch() {
	if v.search.Text() != "" {
		v.search.SetText("")
		v.searchNow()
		return
	}
	kit.FocusOn(v.list)
}

func (v *View) chooseChip(at int) {
	f := v.filter
	if a := v.chips[at].account; a != 0 {
		v.filterBy(a)
		return
	}
	f.State, f.OneCopy = v.chips[at].state, v.chips[at].oneCopy
	v.setFilter(f)
}

// showState lists what is in a state, whatever was chosen before but the search
// and the service.
func (v *View) showState(s store.ItemState) {
	f := v.filter
	f.State, f.OneCopy = s, false
	v.setFilter(f)
}

func (v *View) clearFilters() {
	f := store.Filter{Sort: v.filter.Sort, Reverse: v.filter.Reverse}
	v.search.SetText("")
	if v.typing != nil {
		v.typing.Stop()
	}
	v.setFilter(f)
}

func (v *View) sortBy(s store.Sort) {
	f := v.filter
	if f.Sort == s || (f.Sort == "" && s == store.SortAdded) {
		f.Reverse = !f.Reverse
	} else {
		f.Reverse = false
	}
	f.Sort = s
	v.setFilter(f)
}

func (v *View) filterBy(a services.AccountID) {
	f := v.filter
	if f.Account == a {
		a = 0
	}
	f.Account, f.Missing = a, false
	v.setFilter(f)
}
