package ui

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

func TestShowKeys_CutsNoLine(t *testing.T) {
	r := open(t)
	r.resize(1280, 800)
	r.showKeys()
	found := 0
	for _, o := range test.LaidOutObjects(r.window.Canvas().Overlays().Top()) {
		text, ok := o.(*kit.Text)
		if !ok {
			continue
		}
		for _, key := range []string{"pages", "add", "add-id", "find", "check", "hide", "extend", "menu"} {
			if text.Label() != kit.T("shell.keys."+key) {
				continue
			}
			found++
			if want := kit.Width(text.Label(), kit.Body); text.Size().Width < want {
				t.Errorf("%q has %v of %v", text.Label(), text.Size().Width, want)
			}
		}
	}
	if found < 8 {
		t.Errorf("%d of 8 lines are there", found)
	}
}
