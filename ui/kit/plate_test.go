package kit_test

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui/kit"
)

func TestPlate_LooksAsTheToolkitDrawsItsWords(t *testing.T) {
	window := test.NewTempApp(t).NewWindow("")
	window.SetPadded(false)
	for _, scale := range []float32{1, 1.25, 1.5, 2} {
		window.Canvas().(interface{ SetScale(float32) }).SetScale(scale)
		for _, name := range []string{"sunset over the bay.jpg", "山水画 151.tif", "gjpqy ÅÉ"} {
			pictured := func(o fyne.CanvasObject) *image.NRGBA {
				window.SetContent(container.NewWithoutLayout(o))
				window.Resize(fyne.NewSize(240, 48))
				return window.Canvas().Capture().(*image.NRGBA)
			}
			words := kit.NewWords(kit.BodyM)
			words.Set(name, kit.Accent, 20, 24, 200)
			plate := kit.NewPlate()
			plate.Begin()
			plate.Words(name, kit.BodyM, kit.Accent, 20, 24, 200)
			plate.End()
			want, got := pictured(words.Text), pictured(plate.Raster)
			// Off the screen the toolkit rounds places up, on it to the nearest pixel.
			if n := min(unlike(want, got, 0), unlike(want, got, want.Stride)); n > 0 {
				t.Errorf("%q at scale %g: %d pixels are another", name, scale, n)
			}
			if n := unlike(want, pictured(kit.NewPlate().Raster), 0); n == 0 {
				t.Errorf("%q at scale %g: nothing is drawn", name, scale)
			}
		}
	}
}

// unlike counts the values of pixels that differ by more than rounding, b being
// so many values further up.
func unlike(a, b *image.NRGBA, up int) (n int) {
	for i := range b.Pix[up:] {
		if d := int(a.Pix[i+up]) - int(b.Pix[i]); d < -4 || d > 4 {
			n++
		}
	}
	return n
}

func TestPlate_IsNoLargerThanWhatIsOnIt(t *testing.T) {
	test.NewTempApp(t)
	p := kit.NewPlate()
	p.Begin()
	p.Box(kit.Accent, kit.Clear, 4, 0, 100, 10, 20, 16)
	p.End()
	if s := p.Raster.Size(); s.Width > 22 || s.Height > 18 {
		t.Errorf("a box of 20 x 16 takes %v", s)
	}
	p.Begin()
	p.End()
	if p.Raster.Visible() {
		t.Error("a plate with nothing on it is drawn")
	}
}

func TestPlate_SaysWhatIsWrittenOnItAsItIsCut(t *testing.T) {
	test.NewTempApp(t)
	p := kit.NewPlate()
	p.Begin()
	p.Words("a name that is much too long for its place", kit.Body, kit.Ink, 10, 20, 60)
	p.WordsRight("12 MB", kit.Body, kit.Ink2, 200, 20, 60)
	p.End()
	got := p.Written()
	if len(got) != 2 || got[0].Text != kit.Fit("a name that is much too long for its place", kit.Body, 60) || got[1].Text != "12 MB" {
		t.Fatalf("it says %+v", got)
	}
	if end := got[1].X + got[1].W; end < 199.5 || end > 200.5 {
		t.Errorf("what belongs at the right ends at %g", end)
	}
}
