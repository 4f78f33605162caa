package services_test

import (
	"context"
	"testing"

	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

func TestCopy_SaysWhatItWouldDoThenAsksForIt(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800)
	s.engine.plan = pinsync.CopyPlan{Pins: 398, There: 120, Asked: 3, Failed: 2, New: 273, Size: 3.1e9, Unsized: 20, Cost: true}
	s.Copy(1, nil)
	kit.Wait(context.Background())
	s.look(t, "copy-light")
	if got := s.engine.copied; got.From != 1 || got.To != 2 || len(got.CIDs) != 0 {
		t.Errorf("planned %+v", got)
	}
	sheet := s.window.Canvas().Overlays().Top()
	for _, want := range []string{
		"273 items to copy, at least 3.1 GB",
		"Filebase keeps 120 already.\nFilebase was asked for 3 already.\nPinata itself couldn't keep 2.\nNobody knows the size of 20.",
		"Filebase may charge for this, or your plan there may be too small. Pintray can't ask it for its limits.",
	} {
		if !shows(sheet, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	s.press(t, "Copy")
	if got := s.engine.asked; len(got) != 1 || got[0] != "copy" {
		t.Errorf("asked %q", got)
	}
	if s.window.Canvas().Overlays().Top() != nil {
		t.Error("the sheet stayed open")
	}
}

func TestCopy_OfWhatIsThereAlreadyAsksForNothing(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.engine.plan = pinsync.CopyPlan{Pins: 1, There: 1}
	s.Copy(2, []services.CID{{Text: "x", Key: "x"}})
	kit.Wait(context.Background())
	if got := s.engine.copied; got.From != 2 || got.To != 1 || len(got.CIDs) != 1 {
		t.Errorf("planned %+v", got)
	}
	if !shows(s.window.Canvas().Overlays().Top(), "Pinata keeps all of it already.") {
		t.Error("it does not say that there is nothing to do")
	}
	s.look(t, "copy-nothing-dark")
	s.press(t, "Copy")
	if len(s.engine.asked) != 0 {
		t.Errorf("asked %q", s.engine.asked)
	}
}
