package add

import (
	"context"
	"log/slog"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what the sheet asks for.
type Engine interface {
	Add(ctx context.Context, r pinsync.AddRequest) (pinsync.Accepted, error)
	Cancel(ctx context.Context, ids []store.OperationID) error
	Set(ctx context.Context, key, value string) error
}

// Reader is what the sheet reads beside the snapshot.
type Reader interface {
	Setting(ctx context.Context, key string) (string, error)
}

// Deps is what the sheet needs. All but Log are required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  Reader
	Engine  Engine
	Log     *slog.Logger
	State   func() kit.Snapshot
	// Show leads to what was just added.
	Show func()
	// Connect opens the sheet that connects a service, NewKey the one that gives
	// an account another key.
	Connect func()
	NewKey  func(services.AccountID)
}

// Sheet is an open sheet.
type Sheet struct {
	d      Deps
	handle *kit.SheetHandle
	given  Given
	places []place
	busy   bool

	bulk      []string // many words given at once; they never enter the field
	input     *kit.Field
	many      *kit.List
	manyBox   *fyne.Container
	icon      *kit.Icon
	verdict   *kit.Text
	troubles  *kit.Para
	whole     *kit.Button
	inner     *Trouble
	name      *kit.Field
	nameBox   *fyne.Container
	list      *fyne.Container
	rows      []*kit.PlaceRow
	copies    *kit.Text
	remember  *kit.Check
	status    *kit.Text
	body      *fyne.Container
	explained *kit.Para
}

// Open shows the sheet with text in its field. What was remembered as the usual
// places arrives a moment later; nothing waits for it.
func Open(d Deps, text string) *Sheet {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sheet{d: d}
	s.build()
	s.handle = kit.ShowSheet(d.Window.Canvas(), kit.Sheet{
		Title: kit.T("add.title"), Sub: kit.T("add.sub"), Width: 800, Body: s.body, Notice: s.notice(), Footer: s.status,
		PrimaryLabel: kit.T("add.go"), Primary: func(*kit.SheetHandle) { s.send() },
	})
	s.showPlaces("")
	s.Fill(text)
	s.read("")
	kit.Go(d.Context, func(ctx context.Context) (string, error) { return d.Reader.Setting(ctx, DefaultSetting) }, func(usual string, err error) {
		if err == nil && !s.handle.Closed() {
			s.showPlaces(usual)
		}
	})
	return s
}

func (s *Sheet) build() {
	s.input = kit.NewField(kit.T("add.input.hint"), "").Multi().Tall(fieldHigh)
	s.input.OnChanged, s.input.OnPaste = s.read, s.pasted
	s.many = kit.NewList(kit.T("add.input"), kit.ListConfig{RowHeight: 32, NewRow: s.newRow, Bind: s.bind})
	s.manyBox = kit.Sized(0, 160, kit.NewSurface(kit.Sunken, kit.Edge, 8, kit.Inset(4, 0, 4, 0, s.many)))
	s.manyBox.Hide()
	s.icon, s.verdict = kit.NewIcon("info", 16, kit.Ink3), kit.NewText("", kit.SmallM, kit.Ink3).Shrink(40)
	s.troubles = kit.NewPara("", kit.Small, kit.Warn, 436)
	s.whole = kit.NewButton(kit.T("add.inside.whole"), kit.AccentText, "folder", s.wholeFolder).Tall(kit.Low)
	paste := kit.NewButton(kit.T("add.paste"), kit.AccentText, "copy", s.paste).Tall(kit.Low)
	s.name = kit.NewField(kit.T("add.name.hint"), "")
	s.nameBox = kit.VBox(6, kit.NewText(kit.T("add.name"), kit.BodyM, kit.Ink), s.name)
	left := kit.VBox(8,
		kit.HBox(8, kit.Fill(kit.NewText(kit.T("add.input"), kit.BodyM, kit.Ink)), paste), s.manyBox, s.input,
		kit.HBox(6, s.icon, kit.Fill(s.verdict)), s.troubles, kit.HBox(0, s.whole, kit.Fill()), s.nameBox)

	s.list = kit.VBox(12)
	s.copies = kit.NewText("", kit.Small, kit.Ink3)
	s.remember = kit.NewCheck(kit.T("add.default"), false, nil)
	right := kit.VBox(12, kit.Sized(0, kit.Low, kit.HBox(8, kit.NewText(kit.T("add.where"), kit.BodyM, kit.Ink), s.copies)), s.list, s.remember)
	s.body = kit.Beside(24, 252, left, right)
	s.status = kit.NewText("", kit.Small, kit.Ink3).Shrink(0)
}

// notice is the warning at the foot: whatever is added is public.
func (s *Sheet) notice() fyne.CanvasObject {
	s.explained = kit.NewPara(kit.T("add.public.text"), kit.Small, kit.Ink2, 700)
	s.explained.Hide()
	why := kit.NewLink(kit.T("add.public.why"), kit.SmallM, func() {
		s.explained.Hidden = !s.explained.Hidden
		s.handle.Layout()
	})
	return kit.VBox(6, kit.HBox(10, kit.NewIcon("eye", 18, kit.Ink2), kit.NewText(kit.T("add.public"), kit.BodyM, kit.Ink), why), s.explained)
}

// read judges the field; it runs at each key.
func (s *Sheet) read(string) {
	s.given = Read(s.text())
	v := judge(s.given)
	s.icon.Set(v.icon, v.role)
	s.verdict.SetText(v.line)
	s.verdict.SetRole(v.role)
	s.troubles.SetText(strings.Join(v.lines, "\n"))
	s.troubles.Hidden = len(v.lines) == 0
	s.inner = v.inner
	s.whole.Hidden = v.inner == nil
	s.nameBox.Hidden = len(s.given.Pins) != 1
	if len(s.given.Pins) == 1 && s.given.Pins[0].Name != "" && s.name.Text() == "" {
		s.name.SetText(services.Clean(s.given.Pins[0].Name))
	}
	s.tell()
	s.layout()
}

func (s *Sheet) layout() {
	if s.handle != nil {
		s.body.Refresh()
		s.handle.Layout()
	}
}

// tell says what is still missing and enables the button.
func (s *Sheet) tell() {
	chosen := len(s.chosen())
	s.copies.SetText("")
	if chosen > 0 {
		s.copies.SetText(copies(chosen))
	}
	why := missing(s.given, chosen)
	if why == "" && len(s.given.Problems) > 0 {
		s.status.SetText(kit.N("add.skip", int64(len(s.given.Problems))))
	} else {
		s.status.SetText(why)
	}
	if s.handle != nil {
		s.handle.SetPrimary(why == "" && !s.busy)
	}
}

func (s *Sheet) chosen() []services.AccountID {
	var ids []services.AccountID
	for i, c := range s.rows {
		if c.On() {
			ids = append(ids, s.places[i].id)
		}
	}
	return ids
}

// showPlaces lists the services; usual is the setting.
func (s *Sheet) showPlaces(usual string) {
	s.places = places(s.d.State(), usual)
	s.rows, s.list.Objects = nil, nil
	for _, p := range s.places {
		row := kit.NewPlaceRow(kit.Letter(p.name), p.name, p.say, p.role, p.chosen, func(bool) { s.tell() })
		s.rows = append(s.rows, row)
		s.list.Add(row)
		if p.newKey {
			s.list.Add(kit.Inset(0, 0, 0, 72, kit.HBox(0, kit.NewLink(kit.T("add.newkey"), kit.CapM, func() { s.handle.Close(); s.d.NewKey(p.id) }), kit.Fill())))
		}
	}
	s.remember.Hidden = len(s.places) < 2
	if len(s.places) == 0 {
		s.list.Add(kit.NewPara(kit.T("add.nowhere"), kit.Small, kit.Ink2, 240))
		s.list.Add(kit.HBox(0, kit.NewButton(kit.T("add.connect"), kit.Secondary, "plus", func() { s.handle.Close(); s.d.Connect() }), kit.Fill()))
	}
	s.tell()
	s.layout()
}
