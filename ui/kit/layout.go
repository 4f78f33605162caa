package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// HBox puts objects side by side, gap apart, with nothing around them: each as
// wide as it wants (what is in Fill shares what is left), middle lines level.
func HBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&hbox{gap}, objects...)
}

// VBox puts objects below each other, gap apart, each as wide as the box and as
// high as it wants at that width; what is in Fill shares the height left.
func VBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&vbox{gap: gap}, objects...)
}

// Fill marks what may grow inside an HBox or a VBox. Without an object it is
// empty space.
func Fill(o ...fyne.CanvasObject) *fyne.Container { return container.New(fill{}, o...) }

// Inset puts space around an object: top, right, bottom, left.
func Inset(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&inset{top, right, bottom, left}, o)
}

// Sized gives an object an exact size; 0 leaves that side as it wants to be.
func Sized(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(sized{w, h}, o)
}

// Centered puts an object of its own size into the middle.
func Centered(o fyne.CanvasObject) *fyne.Container { return container.New(centered{}, o) }

// Stack puts objects over each other, each as large as the stack.
func Stack(o ...fyne.CanvasObject) *fyne.Container { return container.NewStack(o...) }

// Space is empty space of a size.
func Space(w, h float32) *fyne.Container { return Sized(w, h, Fill()) }

// Place makes a container whose objects are placed by place; its least size is
// least. It is for screens that follow the numbers of the design exactly.
func Place(least fyne.Size, place func(size fyne.Size), objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(placed{least, place}, objects...)
}

// Put places an object.
func Put(o fyne.CanvasObject, x, y, w, h float32) { put(o, x, y, w, h) }

type placed struct {
	least fyne.Size
	place func(fyne.Size)
}

func (p placed) Layout(_ []fyne.CanvasObject, s fyne.Size) { p.place(s) }
func (p placed) MinSize(_ []fyne.CanvasObject) fyne.Size   { return p.least }

// heightAt is how high o wants to be at a width.
func heightAt(o fyne.CanvasObject, width float32) float32 {
	type wraps interface{ HeightAt(width float32) float32 }
	switch x := o.(type) {
	case wraps:
		return x.HeightAt(width)
	case *fyne.Container:
		if l, ok := x.Layout.(interface {
			heightAt(o []fyne.CanvasObject, width float32) float32
		}); ok {
			return l.heightAt(x.Objects, width)
		}
	}
	return o.MinSize().Height
}

func grows(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(fill)
	return ok
}

type hbox struct{ gap float32 }

func (l *hbox) widths(objects []fyne.CanvasObject, width float32) []float32 {
	used, growing, n := float32(0), 0, 0
	out := make([]float32, len(objects))
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		n++
		if grows(o) {
			growing++
			continue
		}
		out[i] = o.MinSize().Width
		used += out[i]
	}
	if n > 1 {
		used += l.gap * float32(n-1)
	}
	for i, o := range objects {
		if growing > 0 && o.Visible() && grows(o) {
			out[i] = max(0, (width-used)/float32(growing))
		}
	}
	return out
}

func (l *hbox) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	x := float32(0)
	for i, w := range l.widths(objects, s.Width) {
		o := objects[i]
		if !o.Visible() {
			continue
		}
		h := min(heightAt(o, w), s.Height)
		if grows(o) {
			h = s.Height
		}
		put(o, x, (s.Height-h)/2, w, h)
		x += w + l.gap
	}
}

func (l *hbox) MinSize(objects []fyne.CanvasObject) (s fyne.Size) {
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		n++
		m := o.MinSize()
		s.Width += m.Width
		s.Height = max(s.Height, m.Height)
	}
	if n > 1 {
		s.Width += l.gap * float32(n-1)
	}
	return s
}

func (l *hbox) heightAt(objects []fyne.CanvasObject, width float32) (h float32) {
	for i, w := range l.widths(objects, width) {
		if objects[i].Visible() {
			h = max(h, heightAt(objects[i], w))
		}
	}
	return h
}

type vbox struct {
	gap, width float32
}

func (l *vbox) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	growing := 0
	for _, o := range objects {
		if o.Visible() && grows(o) {
			growing++
		}
	}
	left := s.Height - l.heightAt(objects, s.Width)
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := heightAt(o, s.Width)
		if grows(o) {
			h += max(0, left/float32(growing))
		}
		put(o, 0, y, s.Width, h)
		y += h + l.gap
	}
}

func (l *vbox) MinSize(objects []fyne.CanvasObject) (s fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			s.Width = max(s.Width, o.MinSize().Width)
		}
	}
	s.Height = l.heightAt(objects, max(l.width, s.Width))
	return s
}

func (l *vbox) heightAt(objects []fyne.CanvasObject, width float32) (h float32) {
	n := 0
	for _, o := range objects {
		if o.Visible() {
			n++
			h += heightAt(o, width)
		}
	}
	if n > 1 {
		h += l.gap * float32(n-1)
	}
	return h
}

type fill struct{}

func (fill) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, s.Width, s.Height)
	}
}

func (fill) MinSize(objects []fyne.CanvasObject) (s fyne.Size) {
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s
}

func (fill) heightAt(objects []fyne.CanvasObject, width float32) (h float32) {
	for _, o := range objects {
		h = max(h, heightAt(o, width))
	}
	return h
}

type inset struct{ top, right, bottom, left float32 }

func (l *inset) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, l.left, l.top, s.Width-l.left-l.right, s.Height-l.top-l.bottom)
	}
}

func (l *inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fill{}.MinSize(objects).AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

func (l *inset) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return fill{}.heightAt(objects, width-l.left-l.right) + l.top + l.bottom
}

type sized struct{ w, h float32 }

func (l sized) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, s.Width, s.Height)
	}
}

func (l sized) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := fill{}.MinSize(objects)
	if l.w > 0 {
		s.Width = l.w
	}
	if l.h > 0 {
		s.Height = l.h
	}
	return s
}

func (l sized) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	if l.h > 0 {
		return l.h
	}
	return fill{}.heightAt(objects, width)
}

type centered struct{}

func (centered) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		w := min(o.MinSize().Width, s.Width)
		h := heightAt(o, w)
		put(o, (s.Width-w)/2, max(0, (s.Height-h)/2), w, h)
	}
}

func (centered) MinSize(objects []fyne.CanvasObject) fyne.Size { return fill{}.MinSize(objects) }
