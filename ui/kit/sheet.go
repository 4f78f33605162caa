package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Sheet is a question or a form in the middle of the window.
type Sheet struct {
	Title string
	Sub   string  // one grey sentence under the title, "" for none
	Width float32 // 0 is 640
	// Head stands below the title and does not scroll, as tabs do; nil for none.
	Head fyne.CanvasObject
	// Body is what it is about. It scrolls where the window is too low.
	Body fyne.CanvasObject
	// Notice stands in a sunken line above the buttons, nil for none.
	Notice fyne.CanvasObject
	// Footer stands left of the buttons, nil for none.
	Footer fyne.CanvasObject
	// PrimaryLabel is the one thing to do; "" is no button. Primary is called
	// when it is pressed and does not close the sheet by itself.
	PrimaryLabel string
	PrimaryKind  Kind
	Primary      func(*SheetHandle)
	// CancelLabel "" is "Cancel".
	CancelLabel string
	// OnClosed is called once when it has gone, however.
	OnClosed func()
}

// SheetHandle is an open sheet.
type SheetHandle struct {
	canvas  fyne.Canvas
	overlay *sheetOverlay
	primary *Button
	cancel  *Button
	closed  bool
	onEnd   func()
	before  fyne.Focusable
}

// Close takes the sheet away; the keyboard goes back to where it was.
func (h *SheetHandle) Close() {
	if h.closed {
		return
	}
	h.closed = true
	h.canvas.Overlays().Remove(h.overlay)
	if h.before != nil {
		h.canvas.Focus(h.before)
	}
	if h.onEnd != nil {
		h.onEnd()
	}
}

// Closed reports whether the sheet has gone.
func (h *SheetHandle) Closed() bool { return h.closed }

// Primary is the sheet's main button, nil where there is none.
func (h *SheetHandle) Primary() *Button { return h.primary }

// SetPrimary enables the main button or not.
func (h *SheetHandle) SetPrimary(enabled bool) {
	if h.primary == nil {
		return
	}
	if enabled {
		h.primary.Enable()
	} else {
		h.primary.Disable()
	}
}

// Reveal scrolls so far that o, a part of the body, shows.
func (h *SheetHandle) Reveal(o fyne.CanvasObject) { h.overlay.body.Reveal(o) }

// Layout gives the sheet the height its content wants now. Call it when the
// content changed.
func (h *SheetHandle) Layout() { h.overlay.Refresh() }

// ShowSheet opens a sheet over everything in the window. Escape closes it; the
// keyboard stays inside.
func ShowSheet(c fyne.Canvas, s Sheet) *SheetHandle {
	h := &SheetHandle{canvas: c, onEnd: s.OnClosed, before: c.Focused()}
	if s.Width == 0 {
		s.Width = 640
	}
	if s.CancelLabel == "" {
		s.CancelLabel = T("kit.cancel")
	}
	o := &sheetOverlay{h: h, width: s.Width, scrim: canvas.NewRectangle(Color(Scrim)), box: rect(12)}
	o.head = sheetHead(s, h)
	o.body = NewScroll(Inset(4, 24, 24, 24, s.Body)) // 4: room for the ring of the keyboard
	o.foot = sheetFoot(s, h)
	o.ExtendBaseWidget(o)
	h.overlay = o
	c.Overlays().Add(o)
	o.Refresh()
	if first := firstField(s.Body); first != nil {
		c.Focus(first)
	} else if h.primary != nil && s.PrimaryKind != Danger { // nothing is lost by a hasty Enter
		c.Focus(h.primary)
	} else {
		c.Focus(h.cancel)
	}
	return h
}

func sheetHead(s Sheet, h *SheetHandle) fyne.CanvasObject {
	x := NewButton("", Quiet, "close", h.Close).Tall(Low).Named(T("kit.close"))
	lines := VBox(2, Inset(0, -6, 0, 0, HBox(8, Fill(NewText(s.Title, Title, Ink).Shrink(80)), x))) // -6: the cross ends where the body does
	if s.Sub != "" {
		lines.Add(NewPara(s.Sub, Small, Ink2, s.Width-48))
	}
	if s.Head == nil {
		return Inset(20, 24, 12, 24, lines)
	}
	return VBox(0, Inset(20, 24, 6, 24, lines), Inset(0, 24, 0, 24, s.Head), NewHLine(), Space(0, 12))
}

func sheetFoot(s Sheet, h *SheetHandle) fyne.CanvasObject {
	row := HBox(8)
	if s.Footer != nil {
		row.Add(Fill(s.Footer))
	} else {
		row.Add(Fill())
	}
	h.cancel = NewButton(s.CancelLabel, Quiet, "", h.Close)
	row.Add(h.cancel)
	if s.PrimaryLabel != "" {
		h.primary = NewButton(s.PrimaryLabel, s.PrimaryKind, "", func() {
			if s.Primary != nil {
				s.Primary(h)
			}
		})
		row.Add(h.primary)
	}
	foot := Inset(16, 24, 16, 24, row)
	if s.Notice == nil {
		return VBox(0, NewHLine(), foot)
	}
	return VBox(0, NewHLine(), Inset(16, 24, 0, 24, s.Notice), foot)
}

// firstField finds the first field of a form, to put the keyboard there.
func firstField(o fyne.CanvasObject) fyne.Focusable {
	switch x := o.(type) {
	case *Field:
		if !x.entry.Disabled() {
			return x.entry
		}
	case *fyne.Container:
		for _, c := range x.Objects {
			if !c.Visible() {
				continue
			}
			if f := firstField(c); f != nil {
				return f
			}
		}
	case *Surface:
		return firstField(x.content)
	}
	return nil
}

// Escape closes the sheet or menu on top of a canvas; false if there is none.
func Escape(c fyne.Canvas) bool {
	if c == nil {
		return false
	}
	switch top := c.Overlays().Top().(type) {
	case *sheetOverlay:
		top.h.Close()
		return true
	case nil:
		return false
	default:
		top.Hide()
		c.Overlays().Remove(top) // one of Fyne's dialogs would stay, unseen, and take every click
		return true
	}
}

type sheetOverlay struct {
	widget.BaseWidget
	h          *SheetHandle
	width      float32
	scrim, box *canvas.Rectangle
	head, foot fyne.CanvasObject
	body       *Scroll
}

// Label says that it is a sheet.
func (o *sheetOverlay) Label() string { return "sheet" }

// Tapped does nothing: a slip beside the sheet must not cost what was typed.
func (o *sheetOverlay) Tapped(*fyne.PointEvent) {}

// MouseIn keeps the pointer from what lies below.
func (o *sheetOverlay) MouseIn(*desktop.MouseEvent) {}

// MouseMoved keeps the pointer from what lies below.
func (o *sheetOverlay) MouseMoved(*desktop.MouseEvent) {}

// MouseOut keeps the pointer from what lies below.
func (o *sheetOverlay) MouseOut() {}

// CreateRenderer is for Fyne.
func (o *sheetOverlay) CreateRenderer() fyne.WidgetRenderer {
	return render(o, o.scrim, o.box, o.head, o.body, o.foot)
}

func (o *sheetOverlay) paint() {
	o.scrim.FillColor = Color(Scrim)
	o.box.FillColor, o.box.StrokeColor, o.box.StrokeWidth = Color(Overlay), Color(Edge), 1
	o.box.Shadow = canvas.Shadow{Color: Color(Shade), BlurRadius: 40, Offset: fyne.NewPos(0, 12)}
}

func (o *sheetOverlay) least() fyne.Size { return fyne.NewSize(320, 200) }
func (o *sheetOverlay) place(s fyne.Size) {
	put(o.scrim, 0, 0, s.Width, s.Height)
	w := min(o.width, s.Width-32)
	headH, footH := heightAt(o.head, w), heightAt(o.foot, w)
	bodyH := heightAt(o.body.content, w)
	bodyH = max(0, min(bodyH, s.Height-48-headH-footH))
	h := headH + bodyH + footH
	x, y := float32(int((s.Width-w)/2)), float32(int(max(16, (s.Height-h)/2)))
	put(o.box, x, y, w, h)
	put(o.head, x, y, w, headH)
	put(o.body, x, y+headH, w, bodyH)
	put(o.foot, x, y+headH+bodyH, w, footH)
}
