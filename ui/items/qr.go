package items

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2/canvas"
	"github.com/yeqown/go-qrcode/v2"
)

const (
	qrModule = 4 // pixels of one module
	qrQuiet  = 3 // modules left free around it
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
	side := (m.Width() + 2*qrQuiet) * qrModule
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	m.Iterate(qrcode.IterDirection_ROW, func(x, y int, v qrcode.QRValue) {
		if !v.IsSet() {
			return
		}
		for dy := range qrModule {
			for dx := range qrModule {
				img.SetGray((x+qrQuiet)*qrModule+dx, (y+qrQuiet)*qrModule+dy, color.Gray{})
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
