package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAutostart_OnWritesAnEntryAndOffRemovesIt(t *testing.T) {
	a := autostart{path: filepath.Join(t.TempDir(), "autostart", "p.desktop"), exe: "/opt/my apps/50%/pintray"}
	if a.on() {
		t.Fatal("on before anything was written")
	}
	if err := a.set(true); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nExec=\"/opt/my apps/50%%/pintray\" --hidden\n"; !strings.Contains(string(b), want) {
		t.Errorf("entry:\n%s\nhas no line %q", b, want)
	}
	if !a.on() {
		t.Error("off after it was set")
	}
	for range 2 {
		if err := a.set(false); err != nil {
			t.Fatal(err)
		}
	}
	if a.on() {
		t.Error("on after it was unset")
	}
}

func TestAutostart_ADesktopThatSwitchedItOffIsBelieved(t *testing.T) {
	a := autostart{path: filepath.Join(t.TempDir(), "p.desktop"), exe: "/p"}
	if err := os.WriteFile(a.path, []byte(a.entry()+"Hidden=true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a.on() {
		t.Error("on although the entry is hidden")
	}
}
