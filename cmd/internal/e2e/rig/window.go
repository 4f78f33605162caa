package rig

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Window is the real window of a test build (-tags driver) on a display. It is
// seen through the driver's socket and worked with keys and a pointer, as a
// person would.
type Window struct {
	*Process
	Display *Display
	id      string
	socket  string
	conn    net.Conn
	lines   *bufio.Scanner
	Painted time.Duration // from the start to the first state with a text in it
}

// Screen is what the window shows.
type Screen struct {
	Error  string  `json:"error"`
	Page   string  `json:"page"`
	Title  string  `json:"title"`
	Shown  bool    `json:"shown"`
	Scale  float32 `json:"scale"`
	W      float32 `json:"w"`
	H      float32 `json:"h"`
	Things []Thing `json:"things"`
	Texts  []Thing `json:"texts"`
}

// Thing is something that can be pressed or read, where it is in the window.
type Thing struct {
	Label   string  `json:"label"`
	Type    string  `json:"type"`
	X       float32 `json:"x"`
	Y       float32 `json:"y"`
	W       float32 `json:"w"`
	H       float32 `json:"h"`
	Focused bool    `json:"focused"`
}

// OpenWindow starts the window on the display. With "--hidden" among the
// arguments it does not wait for it to show.
func OpenWindow(d *Display, env []string, args ...string) (*Window, error) {
	return OpenBinary(d, "pintray", env, args...)
}

// OpenBinary is OpenWindow for another binary that answers the driver's socket.
func OpenBinary(d *Display, name string, env []string, args ...string) (*Window, error) {
	path, err := Binary(name)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "drv") // short: a socket's path may be 107 bytes
	if err != nil {
		return nil, err
	}
	w := &Window{Display: d, socket: filepath.Join(dir, "s")}
	cmd := exec.Command(path, args...)
	cmd.Env = append(append(env, d.Env()...), "PINTRAY_DRIVER="+w.socket)
	began := time.Now()
	if w.Process, err = Start(cmd); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if err := w.settle(began); err != nil {
		err = fmt.Errorf("%w: %s", err, w.Said())
		w.Stop()
		return nil, err
	}
	return w, nil
}

// Stop ends it and says how long that took.
func (w *Window) Stop() time.Duration {
	if w.conn != nil {
		_ = w.conn.Close()
	}
	took := w.Process.Stop()
	_ = os.RemoveAll(filepath.Dir(w.socket))
	return took
}

// settle waits until the window can be asked and has painted.
func (w *Window) settle(began time.Time) error {
	err := Eventually(60*time.Second, func() error {
		select {
		case <-w.Done():
			return errors.New("the window ended")
		default:
		}
		var err error
		w.conn, err = net.Dial("unix", w.socket)
		return err
	})
	if err != nil {
		return err
	}
	w.lines = bufio.NewScanner(w.conn)
	w.lines.Buffer(nil, 16<<20)
	err = Eventually(30*time.Second, func() error {
		s, err := w.State()
		if err == nil && len(s.Texts) == 0 {
			err = errors.New("nothing is painted")
		}
		return err
	})
	w.Painted = time.Since(began)
	return err
}

// Ask sends the driver one request.
func (w *Window) Ask(request map[string]any) (Screen, error) {
	line, err := json.Marshal(request)
	if err != nil {
		return Screen{}, err
	}
	if err := w.conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return Screen{}, err
	}
	if _, err := w.conn.Write(append(line, '\n')); err != nil {
		return Screen{}, fmt.Errorf("ask the window: %w", err)
	}
	if !w.lines.Scan() {
		return Screen{}, fmt.Errorf("the window did not answer: %w", errors.Join(w.lines.Err(), net.ErrClosed))
	}
	var s Screen
	if err := json.Unmarshal(w.lines.Bytes(), &s); err != nil {
		return Screen{}, err
	}
	if s.Error != "" {
		return s, errors.New(s.Error)
	}
	return s, nil
}

// State is what it shows now.
func (w *Window) State() (Screen, error) { return w.Ask(map[string]any{"do": "state"}) }

// Has reports whether a text that contains part can be seen.
func (s Screen) Has(part string) bool {
	_, ok := s.find(s.Texts, func(l string) bool { return strings.Contains(l, part) })
	return ok
}

// Find is the thing of that label, or of that label and a number after it, else
// the text that is exactly it.
func (s Screen) Find(label string) (Thing, bool) {
	same := func(l string) bool { return l == label }
	counted := func(l string) bool { return strings.HasPrefix(l, label+"  ") }
	if t, ok := s.find(s.Things, same); ok {
		return t, true
	}
	if t, ok := s.find(s.Things, counted); ok {
		return t, true
	}
	return s.find(s.Texts, same)
}

// find is the last one: what is drawn later lies above.
func (s Screen) find(all []Thing, match func(string) bool) (Thing, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if match(all[i].Label) {
			return all[i], true
		}
	}
	return Thing{}, false
}

// Words is every text that can be seen, from top to bottom.
func (s Screen) Words() []string {
	words := make([]string, 0, len(s.Texts))
	for _, t := range s.Texts {
		words = append(words, t.Label)
	}
	return words
}

// Until waits until what the window shows satisfies ok.
func (w *Window) Until(limit time.Duration, what string, ok func(Screen) bool) (Screen, error) {
	var s Screen
	err := Eventually(limit, func() error {
		var err error
		if s, err = w.State(); err != nil {
			return err
		}
		if !ok(s) {
			return fmt.Errorf("the window does not show %s; it shows %q", what, s.Words())
		}
		return nil
	})
	return s, err
}

// See waits until a text that contains part can be seen.
func (w *Window) See(part string) error { return w.SeeWithin(20*time.Second, part) }

// SeeWithin is See with a patience of its own.
func (w *Window) SeeWithin(limit time.Duration, part string) error {
	_, err := w.Until(limit, strconv.Quote(part), func(s Screen) bool { return s.Has(part) })
	return err
}

// Click presses what has that label, with the pointer.
func (w *Window) Click(label string) error { return w.ClickAs(label, "1") }

// Choose presses the entry of that label in the menu that is open.
func (w *Window) Choose(label string) error {
	var entry Thing
	s, err := w.Until(20*time.Second, "an entry "+label, func(s Screen) bool {
		var ok bool
		entry, ok = s.find(s.Texts, func(l string) bool { return l == label })
		return ok
	})
	if err != nil {
		return err
	}
	return w.press(s, entry, "1", nil)
}

// Fill clicks into the field below the text label, empties it, and types.
func (w *Window) Fill(label, text string) error {
	var field Thing
	s, err := w.Until(20*time.Second, "a field called "+label, func(s Screen) bool {
		var ok bool
		field, ok = s.field(label)
		return ok
	})
	if err != nil {
		return err
	}
	if err := w.press(s, field, "1", nil); err != nil {
		return err
	}
	if err := w.Key("ctrl+a", "BackSpace"); err != nil {
		return err
	}
	return w.Type(text)
}

// field is the nearest field that begins below the text label.
func (s Screen) field(label string) (nearest Thing, ok bool) {
	text, found := s.find(s.Texts, func(l string) bool { return l == label })
	for _, t := range s.Things {
		if found && strings.HasSuffix(t.Type, ".Field") && t.Y > text.Y && (!ok || t.Y < nearest.Y) {
			nearest, ok = t, true
		}
	}
	return nearest, ok
}

// ClickAs presses with a button of the pointer ("1" left, "3" right) while keys
// are held ("ctrl", "shift").
func (w *Window) ClickAs(label, button string, held ...string) error {
	s, err := w.Until(20*time.Second, strconv.Quote(label), func(s Screen) bool {
		_, ok := s.Find(label)
		return ok
	})
	if err != nil {
		return err
	}
	t, _ := s.Find(label)
	return w.press(s, t, button, held)
}

// onName is where the name of a row of the list stands; in its middle are the
// quick actions, which come with the pointer.
const onName = 160

func (w *Window) press(s Screen, t Thing, button string, held []string) error {
	id, err := w.window()
	if err != nil {
		return err
	}
	px := func(v float32) string { return strconv.Itoa(int(v * s.Scale)) }
	x := t.W / 2
	if strings.HasSuffix(t.Type, ".rowView") {
		x = min(x, onName)
	}
	args := []string{"mousemove", "--window", id, px(t.X + x), px(t.Y + t.H/2), "sleep", "0.15"}
	for _, k := range held {
		args = append(args, "keydown", k)
	}
	args = append(args, "click", button, "sleep", "0.1")
	for _, k := range held {
		args = append(args, "keyup", k)
	}
	_, err = w.Display.Do(args...)
	return err
}

// Key presses keys by their X names, such as "ctrl+f".
func (w *Window) Key(keys ...string) error {
	if err := w.focus(); err != nil {
		return err
	}
	_, err := w.Display.Do(append([]string{"key", "--delay", "60"}, keys...)...)
	return err
}

// Type types a text where the focus is.
func (w *Window) Type(text string) error {
	if err := w.focus(); err != nil {
		return err
	}
	_, err := w.Display.Do("type", "--delay", "15", "--", text)
	return err
}

func (w *Window) focus() error {
	id, err := w.window()
	if err != nil {
		return err
	}
	_, err = w.Display.Do("windowfocus", "--sync", id)
	return err
}

// window is the X id of the window, once it is visible.
func (w *Window) window() (string, error) {
	if w.id != "" {
		return w.id, nil
	}
	id, err := w.Display.Window(w.PID(), 20*time.Second)
	w.id = id
	return id, err
}

// Visible reports whether the window is on the screen.
func (w *Window) Visible() bool {
	out, err := w.Display.Do("search", "--onlyvisible", "--pid", strconv.Itoa(w.PID()))
	return err == nil && out != ""
}

// Close presses the window's own close button.
func (w *Window) Close() error {
	id, err := w.window()
	if err != nil {
		return err
	}
	w.id = ""
	// xdotool's windowclose destroys it; a person's click asks it to close.
	_, err = w.Display.Do("windowactivate", "--sync", id, "key", "alt+F4")
	return err
}
