package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"
)

// autostart is the file that starts Pintray when the person logs in, where the
// desktop reads such files (the XDG autostart specification).
type autostart struct {
	path string // "" where there is no such thing
	exe  string
}

// newAutostart finds the place for this user and this program.
func newAutostart() autostart {
	if runtime.GOOS != "linux" {
		return autostart{}
	}
	exe, err := os.Executable()
	if err != nil {
		return autostart{}
	}
	return autostart{path: filepath.Join(xdg.ConfigHome, "autostart", "io.github.pintray.Pintray.desktop"), exe: exe}
}

// possible reports whether this desktop can start programs at login this way.
func (a autostart) possible() bool { return a.path != "" }

// on reports whether Pintray will be started.
func (a autostart) on() bool {
	b, err := os.ReadFile(a.path)
	return err == nil && !strings.Contains(string(b), "\nHidden=true")
}

// set writes or removes the file.
func (a autostart) set(on bool) error {
	if !on {
		err := os.Remove(a.path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(a.path), 0o755); err != nil {
		return err
	}
	tmp := a.path + ".new"
	if err := os.WriteFile(tmp, []byte(a.entry()), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, a.path)
}

func (a autostart) entry() string {
	return "[Desktop Entry]\nType=Application\nName=Pintray\nIcon=io.github.pintray.Pintray\nTerminal=false\n" +
		"Exec=" + execWord(a.exe) + " --hidden\nX-GNOME-Autostart-enabled=true\n"
}

// execWord quotes a path for Exec= (Desktop Entry Specification, "The Exec
// key"): quoted, with backslashes doubled once for the quotes and once for the
// value, and a percent sign doubled.
func execWord(path string) string {
	path = strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(path)
	return `"` + path + `"`
}
