// Package folders is the screen of the watched folders: a card for each, in
// words, and the sheet of three steps that adds one or changes its rules.
//
// ui shows it. It starts no goroutine but through kit.Go; what is on the disk is
// looked at by the engine only.
package folders

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what this screen asks for.
type Engine interface {
	PlanFolder(ctx context.Context, r pinsync.FolderRequest) (pinsync.FolderPlan, error)
	AddFolder(ctx context.Context, r pinsync.FolderRequest) (store.Folder, error)
	EditFolder(ctx context.Context, id store.FolderID, r pinsync.FolderRequest) error
	PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error
	ResumeFolder(ctx context.Context, id store.FolderID) error
	ApproveFolder(ctx context.Context, id store.FolderID) error
	ForgetFolder(ctx context.Context, id store.FolderID) error
	RescanFolder(ctx context.Context, id store.FolderID) error
	Manifest(ctx context.Context, id store.FolderID) (path string, err error)
}

// Reader is what this screen reads beside the snapshot.
type Reader interface {
	Folders(ctx context.Context) ([]store.Folder, error)
	Setting(ctx context.Context, key string) (string, error)
}

// Deps is what the screen needs. All but Log are required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  Reader
	Engine  Engine
	Log     *slog.Logger
	// State is the newest snapshot; it is called on the UI thread.
	State func() kit.Snapshot
	// OpenPath shows a file or a folder in the person's own program.
	OpenPath func(path string) error
	// Connect opens the sheet that connects a service, NewKey the one that gives
	// an account another key.
	Connect func()
	NewKey  func(services.AccountID)
}

// View is the screen.
type View struct {
	d       Deps
	home    string // the person's own folder, "" where there is none
	asked   kit.Latest
	reading bool
	again   bool // something changed while it was read
	wizard  *wizard

	content  fyne.CanvasObject
	scroll   *kit.Scroll
	list     *fyne.Container
	drop     fyne.CanvasObject
	empty    fyne.CanvasObject
	tail     *kit.Tail
	cards    map[store.FolderID]*cardView
	starting *kit.Button
}

// New makes the screen; it reads nothing before Refresh.
func New(d Deps) *View {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	v := &View{d: d, cards: map[store.FolderID]*cardView{}, tail: kit.NewTail()}
	v.home, _ = os.UserHomeDir() // without one, paths show whole
	v.drop = dropCard(v.Watch)
	v.list = kit.VBox(16)
	v.scroll = kit.NewScroll(kit.Inset(24, 24, 24, 24, v.list))
	v.empty = kit.NewEmpty(kit.Empty{
		Steps: []kit.EmptyStep{
			{Icon: "folder", Title: kit.T("folders.empty.step1"), Text: kit.T("folders.empty.step1.text")},
			{Icon: "finger", Title: kit.T("folders.empty.step2"), Text: kit.T("folders.empty.step2.text")},
			{Icon: "cloud", Title: kit.T("folders.empty.step3"), Text: kit.T("folders.empty.step3.text")},
		},
		Title: kit.T("folders.empty"), Text: kit.T("folders.empty.text"),
		Buttons: []*kit.Button{kit.NewButton(kit.T("folders.add"), kit.Primary, "plus", v.Watch)}, Hint: kit.T("folders.drop.text"),
	})
	v.starting = kit.NewButton(kit.T("folders.add"), kit.Primary, "plus", v.Watch)
	v.empty.Hide()
	v.starting.Hide()
	head := kit.PageHead(kit.T("folders.title"), kit.T("folders.sub"), v.starting)
	v.content = kit.VBox(0, head, kit.Fill(v.scroll, v.empty), v.tail.Object())
	return v
}

// Content is what to put into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Refresh reads anew and shows it. Calls while it reads become one more.
func (v *View) Refresh() {
	if v.reading {
		v.again = true
		return
	}
	v.reading, v.again = true, false
	kit.Go(v.asked.Next(v.d.Context), v.d.Reader.Folders, func(list []store.Folder, err error) {
		v.reading = false
		if err != nil {
			v.d.Log.Warn("the folders could not be read", "code", services.CodeOf(err))
			kit.Toast(v.d.Window.Canvas(), kit.Explain(err, "").Title, "", nil)
		} else {
			v.show(rows(list, v.d.State(), v.home))
		}
		if v.again {
			v.Refresh()
		}
	})
}

func (v *View) show(p page) {
	none := len(p.cards) == 0
	setHidden(v.empty, !none)
	setHidden(v.scroll, none)
	setHidden(v.starting, none)
	var order []store.FolderID
	objects := make([]fyne.CanvasObject, 0, len(p.cards)+1)
	for _, c := range p.cards {
		one, ok := v.cards[c.folder.ID]
		if !ok {
			one = newCardView(v.act)
			v.cards[c.folder.ID] = one
		}
		one.show(c)
		order = append(order, c.folder.ID)
		objects = append(objects, one.card)
	}
	v.list.Objects = append(objects, v.drop)
	for id := range v.cards {
		if !slices.Contains(order, id) {
			delete(v.cards, id)
		}
	}
	v.list.Refresh()
	v.scroll.Layout()
	v.content.Refresh()
	v.showTail(p)
}

func (v *View) showTail(p page) {
	var parts []kit.TailPart
	for _, t := range p.tail {
		parts = append(parts, kit.TailPart{Text: t, Role: kit.Ink3})
	}
	if p.needs != "" {
		parts = append(parts, kit.TailPart{Text: p.needs, Role: kit.Warn})
	}
	v.tail.Set(parts...)
}

func setHidden(o fyne.CanvasObject, hidden bool) {
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
}
