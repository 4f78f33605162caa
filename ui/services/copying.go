package services

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// copying is an open sheet that has one service keep what another does.
type copying struct {
	v         *View
	cids      []services.CID // none: all of it
	list      []services.Account
	from, to  *kit.Select
	toAt      []int // places in list of what may be chosen as to
	sheet     *kit.SheetHandle
	asked     kit.Latest
	head, say *kit.Para
	note      *kit.Para
	noteBox   *fyne.Container
	body      *fyne.Container
	plan      pinsync.CopyPlan
	busy      bool
}

// Copy opens the sheet that copies what a service keeps to another; cids narrow
// it to some items, none is all of them. from may be changed in the sheet.
func (v *View) Copy(from services.AccountID, cids []services.CID) {
	c := &copying{v: v, cids: cids}
	at := 0
	for _, a := range v.d.State().Accounts {
		if a.Local() {
			continue
		}
		if a.ID == from {
			at = len(c.list)
		}
		c.list = append(c.list, a.Account)
	}
	if len(c.list) < 2 {
		kit.Toast(v.d.Window.Canvas(), kit.T("services.copy.one"), kit.T("services.connect"), v.Connect)
		return
	}
	c.build(at)
}

func (c *copying) build(from int) {
	names := make([]string, len(c.list))
	for i, a := range c.list {
		names[i] = services.Clean(a.Name)
	}
	c.from = kit.NewSelect(kit.T("services.copy.from"), names, from, func(int) { c.offer(); c.ask() })
	c.to = kit.NewSelect(kit.T("services.copy.to"), nil, -1, func(int) { c.ask() })
	c.head, c.say = kit.NewPara("", kit.BodyS, kit.Ink, 432), kit.NewPara("", kit.Small, kit.Ink2, 432)
	c.note = kit.NewPara("", kit.Small, kit.Warn, 400)
	c.noteBox = kit.VBox(0, kit.NewSurface(kit.WarnSoft, kit.Clear, 8, kit.Inset(8, 12, 8, 12, c.note)))
	line := func(word string, s *kit.Select) fyne.CanvasObject {
		return kit.HBox(12, kit.Fill(kit.NewText(word, kit.BodyM, kit.Ink)), kit.Sized(240, 32, s))
	}
	plan := kit.NewSurface(kit.Sunken, kit.Clear, 8, kit.Inset(12, 12, 12, 12, kit.VBox(6, c.head, c.say)))
	c.body = kit.VBox(12, line(kit.T("services.copy.from"), c.from), line(kit.T("services.copy.to"), c.to), plan, c.noteBox,
		kit.NewPara(kit.T("services.copy.how"), kit.Small, kit.Ink3, 432))
	c.offer()
	sub := kit.T("services.copy.all")
	if n := len(c.cids); n > 0 {
		sub = kit.N("services.copy.some", int64(n))
	}
	c.sheet = kit.ShowSheet(c.v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.copy.title"), Sub: sub, Width: 480, Body: c.body, OnClosed: c.asked.Stop,
		PrimaryLabel: kit.T("services.copy.go"), Primary: func(*kit.SheetHandle) { c.copy() },
	})
	c.ask()
}

// offer puts to into the choice what is not from.
func (c *copying) offer() {
	var words []string
	was := -1
	if at := c.to.At(); at >= 0 {
		was = c.toAt[at]
	}
	c.toAt = nil
	chosen := 0
	for i, a := range c.list {
		if i == c.from.At() {
			continue
		}
		if i == was {
			chosen = len(words)
		}
		words, c.toAt = append(words, services.Clean(a.Name)), append(c.toAt, i)
	}
	c.to.SetWords(words, chosen)
}

func (c *copying) request() pinsync.CopyRequest {
	return pinsync.CopyRequest{From: c.list[c.from.At()].ID, To: c.target().ID, CIDs: c.cids}
}

func (c *copying) target() services.Account { return c.list[c.toAt[c.to.At()]] }

// ask makes the plan of what is chosen; no service is asked.
func (c *copying) ask() {
	r := c.request()
	c.sheet.SetPrimary(false)
	c.tell(kit.T("services.copy.counting"), "", "")
	kit.Go(c.asked.Next(c.v.d.Context), func(ctx context.Context) (pinsync.CopyPlan, error) {
		return c.v.d.Engine.PlanCopy(ctx, r)
	}, func(p pinsync.CopyPlan, err error) {
		if err != nil {
			m := kit.Explain(err, services.Clean(c.target().Name))
			c.tell(m.Title, m.Hint, "")
			return
		}
		c.plan = p
		from, to := services.Clean(c.list[c.from.At()].Name), services.Clean(c.target().Name)
		c.tell(planHead(p, to), planWords(p, from, to), planNote(p, to))
		c.sheet.SetPrimary(p.New > 0)
	})
}

func (c *copying) tell(head, say, note string) {
	c.head.SetText(head)
	c.say.SetText(say)
	c.say.Hidden = say == ""
	c.note.SetText(note)
	c.noteBox.Hidden = note == ""
	c.body.Refresh()
	c.sheet.Layout()
}

// planHead is what would be copied.
func planHead(p pinsync.CopyPlan, to string) string {
	switch {
	case p.New == 0 && p.There+p.Asked > 0:
		return kit.T("services.copy.done-already", "to", to)
	case p.New == 0:
		return kit.T("services.copy.nothing")
	case p.Size > 0 && p.Unsized > 0:
		return kit.N("services.copy.new-least", p.New, "size", kit.Bytes(p.Size))
	case p.Size > 0:
		return kit.N("services.copy.new-size", p.New, "size", kit.Bytes(p.Size))
	default:
		return kit.N("services.copy.new", p.New)
	}
}

// planWords is what is left out, and why.
func planWords(p pinsync.CopyPlan, from, to string) string {
	var parts []string
	add := func(n int64, words string) {
		if n > 0 {
			parts = append(parts, words)
		}
	}
	if p.New > 0 {
		add(p.There, kit.N("services.copy.there", p.There, "to", to))
		add(p.Asked, kit.N("services.copy.asked", p.Asked, "to", to))
	}
	add(p.Failed, kit.N("services.copy.failed", p.Failed, "from", from))
	add(p.Missing, kit.N("services.copy.missing", p.Missing, "from", from))
	if p.New > 0 {
		add(p.Unsized, kit.N("services.copy.unsized", p.Unsized))
	}
	return strings.Join(parts, "\n")
}

// planNote warns of what it may cost, "" where nothing is known to.
func planNote(p pinsync.CopyPlan, to string) string {
	if p.New == 0 || !p.Cost {
		return ""
	}
	return kit.T("services.copy.cost", "to", to)
}

func (c *copying) copy() {
	if c.busy {
		return
	}
	c.busy = true
	r, to := c.request(), services.Clean(c.target().Name)
	c.sheet.SetPrimary(false)
	c.tell(kit.T("services.copy.running"), "", "")
	kit.Go(c.v.d.Context, func(ctx context.Context) (pinsync.Copied, error) {
		return c.v.d.Engine.Copy(ctx, r)
	}, func(done pinsync.Copied, err error) {
		c.busy = false
		if err != nil {
			m := kit.Explain(err, to)
			c.tell(m.Title, kit.T("services.copy.again"), "")
			c.sheet.SetPrimary(true)
			return
		}
		c.sheet.Close()
		kit.Toast(c.v.d.Window.Canvas(), copiedWords(done, to), kit.T("services.copy.show"), func() { c.v.d.ShowItems(r.To) })
	})
}

// copiedWords says what became of it: what was asked for is sent, not safe.
func copiedWords(done pinsync.Copied, to string) string {
	words := kit.N("services.copy.sent", int64(len(done.Operations)), "to", to)
	if done.More {
		words += " " + kit.T("services.copy.more")
	}
	if done.RefusedCount > 0 {
		words += " " + kit.N("services.copy.refused", done.RefusedCount)
	}
	return words
}
