package items

import (
	"context"
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// screen is the view in a window, over rows in memory.
type screen struct {
	*View
	t      testing.TB
	engine *asked
	window fyne.Window
	snap   kit.Snapshot
}

func open(t testing.TB, src source, size fyne.Size) *screen {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.LookDark))
	t.Cleanup(kit.Hold())
	s := &screen{t: t, engine: &asked{}, window: app.NewWindow("items"), snap: threeServices()}
	s.window.SetPadded(false)
	s.View = newView(Deps{
		Context: t.Context(), Window: s.window, Engine: s.engine, State: func() kit.Snapshot { return s.snap },
	}, src)
	toasts := kit.NewToasts()
	t.Cleanup(toasts.Clear)
	s.window.SetContent(kit.Stack(s.Content(), toasts))
	s.window.Resize(size)
	s.Refresh()
	s.settle()
	return s
}

// settle waits for what was asked for, and for what that asked for.
func (s *screen) settle() { kit.Wait(context.Background()) }

// click presses a row at x.
func (s *screen) click(at int, x float32, m fyne.KeyModifier, b desktop.MouseButton) {
	for _, r := range s.rows {
		if r.at == at && r.Visible() {
			r.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 20)}, Modifier: m, Button: b})
			s.settle()
			return
		}
	}
	s.t.Fatalf("row %d is not on the screen", at)
}

func (s *screen) press(keys ...fyne.KeyName) {
	kit.FocusOn(s.list)
	for _, k := range keys {
		s.list.TypedKey(&fyne.KeyEvent{Name: k})
		s.settle()
	}
}

func (s *screen) ticked(want ...store.ItemID) {
	s.t.Helper()
	if s.sel.len() != len(want) {
		s.t.Errorf("%d are ticked, want %v", s.sel.len(), want)
	}
	for _, id := range want {
		if !s.sel.has(id) {
			s.t.Errorf("item %d is not ticked", id)
		}
	}
}

// find is the button of a name in the sheet in front.
func find(o fyne.CanvasObject, label string) *kit.Button {
	for _, b := range test.LaidOutObjects(o) {
		if k, ok := b.(*kit.Button); ok && k.Label() == label {
			return k
		}
	}
	return nil
}

func (s *screen) pressInSheet(label string) {
	s.t.Helper()
	top := s.window.Canvas().Overlays().Top()
	if top == nil {
		s.t.Fatal("no sheet is open")
	}
	b := find(top, label)
	if b == nil {
		s.t.Fatalf("no %q in the sheet", label)
	}
	test.Tap(b)
	s.settle()
}

var wide = fyne.NewSize(1280, 800)

func TestView_TicksWithTheMouse(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.click(2, 300, 0, desktop.MouseButtonPrimary)
	s.ticked()
	s.click(1, 30, 0, desktop.MouseButtonPrimary)
	s.ticked(2)
	s.click(4, 300, fyne.KeyModifierControl, desktop.MouseButtonPrimary)
	s.ticked(2, 5)
	s.click(6, 300, fyne.KeyModifierShift, desktop.MouseButtonPrimary)
	s.ticked(5, 6, 7)
	if !s.bar.Visible() || s.bar.Label() != "3 selected" {
		t.Errorf("the bar says %q", s.bar.Label())
	}
	s.click(0, 300, 0, desktop.MouseButtonPrimary)
	s.ticked()
	if s.bar.Visible() {
		t.Error("the bar stays with nothing ticked")
	}
	// As in a file manager: a click, and one with Ctrl, are two.
	s.click(3, 300, fyne.KeyModifierControl, desktop.MouseButtonPrimary)
	s.ticked(1, 4)
}

func TestView_APressShowsTheItemBesideTheListUntilThePersonClosesThat(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	shows := func(want store.ItemID, what string) {
		t.Helper()
		if want == 0 && s.panel.Visible() || want != 0 && !s.panel.shows(want) {
			t.Errorf("%s: the panel shows %d (%t), want %d", what, s.panel.id, s.panel.Visible(), want)
		}
	}
	shows(0, "at first")
	s.click(2, 300, 0, desktop.MouseButtonPrimary)
	shows(3, "a press")
	s.press(fyne.KeyDown)
	shows(4, "the keyboard")
	s.press(fyne.KeyEscape)
	s.click(2, 300, 0, desktop.MouseButtonPrimary)
	shows(0, "a press once it was closed")
	s.press(fyne.KeyReturn)
	s.click(1, 300, 0, desktop.MouseButtonPrimary)
	shows(2, "a press once it was asked for again")
	s.press(fyne.KeyEscape)
	s.window.Resize(fyne.NewSize(900, 600))
	s.opened(0)
	s.press(fyne.KeyEscape)
	s.click(2, 300, 0, desktop.MouseButtonPrimary)
	shows(0, "a press where it would lie over the list")
}

func TestView_WhatIsMissingIsAFilterThatCanBeTakenAway(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	name := s.columns[0].name
	s.Show(store.Filter{Account: s.columns[0].account, Missing: true})
	s.settle()
	last := s.chips[len(s.chips)-1]
	if last.show.Label != "Missing at "+name {
		t.Errorf("the chip says %q", last.show.Label)
	}
	s.chooseChip(len(s.chips) - 1)
	s.settle()
	if s.filter != (store.Filter{}) {
		t.Errorf("left %+v", s.filter)
	}
}

func TestView_WorksFromTheKeyboardAlone(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.press(fyne.KeyDown, fyne.KeySpace)
	s.ticked(2)
	s.list.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.press(fyne.KeyDown, fyne.KeyDown)
	s.list.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.ticked(2, 3, 4)
	s.list.TypedShortcut(&fyne.ShortcutSelectAll{})
	s.settle()
	if s.sel.len() != len(examples()) {
		t.Errorf("%d are ticked of all", s.sel.len())
	}
	s.press(fyne.KeyEscape, fyne.KeyReturn)
	s.ticked()
	if !s.panel.shows(4) {
		t.Error("Enter does not open the details")
	}
	s.press(fyne.KeyDown)
	if !s.panel.shows(5) {
		t.Error("the details do not follow the keyboard")
	}
	s.press(fyne.KeyC)
	if got, want := fyne.CurrentApp().Clipboard().Content(), WebLink(cidOf(4)); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	s.press(fyne.KeyEscape)
	if s.panel.Visible() {
		t.Error("Escape leaves the details open")
	}
}

func TestView_StopsKeepingOnlyAfterAskingAndCanUndo(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.press(fyne.KeyDelete)
	if len(s.engine.deletes) != 0 {
		t.Fatal("nobody was asked")
	}
	s.pressInSheet("Stop keeping")
	if len(s.engine.deletes) != 1 || len(s.engine.deletes[0]) != 3 {
		t.Fatalf("asked for %v", s.engine.deletes)
	}
	if s.engine.deletes[0][0].CID.Key != cidOf(0).Key {
		t.Errorf("of another item: %v", s.engine.deletes[0][0])
	}
	toasts := s.window.Content().(*fyne.Container).Objects[1].(*kit.Toasts)
	if toasts.Label() != "Stopping 1 item" {
		t.Errorf("said %q", toasts.Label())
	}
	for _, o := range test.LaidOutObjects(toasts) {
		if l, ok := o.(*kit.Link); ok {
			test.Tap(l)
		}
	}
	s.settle()
	if len(s.engine.cancels) != 1 || len(s.engine.cancels[0]) != 3 {
		t.Errorf("undo took back %v", s.engine.cancels)
	}
}

func TestView_KeepsTheSelectionByItemWhenRowsMove(t *testing.T) {
	m := &memory{rows: examples()}
	s := open(t, m, wide)
	s.click(3, 30, 0, desktop.MouseButtonPrimary)
	m.rows = append([]store.Item{{ID: 99, CID: cidOf(99), Name: "new.png"}}, m.rows...)
	s.Refresh()
	s.settle()
	s.ticked(4)
	if i, _ := s.item(4); i.ID != 4 {
		t.Errorf("row 4 is item %d", i.ID)
	}
}

func TestView_StaysAtItsRowWhenNewOnesComeAbove(t *testing.T) {
	many := &numbers{n: 5000}
	s := open(t, many, wide)
	s.list.ScrollTo(1000.5)
	s.settle()
	many.shift = 7
	s.Refresh()
	s.settle()
	if got := s.list.Top(); got != 1007.5 {
		t.Errorf("the row at the upper edge is %v, want 1007.5", got)
	}
}

func TestView_ReachesTheLastOfAMillion(t *testing.T) {
	s := open(t, &numbers{n: 1_000_000}, wide)
	s.press(fyne.KeyEnd)
	item, ok := s.item(999_999)
	if !ok || item.ID != 1_000_000 {
		t.Fatalf("the last row is %v, %v", item.ID, ok)
	}
	if from, to := s.list.Shown(); to != 1_000_000 || from < 999_980 {
		t.Errorf("rows %d to %d are shown", from, to)
	}
}

func TestView_DrawsASkeletonForWhatIsStillBeingRead(t *testing.T) {
	many := &numbers{n: 1_000_000, wait: make(chan struct{})}
	close(many.wait)
	s := open(t, many, wide)
	many.wait = make(chan struct{})
	s.list.ScrollTo(500_000)
	for _, r := range s.rows {
		if r.Visible() && r.have {
			t.Fatalf("row %d is shown before it was read", r.at)
		}
	}
	close(many.wait)
	s.settle()
	for _, r := range s.rows {
		if r.Visible() && !r.have {
			t.Errorf("row %d is still a skeleton", r.at)
		}
	}
}

func TestView_SearchesAndSaysWhereNothingMatches(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.search.SetText("zine")
	s.searchNow()
	s.settle()
	if s.list.Len() != 1 {
		t.Errorf("%d rows match", s.list.Len())
	}
	s.search.SetText("no such thing")
	s.searchNow()
	s.settle()
	if !s.empty.Visible() || find(s.empty, "Clear filters") == nil {
		t.Error("nothing says that nothing matches")
	}
	test.Tap(find(s.empty, "Clear filters"))
	s.settle()
	if s.list.Len() != len(examples()) || s.empty.Visible() {
		t.Error("the filters stay")
	}
}

func TestView_SendsToTheServicesThatWereTicked(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.keepOn([]store.ItemID{4})
	s.settle()
	top := s.window.Canvas().Overlays().Top()
	for _, o := range test.LaidOutObjects(top) {
		if c, ok := o.(*kit.Check); ok && c.Label() == "My cluster" {
			test.Tap(c)
		}
	}
	s.pressInSheet("Keep online")
	if len(s.engine.adds) != 1 {
		t.Fatalf("asked for %v", s.engine.adds)
	}
	got := s.engine.adds[0]
	if len(got.Accounts) != 1 || got.Accounts[0] != 3 || len(got.Pins) != 1 || got.Pins[0].Name != "Exhibition catalogue 2026.pdf" || got.Hold != kit.ToastFor {
		t.Errorf("asked for %+v", got)
	}
}

func TestView_FirstStartSaysWhatToDo(t *testing.T) {
	s := open(t, &memory{}, wide)
	s.snap.Accounts = nil
	asked := services.AccountID(-1)
	s.d.OnShowService = func(a services.AccountID) { asked = a }
	s.Refresh()
	s.settle()
	b := find(s.empty, "Connect a service")
	if b == nil {
		t.Fatal("no way to connect a service")
	}
	test.Tap(b)
	if asked != 0 {
		t.Error("the button leads nowhere")
	}
}

// numbers is a source of any number of rows that holds none of them.
type numbers struct {
	memory
	n, shift int
	wait     chan struct{}
}

func (m *numbers) Open(context.Context, store.Filter) (listing, error) { return m, nil }
func (m *numbers) Counts(context.Context, store.Filter) (store.ItemCounts, error) {
	return store.ItemCounts{All: int64(m.n)}, nil
}
func (m *numbers) Len() int { return m.n }

func (m *numbers) Rows(_ context.Context, from, n int) ([]store.Item, error) {
	if m.wait != nil {
		<-m.wait
	}
	out := make([]store.Item, 0, n)
	for i := from; i < min(from+n, m.n); i++ {
		out = append(out, store.Item{ID: store.ItemID(i + 1 - m.shift), CID: cidOf(i), Name: fmt.Sprintf("file %d.png", i), Size: 1})
	}
	return out, nil
}

func (m *numbers) IDs(_ context.Context, from, n int) ([]store.ItemID, error) {
	out := make([]store.ItemID, n)
	for i := range out {
		out[i] = store.ItemID(from + i + 1 - m.shift)
	}
	return out, nil
}

func (m *numbers) Position(_ context.Context, id store.ItemID) (int, bool, error) {
	return int(id) - 1 + m.shift, true, nil
}

func BenchmarkView_Refresh(b *testing.B) {
	s := open(b, &numbers{n: 100_000}, wide)
	for b.Loop() {
		s.Refresh()
		s.settle()
	}
}

func BenchmarkView_Scroll(b *testing.B) {
	s := open(b, &numbers{n: 100_000}, wide)
	for b.Loop() {
		top := s.list.Top() + 3.3
		if top > 99_000 {
			top = 0
		}
		s.list.ScrollTo(top)
		s.settle()
	}
}
