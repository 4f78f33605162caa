package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Field is a line to type into, on a frame of ours.
type Field struct {
	widget.BaseWidget
	hint, icon string
	height     float32
	entry      *entry
	frame      *canvas.Rectangle
	img        *canvas.Image
	key        *canvas.Text // the shortcut that leads here, at the right
	keyBox     *canvas.Rectangle
	end        *Button // clear, or the eye of a password
	bad        bool

	// OnChanged is told what stands there after each key.
	OnChanged func(text string)
	// OnSubmitted is told what stands there at Enter.
	OnSubmitted func(text string)
	// OnEscape is called at Escape instead of closing the sheet around it.
	OnEscape func()
	// OnPaste is asked before a text is pasted; true keeps it out of the field.
	OnPaste func(text string) bool
	// OnKey is asked first about every key; true ends the matter.
	OnKey func(e *fyne.KeyEvent) bool
}

// NewField makes a field 32 high; hint and icon may be "".
func NewField(hint, icon string) *Field { return newField(hint, icon, false) }

// NewPassword makes a field 40 high that shows dots, with an eye.
func NewPassword(hint string) *Field {
	f := newField(hint, "key", true)
	f.height = High
	f.end = NewButton("", Quiet, "eye", nil).Tall(Low).Named(T("kit.show-key"))
	f.end.act = func() {
		f.entry.Password = !f.entry.Password
		icon, name := "eye-off", T("kit.hide-key")
		if f.entry.Password {
			icon, name = "eye", T("kit.show-key")
		}
		f.end.Named(name).SetIcon(icon)
		f.entry.Refresh()
	}
	return f
}

func newField(hint, icon string, secret bool) *Field {
	f := &Field{hint: hint, icon: icon, height: Normal, frame: rect(8), img: newImage(), key: newText(CapM), keyBox: rect(5)}
	f.key.Alignment = fyne.TextAlignCenter
	f.entry = &entry{of: f}
	if secret {
		f.entry.Password = true
		f.entry.ActionItem = container.NewWithoutLayout() // the eye is ours, not Fyne's
	}
	f.entry.PlaceHolder = hint
	f.entry.ExtendBaseWidget(f.entry)
	f.entry.OnChanged = func(s string) {
		f.Refresh()
		if f.OnChanged != nil {
			f.OnChanged(s)
		}
	}
	f.entry.OnSubmitted = func(s string) {
		if f.OnSubmitted != nil {
			f.OnSubmitted(s)
		}
	}
	f.ExtendBaseWidget(f)
	return f
}

// Tall sets the height and returns the field.
func (f *Field) Tall(height float32) *Field { f.height = height; return f }

// Multi makes the field take several lines and returns it; give it a height
// with Tall.
func (f *Field) Multi() *Field {
	f.entry.MultiLine = true
	f.entry.Wrapping = fyne.TextWrapBreak
	return f
}

// Shortcut shows the key that leads to the field while it is empty, and
// returns the field.
func (f *Field) Shortcut(s string) *Field { f.key.Text = s; return f }

// Label is the hint.
func (f *Field) Label() string { return f.hint }

// Text is what stands there.
func (f *Field) Text() string { return f.entry.Text }

// SetText changes what stands there; OnChanged is told.
func (f *Field) SetText(s string) { f.entry.SetText(s) }

// SetHint changes the grey words of an empty field.
func (f *Field) SetHint(s string) { f.hint = s; f.entry.SetPlaceHolder(s) }

// SetBad turns the frame red, or back.
func (f *Field) SetBad(bad bool) {
	if f.bad != bad {
		f.bad = bad
		f.Refresh()
	}
}

// Disable greys it out.
func (f *Field) Disable() { f.entry.Disable(); f.Refresh() }

// Enable takes Disable back.
func (f *Field) Enable() { f.entry.Enable(); f.Refresh() }

// Focus puts the keyboard there.
func (f *Field) Focus() { FocusOn(f.entry) }

// FocusIn puts the keyboard there though it was never painted: Fyne finds the
// canvas of what it has painted only.
func (f *Field) FocusIn(c fyne.Canvas) { c.Focus(f.entry) }

// Focused reports whether the keyboard is there.
func (f *Field) Focused() bool { return f.entry.focused }

// FocusOn puts the keyboard on a widget that has been painted.
func FocusOn(w interface {
	fyne.CanvasObject
	fyne.Focusable
}) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(w); c != nil {
		c.Focus(w)
	}
}

// CreateRenderer is for Fyne.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{f.frame, f.img, f.entry, f.keyBox, f.key}
	if f.end != nil {
		objects = append(objects, f.end)
	}
	return &fieldRenderer{f, objects}
}

type fieldRenderer struct {
	f       *Field
	objects []fyne.CanvasObject
}

func (r *fieldRenderer) Destroy()                     {}
func (r *fieldRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *fieldRenderer) MinSize() fyne.Size           { return fyne.NewSize(120, r.f.height) }

func (r *fieldRenderer) Layout(s fyne.Size) {
	f := r.f
	r.paint()
	put(f.frame, 0, 0, s.Width, s.Height)
	x, right := float32(12), s.Width-8
	if f.icon != "" {
		put(f.img, 12, s.Height/2-8, 16, 16)
		x = 36
	}
	if f.end != nil {
		put(f.end, right-Low+2, (s.Height-Low)/2, Low, Low)
		right -= Low
	}
	if !f.key.Hidden && f.key.Text != "" {
		w := Width(f.key.Text, CapM) + 12
		put(f.keyBox, right-w, s.Height/2-9, w, 18)
		put(f.key, right-w, s.Height/2-9, w, 18)
		right -= w + 4
	}
	h := f.entry.MinSize().Height
	if f.entry.MultiLine {
		h = s.Height - 4
	}
	put(f.entry, x-entryPad, (s.Height-h)/2, right-x+entryPad+4, h)
}

func (r *fieldRenderer) paint() {
	f := r.f
	f.frame.FillColor, f.frame.StrokeColor, f.frame.StrokeWidth = Color(Sunken), Color(Edge), 1
	if f.entry.focused {
		f.frame.StrokeColor, f.frame.StrokeWidth = Color(Accent), 1.5
	}
	if f.bad {
		f.frame.StrokeColor = Color(Bad)
	}
	f.img.Hidden = f.icon == ""
	if f.icon != "" {
		setPicture(f.img, f.icon, Ink3)
	}
	f.key.Color = Color(Ink3)
	f.keyBox.FillColor, f.keyBox.StrokeColor, f.keyBox.StrokeWidth = Color(Bg), Color(Line), 1
	f.key.Hidden = f.key.Text == "" || f.entry.Text != ""
	f.keyBox.Hidden = f.key.Hidden
}

func (r *fieldRenderer) Refresh() {
	r.Layout(r.f.Size())
	for _, o := range []fyne.CanvasObject{r.f.frame, r.f.img, r.f.key, r.f.keyBox} {
		o.Refresh()
	}
}

// entryPad is the space Fyne's entry keeps around its text. It is made up for
// by where the entry is put: a theme of its own for the field would have Fyne
// read all its fonts once more, 8 MB for each field.
const entryPad = 8

// entry is Fyne's entry; the theme takes its frame off.
type entry struct {
	widget.Entry
	of      *Field
	focused bool
}

// Label is the hint of the field.
func (e *entry) Label() string { return e.of.hint }

func (e *entry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	e.of.Refresh()
	reveal(e.of, true)
}

func (e *entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
	e.of.Refresh()
}

func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if e.of.OnKey != nil && e.of.OnKey(k) {
		return
	}
	if k.Name != fyne.KeyEscape {
		e.Entry.TypedKey(k)
		if k.Name == fyne.KeyF1 || k.Name == fyne.KeyF5 {
			passKey(e, k)
		}
		return
	}
	if e.of.OnEscape != nil {
		e.of.OnEscape()
		return
	}
	Escape(fyne.CurrentApp().Driver().CanvasForObject(e))
}

// TypedShortcut keeps what edits text and passes the rest on to the window.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if c, ok := s.(*desktop.CustomShortcut); ok && len(c.KeyName) == 1 {
		passOn(e, s)
		return
	}
	if p, ok := s.(*fyne.ShortcutPaste); ok && e.of.OnPaste != nil && e.of.OnPaste(p.Clipboard.Content()) {
		return
	}
	e.Entry.TypedShortcut(s)
}
