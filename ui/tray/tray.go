package tray

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/systray"

	"github.com/pintray/pintray/assets"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// gap is the least time between two rebuilds: every rebuild makes the whole
// native menu anew, and an open one closes under the hand of whoever reads it.
const gap = 5 * time.Second

// look is how often the facts are read again with no notice: the day ends, a
// problem turns old enough, the panel changes colour.
const look = time.Minute

// Actions is what the menu does. Each runs on the UI thread.
type Actions struct {
	Open       func()
	NeedsYou   func()
	Working    func()
	KeepCopied func()
	CopyLink   func(services.CID)
	Pause      func(until time.Time) // zero: until Resume
	Resume     func()
	CheckNow   func()
	Settings   func()
	Quit       func()
}

// Reader is what the tray reads.
type Reader interface {
	Health(ctx context.Context, now time.Time) (store.Health, error)
	Accounts(ctx context.Context) ([]store.AccountState, error)
	Operations(ctx context.Context, f store.OperationFilter) ([]store.Operation, error)
}

// Tray is the icon and its menu. It belongs to the UI thread.
type Tray struct {
	app     fyne.App
	desk    desktop.App
	actions Actions
	shown   Model
	picture string
	menu    *fyne.Menu

	info, checked, needs, working, resume *fyne.MenuItem
	recent                                [RecentSlots]*fyne.MenuItem
}

// Put shows the tray; ok is false where the app is no desktop one. A click on
// the icon itself does Open.
//
// The icon is told so directly: Fyne's SetSystemTrayWindow would show the window
// behind our back and take its close handler.
func Put(app fyne.App, a Actions) (t *Tray, ok bool) {
	desk, ok := app.(desktop.App)
	if !ok {
		return nil, false
	}
	t = &Tray{app: app, desk: desk, actions: a}
	t.build()
	t.fill(New(Facts{Now: time.Now()}))
	t.paint(store.Fine)
	systray.SetOnTapped(func() { kit.OnUI(a.Open) })
	desk.SetSystemTrayMenu(t.menu)
	return t, true
}

// Run keeps the tray true until ctx ends. It runs beside the UI thread.
func (t *Tray) Run(ctx context.Context, r Reader, changes *store.Changes, log *slog.Logger) {
	notices, cancel := changes.Subscribe()
	defer cancel()
	timer := time.NewTimer(look)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
		case <-timer.C:
		}
		f, err := read(ctx, r)
		if err == nil {
			m := New(f)
			kit.OnUI(func() {
				if ctx.Err() == nil {
					t.Show(m)
				}
			})
		} else if ctx.Err() == nil {
			log.Warn("read for the tray", "err", err)
		}
		if !pause(ctx, gap) {
			return
		}
		timer.Reset(look)
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func read(ctx context.Context, r Reader) (Facts, error) {
	f := Facts{Now: time.Now()}
	var err error
	if f.Health, err = r.Health(ctx, f.Now); err != nil {
		return f, err
	}
	if f.Accounts, err = r.Accounts(ctx); err != nil {
		return f, err
	}
	f.Recent, err = r.Operations(ctx, store.OperationFilter{Limit: 50})
	return f, err
}

// Show puts m on screen, if it differs from what is there.
func (t *Tray) Show(m Model) {
	t.paint(m.Icon)
	if m == t.shown {
		return
	}
	t.fill(m)
	t.menu.Refresh()
}

func (t *Tray) build() {
	line := func(do func()) *fyne.MenuItem { return fyne.NewMenuItem("", do) }
	t.info, t.checked = line(nil), line(nil)
	t.info.Disabled, t.checked.Disabled = true, true
	t.needs, t.working, t.resume = line(t.actions.NeedsYou), line(t.actions.Working), line(t.actions.Resume)
	recent := fyne.NewMenuItem(kit.T("tray.recent"), nil)
	recent.ChildMenu = fyne.NewMenu("")
	for i := range t.recent {
		t.recent[i] = line(func() {
			if c := t.shown.Recent[i].CID; c.Valid() {
				t.actions.CopyLink(c)
			}
		})
		recent.ChildMenu.Items = append(recent.ChildMenu.Items, t.recent[i])
	}
	quit := fyne.NewMenuItem(kit.T("tray.quit"), t.actions.Quit)
	quit.IsQuit = true
	t.menu = fyne.NewMenu("Pintray",
		t.info, t.checked, fyne.NewMenuItemSeparator(),
		t.needs, t.working, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(kit.T("tray.open"), t.actions.Open),
		fyne.NewMenuItem(kit.T("tray.keep-copied"), t.actions.KeepCopied),
		recent, fyne.NewMenuItemSeparator(),
		t.pauseItem(), t.resume,
		fyne.NewMenuItem(kit.T("tray.check"), t.actions.CheckNow), fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(kit.T("tray.settings"), t.actions.Settings), quit,
	)
}

func (t *Tray) pauseItem() *fyne.MenuItem {
	choice := func(text string, n int) *fyne.MenuItem {
		return fyne.NewMenuItem(text, func() { t.actions.Pause(Pause(n, time.Now())) })
	}
	it := fyne.NewMenuItem(kit.T("tray.pause"), nil)
	it.ChildMenu = fyne.NewMenu("",
		choice(kit.T("tray.pause.half-hour"), 0), choice(kit.T("tray.pause.two-hours"), 1),
		choice(kit.T("tray.pause.tomorrow"), 2), choice(kit.T("tray.pause.forever"), 3),
	)
	return it
}

func (t *Tray) fill(m Model) {
	t.shown = m
	t.info.Label, t.checked.Label = m.Info, m.Checked
	set := func(it *fyne.MenuItem, l Line) { it.Label, it.Disabled = l.Text, l.Dead }
	set(t.needs, m.NeedsYou)
	set(t.working, m.Working)
	set(t.resume, m.Resume)
	for i, r := range m.Recent {
		set(t.recent[i], r.Line)
	}
	systray.SetTooltip("Pintray: " + m.Info)
}

// paint changes the icon, if it is another one: colour and shape by the state,
// ink by the panel.
func (t *Tray) paint(s store.HealthState) {
	if s == store.NoHealth {
		s = store.Fine
	}
	name := "tray/" + string(s) + "-" + panel(t.app) + ".png"
	if name == t.picture {
		return
	}
	b, err := assets.Tray.ReadFile(name)
	if err != nil {
		panic("bug: " + err.Error())
	}
	t.picture = name
	t.desk.SetSystemTrayIcon(fyne.NewStaticResource(name, b))
}

// panel is the colour of the panel, as far as one can know: GNOME's is dark
// whatever the theme, others follow it.
func panel(app fyne.App) string {
	if strings.Contains(os.Getenv("XDG_CURRENT_DESKTOP"), "GNOME") || app.Settings().ThemeVariant() == theme.VariantDark {
		return "dark"
	}
	return "light"
}
