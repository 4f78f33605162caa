package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Scroll shows what may be higher than the room there is: as wide as the room,
// as high as it wants to be at that width.
type Scroll struct {
	widget.BaseWidget
	content fyne.CanvasObject
	tall    *tall
	box     *container.Scroll
}

// NewScroll makes a scroll around content.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{content: content, tall: &tall{}}
	s.box = container.NewVScroll(container.New(s.tall, content))
	s.ExtendBaseWidget(s)
	return s
}

// Layout gives the content the height it wants now. Call it when the content
// changed.
func (s *Scroll) Layout() {
	if size := s.Size(); size.Width > 0 {
		s.tall.height = heightAt(s.content, size.Width)
		s.box.Refresh()
	}
}

// Top goes to the beginning.
func (s *Scroll) Top() { s.box.ScrollToTop() }

// CreateRenderer is for Fyne.
func (s *Scroll) CreateRenderer() fyne.WidgetRenderer { return &scrollRenderer{s} }

type scrollRenderer struct{ s *Scroll }

func (r *scrollRenderer) Destroy()                     {}
func (r *scrollRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.s.box} }
func (r *scrollRenderer) MinSize() fyne.Size           { return fyne.NewSize(120, 80) }
func (r *scrollRenderer) Refresh()                     { r.s.Layout() }
func (r *scrollRenderer) Layout(size fyne.Size) {
	r.s.tall.height = heightAt(r.s.content, size.Width)
	put(r.s.box, 0, 0, size.Width, size.Height)
}

// tall is as high as it is told.
type tall struct{ height float32 }

func (t *tall) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, t.height) }
func (t *tall) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, s.Width, s.Height)
	}
}
