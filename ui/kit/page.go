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

// Tail is the line at the bottom of a page: facts, a dot between them. A fact
// that names a part of the list leads there.
type Tail struct {
	line  *fyne.Container
	facts []*tailFact
}

// TailPart is one fact of a Tail.
type TailPart struct {
	Text string
	Role Role
	// Act is what a click on it does; nil is nothing.
	Act func()
}

// tailFact is where one fact stands: as text or as a link.
type tailFact struct {
	dot, text *Text
	link      *Link
	words     string
}

// NewTail makes an empty line.
func NewTail() *Tail {
	t := &Tail{}
	line := NewHLine()
	t.line = Place(fyne.NewSize(320, TailHeight), func(s fyne.Size) {
		put(line, 0, 0, s.Width, 1)
		x := Margin
		for i, f := range t.facts {
			if i > 0 {
				put(f.dot, x, 7, Width("·", Small), 18)
				x += Width("·", Small) + 8
			}
			w := min(Width(f.words, Small), max(0, s.Width-Margin-x))
			put(f.text, x, 7, w, 18)
			put(f.link, x, 7, w, 18)
			x += w + 8
		}
	}, line)
	return t
}

// Object is what to put on the page.
func (t *Tail) Object() fyne.CanvasObject { return t.line }

// Set changes the facts.
func (t *Tail) Set(parts ...TailPart) {
	for len(t.facts) < len(parts) {
		f := &tailFact{dot: NewText("·", Small, Ink3), text: NewText("", Small, Ink3), link: NewLink("", Small, nil)}
		t.facts = append(t.facts, f)
		t.line.Add(f.dot)
		t.line.Add(f.text)
		t.line.Add(f.link)
	}
	for i, f := range t.facts {
		var p TailPart
		if i < len(parts) {
			p = parts[i]
		}
		f.words = p.Text
		f.dot.Hidden = i == 0 || i >= len(parts)
		f.text.Hidden, f.link.Hidden = i >= len(parts) || p.Act != nil, p.Act == nil
		f.text.SetText(p.Text)
		f.text.SetRole(p.Role)
		f.link.SetText(p.Text)
		f.link.SetRole(p.Role)
		f.link.act = p.Act
	}
	t.line.Refresh()
}
