package items

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// target is an item an action is about, as it is now.
type target struct {
	item   store.Item
	pins   []store.Pin
	source store.Source // where it is on this computer; zero where it is not
}

// load reads what an action is about. What is gone meanwhile is left out.
func (v *View) load(ids []store.ItemID, withPins bool, then func([]target)) {
	if len(ids) == 0 {
		return
	}
	kit.Go(v.d.Context, func(ctx context.Context) ([]target, error) {
		out := make([]target, 0, len(ids))
		for _, id := range ids {
			item, ok, err := v.src.Item(ctx, id)
			if err != nil {
				return nil, err
			}
			if !ok || item.CID.IsZero() {
				continue
			}
			t := target{item: item}
			if withPins {
				if t.pins, err = v.src.Pins(ctx, item.CID); err != nil {
					return nil, err
				}
			}
			out = append(out, t)
		}
		return out, nil
	}, func(list []target, err error) {
		switch {
		case err != nil:
			v.fail(err)
		case len(list) > 0:
			then(list)
		}
	})
}

// fail says in a line that something asked for did not work.
func (v *View) fail(err error) { v.failAt(err, "") }

func (v *View) failAt(err error, account string) {
	m := kit.Explain(err, account)
	v.d.Log.Warn("an action did not work", "err", err)
	kit.Toast(v.d.Window.Canvas(), strings.TrimSpace(m.Title+" "+m.Hint), "", nil)
}

// done says what was asked for, with a way back while it is held.
func (v *View) done(text string, a pinsync.Accepted) {
	ids := make([]store.OperationID, len(a.Operations))
	for i, o := range a.Operations {
		ids[i] = o.ID
	}
	if len(ids) == 0 {
		if len(a.Refused) > 0 {
			r := a.Refused[0]
			v.failAt(r.Err, v.accountName(r.Account))
		}
		return
	}
	kit.Toast(v.d.Window.Canvas(), text, kit.T("items.undo"), func() {
		kit.Do(v.d.Context, func(ctx context.Context) error { return v.d.Engine.Cancel(ctx, ids) }, v.failed)
	})
}

func (v *View) failed(err error) {
	if err != nil {
		v.fail(err)
	}
}

func (v *View) accountName(id services.AccountID) string {
	if a, ok := v.snap.Account(id); ok {
		return services.Clean(a.Name)
	}
	return ""
}

func (v *View) act(n notice) {
	switch n.step {
	case unlock:
		kit.Do(v.d.Context, v.d.Engine.Unlock, v.failed)
	case newKey:
		if v.d.OnNewKey != nil {
			v.d.OnNewKey(n.account)
			return
		}
		v.showService(n.account)
	case checkNow:
		v.check(n.account)
	case showService:
		v.showService(n.account)
	}
}

func (v *View) showService(a services.AccountID) {
	if v.d.OnShowService != nil {
		v.d.OnShowService(a)
	}
}

func (v *View) addSomething() {
	if v.d.OnAdd != nil {
		v.d.OnAdd()
	}
}

func (v *View) checkAll() { v.check(0) }

// check asks for a full check of an account, 0 for all.
func (v *View) check(a services.AccountID) {
	var ids []services.AccountID
	if a != 0 {
		ids = []services.AccountID{a}
	}
	kit.Do(v.d.Context, func(ctx context.Context) error { return v.d.Engine.Refresh(ctx, ids) }, v.failed)
}

// checkItems asks for a check of every service that has one of the items.
func (v *View) checkItems(ids []store.ItemID) {
	v.load(ids, false, func(list []target) {
		seen := map[services.AccountID]bool{}
		var accounts []services.AccountID
		for _, t := range list {
			for _, m := range t.item.Marks {
				if !seen[m.Account] {
					seen[m.Account] = true
					accounts = append(accounts, m.Account)
				}
			}
		}
		if len(accounts) > 0 {
			kit.Do(v.d.Context, func(ctx context.Context) error { return v.d.Engine.Refresh(ctx, accounts) }, v.failed)
		}
	})
}

// retry sends stuck things again, and pins that failed anew; account 0 is any.
func (v *View) retry(t target, account services.AccountID) {
	pin := services.Pin{CID: t.item.CID, Name: t.item.Name}
	kit.Go(v.d.Context, func(ctx context.Context) (pinsync.Accepted, error) {
		history, err := v.src.History(ctx, t.item)
		if err != nil {
			return pinsync.Accepted{}, err
		}
		for _, o := range history {
			if (account == 0 || o.Account == account) && o.State.Open() {
				return pinsync.Accepted{Operations: []store.Operation{o}}, v.d.Engine.Retry(ctx, []store.OperationID{o.ID})
			}
		}
		if t.item.CID.IsZero() {
			return pinsync.Accepted{}, nil
		}
		return v.d.Engine.Add(ctx, pinsync.AddRequest{Pins: []services.Pin{pin}, Accounts: []services.AccountID{account}})
	}, func(a pinsync.Accepted, err error) {
		if err != nil {
			v.fail(err)
			return
		}
		if len(a.Operations) == 0 && len(a.Refused) > 0 {
			v.done("", a)
			return
		}
		if t.item.CID.IsZero() {
			v.say(kit.T("items.rereading"))
			return
		}
		v.say(kit.T("items.retrying", "service", v.accountName(account)))
	})
}

// cancelOpen takes back what is open of an item at a service, 0 at all of them.
func (v *View) cancelOpen(t target, account services.AccountID) {
	kit.Do(v.d.Context, func(ctx context.Context) error {
		history, err := v.src.History(ctx, t.item)
		if err != nil {
			return err
		}
		var ids []store.OperationID
		for _, o := range history {
			if (account == 0 || o.Account == account) && o.State.Open() {
				ids = append(ids, o.ID)
			}
		}
		return v.d.Engine.Cancel(ctx, ids)
	}, v.failed)
}

// hold is how long an operation waits, so that Cancel is an undo.
const hold = kit.ToastFor

// keep asks services to keep items.
func (v *View) keep(list []target, accounts []services.AccountID) {
	pins := make([]services.Pin, len(list))
	for i, t := range list {
		pins[i] = services.Pin{CID: t.item.CID, Name: t.item.Name}
	}
	kit.Go(v.d.Context, func(ctx context.Context) (pinsync.Accepted, error) {
		return v.d.Engine.Add(ctx, pinsync.AddRequest{Pins: pins, Accounts: accounts, Hold: hold})
	}, func(a pinsync.Accepted, err error) {
		if err != nil {
			v.fail(err)
			return
		}
		v.done(kit.N("items.sent", int64(len(pins)), "services", kit.N("items.services", int64(len(accounts)))), a)
	})
}

// keepAt keeps items at one service more.
func (v *View) keepAt(list []target, a services.AccountID) { v.keep(list, []services.AccountID{a}) }

// openFolder shows where the item is on this computer.
func (p *panel) openFolder() {
	if p.d.path != "" {
		dir := filepath.Dir(p.d.path)
		kit.Do(p.v.d.Context, func(context.Context) error { return p.v.d.OpenPath(dir) }, p.v.failed)
	}
}

// openWeb opens the item in the browser.
func (p *panel) openWeb() {
	u, err := url.Parse(WebLink(p.t.item.CID))
	if err != nil || p.v.d.OpenURL == nil {
		return
	}
	p.v.failed(p.v.d.OpenURL(u))
}

// release stops keeping pins.
func (v *View) release(refs []pinsync.PinRef, items int) {
	kit.Go(v.d.Context, func(ctx context.Context) (pinsync.Accepted, error) {
		return v.d.Engine.Delete(ctx, refs, hold)
	}, func(a pinsync.Accepted, err error) {
		if err != nil {
			v.fail(err)
			return
		}
		v.sel.clear()
		v.selectionChanged()
		v.done(kit.N("items.stopped", int64(items)), a)
	})
}

// rename gives every pin of an item another name.
func (v *View) rename(t target, name string) {
	kit.Do(v.d.Context, func(ctx context.Context) error {
		for _, p := range t.pins {
			if _, err := v.d.Engine.Rename(ctx, refOf(p), name); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			v.fail(err)
			return
		}
		v.say(kit.T("items.renamed", "name", services.Clean(name)))
	})
}

func refOf(p store.Pin) pinsync.PinRef {
	return pinsync.PinRef{Account: p.Account, RequestID: p.RequestID, CID: p.Pin.CID, Name: p.Pin.Name}
}
