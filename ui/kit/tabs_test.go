package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

func TestTabs_TheArrowsTakeTheKeyboardAlong(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.LookDark))
	w := app.NewWindow("tabs")
	chips := kit.NewChips([]kit.Chip{{Label: "a"}, {Label: "b"}, {Label: "c"}}, 0, nil)
	tabs := kit.NewTabs([]string{"a", "b", "c"}, 0, nil)
	w.SetContent(kit.VBox(0, tabs, chips))
	for _, row := range []interface{ At() int }{tabs, chips} {
		w.Canvas().FocusNext()
		for i, key := range []fyne.KeyName{fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft} {
			w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
			want := []int{1, 2, 2, 1}[i]
			label := w.Canvas().Focused().(interface{ Label() string }).Label()
			if row.At() != want || label != []string{"a", "b", "c"}[want] {
				t.Errorf("%s: at %d, the keyboard at %q, want %d", key, row.At(), label, want)
			}
		}
		w.Canvas().FocusNext()
	}
}
