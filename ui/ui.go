// Package ui is the window: its navigation, its life with the tray, and the one
// reading of the store that all its screens share.
//
// cmd/pintray makes it and gives it the main goroutine. It owns one goroutine,
// which follows the store's changes while Run runs; everything else off the UI
// thread goes through kit.Go and is waited for before Run returns.
package ui

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/activity"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/folders"
	"github.com/pintray/pintray/ui/items"
	"github.com/pintray/pintray/ui/kit"
	uiservices "github.com/pintray/pintray/ui/services"
	"github.com/pintray/pintray/ui/settings"
)

// Engine is the verbs the window asks for.
type Engine interface {
	items.Engine
	folders.Engine
	uiservices.Engine
	add.Engine
	activity.Engine
	settings.Engine
	Resume(ctx context.Context) error
	Progress(ctx context.Context) ([]store.Progress, error)
	KeyringState(ctx context.Context) (string, error)
}

// Deps is what the window needs. All but Log, LogFile and Space are required.
type Deps struct {
	Reader  *store.Reader
	Changes *store.Changes
	Engine  Engine
	Log     *slog.Logger
	// Dir is the data folder, LogFile the log ("" where there is none), Version
	// the program's.
	Dir, LogFile, Version string
	// TrayAvailable reports whether there is a tray the window can hide in now.
	TrayAvailable func() bool
	OpenURL       func(*url.URL) error
	// Space is how many bytes this computer uses for what it keeps.
	Space func(ctx context.Context) (int64, error)
}

// Page is a place of the navigation.
type Page string

// The pages.
const (
	Items    Page = "items"
	Folders  Page = "folders"
	Activity Page = "activity"
	Services Page = "services"
	Settings Page = "settings"
)

// pages lists them from top to bottom.
func pages() []Page { return []Page{Items, Folders, Activity, Services, Settings} }

// UI is the window. Its methods run on the UI thread, but for Raise.
type UI struct {
	d      Deps
	app    fyne.App
	window fyne.Window
	ctx    context.Context // the life of the window
	end    context.CancelFunc

	state kit.Snapshot

	wake   chan struct{} // asks for a reading now
	hidden atomic.Bool   // nothing is on screen, so nothing is read
	going  atomic.Bool   // something is under way, so how far it is changes
	under  chan struct{} // a reading found it so
	quits  bool
	told   bool // it was said that closing quits

	page     Page
	nav      *nav
	body     *fyne.Container
	items    *items.View
	folders  *folders.View
	activity *activity.View
	services *uiservices.View
	settings *settings.View
	sheet    *add.Sheet
	given    []string // for the sheet, once it is known which services there are
	help     *kit.SheetHandle
}

// New makes the window. It reads a few settings and shows nothing; whatever
// the engine or the keyring know arrives while Run runs.
func New(app fyne.App, d Deps) *UI {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	u := &UI{d: d, app: app, wake: make(chan struct{}, 1), under: make(chan struct{}, 1), state: kit.Snapshot{Keyring: kit.KeyringAsking}}
	u.ctx, u.end = context.WithCancel(context.Background())
	u.hidden.Store(true)
	u.window = app.NewWindow("Pintray")
	u.window.SetPadded(false)
	u.window.SetMaster()
	start := u.readStart()
	u.setLook(start.look)
	u.build()
	u.window.Resize(start.size)
	u.shortcuts()
	u.show(Items)
	return u
}

func (u *UI) build() {
	state := func() kit.Snapshot { return u.state }
	u.items = items.New(items.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: state, OpenURL: u.d.OpenURL,
		OnAdd: func() { u.Add("") }, OnPaste: u.Add, OnShowService: u.showService,
		OnNewKey: func(id services.AccountID) { u.services.NewKey(id) },
		OnExport: func(ids []store.ItemID) { u.services.ExportItems(ids) }, OnNeedsYou: u.ShowNeedsYou, OpenPath: u.openPath,
		OnCopy: func(from services.AccountID, cids []services.CID) { u.services.Copy(from, cids) },
	})
	u.services = uiservices.New(uiservices.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: state, OpenURL: u.d.OpenURL, Space: u.d.Space,
		ShowItems: func(id services.AccountID) { u.showItems(store.Filter{Account: id}) },
	})
	u.folders = folders.New(folders.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: state, OpenPath: u.openPath,
		Connect: u.services.Connect, NewKey: u.services.NewKey,
	})
	u.activity = activity.New(activity.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: state, OpenURL: u.d.OpenURL,
		ShowItems: u.showItems, NewKey: u.services.NewKey, Edit: u.services.Edit, Gone: u.services.Gone,
		Copy:        func(id services.AccountID) { u.services.Copy(id, nil) },
		ShowFolders: func() { u.show(Folders) }, Add: u.Add,
	})
	u.settings = settings.New(settings.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: state, OpenPath: u.openPath,
		TrayAvailable: u.d.TrayAvailable, SetLook: u.setLook, Export: func() { u.services.Export(0) },
		Dir: u.d.Dir, LogFile: u.d.LogFile, Version: u.d.Version,
	})
	u.nav = newNav(u.show, u.resume)
	u.body = kit.Stack() // all pages stay in the window, so that a change of look reaches each
	for _, p := range pages() {
		u.body.Add(u.view(p).Content())
	}
	toasts := kit.NewToasts()
	shell := kit.Place(fyne.NewSize(720, 480), func(s fyne.Size) {
		w := kit.NavWide
		if s.Width < narrow {
			w = kit.NavRail
		}
		kit.Put(u.nav.object, 0, 0, w, s.Height)
		kit.Put(u.body, w, 0, s.Width-w, s.Height)
		kit.Put(toasts, w, 0, s.Width-w, s.Height)
	}, u.nav.object, u.body, toasts)
	u.window.SetContent(shell) // no ground: Fyne clears the window with our Bg, and a second coat of it is half of a frame in software
	u.window.SetOnDropped(u.dropped)
}

// Window is the window, for the tray and for tests.
func (u *UI) Window() fyne.Window { return u.window }

// Page is what is shown.
func (u *UI) Page() Page { return u.page }

// Show leads to a page.
func (u *UI) Show(p Page) { u.show(p) }

// ShowNeedsYou and ShowWorking lead to the tabs of Activity.
func (u *UI) ShowNeedsYou() { u.show(Activity); u.activity.ShowNeedsYou() }

// ShowWorking leads to what is under way.
func (u *UI) ShowWorking() { u.show(Activity); u.activity.ShowWorking() }

// Connect opens the sheet that connects a service.
func (u *UI) Connect() { u.services.Connect() }

func (u *UI) show(p Page) {
	u.page = p
	u.nav.active(p)
	for _, one := range pages() {
		if one == p {
			u.view(one).Content().Show()
		} else {
			u.view(one).Content().Hide()
		}
	}
	if u.state.At.IsZero() {
		return // nothing was read yet: the first reading shows it
	}
	u.view(p).Refresh()
}

func (u *UI) view(p Page) interface {
	Content() fyne.CanvasObject
	Refresh()
} {
	switch p {
	case Folders:
		return u.folders
	case Activity:
		return u.activity
	case Services:
		return u.services
	case Settings:
		return u.settings
	default:
		return u.items
	}
}

func (u *UI) showItems(f store.Filter) {
	u.show(Items)
	u.items.Show(f)
}

// showService leads to the cards; with no account at all, to the sheet that
// connects the first one.
func (u *UI) showService(id services.AccountID) {
	u.show(Services)
	if id == 0 {
		u.services.Connect()
	}
}

// Add opens the sheet that keeps something online, with text in its field; an
// open one takes the text too.
func (u *UI) Add(text string) {
	u.openSheet()
	if text != "" {
		u.sheet.Fill(text)
	}
}

// AddID is Add at the field for IDs and links.
func (u *UI) AddID() {
	u.openSheet()
	u.sheet.Fill("")
}

// openSheet opens the add sheet unless it is open.
func (u *UI) openSheet() {
	if u.sheet != nil && !u.sheet.Closed() {
		return
	}
	u.sheet = add.Open(add.Deps{
		Context: u.ctx, Window: u.window, Reader: u.d.Reader, Engine: u.d.Engine, Log: u.d.Log, State: func() kit.Snapshot { return u.state },
		Show: func() { u.showItems(store.Filter{}) }, Connect: u.services.Connect, NewKey: u.services.NewKey,
	})
}

// AddAll opens the add sheet with files and folders (file:// addresses or
// absolute paths), IDs and links, once it is known which services there are.
func (u *UI) AddAll(things []string) {
	if u.state.At.IsZero() {
		u.given = append(u.given, things...)
		return
	}
	var paths []store.Path
	var texts []string
	for _, t := range things {
		if p, ok := add.PathOf(t); ok {
			paths = append(paths, p)
		} else if t = strings.TrimSpace(t); t != "" {
			texts = append(texts, t)
		}
	}
	if len(texts) > 0 {
		u.Add(strings.Join(texts, "\n"))
	}
	if len(paths) > 0 {
		u.openSheet()
		u.sheet.Files(paths)
	}
}

// dropped is what was dropped anywhere on the window. On the page of the folders
// one thing is a folder to watch, unless the add sheet is open.
func (u *UI) dropped(_ fyne.Position, what []fyne.URI) {
	things := make([]string, len(what))
	for i, uri := range what {
		things[i] = uri.String()
		if uri.Scheme() == "file" {
			things[i] = uri.Path()
		}
	}
	adding := u.sheet != nil && !u.sheet.Closed()
	if u.page == Folders && !adding && len(things) == 1 {
		if path, ok := add.PathOf(things[0]); ok {
			u.folders.Drop(path)
			return
		}
	}
	u.AddAll(things)
}

// openPath shows a file or a folder of ours; web pages go through Deps.OpenURL.
func (u *UI) openPath(path string) error {
	return u.app.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)})
}

func (u *UI) setLook(l kit.Look) { u.app.Settings().SetTheme(kit.NewTheme(l)) }
