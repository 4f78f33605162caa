package activity

import (
	"context"
	"net/url"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// Refresh reads anew and shows it. Calls while it reads become one more.
func (v *View) Refresh() {
	if v.reading {
		v.again = true
		return
	}
	v.read()
}

// ShowBringing shows how far things of this computer are.
func (v *View) ShowBringing() {
	if v.tabs.At() == tabWorking {
		v.Refresh()
	}
}

func (v *View) read() {
	v.reading, v.again = true, false
	q := question{tab: v.tabs.At(), search: v.search.Text(), lost: v.lost, pages: v.pages, state: v.d.State()}
	kit.Go(v.asked.Next(v.d.Context), func(ctx context.Context) (data, error) { return read(ctx, v.d.Reader, q) }, func(d data, err error) {
		v.reading = false
		if err != nil {
			v.d.Log.Warn("activity could not be read", "code", services.CodeOf(err))
			kit.Toast(v.d.Window.Canvas(), kit.Explain(err, "").Title, "", nil)
		} else {
			v.show(d)
		}
		if v.again {
			v.read()
		}
	})
}

// seen reads on when the end of the history is in sight.
func (v *View) seen(_, to int) {
	if v.shown.more && to >= len(v.shown.history)-10 && len(v.shown.history) > 0 {
		v.shown.more = false
		v.pages++
		v.Refresh()
	}
}

func (v *View) act(n need, a act) {
	id := n.account.ID
	switch a {
	case actNewKey, actPassword:
		v.d.NewKey(id)
	case actEdit:
		v.d.Edit(id)
	case actPlans:
		if t, ok := services.TemplateByID(n.account.Template); ok {
			v.open(t.CostPage)
		}
	case actUnlock:
		v.do("unlock", v.d.Engine.Unlock, "")
	case actShow:
		v.d.ShowItems(store.Filter{Account: id})
	case actMissing:
		v.d.ShowItems(store.Filter{Account: id, Missing: true})
	case actLost:
		v.showLost(id)
	case actTrouble:
		v.d.ShowItems(store.Filter{Account: id, State: store.NeedsYou})
	case actRetry, actInPlace:
		v.retry(v.stuckOf(id, a)...)
	case actLeave:
		v.leave(v.stuckOf(id, actInPlace)...)
	case actReread:
		v.retry(append(v.unread(), n.ids...)...)
	case actRemove:
		v.cancel(n.ids...)
	case actMine, actKeep:
		v.resolve(id)
	case actCopy:
		v.d.Copy(id)
	case actGone:
		v.d.Gone(id)
	case actFolder:
		v.d.ShowFolders()
	case actCheck:
		v.do("check", func(ctx context.Context) error { return v.d.Engine.Refresh(ctx, idsOf(id)) }, kit.T("shell.checking"))
	}
}

// idsOf is one account, or none for all of them.
func idsOf(id services.AccountID) []services.AccountID {
	if id == 0 {
		return nil
	}
	return []services.AccountID{id}
}

// stuckOf is what an account's requests are that wait for a step; account 0 is
// any.
func (v *View) stuckOf(id services.AccountID, step act) []store.OperationID {
	var ids []store.OperationID
	for _, s := range v.shown.stuck {
		if s.source == 0 && s.again == step && (id == 0 || s.account == id) {
			ids = append(ids, s.ids...)
		}
	}
	return ids
}

// unread is what waits for things of this computer that can't be read.
func (v *View) unread() []store.OperationID {
	var ids []store.OperationID
	for _, s := range v.shown.stuck {
		if s.source != 0 {
			ids = append(ids, s.ids...)
		}
	}
	return ids
}

func (v *View) retry(ids ...store.OperationID) {
	v.do("retry", func(ctx context.Context) error { return v.d.Engine.Retry(ctx, ids) }, kit.T("activity.retried"))
}

func (v *View) cancel(ids ...store.OperationID) {
	v.do("cancel", func(ctx context.Context) error { return v.d.Engine.Cancel(ctx, ids) }, kit.T("activity.cancelled"))
}

// leave gives renames up: nothing was changed, and nothing will be.
func (v *View) leave(ids ...store.OperationID) {
	v.do("cancel", func(ctx context.Context) error { return v.d.Engine.Cancel(ctx, ids) }, kit.T("activity.left"))
}

// resolve says that what disappeared from an account was no surprise.
func (v *View) resolve(id services.AccountID) {
	v.do("resolve", func(ctx context.Context) error {
		seen, err := v.d.Reader.Observations(ctx, mostSeen)
		if err != nil {
			return err
		}
		var ids []int64
		for _, o := range seen {
			if o.Resolved.IsZero() && (id == 0 || o.Account == id) && (o.Kind == "lost" || o.Kind == "mass-change") {
				ids = append(ids, o.ID)
			}
		}
		return v.d.Engine.Resolve(ctx, ids)
	}, "")
}

// showLost lists in the history what disappeared from an account and nobody has
// owned up to.
func (v *View) showLost(id services.AccountID) {
	v.search.SetText("")
	v.lost = id
	v.ShowHistory()
}

func (v *View) showItem(c services.CID) {
	if !c.IsZero() {
		v.d.ShowItems(store.Filter{Search: c.Text})
	}
}

func (v *View) workMenu(r *kit.LineRow) {
	w := v.shown.working[r.At]
	var items []kit.MenuItem
	if !w.cid.IsZero() {
		items = v.itemMenu(w.cid)
	}
	if len(w.ops) > 0 {
		items = append(items,
			kit.MenuItem{Label: kit.T("activity.act.check"), Icon: "refresh", Act: func() { v.retry(w.ops...) }},
			kit.MenuItem{Label: actCancel.label(), Icon: "undo", Disabled: !w.cancel, Act: func() { v.cancel(w.ops...) }})
	}
	kit.ShowMenuBelow(r.MenuAt(), items)
}

func (v *View) pastMenu(r *kit.LineRow) {
	p := v.shown.history[r.At]
	items := v.itemMenu(p.cid)
	if p.lost {
		items = append([]kit.MenuItem{{Label: kit.T("activity.again"), Icon: "plus", Act: func() { v.d.Add(p.cid.Text) }}}, items...)
	}
	kit.ShowMenuBelow(r.MenuAt(), items)
}

func (v *View) itemMenu(c services.CID) []kit.MenuItem {
	return []kit.MenuItem{
		{Label: kit.T("activity.showitem"), Icon: "items", Act: func() { v.showItem(c) }},
		{Label: kit.T("activity.copyid"), Icon: "copy", Act: func() { fyne.CurrentApp().Clipboard().SetContent(c.Text) }},
	}
}

// do runs a verb off the UI thread and says done, or what went wrong.
func (v *View) do(op string, work func(context.Context) error, done string) {
	kit.Do(v.d.Context, work, func(err error) {
		switch {
		case err != nil:
			v.d.Log.Warn("a request of the screen failed", "op", op, "code", services.CodeOf(err))
			kit.Toast(v.d.Window.Canvas(), kit.Explain(err, "").Title, "", nil)
		case done != "":
			kit.Toast(v.d.Window.Canvas(), done, "", nil)
		}
	})
}

func (v *View) open(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return
	}
	kit.Do(v.d.Context, func(context.Context) error { return v.d.OpenURL(u) }, nil)
}

// tailOf is the status bar; what names items or a tab leads there.
func (v *View) tailOf(s kit.Snapshot) []kit.TailPart {
	h := s.Health
	items := func(state store.ItemState) func() { return func() { v.d.ShowItems(store.Filter{State: state}) } }
	parts := []kit.TailPart{
		{Text: kit.N("activity.tail.items", h.Items), Role: kit.Ink3, Act: items(store.AnyState)},
		{Text: kit.N("activity.tail.safe", h.Safe), Role: kit.Ink3, Act: items(store.Safe)},
	}
	if h.Working > 0 {
		parts = append(parts, kit.TailPart{Text: kit.N("activity.tail.working", h.Working), Role: kit.Ink3, Act: v.ShowWorking})
	}
	if n := len(h.NeedsYou); n > 0 {
		parts = append(parts, kit.TailPart{Text: kit.N("activity.tail.needs", int64(n)), Role: kit.Warn, Act: v.ShowNeedsYou})
	}
	if !h.CheckedAt.IsZero() {
		parts = append(parts, kit.TailPart{Text: kit.T("activity.tail.checked", "ago", kit.Ago(h.CheckedAt, s.At)), Role: kit.Ink3})
	}
	return parts
}
