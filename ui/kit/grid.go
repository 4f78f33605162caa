package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Grid puts objects side by side in columns of equal width, as many as fit at
// least wide each, gap apart; each row is as high as its highest.
func Grid(gap, least float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&grid{gap: gap, least: least}, objects...)
}

type grid struct{ gap, least, width float32 }

func (g *grid) columns(width float32) (n int, w float32) {
	n = max(1, int((width+g.gap)/(g.least+g.gap)))
	return n, (width - g.gap*float32(n-1)) / float32(n)
}

// rows calls f for each row with its height.
func (g *grid) rows(objects []fyne.CanvasObject, width float32, f func(row []fyne.CanvasObject, w, h float32)) {
	n, w := g.columns(width)
	var row []fyne.CanvasObject
	end := func() {
		h := float32(0)
		for _, o := range row {
			h = max(h, heightAt(o, w))
		}
		f(row, w, h)
		row = nil
	}
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if row = append(row, o); len(row) == n {
			end()
		}
	}
	if len(row) > 0 {
		end()
	}
}

func (g *grid) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	g.width = s.Width
	y := float32(0)
	g.rows(objects, s.Width, func(row []fyne.CanvasObject, w, h float32) {
		for i, o := range row {
			put(o, float32(i)*(w+g.gap), y, w, h)
		}
		y += h + g.gap
	})
}

func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := max(g.least, g.width)
	return fyne.NewSize(g.least, g.heightAt(objects, w))
}

func (g *grid) heightAt(objects []fyne.CanvasObject, width float32) (total float32) {
	g.rows(objects, width, func(_ []fyne.CanvasObject, _, h float32) { total += h + g.gap })
	return max(0, total-g.gap)
}
