package kit

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/assets"
)

// picture is the embedded icon in a colour. The same name and colour give the
// same resource, which Fyne then draws once per size.
func picture(name string, c color.NRGBA) fyne.Resource {
	key := fmt.Sprintf("%s-%02x%02x%02x.svg", name, c.R, c.G, c.B)
	if r, ok := pictures.Load(key); ok {
		return r.(fyne.Resource)
	}
	svg, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic("bug: " + err.Error())
	}
	svg = bytes.ReplaceAll(svg, []byte("#000000"), fmt.Appendf(nil, "#%02x%02x%02x", c.R, c.G, c.B))
	r, _ := pictures.LoadOrStore(key, fyne.NewStaticResource(key, svg))
	return r.(fyne.Resource)
}

var pictures sync.Map // key -> fyne.Resource

// Resource is an icon as Fyne's own widgets take it (menus), in a role's
// colour now.
func Resource(name string, r Role) fyne.Resource { return picture(name, Color(r)) }

// AppIcon is Pintray's own icon, 512 px.
func AppIcon() fyne.Resource {
	data, err := assets.Icons.ReadFile("icons/app.png")
	if err != nil {
		panic("bug: " + err.Error())
	}
	return fyne.NewStaticResource("app.png", data)
}

func newImage() *canvas.Image {
	i := canvas.NewImageFromResource(nil)
	i.FillMode = canvas.ImageFillContain
	return i
}

func setPicture(i *canvas.Image, name string, r Role) {
	if res := picture(name, Color(r)); i.Resource != res {
		i.Resource = res
		i.Refresh()
	}
}

// Icon is a picture of one colour, of a fixed size.
type Icon struct {
	widget.BaseWidget
	name string
	side float32
	role Role
	img  *canvas.Image
}

// NewIcon makes an icon; name is a file of assets/icons without its ending.
func NewIcon(name string, size float32, r Role) *Icon {
	i := &Icon{name: name, side: size, role: r, img: newImage()}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the picture and its colour.
func (i *Icon) Set(name string, r Role) {
	if i.name != name || i.role != r {
		i.name, i.role = name, r
		i.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer { return render(i, i.img) }

func (i *Icon) paint()           { setPicture(i.img, i.name, i.role) }
func (i *Icon) least() fyne.Size { return fyne.NewSquareSize(i.side) }
func (i *Icon) place(s fyne.Size) {
	put(i.img, (s.Width-i.side)/2, (s.Height-i.side)/2, i.side, i.side)
}

// State is what one item is at one place, as the marks show it.
type State int

// The marks: the shape says it, the colour only repeats it.
const (
	None     State = iota // not kept here
	Safe                  // pinned, and seen to be in time
	Fetching              // the service is collecting it
	Waiting               // the service has it on its list, or it is still to be sent
	Failed                // the service couldn't keep it
	Unknown               // not checked, or not in time
	Here                  // on this computer, which is no copy
)

func (s State) picture() string {
	return [...]string{"mark-none", "mark-safe", "mark-fetching", "mark-waiting", "mark-failed", "mark-unknown", "monitor"}[s]
}

// Role is the colour of the state.
func (s State) Role() Role { return [...]Role{Ctl, SafeInk, Work, Work, Bad, Ink3, Ink2}[s] }

// Mark shows a state.
type Mark struct {
	Icon
	state State
}

// NewMark makes a mark; 16 is the size of a list.
func NewMark(s State, size float32) *Mark {
	m := &Mark{state: s}
	m.name, m.side, m.role, m.img = s.picture(), size, s.Role(), newImage()
	m.ExtendBaseWidget(m)
	return m
}

// Set changes the state.
func (m *Mark) Set(s State) {
	m.state = s
	m.Icon.Set(s.picture(), s.Role())
}

// Label is the state in words.
func (m *Mark) Label() string { return StatusText(m.state) }

// Tile stands for a service: its letter on a rounded square. The empty letter
// is this computer.
type Tile struct {
	widget.BaseWidget
	letter string
	side   float32
	box    *canvas.Rectangle
	text   *canvas.Text
	img    *canvas.Image
}

// NewTile makes a tile: 20 in heads, 28 in lists, 32 in choices, 40 on cards.
func NewTile(letter string, size float32) *Tile {
	t := &Tile{letter: letter, side: size, box: rect(size * 0.28), text: newText(BodyS), img: newImage()}
	t.text.TextSize = size * 0.5
	t.text.Alignment = fyne.TextAlignCenter
	t.ExtendBaseWidget(t)
	return t
}

// SetLetter changes the letter.
func (t *Tile) SetLetter(s string) { t.letter = s; t.Refresh() }

// Label is the letter.
func (t *Tile) Label() string { return t.letter }

// CreateRenderer is for Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer { return render(t, t.box, t.text, t.img) }

func (t *Tile) paint() {
	t.box.FillColor = Color(TileBg)
	t.text.Text, t.text.Color = t.letter, Color(Ink2)
	setPicture(t.img, "monitor", Ink2)
	t.img.Hidden = t.letter != ""
}

func (t *Tile) least() fyne.Size { return fyne.NewSquareSize(t.side) }
func (t *Tile) place(s fyne.Size) {
	x, y := (s.Width-t.side)/2, (s.Height-t.side)/2
	put(t.box, x, y, t.side, t.side)
	put(t.text, x, y, t.side, t.side)
	d := t.side * 0.56
	put(t.img, (s.Width-d)/2, (s.Height-d)/2, d, d)
}
