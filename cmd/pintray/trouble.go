package main

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui/kit"
)

// troubleContent is the window of an app that could not start.
func troubleContent(m kit.Message, quit func()) fyne.CanvasObject {
	page := kit.NewEmpty(kit.Empty{
		Icon: "warn", Title: m.Title, Text: m.Hint, Hint: m.Technical,
		Buttons: []*kit.Button{kit.NewButton(kit.T("tray.quit"), kit.Primary, "", quit)},
	})
	return kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), kit.Inset(32, 32, 32, 32, page))
}
