package services

import (
	"context"
	"net/url"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

func (v *View) act(c card, d do) {
	switch d {
	case doCheck:
		v.check(c.id)
	case doShow:
		v.d.ShowItems(c.id)
	case doNewKey:
		v.NewKey(c.id)
	case doKeyPage:
		v.open(c.keyPage)
	case doPlans:
		v.open(c.plans)
	case doUnlock:
		v.Unlock()
	case doPause, doResume:
		v.pause(c, d == doPause)
	case doEdit:
		v.Edit(c.id)
	case doInspect:
		v.Inspect(c.id)
	case doGone:
		v.Gone(c.id)
	case doCopy:
		v.Copy(c.id, nil)
	case doExport:
		v.Export(c.id)
	case doRemove:
		v.remove(c)
	}
}

// check asks a service anew, or all of them.
func (v *View) check(id services.AccountID) {
	var ids []services.AccountID
	words := kit.T("shell.checking")
	if a, ok := v.d.State().Account(id); ok {
		ids, words = []services.AccountID{id}, kit.T("shell.checking.one", "name", services.Clean(a.Name))
	}
	kit.Toast(v.d.Window.Canvas(), words, "", nil)
	v.do("check", func(ctx context.Context) error { return v.d.Engine.Refresh(ctx, ids) }, nil)
}

// Unlock asks the person to unlock the keyring.
func (v *View) Unlock() {
	v.do("unlock", v.d.Engine.Unlock, nil)
}

func (v *View) pause(c card, on bool) {
	a := c.account.Account
	a.Paused = on
	words := kit.T("services.resumed.done", "name", c.name)
	if on {
		words = kit.T("services.paused.done", "name", c.name)
	}
	v.do("pause", func(ctx context.Context) error { return v.d.Engine.EditAccount(ctx, a) }, func() {
		kit.Toast(v.d.Window.Canvas(), words, "", nil)
	})
}

// do runs a verb off the UI thread; what goes wrong is said in a toast.
func (v *View) do(op string, work func(context.Context) error, then func()) {
	kit.Do(v.d.Context, work, func(err error) {
		switch {
		case err != nil:
			v.d.Log.Warn("a request of the screen failed", "op", op, "code", services.CodeOf(err))
			kit.Toast(v.d.Window.Canvas(), kit.Explain(err, "").Title, "", nil)
		case then != nil:
			then()
		}
	})
}

// open shows a page in the person's browser.
func (v *View) open(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return
	}
	kit.Do(v.d.Context, func(context.Context) error { return v.d.OpenURL(u) }, nil)
}
