package folders

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui/kit"
)

// trail says which steps there are, and which one shows.
type trail struct {
	object *fyne.Container
	steps  []trailStep
}

type trailStep struct {
	dot    *kit.Surface
	number *kit.Text
	word   *kit.Text
}

func newTrail(words []string) *trail {
	t := &trail{object: kit.HBox(8)}
	for i, w := range words {
		s := trailStep{number: kit.NewText(kit.Count(int64(i+1)), kit.CapM, kit.Ink2), word: kit.NewText(w, kit.BodyM, kit.Ink2)}
		s.dot = kit.NewSurface(kit.TileBg, kit.Clear, 10, kit.Centered(s.number))
		if i > 0 {
			t.object.Add(kit.Inset(0, 8, 0, 8, kit.NewIcon("right", 14, kit.Ink3)))
		}
		t.object.Add(kit.Sized(20, 20, s.dot))
		t.object.Add(s.word)
		t.steps = append(t.steps, s)
	}
	return t
}

func (t *trail) show(at int) {
	for i, s := range t.steps {
		ground, number, word := kit.TileBg, kit.Ink2, kit.Ink3
		switch {
		case i == at:
			ground, number, word = kit.Accent, kit.OnAccent, kit.Ink
		case i < at:
			ground, number, word = kit.AccentSoft, kit.AccentInk, kit.Ink2
		}
		s.dot.Set(ground, kit.Clear)
		s.number.SetRole(number)
		s.word.SetRole(word)
	}
}
