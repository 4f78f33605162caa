package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// ToastFor is how long a toast stays: as long as an operation is held for undo.
const ToastFor = 6 * time.Second

// Toasts is where short messages appear, over the content of a window: the
// shell stacks one over everything. It takes no clicks but those on a message.
type Toasts struct {
	widget.BaseWidget
	box    *canvas.Rectangle
	text   *Para
	action *Link
	second *Link
	shown  bool
	timer  *time.Timer
	serial int
	bottom float32 // how far above the lower edge they stand
}

const (
	toastBottom float32 = 56
	toastLifted float32 = 120 // over a selection bar
	toastWide   float32 = 640 // what is longer wraps
)

// NewToasts makes the place.
func NewToasts() *Toasts {
	t := &Toasts{box: rect(12), text: NewPara("", Body, Ink, toastWide), action: NewLink("", BodyM, nil), second: NewLink("", BodyM, nil), bottom: toastBottom}
	t.ExtendBaseWidget(t)
	return t
}

// Toast shows a message in the window of c for ToastFor, with one thing to do;
// actionLabel may be "". It replaces the one before.
func Toast(c fyne.Canvas, text, actionLabel string, action func()) {
	ToastTwo(c, text, actionLabel, action, "", nil)
}

// ToastTwo is Toast with a second thing to do.
func ToastTwo(c fyne.Canvas, text, firstLabel string, first func(), secondLabel string, second func()) {
	if t := findToasts(c.Content()); t != nil {
		t.show(text, firstLabel, first, secondLabel, second)
	}
}

// LiftToasts has the messages in the window of c stand higher, where a bar
// floats at its lower edge, or as usual.
func LiftToasts(c fyne.Canvas, up bool) {
	t := findToasts(c.Content())
	if t == nil {
		return
	}
	t.bottom = toastBottom
	if up {
		t.bottom = toastLifted
	}
	t.Refresh()
}

func findToasts(o fyne.CanvasObject) *Toasts {
	switch x := o.(type) {
	case *Toasts:
		return x
	case *fyne.Container:
		for i := len(x.Objects) - 1; i >= 0; i-- {
			if t := findToasts(x.Objects[i]); t != nil {
				return t
			}
		}
	}
	return nil
}

func (t *Toasts) show(text, label string, action func(), label2 string, action2 func()) {
	if t.timer != nil {
		t.timer.Stop()
	}
	t.serial++
	mine := t.serial
	t.shown = true
	t.text.SetText(text)
	then := func(f func()) func() {
		return func() {
			t.hide(mine)
			if f != nil {
				f()
			}
		}
	}
	t.action.act, t.second.act = then(action), then(action2)
	t.action.SetText(label)
	t.second.SetText(label2)
	t.Refresh()
	t.timer = time.AfterFunc(ToastFor, func() { answers.give(func() { t.hide(mine) }) })
}

func (t *Toasts) hide(serial int) {
	if t.serial == serial {
		t.shown = false
		t.Refresh()
	}
}

// Clear takes the message away.
func (t *Toasts) Clear() {
	if t.timer != nil {
		t.timer.Stop()
	}
	t.hide(t.serial)
}

// Label is the message shown, "" for none.
func (t *Toasts) Label() string {
	if !t.shown {
		return ""
	}
	return t.text.text
}

// CreateRenderer is for Fyne.
func (t *Toasts) CreateRenderer() fyne.WidgetRenderer {
	return render(t, t.box, t.text, t.action, t.second)
}

func (t *Toasts) paint() {
	t.box.FillColor, t.box.StrokeColor, t.box.StrokeWidth = Color(Overlay), Color(Edge), 1
	t.box.Shadow = canvas.Shadow{Color: Color(Shade), BlurRadius: 24, Offset: fyne.NewPos(0, 8)}
	t.box.Hidden, t.text.Hidden = !t.shown, !t.shown
	t.action.Hidden = !t.shown || t.action.text == ""
	t.second.Hidden = !t.shown || t.second.text == ""
}

func (t *Toasts) least() fyne.Size { return fyne.NewSize(0, 0) }
func (t *Toasts) place(s fyne.Size) {
	w, gap := Width(t.text.text, Body)+1, float32(0)
	if !t.action.Hidden {
		gap = 16 + Width(t.action.text, BodyM)
	}
	if !t.second.Hidden {
		gap += 16 + Width(t.second.text, BodyM)
	}
	w = max(80, min(w, toastWide, s.Width-64-gap))
	all, h := w+gap+32, t.text.HeightAt(w)
	high := max(44, h+22)
	x, y := (s.Width-all)/2, s.Height-t.bottom-high
	put(t.box, x, y, all, high)
	put(t.text, x+16, y+(high-h)/2, w, h)
	x += 32 + w
	y += (high - 22) / 2
	put(t.action, x, y, Width(t.action.text, BodyM), 22)
	put(t.second, x+Width(t.action.text, BodyM)+16, y, Width(t.second.text, BodyM), 22)
}
