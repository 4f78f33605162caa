package kit

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	scaling "golang.org/x/image/draw"
)

// What is painted here looks as if Fyne had drawn it on the screen: words by its
// own painter, boxes by what its shader reckons.

// sheet is what plates are painted on, one after the other, on the UI thread.
var sheet = image.NewRGBA(image.Rectangle{})

// paint paints marks onto the sheet; what is returned holds until the next call.
func paint(marks []mark, scale float32) *image.RGBA {
	var w, h float32
	for _, m := range marks {
		w = max(w, m.x+m.w+4)
		h = max(h, m.y+max(m.h, 16)+2)
	}
	size := image.Rect(0, 0, pixels(w, scale)+1, pixels(h, scale)+1)
	if n := 4 * size.Dx() * size.Dy(); len(sheet.Pix) < n {
		sheet.Pix = make([]byte, n)
	} else {
		clear(sheet.Pix[:n])
	}
	sheet.Rect, sheet.Stride = size, 4*size.Dx()
	for _, m := range marks {
		switch {
		case m.words != "":
			paintWords(sheet, m, scale)
		case m.icon != "":
			paintIcon(sheet, m, scale)
		default:
			paintBox(sheet, m, scale)
		}
	}
	return sheet
}

// inked is the least rectangle with all of what is on an image.
func inked(img *image.RGBA) (seen image.Rectangle) {
	w := img.Rect.Dx()
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride : y*img.Stride+4*w]
		first := 0
		for first < w && row[4*first+3] == 0 {
			first++
		}
		if first == w {
			continue
		}
		last := w - 1
		for row[4*last+3] == 0 {
			last--
		}
		seen = seen.Union(image.Rect(first, y, last+1, y+1))
	}
	return seen
}

// lay puts src on dst, over what is there.
func lay(dst *image.RGBA, at image.Rectangle, src image.Image, from image.Point) {
	draw.Draw(dst, at, src, from, draw.Over)
}

// writer is one line of text on a canvas of its own, which is no window's.
type writer struct {
	canvas software.WindowlessCanvas
	text   *canvas.Text
}

var writers = make(map[Style]writer)

func writerOf(st Style) writer {
	if w, ok := writers[st]; ok && w.text.FontSource == tallFont(st.face().font) {
		return w
	}
	w := writer{software.NewTransparentCanvas(), newText(st)}
	w.text.FontSource = tallFont(w.text.FontSource)
	w.canvas.SetPadded(false)
	w.canvas.SetContent(w.text)
	writers[st] = w
	return w
}

// room is what a line has above and below it.
const room = 2

func paintWords(dst *image.RGBA, m mark, scale float32) {
	w := writerOf(m.style)
	w.text.Text, w.text.Color = m.words, m.ink
	size := w.text.MinSize()
	w.canvas.SetScale(scale)
	w.canvas.Resize(size.AddWidthHeight(4, 2*room)) // letters may reach beyond their width and line
	img := w.canvas.Capture()
	x, y := pixels(m.x, scale), pixels(m.y-size.Height/2, scale)-int(math.Ceil(float64(room*scale)))
	lay(dst, img.Bounds().Add(image.Pt(x, y)), img, image.Point{})
}

func paintIcon(dst *image.RGBA, m mark, scale float32) {
	side := pixels(m.w, scale)
	key := icon{m.icon, m.ink, side}
	img, ok := icons[key]
	if !ok {
		img = drawIcon(key)
		icons[key] = img
	}
	lay(dst, img.Rect.Add(image.Pt(pixels(m.x, scale), pixels(m.y, scale))), img, image.Point{})
}

type icon struct {
	name string
	ink  color.NRGBA
	side int
}

// icons is each icon that was painted: there are some forty, in two themes.
var icons = make(map[icon]*image.RGBA)

func drawIcon(i icon) *image.RGBA {
	img := canvas.NewImageFromResource(picture(i.name, i.ink))
	img.FillMode = canvas.ImageFillContain
	img.Resize(fyne.NewSquareSize(float32(i.side)))
	out := image.NewRGBA(image.Rect(0, 0, i.side, i.side))
	if img.Image != nil { // off every window Fyne draws it at twice its size
		scaling.ApproxBiLinear.Scale(out, out.Rect, img.Image, img.Image.Bounds(), draw.Src, nil)
	}
	return out
}

// paintBox reckons each pixel as Fyne's shader of round rectangles does.
func paintBox(dst *image.RGBA, m mark, scale float32) {
	x, y := pixels(m.x, scale), pixels(m.y, scale)
	w, h := pixels(m.w, scale), pixels(m.h, scale)
	soft := math.Round(0.5 * float64(scale))
	half := float64(pixels(m.stroke, scale)) / 2
	radius := float64(pixels(min(m.radius, m.w/2, m.h/2), scale)) - half
	halfW, halfH := float64(w)/2-half, float64(h)/2-half
	for py := -1; py <= h; py++ {
		for px := -1; px <= w; px++ {
			dx := math.Abs(float64(px)+0.5-float64(w)/2) - halfW + radius
			dy := math.Abs(float64(py)+0.5-float64(h)/2) - halfH + radius
			distance := min(max(dx, dy), 0) + math.Hypot(max(dx, 0), max(dy, 0)) - radius
			cover := 1 - smooth(half-soft, half+soft, distance)
			edge := 0.0
			if half > 0 {
				edge = smooth(-half-soft, -half+soft, distance)
			}
			if cover > 0 {
				blend(dst, x+px, y+py, m.ink, m.edge, edge, cover)
			}
		}
	}
}

// smooth is smoothstep of the shading language.
func smooth(from, to, x float64) float64 {
	t := max(0, min(1, (x-from)/(to-from)))
	return t * t * (3 - 2*t)
}

// blend lays so much of a colour between two over a pixel.
func blend(dst *image.RGBA, x, y int, a, b color.NRGBA, part, cover float64) {
	if !image.Pt(x, y).In(dst.Rect) {
		return
	}
	mix := func(a, b uint8) float64 { return float64(a)*(1-part) + float64(b)*part }
	alpha := mix(a.A, b.A) / 255 * cover
	p := dst.Pix[dst.PixOffset(x, y):]
	for i, v := range [4]float64{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255} {
		p[i] = uint8(v*alpha + float64(p[i])*(1-alpha) + 0.5)
	}
}
