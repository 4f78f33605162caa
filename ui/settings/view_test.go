package settings_test

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
	"github.com/pintray/pintray/ui/settings"
)

// memory is an engine and a reader that only know settings.
type memory map[string]string

func (m memory) Set(_ context.Context, key, value string) error        { m[key] = value; return nil }
func (m memory) Setting(_ context.Context, key string) (string, error) { return m[key], nil }
func (m memory) Unlock(context.Context) error                          { m["unlocked"] = "1"; return nil }

type rig struct {
	*settings.View
	memory memory
	state  kit.Snapshot
	window fyne.Window
	looks  []kit.Look
	tray   bool
}

func open(t *testing.T, look kit.Look, w, h float32, tray bool) *rig {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(look))
	r := &rig{memory: memory{"add.services": "1,2"}, window: test.NewTempWindow(t, nil), tray: tray}
	for i, name := range []string{"Pinata", "Filebase", "My cluster"} {
		r.state.Accounts = append(r.state.Accounts, store.AccountState{Account: services.Account{ID: services.AccountID(i + 1), Name: name}})
	}
	r.state.Keyring = "locked"
	toasts := kit.NewToasts()
	t.Cleanup(toasts.Clear) // its timer would meet the next test
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); kit.Wait(context.Background()) })
	r.View = settings.New(settings.Deps{
		Context: ctx, Window: r.window, Reader: r.memory, Engine: r.memory, State: func() kit.Snapshot { return r.state },
		OpenPath: func(string) error { return nil }, TrayAvailable: func() bool { return r.tray }, SetLook: func(l kit.Look) { r.looks = append(r.looks, l) },
		Export: func() {}, Dir: t.TempDir(), LogFile: "/tmp/pintray.log", Version: "0.1.0",
	})
	r.window.SetPadded(false)
	r.window.SetContent(kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), r.Content(), toasts))
	r.window.Resize(fyne.NewSize(w, h))
	r.Refresh()
	kit.Wait(context.Background())
	return r
}

// look writes a picture of the window where PINTRAY_LOOKS names a folder.
func (r *rig) look(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("PINTRAY_LOOKS")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, r.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

func TestLooks(t *testing.T) {
	open(t, kit.LookDark, 1064, 800, true).look(t, "settings-dark")
	open(t, kit.LookLight, 1064, 1400, true).look(t, "settings-light-whole")
	open(t, kit.LookLight, 844, 600, false).look(t, "settings-light-small-no-tray")
}

// find is the control with the label of a key.
func find[C interface {
	fyne.CanvasObject
	Label() string
}](t *testing.T, r *rig, key string) C {
	t.Helper()
	for _, o := range test.LaidOutObjects(r.Content()) {
		if c, ok := o.(C); ok && c.Label() == kit.T(key) {
			return c
		}
	}
	t.Fatalf("no %s on the screen", key)
	panic("unreachable")
}

func TestGiving_ShowsWhatIsSavedAndSavesWhatIsChosen(t *testing.T) {
	r := open(t, kit.LookDark, 1064, 800, true)
	r.memory[store.SettingUploadLimit], r.memory[store.SettingListen] = "500000", store.ListenOff
	r.Refresh()
	kit.Wait(context.Background())
	limit, listen := find[*kit.Select](t, r, "settings.limit"), find[*kit.Switch](t, r, "settings.listen")
	if limit.At() != 2 {
		t.Errorf("limit %d, want the third: 500 KB", limit.At())
	}
	if listen.On() {
		t.Error("it says services may connect")
	}
	limit.OnChanged(0)
	kit.Wait(context.Background())
	test.Tap(listen)
	kit.Wait(context.Background())
	if r.memory[store.SettingUploadLimit] != "" || r.memory[store.SettingListen] != "" {
		t.Errorf("saved %q", r.memory)
	}
}

func TestDaily_IsOnUnlessItWasSwitchedOff(t *testing.T) {
	r := open(t, kit.LookDark, 1064, 800, true)
	daily := find[*kit.Switch](t, r, "settings.daily")
	if !daily.On() {
		t.Error("it says that no list is written")
	}
	test.Tap(daily)
	kit.Wait(context.Background())
	if r.memory[store.SettingExports] != store.ExportsOff {
		t.Errorf("saved %q", r.memory)
	}
	r.Refresh()
	kit.Wait(context.Background())
	if daily.On() {
		t.Error("switched off, it says that lists are written")
	}
}

func TestClose_IsGreyWithoutATray(t *testing.T) {
	r := open(t, kit.LookDark, 1064, 800, false)
	r.tray = true
	r.Refresh()
	kit.Wait(context.Background())
	if _, changed := r.memory[settings.Close]; changed {
		t.Error("showing the setting changed it")
	}
}
