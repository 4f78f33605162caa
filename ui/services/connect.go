package services

import (
	"context"
	"strings"

	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// connecting is an open sheet that connects a service.
type connecting struct {
	v     *View
	form  *form
	sheet *kit.SheetHandle
	asked kit.Latest
	of    pinsync.NewAccount // what the shown result is of
	busy  bool
}

// Connect opens the sheet that connects a service.
func (v *View) Connect() {
	c := &connecting{v: v, form: newForm(v)}
	var more *kit.Button
	more = kit.NewButton(kit.T("services.form.advanced"), kit.Quiet, "right", func() { c.fold(more) })
	c.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.connect.title"), Sub: kit.T("services.connect.sub"), Body: c.form.body, Notice: c.form.result.object, Footer: kit.Inset(0, 0, 0, -12, kit.HBox(0, more, kit.Fill())), // a button's own space would set its icon in
		PrimaryLabel: kit.T("services.connect.go"), Primary: func(*kit.SheetHandle) { c.connect() }, OnClosed: c.asked.Stop,
	})
	c.form.changed = c.changed
	c.idle()
	c.form.tell()
}

func (c *connecting) fold(more *kit.Button) {
	c.form.advanced.Hidden = !c.form.advanced.Hidden
	icon := "down"
	if c.form.advanced.Hidden {
		icon = "right"
	}
	more.SetIcon(icon)
	c.layout()
	if !c.form.advanced.Hidden {
		c.sheet.Reveal(c.form.advanced)
	}
}

func (c *connecting) layout() {
	c.form.body.Refresh()
	c.sheet.Layout()
}

// changed follows the form: an old result does not stand beside a new key.
func (c *connecting) changed() {
	a, missing := c.form.draft().request(c.v.d.State().Accounts)
	c.sheet.SetPrimary(missing == "" && !c.busy)
	if !c.busy && !same(a, c.of) {
		c.idle()
	}
	c.layout()
}

func same(a, b pinsync.NewAccount) bool {
	return a.Endpoint == b.Endpoint && a.Source == b.Source && a.User == b.User && a.Key.Reveal() == b.Key.Reveal()
}

func (c *connecting) idle() {
	c.of = pinsync.NewAccount{}
	c.form.result.set("info", kit.Ink3, kit.Sunken, kit.T("services.test.idle"), "")
	c.form.result.offer(kit.T("services.test"), "refresh", c.test)
}

// ready is the request of the form, or says what is missing.
func (c *connecting) ready() (pinsync.NewAccount, bool) {
	a, missing := c.form.draft().request(c.v.d.State().Accounts)
	if missing != "" {
		c.form.result.set("info", kit.Warn, kit.WarnSoft, missing, "")
		c.layout()
		return a, false
	}
	return a, true
}

func (c *connecting) running(words string) {
	c.busy = true
	c.sheet.SetPrimary(false)
	c.form.result.set("clock", kit.Work, kit.WorkSoft, words, "")
	c.form.result.offer(kit.T("services.test.stop"), "close", c.stop)
	c.layout()
}

func (c *connecting) stop() {
	c.asked.Stop()
	c.busy = false
	c.idle()
	c.form.tell()
}

// test asks the service once; nothing is stored.
func (c *connecting) test() {
	a, ok := c.ready()
	if !ok {
		return
	}
	c.running(kit.T("services.test.running", "name", a.Name))
	kit.Go(c.asked.Next(c.v.d.Context), func(ctx context.Context) (pinsync.Check, error) {
		return c.v.d.Engine.Test(ctx, a)
	}, func(found pinsync.Check, err error) {
		c.busy = false
		if err == nil && found.Err != nil {
			err = found.Err
		}
		c.of = a
		if err != nil {
			c.failed(err, a.Name)
		} else {
			c.form.result.set("check", kit.SafeInk, kit.SafeSoft, kit.T("services.test.ok"), foundWords(found))
			c.form.result.offer(kit.T("services.test.again"), "refresh", c.test)
		}
		c.form.tell()
	})
}

func (c *connecting) failed(err error, name string) {
	m := kit.Explain(err, name)
	if e := services.AsError(err); e.Code == services.CodeAuth && e.Reason != "password" { // it never took this one
		m.Title, m.Hint = kit.T("services.refused", "name", services.Clean(name)), kit.T("services.refused.hint")
	}
	c.form.result.set("warn", kit.Bad, kit.BadSoft, m.Title, m.Hint)
	c.form.result.offer(kit.T("services.test.again"), "refresh", c.test)
}

// connect stores the account; the engine tests it first.
func (c *connecting) connect() {
	a, ok := c.ready()
	if !ok || c.busy {
		return
	}
	c.running(kit.T("services.connect.busy"))
	kit.Go(c.asked.Next(c.v.d.Context), func(ctx context.Context) (services.Account, error) {
		return c.v.d.Engine.Connect(ctx, a)
	}, func(made services.Account, err error) {
		c.busy = false
		if err != nil {
			c.of = a
			c.failed(err, a.Name)
			c.form.tell()
			return
		}
		c.sheet.Close()
		kit.Toast(c.v.d.Window.Canvas(), kit.T("services.connected", "name", services.Clean(strings.TrimSpace(made.Name))), "", nil)
	})
}
