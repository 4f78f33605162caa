package items

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2/canvas"
	"github.com/yeqown/go-qrcode/v2"
)

const (
	qrSide = 98 // of the code and the space around it
	qrFine = 4  // pixels of the picture for one of the screen
)

// qrImage is a text as a QR code, black on white in any theme: phones expect
// that. It is nil where the text does not fit.
func qrImage(text string) image.Image {
	code, err := qrcode.New(text)
	if err != nil {
		return nil
	}
	var w qrWriter
	if err := code.Save(&w); err != nil {
		return nil
	}
	return w.img
}

// qrWriter draws a code when the library saves it.
type qrWriter struct{ img image.Image }

func (w *qrWriter) Write(m qrcode.Matrix) error {
	const side = qrSide * qrFine
	module := max(1, qrSide/m.Width()) * qrFine // whole pixels of the screen, or some would be wider than others
	quiet := (side - module*m.Width()) / 2
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	m.Iterate(qrcode.IterDirection_ROW, func(x, y int, v qrcode.QRValue) {
		if !v.IsSet() {
			return
		}
		for dy := range module {
			for dx := range module {
				img.SetGray(quiet+x*module+dx, quiet+y*module+dy, color.Gray{})
			}
		}
	})
	w.img = img
	return nil
}

func (w *qrWriter) Close() error { return nil }

func newQR() *canvas.Image {
	i := canvas.NewImageFromImage(nil)
	i.FillMode = canvas.ImageFillContain
	i.ScaleMode = canvas.ImageScalePixels
	i.CornerRadius = 6
	return i
}
