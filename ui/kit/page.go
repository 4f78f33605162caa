package kit

import "fyne.io/fyne/v2"

// Measures of a page.
const (
	Margin     float32 = 24 // left and right
	HeadHeight float32 = 64
	TailHeight float32 = 32
)

// PageHead is the line at the top of a page: its title, one grey sentence (or
// ""), and what can be done there at the right.
func PageHead(title, sub string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	name, say := NewText(title, Title, Ink), NewText(sub, Small, Ink3).Shrink(0)
	right := HBox(8, actions...)
	line := NewHLine()
	objects := []fyne.CanvasObject{name, say, right, line}
	return Place(fyne.NewSize(320, HeadHeight), func(s fyne.Size) {
		end := s.Width - Margin
		if len(actions) > 0 {
			w := right.MinSize().Width
			put(right, end-w, 0, w, HeadHeight-1)
			end -= w + 16
		}
		x := middle(name, Margin, 32) + 12
		put(say, x, 33-9, max(0, end-x), 18)
		put(line, 0, HeadHeight-1, s.Width, 1)
	}, objects...)
}

// Tail is the line at the bottom of a page: facts, a dot between them.
type Tail struct {
	line  *fyne.Container
	texts []*Text
}

// TailPart is one fact of a Tail.
type TailPart struct {
	Text string
	Role Role
}

// NewTail makes an empty line.
func NewTail() *Tail {
	t := &Tail{}
	line := NewHLine()
	t.line = Place(fyne.NewSize(320, TailHeight), func(s fyne.Size) {
		put(line, 0, 0, s.Width, 1)
		x := Margin
		for _, p := range t.texts {
			w := min(Width(p.text, Small), max(0, s.Width-Margin-x))
			put(p, x, 7, w, 18)
			x += w + 8
		}
	}, line)
	return t
}

// Object is what to put on the page.
func (t *Tail) Object() fyne.CanvasObject { return t.line }

// Set changes the facts.
func (t *Tail) Set(parts ...TailPart) {
	var all []TailPart
	for i, p := range parts {
		if i > 0 {
			all = append(all, TailPart{"·", Ink3})
		}
		all = append(all, p)
	}
	for len(t.texts) < len(all) {
		one := NewText("", Small, Ink3)
		t.texts = append(t.texts, one)
		t.line.Add(one)
	}
	for i, one := range t.texts {
		one.Hidden = i >= len(all)
		if i < len(all) {
			one.SetText(all[i].Text)
			one.SetRole(all[i].Role)
		}
	}
	t.line.Refresh()
}
