package folders_test

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	ui "github.com/pintray/pintray/ui/folders"
	"github.com/pintray/pintray/ui/kit"
)

// engine answers what it is told to and remembers what it was asked.
type engine struct {
	mu      sync.Mutex
	plan    pinsync.FolderPlan
	refuses error // of the dry run
	err     error // of everything else
	asked   []string
	planned []pinsync.FolderRequest
	wanted  pinsync.FolderRequest
	until   time.Time
}

func (e *engine) note(what string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, what)
	return e.err
}

func (e *engine) PlanFolder(_ context.Context, r pinsync.FolderRequest) (pinsync.FolderPlan, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.planned = append(e.planned, r)
	return e.plan, e.refuses
}

func (e *engine) AddFolder(_ context.Context, r pinsync.FolderRequest) (store.Folder, error) {
	e.wanted = r
	return store.Folder{ID: 9, Path: r.Path}, e.note("add")
}

func (e *engine) EditFolder(_ context.Context, _ store.FolderID, r pinsync.FolderRequest) error {
	e.wanted = r
	return e.note("edit")
}

func (e *engine) PauseFolder(_ context.Context, _ store.FolderID, until time.Time) error {
	e.until = until
	return e.note("pause")
}
func (e *engine) ResumeFolder(context.Context, store.FolderID) error  { return e.note("resume") }
func (e *engine) ApproveFolder(context.Context, store.FolderID) error { return e.note("approve") }
func (e *engine) ForgetFolder(context.Context, store.FolderID) error  { return e.note("forget") }
func (e *engine) RescanFolder(context.Context, store.FolderID) error  { return e.note("rescan") }
func (e *engine) Manifest(context.Context, store.FolderID) (string, error) {
	return "/data/folders/1.csv", e.note("manifest")
}

type reader struct{ folders []store.Folder }

func (r *reader) Folders(context.Context) ([]store.Folder, error) { return r.folders, nil }
func (*reader) Setting(context.Context, string) (string, error)   { return "1,2", nil }

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local)

func accounts() []store.AccountState {
	made := func(id services.AccountID, name, template string) store.AccountState {
		return store.AccountState{
			Account:   services.Account{ID: id, Name: name, Template: template, Endpoint: "https://pins.example", Key: "keyring:x"},
			CheckedAt: now.Add(-3 * time.Minute), Latency: 400 * time.Millisecond,
		}
	}
	a, b, c := made(1, "Pinata", "pinata"), made(2, "Filebase", "filebase"), made(3, "My cluster", "ipfs-cluster")
	b.LimitedUntil = now.Add(5 * time.Minute)
	c.Err, c.ErrSince = &services.Error{Code: services.CodeAuth}, now.Add(-time.Hour)
	here := store.AccountState{Account: services.Account{ID: 4, Name: "This computer", Endpoint: services.LocalEndpoint}}
	return []store.AccountState{a, b, c, here}
}

// gallery is a folder in each state.
func gallery() []store.Folder {
	home, _ := os.UserHomeDir()
	path := func(parts ...string) store.Path {
		return store.Path(filepath.Join(append([]string{home}, parts...)...))
	}
	pictures := []string{"*.{jpg,jpeg,png,gif,webp,avif,heic,heif,tif,tiff,svg,bmp,psd,kra,xcf}"}
	both := []services.AccountID{1, 2}
	return []store.Folder{
		{ID: 1, Path: path("Pictures", "Art"), Rule: store.EachFile, OnChange: store.KeepOld, Include: pictures, Accounts: both, State: store.FolderWatching, Items: 214, Safe: 211, Settling: 1, ChangedAt: now.Add(-4 * time.Minute)},
		{ID: 2, Path: "/media/BlueDrive/Archive 2009–2024", Rule: store.EachSubfolder, Accounts: []services.AccountID{1, 3}, State: store.FolderWaits, Reason: "missing", Items: 162, Safe: 162},
		{ID: 3, Path: path("Pictures", "Scans"), Rule: store.EachFile, Accounts: both, State: store.FolderWaits, Reason: "burst", Waiting: 812, WaitingBytes: 3.1e9, Items: 40, Safe: 40},
		{ID: 4, Path: path("Sites", "winter.example"), Rule: store.WholeFolder, OnChange: store.ReplaceOld, Accounts: []services.AccountID{2}, State: store.FolderPaused, PausedUntil: now.Add(time.Hour), Items: 1, Safe: 1, ChangedAt: now.Add(-26 * time.Hour)},
		{ID: 5, Path: "/nas/Sound", Rule: store.EachFile, Accounts: both, State: store.FolderScanning, Polled: true, PollReason: "network", Items: 12, Safe: 12, ChangedAt: now.Add(-2 * time.Hour)},
	}
}

func plan() pinsync.FolderPlan {
	return pinsync.FolderPlan{
		Files: 214, Items: 214, Size: 1.2e9, LeftCount: 6,
		Sample: []string{"Dunes at dawn — study.tif", "Nachtlicht, back cover.png", "山水画卷 · 草图.tif", "winter/Fjord.png", "winter/Harbour at night.wav", "winter/Price list.pdf", "Zine 3.pdf", "A very long name that goes on and on until there is no room left for it.jpeg"},
		Left: []pinsync.LeftOut{
			{Name: ".DS_Store", Why: "hidden"}, {Name: "Dunes.tif.part", Why: "temporary"}, {Name: "wallet.kdbx", Why: "secret"},
			{Name: "drafts", Why: "ignored"}, {Name: "notes.odt", Why: "not-included"}, {Name: "latest", Why: "link"},
		},
		Lists: []pinsync.ListPlan{{Name: "favourites.cid", CIDs: 12, Bad: 1}},
	}
}

type screen struct {
	*ui.View
	engine *engine
	reader *reader
	window fyne.Window
	opened []string

	accounts []store.AccountState
}

func open(t *testing.T, look kit.Look, w, h float32, folders ...store.Folder) *screen {
	t.Helper()
	t.Cleanup(kit.Hold())
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(look))
	s := &screen{engine: &engine{plan: plan()}, reader: &reader{folders}, accounts: accounts()}
	s.window = test.NewTempWindow(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); kit.Wait(context.Background()) })
	s.View = ui.New(ui.Deps{
		Context: ctx, Window: s.window, Reader: s.reader, Engine: s.engine,
		State:    func() kit.Snapshot { return kit.Snapshot{Accounts: s.accounts, At: now} },
		OpenPath: func(p string) error { s.opened = append(s.opened, p); return nil },
		Connect:  func() {}, NewKey: func(services.AccountID) {},
	})
	s.window.SetPadded(false)
	s.window.SetContent(kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), s.Content(), kit.NewToasts()))
	s.window.Resize(fyne.NewSize(w, h))
	s.Refresh()
	kit.Wait(context.Background())
	return s
}

// look writes a picture of the window where PINTRAY_LOOKS names a folder.
func (s *screen) look(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("PINTRAY_LOOKS")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, s.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

func find[T fyne.CanvasObject](o fyne.CanvasObject, ok func(T) bool) (found T) {
	if !o.Visible() {
		return found
	}
	if x, is := o.(T); is && ok(x) {
		return x
	}
	var children []fyne.CanvasObject
	switch x := o.(type) {
	case *fyne.Container:
		children = x.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(x).Objects()
	}
	for _, c := range children {
		if got := find(c, ok); any(got) != any(found) {
			return got
		}
	}
	return found
}

// ticked is what can be ticked.
type ticked interface {
	fyne.CanvasObject
	fyne.Tappable
	Label() string
	On() bool
}

// top is what is in front.
func (s *screen) top() fyne.CanvasObject {
	if o := s.window.Canvas().Overlays().Top(); o != nil {
		return o
	}
	return s.window.Content()
}

func (s *screen) button(words string) *kit.Button {
	return find(s.top(), func(b *kit.Button) bool { return b.Label() == words })
}

func (s *screen) press(t *testing.T, words string) {
	t.Helper()
	b := s.button(words)
	if b == nil {
		t.Fatalf("there is no button %q", words)
	}
	test.Tap(b)
	kit.Wait(context.Background())
}

// choose moves a choice that stands at one word to the next one.
func (s *screen) choose(t *testing.T, from string) {
	t.Helper()
	g := find(s.top(), func(g *kit.Segmented) bool { return g.Label() == from })
	if g == nil {
		t.Fatalf("there is no choice at %q", from)
	}
	g.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	kit.Wait(context.Background())
}

func (s *screen) tick(t *testing.T, words string) {
	t.Helper()
	o := find(s.top(), func(o ticked) bool { return o.Label() == words })
	if o == nil {
		t.Fatalf("there is nothing to tick called %q", words)
	}
	test.Tap(o)
	kit.Wait(context.Background())
}

func (s *screen) says(words string) bool {
	return find(s.top(), func(o fyne.CanvasObject) bool {
		l, ok := o.(interface{ Label() string })
		return ok && l.Label() == words
	}) != nil
}

func TestLooks(t *testing.T) {
	for _, size := range []struct {
		name string
		look kit.Look
		w, h float32
	}{{"dark", kit.LookDark, 1064, 800}, {"light", kit.LookLight, 1064, 800}, {"dark-small", kit.LookDark, 844, 600}} {
		s := open(t, size.look, size.w, size.h)
		s.look(t, "folders-empty-"+size.name)
		s.press(t, "Watch a folder")
		s.look(t, "folders-wizard-0-"+size.name)
		kit.Escape(s.window.Canvas())
		s.engine.plan.Warnings = []string{"cloud-drive", "large"}
		s.drop("/home/mara/Pictures/Art")
		s.look(t, "folders-wizard-1-"+size.name)
		s.press(t, "Next")
		s.look(t, "folders-wizard-2-"+size.name)
		s.choose(t, "Every file")
		s.tick(t, "Pictures")
		s.look(t, "folders-wizard-2-some-"+size.name)
		s.choose(t, "Only new from now")
		s.press(t, "Next")
		s.look(t, "folders-wizard-3-"+size.name)
		s = open(t, size.look, size.w, size.h, gallery()[0], gallery()[1])
		s.look(t, "folders-"+size.name)
		s = open(t, size.look, size.w, size.h, gallery()[2:]...)
		s.look(t, "folders-states-"+size.name)
		s.engine.refuses = &services.Error{Code: services.CodeUsage, Reason: "home"}
		s.drop("/home/mara")
		s.look(t, "folders-wizard-refused-"+size.name)
		kit.Escape(s.window.Canvas())
	}
}
