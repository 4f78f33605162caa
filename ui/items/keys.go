package items

import (
	"cmp"
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// pressed is a click on a row: it moves the keyboard's row there; with Ctrl,
// Shift or on the tick box it ticks. Where the panel has its own place, a press
// shows what it is about there, until the person closes the panel. As in a file manager, a click and then
// one with Ctrl or Shift tick both rows.
func (v *View) pressed(at int, p part, e *desktop.MouseEvent, from fyne.CanvasObject) {
	item, ok := v.item(at)
	if !ok {
		return
	}
	kit.FocusOn(v.list)
	if e.Button == desktop.MouseButtonSecondary || p == menu {
		v.openMenu(at, item, e.AbsolutePosition)
		return
	}
	switch {
	case p == keepOn:
		v.keepOn([]store.ItemID{item.ID})
	case p == copyLink:
		v.copyLinks([]store.ItemID{item.ID})
	case e.Modifier&fyne.KeyModifierShift != 0:
		v.tickRange(v.sel.anchor, at)
	case p == tickBox:
		v.tick(at, item)
	case e.Modifier&(fyne.KeyModifierControl|fyne.KeyModifierSuper) != 0:
		v.sel.join(item)
		v.sel.anchor = at
		v.list.SetCursor(at)
		v.selectionChanged()
	default:
		v.sel.clear()
		v.sel.anchor, v.sel.chosen = at, &item
		v.list.SetCursor(at)
		if v.wide() && (v.panel.Visible() || !v.away) {
			v.panel.open(item.ID)
		}
		v.selectionChanged()
	}
}

// opened is a double click.
func (v *View) opened(at int) {
	if item, ok := v.item(at); ok {
		v.away = false
		v.panel.open(item.ID)
	}
}

// hover is the pointer over a row, or over none.
func (v *View) hover(at int) {
	if v.hovered != at {
		v.hovered = at
		v.rebind()
	}
}

// moved is the keyboard's row moving: with Shift it ticks on the way.
func (v *View) moved(at int, m fyne.KeyModifier) {
	if m&fyne.KeyModifierShift != 0 {
		v.tickRange(v.sel.anchor, at)
		return
	}
	v.sel.anchor = at
	if item, ok := v.item(at); ok && v.panel.Visible() && v.wide() {
		v.panel.open(item.ID)
	}
}

// key is a key on the list; false is one it has no use for.
func (v *View) key(e *fyne.KeyEvent, m fyne.KeyModifier) bool {
	at := v.list.Cursor()
	item, ok := v.item(at)
	switch e.Name {
	case fyne.KeyEscape:
		return v.escape()
	case fyne.KeyV:
		v.paste()
	case fyne.KeyDelete, fyne.KeyBackspace:
		if ok && v.sel.len() == 0 && item.CID.IsZero() {
			v.cancelOpen(target{item: item}, 0)
			break
		}
		v.stopKeeping(v.targets())
	case fyne.KeyC:
		if m&fyne.KeyModifierShift != 0 {
			v.copyIDs(v.targets())
		} else {
			v.copyLinks(v.targets())
		}
	case fyne.KeySpace:
		if ok {
			v.tick(at, item)
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if ok {
			v.away = false
			v.panel.open(item.ID)
		}
	case desktop.KeyMenu:
		v.menuAtCursor()
	case fyne.KeyF10:
		if m&fyne.KeyModifierShift == 0 {
			return false
		}
		v.menuAtCursor()
	default:
		return false
	}
	return true
}

// paste keeps the ID or link on the clipboard.
func (v *View) paste() {
	if text := fyne.CurrentApp().Clipboard().Content(); text != "" && v.d.OnPaste != nil {
		v.d.OnPaste(text)
	}
}

// shortcut is a shortcut on the list.
func (v *View) shortcut(s fyne.Shortcut) bool {
	switch s.(type) {
	case *fyne.ShortcutSelectAll:
		v.tickAll(true)
	case *fyne.ShortcutCopy:
		v.copyLinks(v.targets())
	case *fyne.ShortcutPaste:
		v.paste()
	default:
		return false
	}
	return true
}

// Escape takes back what is ticked, or closes the details.
func (v *View) Escape() { v.escape() }

// escape takes back one thing after the other; false is nothing to take back.
func (v *View) escape() bool {
	switch {
	case v.sel.len() > 0:
		v.sel.clear()
		v.selectionChanged()
	case v.panel.Visible():
		v.away = true
		v.panel.hide()
	default:
		return false
	}
	return true
}

func (v *View) menuAtCursor() {
	at := v.list.Cursor()
	if item, ok := v.item(at); ok {
		pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.list).Add(v.list.PlaceOf(at))
		v.openMenu(at, item, pos.AddXY(v.table.name, rowHeight))
	}
}

func (v *View) tick(at int, item store.Item) {
	v.sel.chosen = nil
	v.sel.toggle(item)
	v.sel.anchor = at
	v.list.SetCursor(at)
	v.selectionChanged()
}

// tickRange ticks exactly the rows between two places. Rows that are not at
// hand are read first.
func (v *View) tickRange(a, b int) {
	from, to := min(a, b), max(a, b)
	from = max(0, from)
	v.list.SetCursor(b)
	v.sel.clear()
	for i := from; i <= to; i++ {
		item, ok := v.item(i)
		if !ok {
			v.tickIDs(from, to-from+1)
			return
		}
		v.sel.add(item)
	}
	v.selectionChanged()
}

// tickAll ticks every row of the list, or none.
func (v *View) tickAll(on bool) {
	if !on {
		v.sel.clear()
		v.selectionChanged()
		return
	}
	v.tickIDs(0, v.list.Len())
}

func (v *View) tickIDs(from, n int) {
	if v.pages == nil || n == 0 {
		return
	}
	l := v.pages.l
	kit.Go(v.pages.ctx, func(ctx context.Context) ([]store.ItemID, error) {
		return l.IDs(ctx, from, n)
	}, func(ids []store.ItemID, err error) {
		if err != nil {
			v.fail(err)
			return
		}
		v.sel.addIDs(ids)
		v.selectionChanged()
	})
}

func (v *View) selectionChanged() {
	v.bar.refresh()
	tail := float32(0)
	if v.bar.Visible() {
		tail = 80
	}
	v.list.SetTail(tail)
	kit.LiftToasts(v.d.Window.Canvas(), v.bar.Visible())
	v.showHead()
	v.rebind()
}

// targets is what an action is about: what is ticked, in the list's order as far
// as it is at hand, else the keyboard's row, else what the panel shows.
func (v *View) targets() []store.ItemID {
	if v.sel.len() > 0 {
		ids, places := v.sel.list(), v.pages.places()
		slices.SortFunc(ids, func(a, b store.ItemID) int {
			return cmp.Or(cmp.Compare(places(a), places(b)), cmp.Compare(a, b))
		})
		return ids
	}
	if item, ok := v.item(v.list.Cursor()); ok {
		return []store.ItemID{item.ID}
	}
	if v.panel.Visible() {
		return []store.ItemID{v.panel.id}
	}
	return nil
}
