package services

import (
	"context"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// asking is an open sheet that asks the engine one thing and says how it went.
type asking struct {
	v      *View
	sheet  *kit.SheetHandle
	asked  kit.Latest
	result *resultBox
	body   interface{ Refresh() }
	busy   bool
}

// ask runs work while the sheet waits; it closes the sheet where that went well.
func (a *asking) ask(name, words, done string, work func(context.Context) error) {
	if a.busy {
		return
	}
	a.busy = true
	a.sheet.SetPrimary(false)
	a.say("clock", kit.Work, kit.WorkSoft, words, "")
	kit.Do(a.asked.Next(a.v.d.Context), work, func(err error) {
		a.busy = false
		a.sheet.SetPrimary(true)
		if err != nil {
			m := kit.Explain(err, name)
			a.say("warn", kit.Bad, kit.BadSoft, m.Title, m.Hint)
			return
		}
		a.sheet.Close()
		kit.Toast(a.v.d.Window.Canvas(), done, "", nil)
	})
}

func (a *asking) say(icon string, ink, soft kit.Role, title, hint string) {
	a.result.object.Show()
	a.result.set(icon, ink, soft, title, hint)
	a.body.Refresh()
	a.sheet.Layout()
}

func newAsking(v *View) *asking {
	a := &asking{v: v, result: newResultBox()}
	a.result.button.Hide()
	a.result.object.Hide()
	return a
}

// NewKey opens the sheet that gives an account another key.
func (v *View) NewKey(id services.AccountID) {
	account, ok := v.d.State().Account(id)
	if !ok {
		return
	}
	a, name := newAsking(v), services.Clean(account.Name)
	key := kit.NewPassword(kit.T("services.form.key.hint"))
	word, who, given := kit.T("services.form.key"), "", func() string { return cleanKey(key.Text()) }
	if account.User != "" { // a password may hold anything
		word, who, given = kit.T("services.form.password"), kit.T("services.form.password.of", "user", services.Clean(account.User)), key.Text
		key.SetHint("")
	}
	head := kit.HBox(8, kit.NewText(word, kit.BodyM, kit.Ink), kit.Fill(kit.NewText(who, kit.Small, kit.Ink3).Shrink(20)))
	ends := newEnds()
	body := kit.VBox(6, head, key, ends)
	if t, ok := services.TemplateByID(account.Template); ok {
		if t.KeyPage != "" {
			head.Add(kit.NewLink(kit.T("services.form.key.where"), kit.SmallM, func() { v.open(t.KeyPage) }))
		}
		body.Add(kit.NewPara(t.KeyHow, kit.Small, kit.Ink2, 592))
	}
	icon, words := draft{}.keptWords(v.d.State().Keyring)
	body.Add(kit.HBox(6, kit.NewIcon(icon, 14, kit.Ink3), kit.NewText(words, kit.Small, kit.Ink3)))
	all := kit.VBox(16, body, a.result.object)
	a.body = all
	save := func() {
		secret := services.NewSecret(given())
		if secret.IsZero() {
			a.say("info", kit.Warn, kit.WarnSoft, kit.T("services.need.key"), "")
			return
		}
		a.ask(name, kit.T("services.test.running", "name", name), kit.T("services.key.saved", "name", name), func(ctx context.Context) error {
			return v.d.Engine.NewKey(ctx, id, secret)
		})
	}
	key.OnSubmitted = func(string) { save() }
	key.OnChanged = func(string) {
		a.sheet.SetPrimary(given() != "" && !a.busy)
		if account.User == "" {
			tellEnds(ends, given())
			a.body.Refresh()
			a.sheet.Layout()
		}
	}
	a.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.key.title", "name", name), Sub: kit.T("services.key.sub"), Body: all, OnClosed: a.asked.Stop,
		PrimaryLabel: kit.T("services.key.save"), Primary: func(*kit.SheetHandle) { save() },
	})
	a.sheet.SetPrimary(false)
}

// Edit opens the sheet that changes an account's name and address.
func (v *View) Edit(id services.AccountID) {
	account, ok := v.d.State().Account(id)
	if !ok {
		return
	}
	a, was := newAsking(v), services.Clean(account.Name)
	name, address := kit.NewField("", ""), kit.NewField(kit.T("services.form.address.hint"), "link")
	name.SetText(account.Name)
	address.SetText(account.Endpoint)
	all := kit.VBox(16, labelled(kit.T("services.form.name"), kit.T("services.form.name.hint"), name), labelled(kit.T("services.form.address"), "", address), a.result.object)
	a.body = all
	save := func() {
		edited := account.Account
		edited.Name, edited.Endpoint = strings.TrimSpace(name.Text()), strings.TrimSpace(address.Text())
		if edited.Name == "" {
			a.say("info", kit.Warn, kit.WarnSoft, kit.T("services.need.name"), "")
			return
		}
		a.ask(edited.Name, kit.T("services.saving"), kit.T("services.edited", "name", services.Clean(edited.Name)), func(ctx context.Context) error {
			endpoint, err := services.CleanEndpoint(edited.Endpoint)
			if err != nil {
				return err
			}
			edited.Endpoint = endpoint
			return v.d.Engine.EditAccount(ctx, edited)
		})
	}
	name.OnSubmitted, address.OnSubmitted = func(string) { save() }, func(string) { save() }
	a.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.edit.title", "name", was), Sub: kit.T("services.edit.sub"), Body: all, OnClosed: a.asked.Stop,
		PrimaryLabel: kit.T("services.save"), Primary: func(*kit.SheetHandle) { save() },
	})
}

// remove asks before an account is forgotten.
func (v *View) remove(c card) {
	a := newAsking(v)
	body := kit.VBox(8, kit.NewPara(kit.T("services.remove.text", "name", c.name), kit.BodyM, kit.Ink, 432))
	if n := c.account.Pins(); n > 0 && !c.account.Demo() {
		body.Add(kit.NewPara(kit.N("services.remove.pins", n), kit.Body, kit.Ink2, 432))
	}
	if c.account.Demo() {
		body = kit.VBox(8, kit.NewPara(kit.T("services.remove.demo"), kit.BodyM, kit.Ink, 432))
	} else if k := c.account.Key.Kind(); k == services.KeyInKeyring || k == services.KeySession {
		body.Add(kit.NewPara(kit.T("services.remove.key"), kit.Body, kit.Ink2, 432))
	}
	body.Add(a.result.object)
	a.body = body
	a.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.remove.title", "name", c.name), Width: 480, Body: body, OnClosed: a.asked.Stop,
		PrimaryLabel: kit.T("services.remove.go"), PrimaryKind: kit.Danger,
		Primary: func(*kit.SheetHandle) {
			a.ask(c.name, kit.T("services.saving"), kit.T("services.removed", "name", c.name), func(ctx context.Context) error {
				return v.d.Engine.ForgetAccount(ctx, c.id)
			})
		},
	})
}
