//go:build driver

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynedriver "fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/ui"
	"github.com/pintray/pintray/ui/kit"
)

// request is one line a test sends.
type request struct {
	Do      string  `json:"do"` // "state", "capture", "theme", "resize", "quit"
	Path    string  `json:"path"`
	Variant string  `json:"variant"` // "light" or "dark"
	W       float32 `json:"w"`
	H       float32 `json:"h"`
}

// answer is the one line it gets.
type answer struct {
	Error  string  `json:"error,omitempty"`
	Page   string  `json:"page,omitempty"`
	Title  string  `json:"title,omitempty"`
	Shown  bool    `json:"shown"`
	Scale  float32 `json:"scale,omitempty"`
	W      float32 `json:"w,omitempty"`
	H      float32 `json:"h,omitempty"`
	Things []thing `json:"things,omitempty"`
	Texts  []thing `json:"texts,omitempty"`
}

// thing is something with a name or a text, where it is on the canvas.
type thing struct {
	Label   string  `json:"label"`
	Type    string  `json:"type"`
	X       float32 `json:"x"`
	Y       float32 `json:"y"`
	W       float32 `json:"w"`
	H       float32 `json:"h"`
	Focused bool    `json:"focused,omitempty"`
}

// drive lets tests look at the window and steer it, over the Unix socket that
// PINTRAY_DRIVER names, until ctx ends. No release has it. u is nil where w is
// not the window of the app.
func drive(ctx context.Context, a fyne.App, w fyne.Window, u *ui.UI) (wait func()) {
	path := os.Getenv("PINTRAY_DRIVER")
	if path == "" {
		return func() {}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		return func() {}
	}
	d := &driver{app: a, ui: u, w: w}
	var running sync.WaitGroup
	running.Go(func() { <-ctx.Done(); _ = l.Close() })
	running.Go(func() { // one test at a time
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
			d.serve(ctx, conn)
			stop()
			_ = conn.Close()
		}
	})
	return running.Wait
}

type driver struct {
	app fyne.App
	ui  *ui.UI
	w   fyne.Window
}

func (d *driver) serve(ctx context.Context, conn net.Conn) {
	lines := bufio.NewScanner(conn)
	enc := json.NewEncoder(conn)
	for lines.Scan() {
		var r request
		a := answer{}
		err := json.Unmarshal(lines.Bytes(), &r)
		switch {
		case err != nil:
		case r.Do == "capture":
			err = d.capture(ctx, r.Path)
		default:
			if !kit.AwaitUI(ctx, func() { a, err = d.do(r) }) {
				return
			}
		}
		if err != nil {
			a = answer{Error: err.Error()}
		}
		if enc.Encode(a) != nil {
			return
		}
	}
}

// do runs on the UI thread.
func (d *driver) do(r request) (answer, error) {
	switch r.Do {
	case "state":
		return d.state(), nil
	case "theme":
		d.app.Settings().SetTheme(kit.NewTheme(kit.Look(r.Variant)))
		return answer{}, nil
	case "resize":
		d.w.Resize(fyne.NewSize(r.W, r.H))
		return answer{}, nil
	case "quit":
		d.app.Quit()
		return answer{}, nil
	}
	return answer{}, fmt.Errorf("nobody knows how to %q", r.Do)
}

// capture saves what is on the screen of the X server: Fyne's own Capture reads
// the front buffer, which software rendering leaves black.
func (d *driver) capture(ctx context.Context, path string) error {
	var id uintptr
	seen := kit.AwaitUI(ctx, func() {
		if native, ok := d.w.(fynedriver.NativeWindow); ok {
			native.RunNative(func(context any) {
				if x, ok := context.(fynedriver.X11WindowContext); ok {
					id = x.WindowHandle
				}
			})
		}
	})
	if !seen || id == 0 {
		return errors.New("the window is not on an X server")
	}
	out, err := exec.Command("import", "-window", fmt.Sprintf("%#x", id), path).CombinedOutput()
	if err != nil {
		return fmt.Errorf("picture of the window: %w: %s", err, out)
	}
	return nil
}

func (d *driver) state() answer {
	c := d.w.Canvas()
	size := c.Size()
	a := answer{Title: d.w.Title(), Shown: true, Scale: c.Scale(), W: size.Width, H: size.Height}
	if d.ui != nil {
		a.Page, a.Shown = string(d.ui.Page()), !d.ui.Hidden()
	}
	look := &looker{focus: c.Focused(), out: &a}
	all := area{x1: size.Width, y1: size.Height}
	look.at(c.Content(), fyne.Position{}, all)
	for _, o := range c.Overlays().List() {
		look.at(o, fyne.Position{}, all)
	}
	return a
}

// area is the part of the canvas something can be seen in.
type area struct{ x0, y0, x1, y1 float32 }

func (a area) within(pos fyne.Position, size fyne.Size) area {
	return area{max(a.x0, pos.X), max(a.y0, pos.Y), min(a.x1, pos.X+size.Width), min(a.y1, pos.Y+size.Height)}
}

func (a area) empty() bool { return a.x0 > a.x1 || a.y0 > a.y1 }

// looker walks what is on the canvas.
type looker struct {
	focus fyne.Focusable
	out   *answer
}

func (l *looker) at(o fyne.CanvasObject, parent fyne.Position, clip area) {
	if o == nil || !o.Visible() {
		return
	}
	pos, size := parent.Add(o.Position()), o.Size()
	seen := clip.within(pos, size)
	if _, ok := o.(*kit.Scroll); ok {
		clip = seen
	}
	if seen.empty() {
		return
	}
	l.note(o, thing{Type: fmt.Sprintf("%T", o), X: pos.X, Y: pos.Y, W: size.Width, H: size.Height})
	l.read(o, pos)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			l.at(child, pos, clip)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			l.at(child, pos, clip)
		}
	}
}

// read keeps the words of a widget that paints them itself.
func (l *looker) read(o fyne.CanvasObject, pos fyne.Position) {
	painted, ok := o.(interface{ Written() []kit.Written })
	if !ok {
		return
	}
	for _, w := range painted.Written() {
		l.out.Texts = append(l.out.Texts, thing{Label: w.Text, Type: "kit.Written", X: pos.X + w.X, Y: pos.Y + w.Y, W: w.W, H: w.H})
	}
}

// note keeps what has a name, the focus, or a text.
func (l *looker) note(o fyne.CanvasObject, what thing) {
	if f, ok := o.(fyne.Focusable); ok && l.focus == f {
		what.Focused = true
	}
	if text, ok := o.(*canvas.Text); ok && text.Text != "" {
		what.Label = text.Text
		l.out.Texts = append(l.out.Texts, what)
		return
	}
	named, ok := o.(interface{ Label() string })
	if ok {
		what.Label = named.Label()
	}
	if ok || what.Focused {
		l.out.Things = append(l.out.Things, what)
	}
}
