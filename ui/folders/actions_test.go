package folders_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// menu opens the menu of the first card and chooses a line of it.
func (s *screen) menu(t *testing.T, line string) {
	t.Helper()
	s.pick(t, "More about "+kit.BaseName(string(s.reader.folders[0].Path)), line)
}

// pick opens the menu of a button and chooses a line of it.
func (s *screen) pick(t *testing.T, button, line string) {
	t.Helper()
	s.press(t, button)
	item := find(s.top(), func(o fyne.CanvasObject) bool {
		return strings.HasSuffix(fmt.Sprintf("%T", o), ".menuItem") && find(o, func(x *canvas.Text) bool { return x.Text == line }) != nil
	})
	if item == nil {
		t.Fatalf("the menu of %q has no line %q", button, line)
	}
	test.Tap(item.(fyne.Tappable))
	kit.Wait(context.Background())
}

func (s *screen) asked(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(s.engine.asked, want) {
		t.Errorf("asked for %q, want %q", s.engine.asked, want)
	}
}

func TestCard_AFolderThatWaitsOffersTheOneStep(t *testing.T) {
	for _, tt := range []struct{ reason, step, verb string }{
		{"burst", "Publish these 812 files (3.1 GB)", "approve"},
		{"emptied", "It was me, go on", "approve"},
		{"replaced", "Watch this one from now on", "approve"},
		{"missing", "Look again", "rescan"},
		{"unreadable", "Look again", "rescan"},
	} {
		f := gallery()[2]
		f.Reason = tt.reason
		s := open(t, kit.LookLight, 1064, 800, f)
		s.press(t, tt.step)
		s.asked(t, tt.verb)
	}
}

func TestCard_PausesForAsLongAsChosen(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800, gallery()[0])
	s.pick(t, "Pause", "For 2 hours")
	s.asked(t, "pause")
	if left := time.Until(s.engine.until); left < 119*time.Minute || left > 2*time.Hour {
		t.Errorf("paused for %v, want 2 h", left)
	}
	s.pick(t, "Pause", "Until I resume")
	if !s.engine.until.IsZero() {
		t.Errorf("paused until %v, want no end", s.engine.until)
	}
}

func TestCard_OpensItsListAndItsFolder(t *testing.T) {
	f := gallery()[0]
	s := open(t, kit.LookLight, 1064, 800, f)
	s.press(t, "Open folder")
	s.menu(t, "Open its list (CSV)")
	if want := []string{string(f.Path), "/data/folders/1.csv"}; !slices.Equal(s.opened, want) {
		t.Errorf("opened %q, want %q", s.opened, want)
	}
}

func TestForget_SaysThatNothingOnlineIsRemoved(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800, gallery()[0])
	s.menu(t, "Stop watching…")
	if want := "Nothing online is removed: 214 items stay kept. You find them under Items."; !s.says(want) {
		t.Errorf("it does not say %q", want)
	}
	s.look(t, "folders-forget")
	s.asked(t)
	s.press(t, "Stop watching")
	s.asked(t, "forget")
}

func TestRefresh_ShowsAFolderThatIsNewAndNoneThatIsGone(t *testing.T) {
	all := gallery()
	s := open(t, kit.LookLight, 1064, 800, all[0])
	s.reader.folders = all[3:4]
	s.Refresh()
	kit.Wait(context.Background())
	if !s.says("winter.example") || s.says("Art") {
		t.Error("the cards are not those of the folders there are")
	}
	s.reader.folders = nil
	s.Refresh()
	kit.Wait(context.Background())
	if !s.says("Keep a folder online") {
		t.Error("no folder is not said")
	}
}

func TestCard_SaysWhatWentWrong(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800, gallery()[1])
	s.engine.err = &services.Error{Code: services.CodeUsage, Reason: "missing"}
	s.press(t, "Look again")
	if want := "The folder is not there now."; !s.says(want) {
		t.Errorf("it does not say %q", want)
	}
}
