package items

import (
	"context"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

const historyMost = 8

// panel shows the details of one item beside the list, or over it where the
// window is narrow.
type panel struct {
	widget.BaseWidget
	v   *View
	id  store.ItemID
	t   target
	d   details
	ask kit.Latest

	ground, edge kit.Shape
	name         *kit.Text
	close        *kit.Button
	scroll       *kit.Scroll
	thumb        *kit.Icon
	mark         *kit.Mark
	title        *kit.Text
	say          *kit.Para
	places       *fyne.Container
	each         []*placeView
	qr           *canvas.Image
	qrText       string
	qrBox        *fyne.Container
	web          *kit.Text
	online       *fyne.Container // the web link
	webOpen      *kit.Link
	shared       *fyne.Container
	cid          *kit.Text
	cidLine      fyne.CanvasObject
	path         *kit.Text
	pathLine     fyne.CanvasObject
	home         string // the person's own folder, "" unknown
	history      []store.Operation
	facts        [2]struct{ key, value *kit.Text }
	events       [historyMost]struct{ when, what *kit.Text }
	historyHead  *fyne.Container
	historyRows  *fyne.Container
}

func newPanel(v *View) *panel {
	p := &panel{
		v: v, ground: kit.NewShape(0), edge: kit.NewShape(0),
		name: kit.NewText("", kit.Head, kit.Ink).Shrink(60), mark: kit.NewMark(kit.None, 16),
		title: kit.NewText("", kit.BodyS, kit.Ink).Shrink(60), say: kit.NewPara("", kit.Small, kit.Ink2, panelWide-48),
		thumb: kit.NewIcon("file", 40, kit.Ink3), places: kit.VBox(0), qr: newQR(),
		web:  kit.NewText("", kit.Small, kit.Ink).Shrink(40),
		path: kit.NewText("", kit.Small, kit.Ink).Shrink(40), cid: kit.NewText("", kit.Mono, kit.Ink).Shrink(40),
	}
	p.home, _ = os.UserHomeDir() // without one, paths show whole
	p.close = kit.NewButton("", kit.Quiet, "close", func() { v.away = true; p.hide() }).Tall(kit.Low).Named(kit.T("items.panel.close"))
	picture := kit.Sized(0, 112, kit.NewSurface(kit.ThumbBg, kit.Clear, 8, kit.Centered(p.thumb)))
	body := kit.VBox(0,
		picture, kit.Space(0, 16),
		kit.HBox(8, p.mark, kit.Fill(p.title)), p.say, kit.Space(0, 14),
		section(kit.T("items.panel.places"), kit.NewLink(kit.T("items.keep-on"), kit.SmallM, func() { v.keepOn([]store.ItemID{p.id}) })),
		p.places, kit.Space(0, 10),
		p.share(),
		section(kit.T("items.panel.about"), nil), p.about(), kit.Space(0, 12),
	)
	p.historyHead = section(kit.T("items.panel.history"), nil)
	p.historyRows = kit.VBox(0)
	for i := range p.events {
		e := &p.events[i]
		e.when, e.what = kit.NewText("", kit.Small, kit.Ink3), kit.NewText("", kit.Small, kit.Ink).Shrink(40)
		p.historyRows.Add(kit.Sized(0, 24, kit.HBox(8, kit.Sized(76, 18, e.when), kit.Fill(e.what))))
	}
	body.Add(p.historyHead)
	body.Add(p.historyRows)
	p.scroll = kit.NewScroll(kit.Inset(4, 24, 24, 23, body)) // it stands beside the edge
	p.Hidden = true
	p.ExtendBaseWidget(p)
	return p
}

// section is a head with a line over it.
func section(title string, right fyne.CanvasObject) *fyne.Container {
	row := kit.HBox(8, kit.Fill(kit.NewText(title, kit.CapM, kit.Ink3)))
	if right != nil {
		row.Add(right)
	}
	return kit.VBox(0, kit.NewHLine(), kit.Inset(8, 0, 6, 0, row))
}

func (p *panel) share() fyne.CanvasObject {
	copyWeb := kit.NewButton("", kit.Quiet, "copy", func() { p.v.copyLinks([]store.ItemID{p.id}) }).Tall(kit.Low).Named(kit.T("items.menu.link"))
	copyIPFS := kit.NewLink(kit.T("items.menu.ipfs"), kit.CapM, func() { p.v.copyIPFS([]store.ItemID{p.id}) })
	p.webOpen = kit.NewLink(kit.T("items.panel.open"), kit.CapM, p.openWeb)
	opens := kit.NewText(kit.T("items.panel.web"), kit.Cap, kit.Ink3).Shrink(40)
	field := kit.Sized(0, 32, kit.NewSurface(kit.Sunken, kit.Line, 8, kit.Inset(0, 2, 0, 10, kit.HBox(4, kit.Fill(p.web), copyWeb))))
	p.qrBox, p.online = kit.Sized(qrSide, qrSide, p.qr), kit.VBox(4, field, opens)
	words := kit.VBox(4, p.online, kit.HBox(12, p.webOpen, copyIPFS))
	p.shared = kit.VBox(0, section(kit.T("items.panel.share"), nil), kit.HBox(12, p.qrBox, kit.Fill(words)), kit.Space(0, 16))
	return p.shared
}

func (p *panel) about() fyne.CanvasObject {
	copyID := kit.NewButton("", kit.Quiet, "copy", func() { p.v.copyIDs([]store.ItemID{p.id}) }).Tall(kit.Low).Named(kit.T("items.menu.id"))
	line := func(key fyne.CanvasObject, value *kit.Text, end fyne.CanvasObject) fyne.CanvasObject {
		row := kit.HBox(4, kit.Sized(88, 18, key), kit.Fill(value))
		if end != nil {
			row.Add(end)
		}
		return kit.Sized(0, 26, row)
	}
	p.cidLine = line(kit.NewText(kit.T("items.about.cid"), kit.Small, kit.Ink3), p.cid, copyID)
	folder := kit.NewLink(kit.T("items.about.open-folder"), kit.SmallM, p.openFolder)
	p.pathLine = line(kit.NewText(kit.T("items.about.from"), kit.Small, kit.Ink3), p.path, folder)
	box := kit.VBox(0, p.cidLine, p.pathLine)
	for i := range p.facts {
		f := &p.facts[i]
		f.key, f.value = kit.NewText("", kit.Small, kit.Ink3), kit.NewText("", kit.Small, kit.Ink).Shrink(40)
		box.Add(line(f.key, f.value, nil))
	}
	return box
}

// shows reports whether the panel is about an item.
func (p *panel) shows(id store.ItemID) bool { return p.Visible() && p.id == id }

// open shows an item.
func (p *panel) open(id store.ItemID) {
	fresh := p.id != id || !p.Visible()
	p.id = id
	if !p.Visible() {
		p.Hidden = false
		p.v.relayout()
	}
	if fresh {
		p.scroll.Top()
	}
	p.v.rebind()
	p.refresh()
}

func (p *panel) hide() {
	p.ask.Stop()
	p.Hidden = true
	p.v.relayout()
	p.v.rebind()
	kit.FocusOn(p.v.list)
}

// refresh reads the item again.
func (p *panel) refresh() {
	if !p.Visible() {
		return
	}
	id := p.id
	type found struct {
		t       target
		ok      bool
		history []store.Operation
	}
	kit.Go(p.ask.Next(p.v.d.Context), func(ctx context.Context) (f found, err error) {
		if f.t.item, f.ok, err = p.v.src.Item(ctx, id); err != nil || !f.ok {
			return f, err
		}
		if !f.t.item.CID.IsZero() {
			if f.t.pins, err = p.v.src.Pins(ctx, f.t.item.CID); err != nil {
				return f, err
			}
		}
		if f.history, err = p.v.src.History(ctx, f.t.item); err != nil {
			return f, err
		}
		f.t.source, err = sourceIn(ctx, p.v.src, f.t.item, f.history)
		return f, err
	}, func(f found, err error) {
		switch {
		case err != nil:
			p.v.fail(err)
		case !f.ok:
			p.hide()
		default:
			p.t, p.history = f.t, f.history
			p.again()
		}
	})
}

// sourceIn is where an item is on this computer: what it is being made from, or
// what the last of its requests was.
func sourceIn(ctx context.Context, src source, i store.Item, history []store.Operation) (store.Source, error) {
	id := i.Source
	for _, o := range history {
		if id == 0 {
			id = o.Source
		}
	}
	if id == 0 {
		return store.Source{}, nil
	}
	s, _, err := src.Source(ctx, id)
	return s, err
}

// again shows what was read, with the newest of how far it is.
func (p *panel) again() {
	if p.Visible() && p.t.item.ID == p.id {
		p.show(detailsOf(p.t, p.history, p.v.columns, p.v.snap.Bringing, p.v.snap.At))
	}
}

func (p *panel) show(d details) {
	p.d = d
	role := kit.Ink
	if d.nameless {
		role = kit.Ink2
	}
	p.name.SetText(d.name)
	p.name.SetRole(role)
	p.thumb.Set(d.icon, kit.Ink3)
	p.mark.Set(d.state)
	p.title.SetText(d.title)
	p.say.SetText(d.say)
	p.say.Hidden = d.say == ""
	p.showShare(d)

	for i, f := range d.facts {
		p.facts[i].key.SetText(f.key)
		p.facts[i].value.SetText(f.value)
	}
	p.showPlaces()
	p.historyHead.Hidden = len(d.history) == 0
	for i := range p.events {
		row := p.historyRows.Objects[i]
		if i >= len(d.history) {
			row.Hide()
			continue
		}
		row.Show()
		p.events[i].when.SetText(d.history[i].when)
		p.events[i].what.SetText(d.history[i].what)
	}
	p.scroll.Layout()
}

// showShare shows the ID once there is one, and the web link once it opens.
func (p *panel) showShare(d details) {
	p.shared.Hidden = d.cid == ""
	p.qrBox.Hidden, p.online.Hidden, p.webOpen.Hidden = d.web == "", d.web == "", d.web == ""
	p.cidLine.(*fyne.Container).Hidden = d.cid == ""
	p.cid.SetText(d.cid)
	p.pathLine.(*fyne.Container).Hidden = d.path == "" || p.v.d.OpenPath == nil
	p.path.SetText(kit.Tilde(filepath.Dir(d.path), p.home)) // its name stands above
	if d.web == "" {
		return
	}
	p.web.SetText(d.web[len("https://"):])
	if p.qrText != d.web {
		p.qrText = d.web
		p.qr.Image = qrImage(d.web)
		p.qr.Refresh()
	}
}

func (p *panel) showPlaces() {
	for len(p.each) < len(p.d.places) {
		one := newPlaceView(p.acted)
		p.each = append(p.each, one)
		p.places.Add(one)
	}
	for i, one := range p.each {
		one.Hidden = i >= len(p.d.places)
		if !one.Hidden {
			one.show(p.d.places[i])
		}
	}
}

// acted is the button of a place.
func (p *panel) acted(r placeRow) {
	switch r.do {
	case actStop:
		p.v.stopSheet([]target{p.t}, r.account)
	case actKeep:
		p.v.keepAt([]target{p.t}, r.account)
	case actRetry:
		p.v.retry(p.t, r.account)
	case actCancel:
		p.v.cancelOpen(p.t, r.account)
	case actDecide:
		p.v.d.OnNeedsYou()
	}
}

// CreateRenderer is for Fyne.
func (p *panel) CreateRenderer() fyne.WidgetRenderer { return &panelRenderer{p} }

type panelRenderer struct{ p *panel }

func (r *panelRenderer) Destroy() {}
func (r *panelRenderer) Objects() []fyne.CanvasObject {
	p := r.p
	return []fyne.CanvasObject{p.ground.Rectangle, p.edge.Rectangle, p.name, p.close, p.scroll}
}
func (r *panelRenderer) MinSize() fyne.Size { return fyne.NewSize(300, 200) }
func (r *panelRenderer) Refresh()           { r.Layout(r.p.Size()) }

func (r *panelRenderer) Layout(s fyne.Size) {
	p := r.p
	p.ground.Set(kit.Bg, kit.Clear, 0)
	p.edge.Set(kit.Line, kit.Clear, 0)
	kit.Put(p.ground, 0, 0, s.Width, s.Height)
	kit.Put(p.edge, 0, 0, 1, s.Height)
	kit.Put(p.name, 24, 20, s.Width-24-60, 24)
	kit.Put(p.close, s.Width-24-22, 18, 28, 28)
	kit.Put(p.scroll, 1, 52, s.Width-1, s.Height-52)
}
