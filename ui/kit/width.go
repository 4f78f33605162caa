package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// AtMost keeps an object from growing wider than w; it stays at the left.
func AtMost(w float32, o fyne.CanvasObject) *fyne.Container { return container.New(atMost(w), o) }

type atMost float32

func (l atMost) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, min(float32(l), s.Width), s.Height)
	}
}
func (l atMost) MinSize(objects []fyne.CanvasObject) fyne.Size { return fill{}.MinSize(objects) }
func (l atMost) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return fill{}.heightAt(objects, min(float32(l), width))
}

// AtLeast makes an object h high or higher.
func AtLeast(h float32, o fyne.CanvasObject) *fyne.Container { return container.New(atLeast(h), o) }

type atLeast float32

func (l atLeast) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, s.Width, s.Height)
	}
}

func (l atLeast) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fill{}.MinSize(objects).Max(fyne.NewSize(0, float32(l)))
}

func (l atLeast) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return max(float32(l), fill{}.heightAt(objects, width))
}

// Middle puts an object as wide as its room into the middle of its height.
func Middle(o fyne.CanvasObject) *fyne.Container { return container.New(middleOf{}, o) }

type middleOf struct{}

func (middleOf) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		h := heightAt(o, s.Width)
		put(o, 0, max(0, (s.Height-h)/2), s.Width, h)
	}
}
func (middleOf) MinSize(objects []fyne.CanvasObject) fyne.Size { return fill{}.MinSize(objects) }
func (middleOf) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return fill{}.heightAt(objects, width)
}

// Beside puts right, of a fixed width, beside left, a line between; both begin
// at the top.
func Beside(gap, rightWidth float32, left, right fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap, rightWidth}, left, NewVLine(), right)
}

type beside struct{ gap, right float32 }

func (b *beside) left(width float32) float32 { return width - 2*b.gap - 1 - b.right }

func (b *beside) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	w := b.left(s.Width)
	put(objects[0], 0, 0, w, s.Height)
	put(objects[1], w+b.gap, 0, 1, s.Height)
	put(objects[2], w+2*b.gap+1, 0, b.right, heightAt(objects[2], b.right))
}

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := max(objects[0].MinSize().Width, b.left(objects[0].Size().Width+2*b.gap+1+b.right))
	return fyne.NewSize(w+2*b.gap+1+b.right, b.heightAt(objects, w+2*b.gap+1+b.right))
}

func (b *beside) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return max(heightAt(objects[0], b.left(width)), heightAt(objects[2], b.right))
}
