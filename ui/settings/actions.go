package settings

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/kit"
)

// values is what was read.
type values struct {
	settings map[string]string
	login    bool
	size     int64 // of the data folder, -1 unknown
}

// Refresh reads the settings anew and shows them.
func (v *View) Refresh() {
	v.showKeyring()
	kit.Go(v.asked.Next(v.d.Context), func(ctx context.Context) (values, error) {
		got := values{settings: map[string]string{}, size: sizeOf(v.d.Dir)}
		if v.start.possible() {
			got.login = v.start.on()
		}
		for _, key := range Keys() {
			value, err := v.d.Reader.Setting(ctx, key)
			if err != nil {
				return got, err
			}
			got.settings[key] = value
		}
		return got, nil
	}, func(got values, err error) {
		if err != nil {
			v.failed(err)
			return
		}
		v.show(got)
	})
}

func (v *View) show(got values) {
	v.shown = got
	tray := v.d.TrayAvailable()
	v.login.SetOn(got.login)
	v.hidden.SetOn(got.settings[Hidden] == "1")
	v.hiddenRow.Show()
	if !tray {
		v.hiddenRow.Hide()
		v.loginSay.SetText(kit.T("settings.login.sub.window"))
	}
	v.close.SetAt(indexOf(closeChoices(), got.settings[Close]))
	v.closeSay.Hidden = tray
	if tray {
		v.close.Enable()
	} else {
		v.close.SetAt(indexOf(closeChoices(), CloseQuit))
		v.close.Disable()
	}
	v.look.SetAt(indexOf(lookChoices(), kit.Look(got.settings[Look])))
	v.limit.SetAt(indexOf(limitChoices(), limitOf(got.settings[store.SettingUploadLimit])))
	v.listen.SetOn(got.settings[store.SettingListen] != store.ListenOff)
	v.daily.SetOn(got.settings[store.SettingExports] != store.ExportsOff)
	folder := kit.Tilde(v.d.Dir, v.home)
	if got.size >= 0 {
		folder += " · " + kit.Bytes(got.size)
	}
	v.folder.SetText(folder)
	v.showUsual(usualRow(v.d.State(), got.settings[add.DefaultSetting]))
	v.scroll.Refresh()
}

func (v *View) showKeyring() {
	words, unlock := keyringRow(v.d.State().Keyring)
	v.keyring.SetText(words)
	v.unlock.Hidden = !unlock
}

// showUsual draws the services anew only where they changed, so that a tick
// keeps the keyboard.
func (v *View) showUsual(list []usual) {
	if slices.Equal(v.drawn, list) && v.usual.Objects != nil {
		return
	}
	v.drawn, v.usual.Objects = list, nil
	if len(list) == 0 {
		v.usual.Add(kit.NewText(kit.T("settings.defaults.none"), kit.Small, kit.Ink3))
	}
	for i, u := range list {
		v.usual.Add(kit.NewCheck(u.name, u.on, func(on bool) { v.setUsual(i, on) }))
	}
	v.usual.Refresh()
}

func (v *View) setUsual(i int, on bool) {
	v.drawn[i].on = on
	var ids []services.AccountID
	for _, u := range v.drawn {
		if u.on {
			ids = append(ids, u.id)
		}
	}
	v.set(add.DefaultSetting, add.FormatDefault(ids))
}

func (v *View) set(key, value string) {
	kit.Do(v.d.Context, func(ctx context.Context) error { return v.d.Engine.Set(ctx, key, value) }, v.failed)
}

func (v *View) setLogin(on bool) {
	start := v.start
	kit.Do(v.d.Context, func(context.Context) error { return start.set(on) }, func(err error) {
		if err != nil {
			v.login.SetOn(!on)
			kit.Toast(v.d.Window.Canvas(), kit.T("settings.failed", "why", err.Error()), "", nil)
		}
	})
}

func (v *View) askUnlock() {
	kit.Do(v.d.Context, v.d.Engine.Unlock, v.failed)
}

func (v *View) notOpened(err error) {
	if err != nil {
		v.d.Log.Warn("a file could not be shown", "err", err)
		kit.Toast(v.d.Window.Canvas(), kit.T("settings.notopened"), "", nil)
	}
}

// failed says what went wrong, if anything did.
func (v *View) failed(err error) {
	if err == nil {
		return
	}
	v.d.Log.Warn("a setting was not read or saved", "code", services.CodeOf(err))
	kit.Toast(v.d.Window.Canvas(), kit.T("settings.failed", "why", kit.Explain(err, "").Title), "", nil)
}

// openExports shows the folder of the dated lists, which is there from the first
// of them on.
func (v *View) openExports(dir string) {
	kit.Do(v.d.Context, func(context.Context) error {
		if _, err := os.Stat(dir); err != nil {
			return err
		}
		return v.d.OpenPath(dir)
	}, func(err error) {
		if errors.Is(err, fs.ErrNotExist) {
			kit.Toast(v.d.Window.Canvas(), kit.T("settings.daily.none"), "", nil)
			return
		}
		v.notOpened(err)
	})
}

func (v *View) openPath(path string) {
	kit.Do(v.d.Context, func(context.Context) error { return v.d.OpenPath(path) }, v.notOpened)
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// sizeOf is how many bytes a folder's files have, -1 where that cannot be read.
func sizeOf(dir string) int64 {
	var n int64
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		return -1
	}
	return n
}
