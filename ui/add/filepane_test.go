package add_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/kit"
)

// plans are what the pictures show.
func plans() map[store.Path]ingest.Plan {
	return map[store.Path]ingest.Plan{
		"/art/Dunes at dawn — study.tif":   {Files: 1, Size: 203e6},
		"/art/Nachtlicht, back cover.png":  {Files: 1, Size: 9.4e6},
		"/art/山水画卷 · 草图.tif":               {Files: 1, Size: 88.1e6},
		"/art/Winter series":               {Dir: true, Files: 37, Size: 312e6, Left: 3, LeftNames: []string{".DS_Store", "raw/.cache", "latest"}},
		"/art/Archive 2024.car":            {CAR: true, Files: 1, Size: 78.5e6, Roots: []services.CID{services.WireCID(one), services.WireCID(two)}},
		"/nas/Harbour at night.wav":        {Files: 1, Size: 312e6, Network: true},
		"/cloud/Price list, winter.pdf":    {Err: &services.Error{Code: services.CodeSource, Reason: services.ReasonPlaceholder}},
		"/art/Portrait series No. 4.psd":   {Err: &services.Error{Code: services.CodeSource, Reason: services.ReasonVanished}},
		"/art/private/Letters, unsent.odt": {Err: &services.Error{Code: services.CodeSource, Reason: services.ReasonUnreadable}},
		"/art/Broken export.car":           {Err: &services.Error{Code: services.CodeSource, Reason: services.ReasonBrokenCAR}},
		"/art/A very long name that goes on and on until there is no room left for it.jpeg": {Files: 1, Size: 2e6},
	}
}

func (r *rig) files(t *testing.T, paths ...store.Path) {
	t.Helper()
	r.engine.plans = plans()
	r.Files(paths)
	kit.Wait(context.Background())
}

func TestLooks_Files(t *testing.T) {
	five := []store.Path{
		"/art/Dunes at dawn — study.tif", "/art/Nachtlicht, back cover.png", "/art/山水画卷 · 草图.tif", "/art/Winter series", "/art/Archive 2024.car",
	}
	bad := append(five[:1:1], "/cloud/Price list, winter.pdf", "/art/Portrait series No. 4.psd", "/nas/Harbour at night.wav", "/art/private/Letters, unsent.odt",
		"/art/Broken export.car", "/art/A very long name that goes on and on until there is no room left for it.jpeg")
	r := open(t, kit.LookLight, 1280, 800, "1,2", "")
	r.look(t, "add-drop-light")
	r.files(t, five...)
	r.look(t, "add-files-light")
	r = open(t, kit.LookDark, 1280, 800, "4", "")
	r.files(t, bad...)
	r.look(t, "add-files-bad-dark")
	r = open(t, kit.LookDark, 900, 600, "1,2", "")
	r.files(t, five[:1]...)
	r.look(t, "add-file-dark-small")
}

func TestFiles_AreImportedAtTheChosenPlaces(t *testing.T) {
	r := open(t, kit.LookDark, 1280, 800, "1,4", "")
	r.files(t, "/art/Winter series", "/art/Portrait series No. 4.psd", "/art/Nachtlicht, back cover.png", "/art/Nachtlicht, back cover.png")
	test.Tap(primary(r.window.Canvas().Overlays().Top(), "Keep online"))
	kit.Wait(context.Background())
	got := r.engine.imported
	if len(got.Paths) != 2 || got.Paths[0] != "/art/Winter series" || len(got.Accounts) != 2 || got.Profile != store.ProfileV1 || got.Hold == 0 {
		t.Errorf("imported %+v; want the folder and the picture, once, at two places", got)
	}
	if !r.Closed() {
		t.Error("the sheet stayed open")
	}
	if said := toast(r.window); said != "2 items are being prepared" {
		t.Errorf("said %q", said)
	}
	r.look(t, "add-files-sent")
}

func TestFiles_TogetherWithIDs(t *testing.T) {
	r := open(t, kit.LookDark, 1280, 800, "1", one)
	r.files(t, "/art/Nachtlicht, back cover.png")
	if files, ids := r.Holds(); files != 1 || ids != 1 {
		t.Fatalf("holds %d files and %d IDs", files, ids)
	}
	test.Tap(primary(r.window.Canvas().Overlays().Top(), "Keep online"))
	kit.Wait(context.Background())
	if len(r.engine.imported.Paths) != 1 || len(r.engine.request.Pins) != 1 {
		t.Errorf("imported %+v and added %+v", r.engine.imported, r.engine.request)
	}
}

func TestFiles_NothingIsSentWhileTheyAreLookedAt(t *testing.T) {
	r := open(t, kit.LookDark, 1280, 800, "1", "")
	r.engine.wait = make(chan struct{})
	r.Files([]store.Path{"/art/a.png"})
	if b := primary(r.window.Canvas().Overlays().Top(), "Keep online"); !b.Disabled() {
		t.Error("it can be sent before anybody looked")
	}
	kit.Escape(r.window.Canvas()) // or Wait would never end
	kit.Wait(context.Background())
	if r.engine.inspected != 0 || !r.Closed() {
		t.Errorf("closing did not end the looking: %d looked at", r.engine.inspected)
	}
}

func TestFiles_OneThatCannotBeReadSendsNothing(t *testing.T) {
	r := open(t, kit.LookDark, 1280, 800, "1", "")
	r.files(t, "/art/Portrait series No. 4.psd")
	if b := primary(r.window.Canvas().Overlays().Top(), "Keep online"); !b.Disabled() {
		t.Error("a file that is not there can be sent")
	}
}

func TestFiles_WhatIsNotTakenStaysOnItsRowWithAWayOn(t *testing.T) {
	r := open(t, kit.LookLight, 1280, 800, "1", "")
	r.files(t, "/art/Nachtlicht, back cover.png", "/art/Export.car")
	broken := &services.Error{Code: services.CodeSource, Reason: services.ReasonBrokenCAR}
	r.engine.refuse = map[store.Path]*services.Error{"/art/Export.car": broken}
	test.Tap(primary(r.window.Canvas().Overlays().Top(), "Keep online"))
	kit.Wait(context.Background())
	if r.Closed() {
		t.Fatal("the sheet went, and with it what could not be taken")
	}
	if said := toast(r.window); said != "1 item is being prepared" {
		t.Errorf("said %q", said)
	}
	if files, _ := r.Holds(); files != 0 {
		t.Errorf("%d files can be sent again", files)
	}
	r.look(t, "add-files-refused-light")
	top := r.window.Canvas().Overlays().Top()
	if b := primary(top, "Keep online"); !b.Disabled() {
		t.Error("what can't be taken can be sent")
	}
	r.engine.refuse = nil // it was made again
	test.Tap(primary(top, "Look again"))
	kit.Wait(context.Background())
	if files, _ := r.Holds(); files != 1 {
		t.Errorf("after another look %d files can be sent, want 1", files)
	}
}

func TestFiles_AreChosenInADialogOverTheSheet(t *testing.T) {
	for _, button := range []string{"Choose a file…", "Choose a folder…"} {
		r := open(t, kit.LookDark, 1280, 800, "1", "")
		sheet := r.window.Canvas().Overlays().Top()
		test.Tap(primary(sheet, button))
		if top := r.window.Canvas().Overlays().Top(); top == nil || top == sheet {
			t.Errorf("%s opened nothing", button)
		}
		kit.Escape(r.window.Canvas())
		if r.window.Canvas().Overlays().Top() != sheet || r.Closed() {
			t.Errorf("%s: Escape does not lead back to the sheet", button)
		}
	}
}

// toast is the message shown in a window.
func toast(w fyne.Window) string {
	var find func(o fyne.CanvasObject) string
	find = func(o fyne.CanvasObject) string {
		switch x := o.(type) {
		case *kit.Toasts:
			return x.Label()
		case *fyne.Container:
			for _, c := range x.Objects {
				if s := find(c); s != "" {
					return s
				}
			}
		}
		return ""
	}
	return find(w.Content())
}
