package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

const million = 1_000_000

// listOf is a list of n rows in a window, and which row each widget shows.
func listOf(t testing.TB, n int, c kit.ListConfig) (*kit.List, map[fyne.CanvasObject]int, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.LookDark))
	shown := map[fyne.CanvasObject]int{}
	c.RowHeight = 48
	c.NewRow = func() fyne.CanvasObject { return kit.NewText("", kit.Body, kit.Ink) }
	c.Bind = func(o fyne.CanvasObject, i int) { shown[o] = i }
	l := kit.NewList("rows", c)
	w := app.NewWindow("list")
	w.SetPadded(false)
	w.SetContent(l)
	w.Resize(fyne.NewSize(400, 480))
	l.SetLen(n)
	return l, shown, w
}

// rows are the numbers of the rows on the screen.
func rows(shown map[fyne.CanvasObject]int) (lowest, highest int) {
	lowest = million
	for o, i := range shown {
		if o.Visible() {
			lowest, highest = min(lowest, i), max(highest, i)
		}
	}
	return lowest, highest
}

func TestList_ReachesTheLastOfAMillionByKeyWheelAndBar(t *testing.T) {
	for name, reach := range map[string]func(*kit.List, fyne.Window){
		"key": func(l *kit.List, w fyne.Window) {
			w.Canvas().Focus(l)
			l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
		},
		"wheel": func(l *kit.List, _ fyne.Window) {
			l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -48*million)})
		},
		"bar": func(_ *kit.List, w fyne.Window) {
			test.Drag(w.Canvas(), fyne.NewPos(395, 476), 0, 470) // where the pointer is by then
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, shown, w := listOf(t, million, kit.ListConfig{})
			reach(l, w)
			if _, last := rows(shown); last != million-1 {
				t.Errorf("the last row shown is %d, want %d", last, million-1)
			}
			if got := l.Top(); got != million-10 {
				t.Errorf("the row at the upper edge is %v, want %v", got, million-10)
			}
		})
	}
}

func TestList_MakesAsManyWidgetsAsItShows(t *testing.T) {
	l, shown, _ := listOf(t, million, kit.ListConfig{})
	for i := range 1000 {
		l.ScrollTo(float64(i) * 997.3)
	}
	if len(shown) > 11 {
		t.Errorf("%d widgets for 10 rows", len(shown))
	}
}

func TestList_MovesByOneRowAnywhereInAMillion(t *testing.T) {
	l, shown, w := listOf(t, million, kit.ListConfig{})
	w.Canvas().Focus(l)
	l.ScrollTo(777_777)
	l.SetCursor(777_777)
	for range 15 {
		l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	if l.Cursor() != 777_792 {
		t.Fatalf("the cursor is at %d", l.Cursor())
	}
	if first, last := rows(shown); first != 777_783 || last != 777_792 {
		t.Errorf("rows %d to %d are shown, want 777783 to 777792", first, last)
	}
}

func TestList_TellsOfShiftAndOfKeysItHasNoUseFor(t *testing.T) {
	var moves []fyne.KeyModifier
	var keys []fyne.KeyName
	passed := ""
	l, _, w := listOf(t, 50, kit.ListConfig{
		OnMove: func(_ int, m fyne.KeyModifier) { moves = append(moves, m) },
		OnKey: func(e *fyne.KeyEvent, _ fyne.KeyModifier) bool {
			keys = append(keys, e.Name)
			return e.Name == fyne.KeyDelete
		},
	})
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { passed += string(e.Name) })
	w.Canvas().Focus(l)
	l.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	l.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	if len(moves) != 2 || moves[0] != fyne.KeyModifierShift || moves[1] != 0 {
		t.Errorf("moves with %v", moves)
	}
	if len(keys) != 2 || passed != "F5" {
		t.Errorf("asked about %v, passed on %q", keys, passed)
	}
}

func TestList_KeepsItsPlaceWithinTheRowsThereAre(t *testing.T) {
	l, shown, _ := listOf(t, 100, kit.ListConfig{})
	l.ScrollTo(90)
	l.SetLen(20)
	if first, last := rows(shown); first != 10 || last != 19 {
		t.Errorf("rows %d to %d are shown, want 10 to 19", first, last)
	}
	l.SetLen(3)
	if first, last := rows(shown); first != 0 || last != 2 {
		t.Errorf("rows %d to %d are shown, want 0 to 2", first, last)
	}
	l.SetLen(0)
	if from, to := l.Shown(); from != 0 || to != 0 {
		t.Errorf("an empty list shows %d to %d", from, to)
	}
}

func TestList_LeavesRoomForWhatFloatsOverItsEnd(t *testing.T) {
	l, _, w := listOf(t, 100, kit.ListConfig{})
	l.SetTail(96)
	w.Canvas().Focus(l)
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if got := l.PlaceOf(99).Y + 48; got > 480-96 {
		t.Errorf("the last row ends at %v, under what floats there", got)
	}
}

func BenchmarkList_Scroll(b *testing.B) {
	l, _, _ := listOf(b, million, kit.ListConfig{})
	for b.Loop() {
		l.ScrollTo(l.Top() + 0.7)
	}
}

// What is drawn already is moved, not drawn anew: a row keeps its widget.
func TestList_ARowKeepsItsWidgetWhileItIsOnTheScreen(t *testing.T) {
	l, shown, _ := listOf(t, million, kit.ListConfig{})
	l.ScrollTo(100.5) // as many rows as ever show at once
	before := map[int]fyne.CanvasObject{}
	for o, i := range shown {
		before[i] = o
	}
	l.ScrollTo(103.5)
	kept := 0
	for o, i := range shown {
		if was, ok := before[i]; ok && o.Visible() {
			if was != o {
				t.Errorf("row %d moved to another widget", i)
			}
			kept++
		}
	}
	if kept < 5 {
		t.Errorf("only %d rows stayed on the screen", kept)
	}
}
