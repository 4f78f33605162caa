package kit_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

// formOf is a scroll with fields, 40 apart, in a window that shows four.
func formOf(t *testing.T, n int) (*kit.Scroll, []*kit.Field, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.LookDark))
	box, fields := kit.VBox(8), make([]*kit.Field, n)
	for i := range fields {
		fields[i] = kit.NewField(fmt.Sprint("field ", i), "")
		box.Add(fields[i])
	}
	s := kit.NewScroll(box)
	w := app.NewWindow("form")
	w.SetPadded(false)
	w.SetContent(kit.Inset(top, 0, 0, 0, s)) // as below the head of a page
	w.Resize(fyne.NewSize(400, top+160))
	return s, fields, w
}

const top = 60

// seen reports whether all of a field is on the screen.
func seen(f *kit.Field, w fyne.Window) bool {
	y := fyne.CurrentApp().Driver().AbsolutePositionForObject(f).Y
	return y >= top && y+f.Size().Height <= w.Canvas().Size().Height
}

func TestScroll_TheKeyboardIsSeenWhereverItGoes(t *testing.T) {
	_, fields, w := formOf(t, 12)
	for range 2 {
		for i, f := range fields {
			w.Canvas().FocusNext()
			if !f.Focused() || !seen(f, w) {
				t.Fatalf("field %d has the keyboard (%t) and is not on the screen", i, f.Focused())
			}
		}
	}
	w.Canvas().FocusPrevious()
	if f := fields[len(fields)-2]; !f.Focused() || !seen(f, w) {
		t.Error("backwards it is not")
	}
}

func TestScroll_MovesByWheelBarAndKeysAndEndsWhereItsContentDoes(t *testing.T) {
	s, fields, w := formOf(t, 12)
	first, last := fields[0], fields[11]
	s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10_000)})
	if !seen(last, w) || seen(first, w) {
		t.Error("the wheel does not reach the end")
	}
	s.Top()
	test.Drag(w.Canvas(), fyne.NewPos(395, top+154), 0, 150)
	if !seen(last, w) {
		t.Error("the bar does not reach the end")
	}
	for _, step := range []struct {
		key  fyne.KeyName
		seen *kit.Field
	}{{fyne.KeyHome, first}, {fyne.KeyDown, fields[4]}, {fyne.KeyUp, first}, {fyne.KeyPageDown, fields[4]}, {fyne.KeyPageUp, first}, {fyne.KeyEnd, last}} {
		if !kit.MoveByKey(w.Canvas(), step.key) || !seen(step.seen, w) {
			t.Errorf("%s does not lead to %s", step.key, step.seen.Label())
		}
	}
	if kit.MoveByKey(w.Canvas(), fyne.KeyA) {
		t.Error("a letter scrolls")
	}
}

func TestLine_IsWholePixelsAtAnyScale(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.LookLight))
	w := app.NewWindow("lines")
	w.SetPadded(false)
	box := kit.VBox(7)
	for range 12 {
		box.Add(kit.NewHLine())
	}
	w.SetContent(box)
	for scale, want := range map[float32]int{1: 1, 1.25: 1, 1.5: 2, 2: 2} {
		w.Canvas().(test.WindowlessCanvas).SetScale(scale)
		w.Resize(fyne.NewSize(40, 100))
		w.Content().Refresh()
		img := w.Canvas().Capture()
		run := 0
		for y := range img.Bounds().Dy() {
			if r, _, _, _ := img.At(10, y).RGBA(); r < 0xf8f8 {
				run++
				continue
			}
			if run != 0 && run != want {
				t.Fatalf("at %v a line is %d pixels", scale, run)
			}
			run = 0
		}
	}
}
