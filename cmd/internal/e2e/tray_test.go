package e2e_test

import (
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// A tray of our own clicks through the menu: open, check now, pause, quit.
func TestTray_MenuOpensChecksPausesAndQuits(t *testing.T) {
	p := newPerson(t)
	d := newDisplay(t, p)
	server := madeUpService(t, p, 3)
	p.run(t, "", "accounts", "add", "made up", "--url", server)
	tray, err := p.bus.OpenTray()
	must(t, err)
	t.Cleanup(tray.Close)

	w := openWindow(t, p, d, "--hidden")
	icon, err := tray.Icon(20 * time.Second)
	must(t, err)
	if w.Visible() {
		t.Error("a hidden start shows a window")
	}
	fine := picture(t, icon)

	must(t, icon.Choose(rig.Word("tray.open")))
	must(t, rig.Eventually(10*time.Second, visible(w)))
	must(t, w.See(rig.Word("shell.items")))

	must(t, w.Close())
	must(t, w.Click(rig.Word("shell.close.tray")))
	must(t, rig.Eventually(10*time.Second, func() error {
		if w.Visible() {
			return errStill("the window is still there after it was closed")
		}
		return nil
	}))
	select {
	case <-w.Done():
		t.Fatal("closing the window ended Pintray, although there is a tray")
	default:
	}

	before := checkedAt(t, p)
	must(t, icon.Choose(rig.Word("tray.check")))
	must(t, rig.Eventually(20*time.Second, func() error {
		if checkedAt(t, p) == before {
			return errStill("nothing was checked")
		}
		return nil
	}))

	must(t, icon.Choose(rig.Word("tray.pause.forever")))
	must(t, rig.Eventually(10*time.Second, state(p, "paused")))
	must(t, rig.Eventually(15*time.Second, func() error {
		if same(picture(t, icon), fine) {
			return errStill("paused looks like all is well")
		}
		return nil
	}))
	must(t, icon.Choose(rig.Word("tray.resume")))
	must(t, rig.Eventually(10*time.Second, state(p, "fine")))

	must(t, icon.Choose(rig.Word("tray.quit")))
	must(t, w.Wait(10*time.Second))
	noWrongThread(t, w)
}

// With a real panel the icon appears in it.
func TestTray_IconShowsInARealPanel(t *testing.T) {
	p := &person{home: t.TempDir()}
	must(t, rig.Home(p.home))
	d := newDisplay(t, p)
	var err error
	p.bus, err = rig.StartDesktopBus(p.home, d)
	must(t, err)
	t.Cleanup(p.bus.Stop)
	must(t, p.bus.OpenKeyring(p.home))
	p.ctl = rig.Ctl{Data: filepath.Join(p.home, "pintray"), Env: rig.Env(p.home, p.bus.Env()...)}
	panel, err := rig.StartPanel(p.home, d, p.bus)
	must(t, err)
	t.Cleanup(func() { panel.Stop() })
	empty := screen(t, p, d)

	w := openWindow(t, p, d, "--hidden")
	_, err = p.bus.Icons(20 * time.Second)
	must(t, err)
	must(t, rig.Eventually(15*time.Second, func() error {
		if n := differing(empty, screen(t, p, d)); n < 40 {
			return errStill("the panel looks as it did without the icon")
		}
		return nil
	}))
	keepPicture(t, p, d, "tray-in-a-panel")
	w.Stop()
}

// Without a tray a closed window must not leave an invisible program behind: a
// hidden start shows itself, and closing says that it quits, and does.
func TestTray_WithoutOneTheWindowNeverVanishes(t *testing.T) {
	p := newPerson(t)
	d := newDisplay(t, p)
	w := openWindow(t, p, d, "--hidden")
	must(t, rig.Eventually(15*time.Second, visible(w)))
	must(t, w.Close())
	must(t, w.See(rig.Word("shell.close.ends")))
	must(t, w.Click(rig.Word("shell.close.quit")))
	must(t, w.Wait(10*time.Second))

	again := openWindow(t, p, d)
	must(t, again.Close()) // it was said once
	must(t, again.Wait(10*time.Second))
}

type errStill string

func (e errStill) Error() string { return string(e) }

func visible(w *rig.Window) func() error {
	return func() error {
		if !w.Visible() {
			return errStill("the window is not on the screen")
		}
		return nil
	}
}

// healthLine is what `health --json` prints.
type healthLine struct {
	State     string `json:"state"`
	CheckedAt string `json:"checked_at"`
}

func health(t *testing.T, p *person) healthLine {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	lines, err := rig.JSON[healthLine](ctx, p.ctl, "", "health")
	must(t, err)
	if len(lines) != 1 {
		t.Fatalf("health printed %+v", lines)
	}
	return lines[0]
}

func checkedAt(t *testing.T, p *person) string { return health(t, p).CheckedAt }

func state(p *person, want string) func() error {
	return func() error {
		lines, err := rig.JSON[healthLine](context.Background(), p.ctl, "", "health")
		if err == nil && (len(lines) != 1 || lines[0].State != want) {
			err = errStill("health is not " + want)
		}
		return err
	}
}

func picture(t *testing.T, i *rig.Icon) []rig.Pixmap {
	t.Helper()
	p, err := i.Picture()
	must(t, err)
	if len(p) == 0 || p[0].W == 0 {
		t.Fatalf("the icon has no picture")
	}
	return p
}

func same(a, b []rig.Pixmap) bool {
	return len(a) == len(b) && string(a[0].ARGB) == string(b[0].ARGB)
}

// screen is the whole screen as it is now.
func screen(t *testing.T, p *person, d *rig.Display) image.Image {
	t.Helper()
	path := filepath.Join(p.home, "screen.png")
	must(t, d.Picture(path))
	f, err := os.Open(path)
	must(t, err)
	defer func() { _ = f.Close() }()
	img, err := png.Decode(f)
	must(t, err)
	return img
}

// differing is how many pixels are not the same.
func differing(a, b image.Image) int {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

// noWrongThread fails where Fyne saw a call from the wrong thread.
func noWrongThread(t *testing.T, w *rig.Window) {
	t.Helper()
	if said := w.Said(); strings.Contains(said, "fyne.Do") || strings.Contains(said, "panic:") {
		t.Errorf("the window said:\n%s", said)
	}
}
