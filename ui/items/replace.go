package items

import (
	"context"
	"errors"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// replaced is one pin of every account that keeps an item, the safest one: what
// a replacement is about.
func replaced(pins []store.Pin, from map[services.AccountID]bool) (out []store.Pin) {
	at := map[services.AccountID]int{}
	for _, p := range pins {
		i, ok := at[p.Account]
		switch {
		case !from[p.Account]:
		case !ok:
			at[p.Account] = len(out)
			out = append(out, p)
		case p.Status == services.Pinned && out[i].Status != services.Pinned:
			out[i] = p
		}
	}
	return out
}

// readNew reads what is to be put in an item's place: its CID, or what is wrong
// with it, which is "" while nothing was given.
func readNew(text string, was services.CID) (c services.CID, wrong string) {
	if strings.TrimSpace(text) == "" {
		return c, ""
	}
	link, err := services.ParseLink(text)
	if err != nil {
		m := kit.Explain(err, "")
		return c, strings.TrimSpace(m.Title + " " + m.Hint)
	}
	if link.CID.Key == was.Key {
		return c, kit.T("items.replace.same")
	}
	return link.CID, ""
}

// replaceItem asks which content is to take an item's place, and where.
func (v *View) replaceItem(id store.ItemID) {
	v.load([]store.ItemID{id}, true, func(list []target) {
		if len(list[0].pins) == 0 {
			v.say(kit.T("items.replace.nothing"))
			return
		}
		v.replaceSheet(list[0])
	})
}

func (v *View) replaceSheet(t target) {
	field := kit.NewField(kit.T("items.replace.hint"), "").Multi().Tall(60) // a whole ID can be seen in two lines
	verdict := kit.NewPara("", kit.Small, kit.Warn, 432)
	body := kit.VBox(8, field, verdict, kit.NewPara(kit.T("items.replace.say"), kit.Small, kit.Ink2, 432))
	from := map[services.AccountID]bool{}
	var h *kit.SheetHandle
	ready := func() (c services.CID, ok bool) {
		c, wrong := readNew(field.Text(), t.item.CID)
		verdict.SetText(wrong)
		verdict.Hidden = wrong == ""
		return c, !c.IsZero() && len(replaced(t.pins, from)) > 0
	}
	tell := func() {
		_, ok := ready()
		h.SetPrimary(ok)
		body.Refresh()
		h.Layout()
	}
	do := func() {
		if c, ok := ready(); ok {
			h.Close()
			v.replace(t, replaced(t.pins, from), c)
		}
	}
	places := kit.VBox(4)
	for _, c := range choices([]target{t}, v.columns) {
		if c.pins > 0 {
			from[c.account] = true
			places.Add(serviceLine(c, kit.N("items.stop.pins", int64(c.pins)), kit.NewNamedCheck(c.name, true, func(on bool) { from[c.account] = on; tell() })))
		}
	}
	if len(from) > 1 {
		body.Add(places)
	}
	field.OnChanged, field.OnSubmitted = func(string) { tell() }, func(string) { do() }
	h = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("items.replace.title"), Sub: kit.Name(t.item), Width: 480, Body: body,
		Notice:       kit.HBox(8, kit.NewIcon("eye", 16, kit.Ink2), kit.Fill(kit.NewText(kit.T("items.keep.public"), kit.SmallM, kit.Ink2).Shrink(80))),
		PrimaryLabel: kit.T("items.replace.do"), Primary: func(*kit.SheetHandle) { do() },
	})
	tell()
}

// replace puts a content in the place of pins; they keep their names.
func (v *View) replace(t target, pins []store.Pin, c services.CID) {
	kit.Go(v.d.Context, func(ctx context.Context) (pinsync.Accepted, error) {
		var all pinsync.Accepted
		var failed error
		for _, p := range pins {
			got, err := v.d.Engine.Replace(ctx, refOf(p), services.Pin{CID: c, Name: p.Pin.Name}, hold)
			all.Operations, all.Refused = append(all.Operations, got.Operations...), append(all.Refused, got.Refused...)
			failed = errors.Join(failed, err)
		}
		return all, failed
	}, func(a pinsync.Accepted, err error) {
		if err != nil {
			v.fail(err)
			return
		}
		v.done(kit.T("items.replacing", "name", kit.Name(t.item)), a)
	})
}
