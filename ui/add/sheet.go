package add

import (
	"context"
	"log/slog"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what the sheet asks for.
type Engine interface {
	Add(ctx context.Context, r pinsync.AddRequest) (pinsync.Accepted, error)
	Import(ctx context.Context, r pinsync.ImportRequest) (pinsync.Accepted, error)
	Inspect(ctx context.Context, r pinsync.ImportRequest) ([]ingest.Plan, error)
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
	life   context.Context // of the sheet
	handle *kit.SheetHandle
	busy   bool

	tabs      *kit.Tabs
	files     *filePane
	ids       *idPane
	places    *placePane
	status    *kit.Text
	names     *kit.Text // "File names become public names."
	body      *fyne.Container
	explained *kit.Para
}

// The tabs.
const (
	tabFiles = iota
	tabIDs
)

// Open shows the sheet, at its files. What was remembered as the usual places
// arrives a moment later; nothing waits for it.
func Open(d Deps) *Sheet {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	life, end := context.WithCancel(d.Context)
	s := &Sheet{d: d, life: life, status: kit.NewText("", kit.Small, kit.Ink3).Shrink(0)}
	s.files, s.ids, s.places = newFilePane(s), newIDPane(s), newPlacePane(s)
	s.tabs = kit.NewTabs([]string{kit.T("add.tab.files"), kit.T("add.tab.ids")}, tabFiles, func(int) { s.choose() })
	s.ids.body.Hide()
	s.body = kit.Beside(24, 252, kit.VBox(0, s.files.body, s.ids.body), s.places.body)
	s.handle = kit.ShowSheet(d.Window.Canvas(), kit.Sheet{
		Title: kit.T("add.title"), Width: 800, Head: kit.HBox(0, s.tabs, kit.Fill()), Body: s.body, Notice: s.notice(), Footer: s.status,
		PrimaryLabel: kit.T("add.go"), Primary: func(*kit.SheetHandle) { s.send() }, OnClosed: end,
	})
	s.places.show("")
	d.Window.Canvas().Focus(s.files.first) // not painted yet
	kit.Go(s.life, func(ctx context.Context) (string, error) { return d.Reader.Setting(ctx, DefaultSetting) }, func(usual string, err error) {
		if err == nil {
			s.places.show(usual)
		}
	})
	return s
}

// notice is the warning at the foot: whatever is added is public.
func (s *Sheet) notice() fyne.CanvasObject {
	s.explained = kit.NewPara(kit.T("add.public.text"), kit.Small, kit.Ink2, 700)
	s.explained.Hide()
	why := kit.NewLink(kit.T("add.public.why"), kit.SmallM, func() {
		s.explained.Hidden = !s.explained.Hidden
		s.handle.Layout()
	})
	s.names = kit.NewText(kit.T("add.public.names"), kit.Small, kit.Ink2)
	return kit.VBox(6, kit.HBox(10, kit.NewIcon("eye", 18, kit.Ink2), kit.NewText(kit.T("add.public"), kit.BodyM, kit.Ink), kit.Fill(s.names), why), s.explained)
}

// Closed reports whether the sheet has gone.
func (s *Sheet) Closed() bool { return s.handle.Closed() }

// Fill puts more IDs or links to those that stand there.
func (s *Sheet) Fill(text string) {
	s.lead(tabIDs)
	if text != "" {
		s.ids.fill(text)
	}
}

// Files puts more files and folders of this computer to those that stand there.
func (s *Sheet) Files(paths []store.Path) {
	s.lead(tabFiles)
	s.files.add(paths)
}

// Holds is how many files and folders, and how many IDs, would be kept.
func (s *Sheet) Holds() (files, ids int) { return s.wish().files, s.wish().ids }

func (s *Sheet) lead(tab int) {
	s.tabs.SetAt(tab)
	s.choose()
}

// choose shows the chosen tab.
func (s *Sheet) choose() {
	setHidden(s.files.body, s.tabs.At() != tabFiles)
	setHidden(s.ids.body, s.tabs.At() != tabIDs)
	if s.tabs.At() == tabIDs {
		s.ids.input.FocusIn(s.d.Window.Canvas())
	}
	s.changed()
}

// changed is told by the sides of the sheet that what was given is another.
func (s *Sheet) changed() {
	if s.handle == nil {
		return // still being built
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

// wish is what the sheet holds, as far as it can be kept.
func (s *Sheet) wish() wish {
	return wish{
		files: s.files.sum.items, badFiles: s.files.sum.bad, looking: s.files.looking(),
		ids: len(s.ids.given.Pins), badIDs: len(s.ids.given.Problems),
	}
}

// tell says what is still missing and enables the button.
func (s *Sheet) tell() {
	if s.handle == nil {
		return
	}
	w := s.wish()
	s.tabs.SetWord(tabFiles, counted(kit.T("add.tab.files"), w.files))
	s.tabs.SetWord(tabIDs, counted(kit.T("add.tab.ids"), w.ids))
	s.names.Hidden = len(s.files.given) == 0
	s.places.tell(w.files > 0)
	chosen, _ := s.places.chosen()
	why := w.missing(len(chosen))
	if why == "" {
		s.status.SetText(w.leftOut())
	} else {
		s.status.SetText(why)
	}
	s.handle.SetPrimary(why == "" && !s.busy)
}

// failed says in the foot what did not work.
func (s *Sheet) failed(err error) {
	s.tell()
	s.status.SetText(kit.Explain(err, "").Title)
}
