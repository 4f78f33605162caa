package ui

import (
	"context"
	"fmt"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
	"github.com/pintray/pintray/ui/settings"
)

const (
	// startPatience is how long the first picture waits for its settings.
	startPatience = 250 * time.Millisecond
	// quitPatience is how long the window waits at quit for what it asked for.
	quitPatience = 2 * time.Second
)

// start is what the first picture depends on.
type start struct {
	size   fyne.Size
	look   kit.Look
	hidden bool
	close  string
}

// The size of a first window, and the least of a kept one.
var (
	firstSize = fyne.NewSize(1280, 800)
	leastSize = fyne.NewSize(720, 480)
)

func startOf(setting func(key string) string) start {
	s := start{size: firstSize, look: kit.Look(setting(settings.Look)), hidden: setting(settings.Hidden) == "1", close: setting(settings.Close)}
	var w, h float32
	if n, err := fmt.Sscanf(setting(settings.Window), "%fx%f", &w, &h); err == nil && n == 2 {
		s.size = fyne.NewSize(w, h).Max(leastSize)
	}
	return s
}

// Run shows the window, unless hidden is asked for (by the caller or in the
// settings) and there is a tray, and returns when the program quits: by the
// person, or because ctx ended. It must have the main goroutine. Call it after
// the tray was put up: it sets what closing the window does.
func (u *UI) Run(ctx context.Context, hidden bool) {
	life, stop := context.WithCancel(ctx)
	defer stop()
	u.window.SetCloseIntercept(u.closed)
	if tray := u.d.TrayAvailable(); !tray || !(hidden || u.readStart().hidden) {
		u.appear()
	}
	var following sync.WaitGroup
	following.Go(func() { u.follow(life) })
	following.Go(func() { u.followKeyring(life) })
	following.Go(func() { u.followBringing(life) })
	following.Go(func() {
		<-life.Done()
		u.end()
		if ctx.Err() != nil {
			kit.OnUI(u.app.Quit)
		}
	})
	u.app.Run()
	stop()
	following.Wait()
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), quitPatience)
	defer cancel()
	kit.Wait(wait)
}

// Raise brings the window forward and opens the add sheet with the files, links
// or IDs given, as AddAll takes them. It may be called from any goroutine.
func (u *UI) Raise(args []string) {
	kit.OnUI(func() {
		u.appear()
		u.AddAll(args)
	})
}

// appear shows the window and reads what it missed.
func (u *UI) appear() {
	u.hidden.Store(false)
	u.window.Show()
	u.window.RequestFocus()
	u.refresh()
}

// Hide puts the window away where there is a tray to bring it back from; else
// it does nothing.
func (u *UI) Hide() {
	if !u.d.TrayAvailable() {
		return
	}
	u.keepSize()
	u.hidden.Store(true)
	u.window.Hide()
}

// Hidden reports whether the window is put away; from any goroutine.
func (u *UI) Hidden() bool { return u.hidden.Load() }

// Quit ends the program.
func (u *UI) Quit() {
	if u.quits {
		return
	}
	u.quits = true
	u.keepSize()
	u.app.Quit()
}

// closed is the close button: as the settings say, or asked the first time.
// Without a tray it quits, so that the window never vanishes for good; the first
// time it says so.
func (u *UI) closed() {
	tray, key := u.d.TrayAvailable(), settings.Close
	if !tray {
		key = settings.Told
	}
	kit.Go(u.ctx, func(ctx context.Context) (string, error) { return u.d.Reader.Setting(ctx, key) }, func(choice string, err error) {
		switch {
		case !tray && choice == "" && err == nil && !u.told:
			u.tellClose()
			return
		case !tray:
			u.Quit()
			return
		}
		switch choice {
		case settings.CloseTray:
			u.Hide()
		case settings.CloseQuit:
			u.Quit()
		default:
			u.askClose()
		}
	})
}

// askClose asks once what the close button shall do.
func (u *UI) askClose() {
	var h *kit.SheetHandle
	choose := func(choice string, then func()) func() {
		return func() {
			h.Close()
			u.set(settings.Close, choice)
			then()
		}
	}
	body := kit.VBox(16, kit.NewPara(kit.T("shell.close.text"), kit.Body, kit.Ink2, 432), kit.NewText(kit.T("shell.close.later"), kit.Small, kit.Ink3))
	quit := kit.NewButton(kit.T("shell.close.quit"), kit.Quiet, "", choose(settings.CloseQuit, u.Quit))
	h = kit.ShowSheet(u.window.Canvas(), kit.Sheet{
		Title: kit.T("shell.close.title"), Width: 520, Body: body, Footer: kit.HBox(0, quit, kit.Fill()),
		PrimaryLabel: kit.T("shell.close.tray"), Primary: func(*kit.SheetHandle) { choose(settings.CloseTray, u.Hide)() },
	})
}

// tellClose says once, before anything ends, that closing quits here. Closing
// again, while it is said, quits.
func (u *UI) tellClose() {
	u.told = true
	body := kit.NewPara(kit.T("shell.close.untrayed"), kit.Body, kit.Ink2, 432)
	kit.ShowSheet(u.window.Canvas(), kit.Sheet{
		Title: kit.T("shell.close.ends"), Width: 480, Body: body, CancelLabel: kit.T("shell.close.stay"),
		PrimaryLabel: kit.T("shell.close.quit"), Primary: func(*kit.SheetHandle) { u.Quit() },
	})
	u.set(settings.Told, "1")
}

// keepSize remembers how large the window is.
func (u *UI) keepSize() {
	s := u.window.Canvas().Size()
	if s.Width >= leastSize.Width && s.Height >= leastSize.Height {
		u.set(settings.Window, fmt.Sprintf("%.0fx%.0f", s.Width, s.Height))
	}
}

// set stores a setting. It outlives the window's own life, so that the size is
// kept at quit; Run waits for it.
func (u *UI) set(key, value string) {
	ctx := context.WithoutCancel(u.ctx)
	kit.Do(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, quitPatience)
		defer cancel()
		err := u.d.Engine.Set(ctx, key, value)
		if err != nil {
			u.d.Log.Warn("a setting could not be saved", "setting", key, "code", services.CodeOf(err))
		}
		return err
	}, nil)
}

func (u *UI) resume() {
	kit.Do(u.ctx, u.d.Engine.Resume, func(err error) {
		if err != nil {
			kit.Toast(u.window.Canvas(), kit.Explain(err, "").Title, "", nil)
		}
	})
}

// CheckAll asks every service anew.
func (u *UI) CheckAll() {
	kit.Toast(u.window.Canvas(), kit.T("shell.checking"), "", nil)
	kit.Do(u.ctx, func(ctx context.Context) error { return u.d.Engine.Refresh(ctx, nil) }, func(err error) {
		if err != nil {
			kit.Toast(u.window.Canvas(), kit.Explain(err, "").Title, "", nil)
		}
	})
}
