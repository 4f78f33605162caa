package main

import (
	"fmt"
	"image"
	"math"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
)

// fine is how many device pixels one unit of the grid has while outlining.
const fine = 48

// outline turns the strokes of an SVG on a square grid into filled outlines.
func outline(body string, grid int) (string, error) {
	icon, err := read(body, grid, fine)
	if err != nil {
		return "", err
	}
	side := grid * fine
	icon.SetTarget(0, 0, float64(side), float64(side))
	tr := &tracer{}
	icon.Draw(rasterx.NewDasher(side, side, tr), 1)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">`, grid, grid)
	for _, d := range tr.paths {
		fmt.Fprintf(&b, `<path fill="#000000" d="%s"/>`, d)
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}

// read parses body; oksvg takes stroke widths as device pixels, so they are
// multiplied by scale first.
func read(body string, grid int, scale float64) (*oksvg.SvgIcon, error) {
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">%s</svg>`, grid, grid, body)
	icon, err := oksvg.ReadIconStream(strings.NewReader(svg), oksvg.StrictErrorMode)
	if err != nil {
		return nil, err
	}
	for i := range icon.SVGPaths {
		icon.SVGPaths[i].LineWidth *= scale
	}
	return icon, nil
}

// tracer is a rasterx.Scanner that writes down what it is told to fill: for a
// stroke that is a soup of directed edges, which chain makes rings of.
type tracer struct {
	paths []string
	rings [][]fixed.Point26_6
}

func (t *tracer) Start(a fixed.Point26_6) { t.rings = append(t.rings, []fixed.Point26_6{a}) }
func (t *tracer) Line(b fixed.Point26_6) {
	last := len(t.rings) - 1
	t.rings[last] = append(t.rings[last], b)
}
func (t *tracer) Clear()                             { t.rings = nil }
func (t *tracer) GetPathExtent() fixed.Rectangle26_6 { return fixed.Rectangle26_6{} }
func (t *tracer) SetBounds(_, _ int)                 {}
func (t *tracer) SetColor(_ any)                     {}
func (t *tracer) SetWinding(_ bool)                  {}
func (t *tracer) SetClip(_ image.Rectangle)          {}
func (t *tracer) Draw() {
	var b strings.Builder
	for _, ring := range chain(t.rings) {
		pts := simplify(ring, 0.012*fine*64)
		if area(pts) < 0.01 {
			continue // what is left of edges that meet themselves
		}
		for i, p := range pts {
			letter := "L"
			if i == 0 {
				letter = "M"
			}
			b.WriteString(letter + number(p.X) + " " + number(p.Y))
		}
		b.WriteString("z")
	}
	t.rings = nil
	if b.Len() > 0 {
		t.paths = append(t.paths, b.String())
	}
}

// chain joins edges end to start until they close.
func chain(edges [][]fixed.Point26_6) (rings [][]fixed.Point26_6) {
	used := make([]bool, len(edges))
	for i, first := range edges {
		if used[i] {
			continue
		}
		used[i] = true
		ring := append([]fixed.Point26_6(nil), first...)
		for {
			end := ring[len(ring)-1]
			best, next := apart(end, ring[0]), -1
			for j, e := range edges {
				if d := apart(end, e[0]); !used[j] && d <= best {
					best, next = d, j
				}
			}
			if next < 0 {
				break
			}
			used[next] = true
			ring = append(ring, edges[next][1:]...)
		}
		rings = append(rings, ring)
	}
	return rings
}

// area is that of a ring, in units of the grid.
func area(p []fixed.Point26_6) float64 {
	sum := 0.0
	for i, a := range p {
		b := p[(i+1)%len(p)]
		sum += float64(a.X)*float64(b.Y) - float64(b.X)*float64(a.Y)
	}
	return math.Abs(sum) / 2 / (64 * fine) / (64 * fine)
}

func apart(a, b fixed.Point26_6) float64 {
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y))
}

func number(v fixed.Int26_6) string {
	s := fmt.Sprintf("%.2f", float64(v)/64/fine)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// simplify drops points closer than tolerance to the line around them
// (Douglas and Peucker).
func simplify(p []fixed.Point26_6, tolerance float64) []fixed.Point26_6 {
	if len(p) < 3 {
		return p
	}
	worst, at := 0.0, 0
	a, z := p[0], p[len(p)-1]
	dx, dy := float64(z.X-a.X), float64(z.Y-a.Y)
	length := math.Hypot(dx, dy)
	for i := 1; i < len(p)-1; i++ {
		px, py := float64(p[i].X-a.X), float64(p[i].Y-a.Y)
		d := math.Hypot(px, py)
		if length > 0 {
			d = math.Abs(dx*py-dy*px) / length
		}
		if d > worst {
			worst, at = d, i
		}
	}
	if worst <= tolerance {
		return []fixed.Point26_6{a, z}
	}
	left := simplify(p[:at+1], tolerance)
	return append(left[:len(left):len(left)], simplify(p[at:], tolerance)[1:]...)
}
