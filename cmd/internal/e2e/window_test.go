package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// newDisplay is a virtual screen of the person's own.
func newDisplay(t *testing.T, p *person) *rig.Display {
	t.Helper()
	d, err := rig.StartDisplay(p.home, 1280, 800)
	must(t, err)
	t.Cleanup(d.Stop)
	return d
}

// openWindow starts the real window on the person's data. A test that fails
// leaves a picture of the screen in bin/test.
func openWindow(t *testing.T, p *person, d *rig.Display, args ...string) *rig.Window {
	t.Helper()
	env := rig.Env(p.home, p.bus.Env()...)
	w, err := rig.OpenWindow(d, env, append([]string{"--data", p.ctl.Data}, args...)...)
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			keepPicture(t, p, d, "failed-"+t.Name())
			t.Logf("the window said:\n%s", w.Said())
		}
		w.Stop()
	})
	return w
}

// keepPicture saves the screen for a person to look at.
func keepPicture(t *testing.T, p *person, d *rig.Display, name string) {
	t.Helper()
	path := filepath.Join(rig.Root(), "bin", "test", strings.ReplaceAll(name, "/", "-")+".png")
	if err := d.Picture(path); err != nil {
		t.Log(err)
	}
}

// madeUpService starts one over HTTP and returns its address.
func madeUpService(t *testing.T, p *person, pins int) string {
	t.Helper()
	path, err := rig.Binary("pintrayctl")
	must(t, err)
	cmd := exec.Command(path, "demo", "--listen", "127.0.0.1:0", "--pins", strconv.Itoa(pins))
	cmd.Env = p.ctl.Env
	var url string
	s, err := rig.StartLines(cmd, 20*time.Second, func(line string) bool {
		url = strings.TrimSpace(line)
		return strings.HasPrefix(url, "http://")
	})
	must(t, err)
	t.Cleanup(func() { s.Stop() })
	return url
}

// rows demands that the window's list shows exactly these names.
func rows(t *testing.T, w *rig.Window, all, want []string) {
	t.Helper()
	_, err := w.Until(20*time.Second, fmt.Sprintf("the rows %q", want), func(s rig.Screen) bool {
		words := s.Words()
		for _, name := range all {
			if slices.Contains(words, name) != slices.Contains(want, name) {
				return false
			}
		}
		return true
	})
	must(t, err)
}

// The main job by mouse and keyboard on the Helia pinning server: connect, see,
// search, select two, remove one, come back offline.
func TestWindow_ConnectSearchSelectRemoveAndComeBackOffline(t *testing.T) {
	server, err := rig.Helia()
	must(t, err)
	t.Cleanup(func() { server.Stop() })
	p := newPerson(t)
	d := newDisplay(t, p)
	names := []string{"apple pie", "banana bread", "cherry cake"}
	for i, name := range names {
		must(t, server.Add(t.Context(), server.Blocks[i], name))
	}

	w := openWindow(t, p, d)
	must(t, w.Click(rig.Word("shell.services")))
	must(t, w.Click(rig.Word("services.connect")))
	must(t, w.Click(rig.Word("services.own")))
	must(t, w.Fill(rig.Word("services.form.address"), server.URL)) // it is there once the form is that of an own one
	must(t, w.Fill(rig.Word("services.form.name"), "Helia"))
	must(t, w.Fill(rig.Word("services.form.key"), rig.Token))
	must(t, w.Click(rig.Word("services.test")))
	must(t, w.See("3 items already kept there"))
	must(t, w.Click(rig.Word("services.connect.go")))

	must(t, w.See(rig.Word("services.state.ok"))) // the card of the service
	must(t, w.Key("ctrl+1"))
	rows(t, w, names, names)
	p.agree(t, server, "Helia")

	must(t, w.Key("ctrl+f"))
	must(t, w.Type("banana"))
	rows(t, w, names, names[1:2])
	must(t, w.Key("Escape"))
	rows(t, w, names, names)

	must(t, w.Key("ctrl+shift+n")) // straight into the field, without a click
	must(t, w.See(rig.Word("add.title")))
	must(t, w.Type(server.Blocks[0]))
	must(t, w.See(server.Blocks[0]))
	must(t, w.Key("Escape"))
	_, err = w.Until(20*time.Second, "the sheet is gone", func(s rig.Screen) bool {
		return !slices.Contains(s.Words(), rig.Word("add.title"))
	})
	must(t, err)

	must(t, w.ClickAs(names[0], "1", "ctrl"))
	must(t, w.ClickAs(names[2], "1", "ctrl"))
	must(t, w.See("2 "+rig.Word("items.selected")))
	must(t, w.ClickAs(names[1], "3"))
	must(t, w.Choose(rig.Word("items.stop")))
	must(t, w.Click(rig.Word("items.stop.do")))
	left := []string{names[0], names[2]}
	rows(t, w, names, left)
	must(t, rig.Eventually(20*time.Second, func() error {
		theirs, err := server.Pins(t.Context())
		if err == nil && len(theirs) != 2 {
			err = errStill(fmt.Sprintf("the server still lists %v", theirs))
		}
		return err
	}))
	p.agree(t, server, "Helia")
	noWrongThread(t, w)

	server.Stop()
	if took := w.Stop(); took > 5*time.Second {
		t.Errorf("quitting beside a dead service took %v", took)
	}
	again := openWindow(t, p, d)
	rows(t, again, names, left)
	noWrongThread(t, again)
	if os.Getenv("CI") == "" {
		keepPicture(t, p, d, "offline")
	}
}

// A second start brings the first one forward and ends.
func TestWindow_ASecondStartRaisesTheFirst(t *testing.T) {
	p := newPerson(t)
	d := newDisplay(t, p)
	openWindow(t, p, d)
	path, err := rig.Binary("pintray")
	must(t, err)
	cmd := exec.Command(path, "--data", p.ctl.Data)
	cmd.Env = append(p.ctl.Env, d.Env()...)
	second, err := rig.Start(cmd)
	must(t, err)
	t.Cleanup(func() { second.Stop() })
	must(t, second.Wait(10*time.Second))
}
