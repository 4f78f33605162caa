package services

import (
	"context"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// Gone asks whether what a service lost all at once is really gone. Until the
// person says so it stays in the list, as it was seen last.
func (v *View) Gone(id services.AccountID) {
	account, ok := v.d.State().Account(id)
	if !ok || account.Missing == 0 {
		return
	}
	a, name := newAsking(v), services.Clean(account.Name)
	body := kit.VBox(8,
		kit.NewPara(kit.T("services.gone.text", "name", name), kit.BodyM, kit.Ink, 432),
		kit.NewPara(kit.T("services.gone.then", "name", name), kit.Body, kit.Ink2, 432), a.result.object)
	a.body = body
	a.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.N("services.gone.title", account.Missing, "name", name), Width: 480, Body: body, OnClosed: a.asked.Stop,
		CancelLabel: kit.T("services.gone.keep"), PrimaryLabel: kit.T("services.gone.go"), PrimaryKind: kit.Danger,
		Primary: func(*kit.SheetHandle) {
			a.ask(name, kit.T("services.saving"), kit.T("services.gone.done", "name", name), func(ctx context.Context) error {
				return v.d.Engine.AcceptGone(ctx, id)
			})
		},
	})
}
