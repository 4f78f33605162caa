package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

// A line of a list keeps the base line in the middle where Inter alone has it,
// and says it is as tall as the scripts that stand in for it need.
func TestWords_AreTallEnoughForOtherScripts(t *testing.T) {
	test.NewTempApp(t)
	words := kit.NewWords(kit.BodyM)
	measure := func(font fyne.Resource) (height, base float32) {
		s, b := fyne.CurrentApp().Driver().RenderedTextSize("672.mp4", 13, fyne.TextStyle{}, font)
		return s.Height, b
	}
	tallHeight, tallBase := measure(words.FontSource)
	height, base := measure(new(kit.Theme).Font(fyne.TextStyle{}))
	if tallBase < 1.16*13 {
		t.Errorf("the line reaches %v above its base, want at least %v", tallBase, 1.16*13)
	}
	if moved := (tallBase - tallHeight/2) - (base - height/2); moved < -0.5 || moved > 0.5 {
		t.Errorf("the base line moved by %v", moved)
	}
}
