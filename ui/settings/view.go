// Package settings is the screen of what the person may choose about Pintray
// itself, and of what there is to know about it.
//
// ui shows it. Everything is saved as it is changed; it starts no goroutine but
// through kit.Go.
package settings

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what this screen asks for.
type Engine interface {
	Set(ctx context.Context, key, value string) error
	Unlock(ctx context.Context) error
}

// Reader is what this screen reads beside the snapshot.
type Reader interface {
	Setting(ctx context.Context, key string) (string, error)
}

// Deps is what the screen needs. All but Log are required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  Reader
	Engine  Engine
	Log     *slog.Logger
	State   func() kit.Snapshot
	// OpenPath shows a file or a folder of ours in the person's own program.
	OpenPath func(path string) error
	// TrayAvailable reports whether there is a tray to hide in.
	TrayAvailable func() bool
	// SetLook changes the look at once.
	SetLook func(kit.Look)
	// Export opens the sheet that writes the list to a file.
	Export func()
	// Dir is the data folder, LogFile the log ("" where there is none), Version
	// the program's.
	Dir, LogFile, Version string
}

// View is the screen.
type View struct {
	d       Deps
	content fyne.CanvasObject
	scroll  *kit.Scroll
	asked   kit.Latest
	start   autostart
	shown   values

	login, hidden *kit.Switch
	loginSay      *kit.Text
	close         *kit.Select
	closeSay      *kit.Text
	look          *kit.Segmented
	limit         *kit.Select
	listen        *kit.Switch
	daily         *kit.Switch
	usual         *fyne.Container
	drawn         []usual
	folder        *kit.Text
	home          string // the person's own folder, "" unknown
	keyring       *kit.Text
	unlock        *kit.Button
	hiddenRow     fyne.CanvasObject
}

// New makes the screen; it reads nothing before Refresh.
func New(d Deps) *View {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	v := &View{d: d, start: newAutostart()}
	v.home, _ = os.UserHomeDir() // without one, paths show whole
	groups := kit.VBox(20, v.starting(), v.looking(), v.keeping(), v.giving(), v.data(), v.security(), v.about())
	v.scroll = kit.NewScroll(kit.Inset(20, 24, 32, 24, kit.AtMost(808, groups)))
	tail := kit.NewTail()
	tail.Set(kit.TailPart{Text: kit.T("settings.saved"), Role: kit.Ink3})
	v.content = kit.VBox(0, kit.PageHead(kit.T("settings.title"), ""), kit.Fill(v.scroll), tail.Object())
	return v
}

// Content is what to put into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// group is a headed block of rows with lines between.
func group(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	box := kit.VBox(0, kit.Inset(4, 0, 4, 0, kit.NewText(title, kit.Head, kit.Ink)))
	for i, r := range rows {
		if i > 0 {
			box.Add(kit.NewHLine())
		}
		box.Add(r)
	}
	return box
}

// row is one setting: its name, a grey sentence (or nil), its control.
func row(name string, say *kit.Text, control fyne.CanvasObject) fyne.CanvasObject {
	words := kit.VBox(0, kit.NewText(name, kit.BodyM, kit.Ink))
	if say != nil {
		words.Add(say.Shrink(40))
	}
	return kit.Inset(8, 0, 8, 0, kit.AtLeast(40, kit.HBox(16, kit.Fill(kit.Middle(words)), control)))
}

func grey(s string) *kit.Text { return kit.NewText(s, kit.Small, kit.Ink3) }

func (v *View) starting() fyne.CanvasObject {
	v.login = kit.NewSwitch(kit.T("settings.login"), false, v.setLogin)
	v.loginSay = grey(kit.T("settings.login.sub"))
	v.hidden = kit.NewSwitch(kit.T("settings.hidden"), false, func(on bool) { v.set(Hidden, flag(on)) })
	v.closeSay = grey(kit.T("settings.close.sub"))
	words := []string{kit.T("settings.close.ask"), kit.T("settings.close.tray"), kit.T("settings.close.quit")}
	v.close = kit.NewSelect(kit.T("settings.close"), words, 0, func(at int) { v.set(Close, closeChoices()[at]) })
	var rows []fyne.CanvasObject
	if v.start.possible() {
		rows = append(rows, row(kit.T("settings.login"), v.loginSay, v.login))
	}
	v.hiddenRow = row(kit.T("settings.hidden"), grey(kit.T("settings.hidden.sub")), v.hidden)
	rows = append(rows, v.hiddenRow, row(kit.T("settings.close"), v.closeSay, v.close))
	return group(kit.T("settings.starting"), rows...)
}

func (v *View) looking() fyne.CanvasObject {
	words := []string{kit.T("settings.theme.system"), kit.T("settings.theme.light"), kit.T("settings.theme.dark")}
	v.look = kit.NewSegmented(words, 0, func(at int) {
		look := lookChoices()[at]
		v.d.SetLook(look)
		v.set(Look, string(look))
	})
	return group(kit.T("settings.look"), row(kit.T("settings.theme"), nil, v.look))
}

func (v *View) keeping() fyne.CanvasObject {
	v.usual = kit.HBox(20)
	return group(kit.T("settings.keeping"), row(kit.T("settings.defaults"), grey(kit.T("settings.defaults.sub")), v.usual))
}

func (v *View) giving() fyne.CanvasObject {
	v.limit = kit.NewSelect(kit.T("settings.limit"), limitWords(), 0, func(at int) {
		v.set(store.SettingUploadLimit, limitValue(limitChoices()[at]))
	})
	v.listen = kit.NewSwitch(kit.T("settings.listen"), true, func(on bool) {
		value := store.ListenOff
		if on {
			value = ""
		}
		v.set(store.SettingListen, value)
	})
	return group(kit.T("settings.giving"),
		row(kit.T("settings.limit"), grey(kit.T("settings.limit.sub")), v.limit),
		row(kit.T("settings.listen"), grey(kit.T("settings.listen.sub")), v.listen))
}

func (v *View) data() fyne.CanvasObject {
	export := kit.NewButton(kit.T("settings.export.go"), kit.Secondary, "download", v.d.Export)
	v.folder = grey(kit.Tilde(v.d.Dir, v.home))
	open := kit.NewButton(kit.T("settings.folder.go"), kit.Secondary, "folder", func() { v.openPath(v.d.Dir) })
	exports := filepath.Join(v.d.Dir, store.Exports)
	v.daily = kit.NewSwitch(kit.T("settings.daily"), true, func(on bool) {
		value := store.ExportsOff
		if on {
			value = ""
		}
		v.set(store.SettingExports, value)
	})
	lists := kit.NewButton(kit.T("settings.daily.go"), kit.Secondary, "folder", func() { v.openExports(exports) })
	rows := []fyne.CanvasObject{
		row(kit.T("settings.export"), grey(kit.T("settings.export.sub")), export),
		row(kit.T("settings.daily"), grey(kit.T("settings.daily.sub")), kit.HBox(16, lists, kit.Middle(v.daily))),
		row(kit.T("settings.folder"), v.folder, open),
	}
	if v.d.LogFile != "" {
		log := kit.NewButton(kit.T("settings.log.go"), kit.Secondary, "doc", func() { v.openPath(v.d.LogFile) })
		rows = append(rows, row(kit.T("settings.log"), grey(kit.T("settings.log.sub")), log))
	}
	return group(kit.T("settings.data"), rows...)
}

func (v *View) security() fyne.CanvasObject {
	v.keyring = grey("")
	v.unlock = kit.NewButton(kit.T("settings.keyring.unlock"), kit.Secondary, "lock", v.askUnlock)
	return group(kit.T("settings.security"), row(kit.T("settings.keyring"), v.keyring, v.unlock))
}

func (v *View) about() fyne.CanvasObject {
	return group(kit.T("settings.about"),
		row(kit.T("settings.version"), grey("Pintray "+v.d.Version), kit.Space(0, 0)),
		row(kit.T("settings.licence"), grey(kit.T("settings.licence.text")), kit.Space(0, 0)),
		row(kit.T("settings.parts"), grey("Fyne, SQLite, Inter, go-cid, boxo, libp2p, go-keyring"), kit.Space(0, 0)))
}
