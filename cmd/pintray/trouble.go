package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// trouble says why the app can't start: a few lines on stderr for who started it
// in a shell, a window for everybody else. dir is the data folder.
func trouble(a fyne.App, dir string, err error) int {
	t := troubleOf(err, dir)
	fmt.Fprintf(os.Stderr, "error: %s\nhint: %s\n", services.Clean(t.Title), services.Clean(strings.Join(append([]string{t.Hint}, t.steps...), " ")))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	w := a.NewWindow("Pintray")
	w.SetContent(t.content(func() {
		// Where no program shows folders, the path is on the window.
		_ = a.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(dir)})
	}, a.Quit))
	w.CenterOnScreen()
	driven := drive(ctx, a, w, nil)
	w.Show()
	a.Run()
	stop()
	driven()
	return 1
}

// troubled is what the window of an app that could not start says.
type troubled struct {
	kit.Message
	name, path string   // of what it is about, "" for nothing
	steps      []string // that mend it
}

func troubleOf(err error, dir string) troubled {
	t := troubled{Message: kit.Explain(err, "")}
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage {
		return t
	}
	home, _ := os.UserHomeDir() // without one, paths show whole
	t.name, t.path = kit.T("shell.trouble.folder"), kit.Tilde(dir, home)
	if e.Reason != "damaged" {
		return t
	}
	t.name, t.path = kit.T("shell.trouble.file"), kit.Tilde(filepath.Join(dir, store.UserFile), home)
	t.steps = []string{kit.T("shell.trouble.quit"), kit.T("shell.trouble.move"), kit.T("shell.trouble.anew")}
	if copied := boot.Copy(dir); copied != "" {
		t.steps = append(t.steps[:2], kit.T("shell.trouble.rename", "copy", copied), kit.T("shell.trouble.start"))
	}
	return t
}

// troubleWide is how wide the text of the window is, troubleHigh how high the
// window is: room for all the steps, on a small screen too.
const (
	troubleWide = 560
	troubleHigh = 660
)

func (t troubled) content(open, quit func()) fyne.CanvasObject {
	symbol := kit.Sized(48, 48, kit.NewSurface(kit.WarnSoft, kit.Clear, 24, kit.Centered(kit.NewIcon("warn", 24, kit.Warn))))
	page := kit.VBox(0,
		kit.HBox(0, symbol), kit.Space(0, 16),
		kit.NewPara(t.Title, kit.Display, kit.Ink, troubleWide), kit.Space(0, 8),
		kit.NewPara(t.Hint, kit.Lead, kit.Ink2, troubleWide))
	buttons := kit.HBox(12, kit.NewButton(kit.T("tray.quit"), kit.Primary, "", quit).Tall(kit.High))
	if t.path != "" {
		page.Add(kit.Inset(20, 0, 0, 0, kit.NewCard(kit.Inset(16, 20, 16, 20, t.card()))))
		buttons = kit.HBox(12, kit.NewButton(kit.T("settings.folder.go"), kit.Primary, "folder", open).Tall(kit.High),
			kit.NewButton(kit.T("tray.quit"), kit.Secondary, "", quit).Tall(kit.High))
	}
	page.Add(kit.Inset(24, 0, 0, 0, buttons))
	if t.Technical != "" {
		page.Add(kit.Inset(24, 0, 0, 0, kit.NewPara(strings.ReplaceAll(t.Technical, "\n", " · "), kit.Cap, kit.Ink3, troubleWide)))
	}
	middle := kit.Place(fyne.NewSize(troubleWide+80, troubleHigh), func(s fyne.Size) {
		page.Resize(fyne.NewSize(troubleWide, 0)) // wraps what is as wide as that
		h := page.MinSize().Height
		kit.Put(page, (s.Width-troubleWide)/2, max(0, (s.Height-h)/2), troubleWide, h)
	}, page)
	return kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), middle)
}

// card is what it is about and the steps, one below the other.
func (t troubled) card() fyne.CanvasObject {
	const inner = troubleWide - 40
	box := kit.VBox(0, kit.NewText(t.name, kit.Cap, kit.Ink3), kit.NewPara(t.path, kit.BodyM, kit.Ink, inner))
	if len(t.steps) > 0 {
		box.Add(kit.Inset(12, 0, 12, 0, kit.NewHLine()))
	}
	for i, s := range t.steps {
		number := kit.NewSurface(kit.Sunken, kit.Clear, 11, kit.Centered(kit.NewText(kit.Count(int64(i+1)), kit.CapM, kit.Ink2)))
		box.Add(kit.Inset(4, 0, 4, 0, kit.HBox(12, kit.VBox(0, kit.Sized(22, 22, number)), kit.Fill(kit.NewPara(s, kit.Body, kit.Ink, inner-34)))))
	}
	return box
}
