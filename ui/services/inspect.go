package services

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// inspecting is an open sheet that says what is known of a service, and asks it.
type inspecting struct {
	v      *View
	id     services.AccountID
	name   string
	sheet  *kit.SheetHandle
	asked  kit.Latest
	result *resultBox
	sum    *kit.Text
	rows   *fyne.Container
	body   *fyne.Container
	busy   bool
	// checked: since the sheet was opened
	checked bool
}

// Inspect opens the sheet that says how far a service keeps to the API.
func (v *View) Inspect(id services.AccountID) {
	a, ok := v.d.State().Account(id)
	if !ok {
		return
	}
	i := &inspecting{v: v, id: id, name: services.Clean(a.Name), result: newResultBox(), sum: kit.NewText("", kit.SmallM, kit.Ink2).Shrink(80), rows: kit.VBox(0)}
	i.body = kit.VBox(14, i.result.object, i.sum, i.rows)
	i.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.inspect.title", "name", i.name), Sub: kit.T("services.inspect.sub"), Width: 640, Body: i.body, OnClosed: i.asked.Stop,
		PrimaryLabel: kit.T("services.inspect.go"), Primary: func(*kit.SheetHandle) { i.check() }, CancelLabel: kit.T("services.inspect.close"),
	})
	i.result.button.Hide()
	i.idle()
	i.show(nil)
	i.read()
}

func (i *inspecting) idle() {
	i.result.set("info", kit.Ink3, kit.Sunken, kit.T("services.inspect.idle"), "")
}

// read shows what is known already.
func (i *inspecting) read() {
	kit.Go(i.v.d.Context, func(ctx context.Context) (services.Profile, error) { return i.v.d.Reader.Profile(ctx, i.id) }, func(p services.Profile, err error) {
		if err == nil && !i.sheet.Closed() && !i.busy {
			i.show(p)
		}
	})
}

// check asks the service; it reads only.
func (i *inspecting) check() {
	if i.busy {
		return
	}
	i.busy = true
	i.sheet.SetPrimary(false)
	i.result.set("clock", kit.Work, kit.WorkSoft, kit.T("services.inspect.running", "name", i.name), "")
	i.layout()
	type found struct {
		check   pinsync.Check
		profile services.Profile
	}
	kit.Go(i.asked.Next(i.v.d.Context), func(ctx context.Context) (f found, err error) {
		if f.check, err = i.v.d.Engine.CheckAccount(ctx, i.id); err != nil {
			return f, err
		}
		f.profile, err = i.v.d.Reader.Profile(ctx, i.id)
		return f, err
	}, func(f found, err error) {
		i.busy = false
		i.sheet.SetPrimary(true)
		if err == nil && f.check.Err != nil {
			err = f.check.Err
		}
		if err != nil {
			m := kit.Explain(err, i.name)
			i.result.set("warn", kit.Bad, kit.BadSoft, m.Title, m.Hint)
			i.layout()
			return
		}
		i.checked = true
		words := kit.T("services.inspect.answers")
		if f.check.Latency > 0 {
			words = kit.T("services.inspect.answers-in", "time", kit.Seconds(f.check.Latency))
		}
		account, _ := i.v.d.State().Account(i.id)
		i.result.set("check", kit.SafeInk, kit.SafeSoft, words, keyWords(account)+" "+heldWords(f.check))
		i.show(f.profile)
	})
}

// keyWords says what it thought of the key, if one was given.
func keyWords(a store.AccountState) string {
	switch {
	case a.User != "":
		return kit.T("services.inspect.user")
	case a.Key.Kind() == services.KeyNone:
		return kit.T("services.inspect.open")
	}
	return kit.T("services.inspect.key")
}

// heldWords says how much a service says that it keeps, "" where it says nothing.
func heldWords(c pinsync.Check) string {
	if c.Pins < 0 {
		return kit.T("services.inspect.uncounted")
	}
	return kit.N("services.inspect.holds", c.Pins)
}

func (i *inspecting) show(p services.Profile) {
	i.sum.SetText(factSum(p))
	i.rows.Objects = nil
	for at, r := range factRows(p, i.checked, i.v.d.State().At) {
		if at > 0 {
			i.rows.Add(kit.NewHLine())
		}
		i.rows.Add(factLine(r))
	}
	i.layout()
}

func (i *inspecting) layout() {
	i.body.Refresh()
	i.sheet.Layout()
}

// factLine draws one fact.
func factLine(r factRow) fyne.CanvasObject {
	ink := kit.Ink
	if r.ink == kit.Ink3 {
		ink = kit.Ink2
	}
	words := kit.VBox(0, kit.NewText(r.what, kit.BodyM, ink).Shrink(80), kit.NewText(r.seen, kit.Cap, kit.Ink3).Shrink(80))
	return kit.Sized(0, 46, kit.HBox(12, kit.NewIcon(r.icon, 16, r.ink), kit.Fill(kit.Middle(words)), kit.NewText(r.belief, kit.SmallM, r.ink)))
}
