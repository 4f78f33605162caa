package ui

import (
	"context"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
	"github.com/pintray/pintray/ui/settings"
)

// keys is a keyring that may keep whoever asks waiting.
type keys struct {
	waits chan struct{} // nil: answers at once
}

func (k *keys) Set(context.Context, services.Secret) (services.KeySource, error) {
	return "keyring:test", nil
}
func (k *keys) Hold(services.Secret) (services.KeySource, error) { return services.KeySession, nil }
func (k *keys) Delete(context.Context, services.KeySource) error { return nil }
func (k *keys) Unlock(context.Context) error                     { return nil }
func (k *keys) Changed() <-chan struct{}                         { return nil }
func (k *keys) Locked(ctx context.Context) string {
	if k.waits != nil {
		select {
		case <-k.waits:
		case <-ctx.Done():
		}
	}
	return ""
}

// rig is the window over a real store, a real engine that does not run by
// itself, and made-up services.
type rig struct {
	*UI
	t      *testing.T
	app    fyne.App
	engine *pinsync.Engine
	reader *store.Reader
	keys   *keys
	tray   bool
	mu     sync.Mutex
	made   map[string]services.Service
}

func (r *rig) service(_ context.Context, a services.Account, _ services.Secret) (services.Service, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.made[a.Endpoint], nil
}

// open opens a window; accounts are the pins each made-up service has.
func open(t *testing.T, accounts ...int) *rig {
	t.Helper()
	t.Cleanup(kit.Hold())
	ctx, dir := context.Background(), t.TempDir()
	var changes store.Changes
	u, err := user.Open(ctx, dir, &changes)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := cache.Open(ctx, dir, &changes)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, app: test.NewTempApp(t), keys: &keys{}, made: map[string]services.Service{}}
	if r.reader, err = store.Open(ctx, dir, &changes); err != nil {
		t.Fatal(err)
	}
	r.engine = pinsync.New(pinsync.Config{User: u, Cache: c, Keys: r.keys, Connect: r.service})
	t.Cleanup(func() {
		kit.Wait(ctx)
		for _, close := range []func() error{r.reader.Close, c.Close, u.Close} {
			if err := close(); err != nil {
				t.Error(err)
			}
		}
	})
	for i, pins := range accounts {
		name := []string{"Pinata", "Filebase", "My cluster"}[i]
		endpoint := "https://" + strings.ToLower(name) + ".example"
		r.made[endpoint] = demo.New(demo.Options{Pins: pins, Seed: uint64(i + 1)})
		if _, err := r.engine.Connect(ctx, pinsync.NewAccount{Name: name, Endpoint: endpoint, Key: services.NewSecret("made-up"), NoCheck: true}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.engine.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	r.UI = New(r.app, Deps{
		Reader: r.reader, Changes: &changes, Engine: r.engine, Dir: dir, Version: "0.1.0",
		TrayAvailable: func() bool { return r.tray }, OpenURL: func(*url.URL) error { return nil },
	})
	t.Cleanup(r.end)
	r.appear()
	r.settle()
	return r
}

// settle does what follow does once, here.
func (r *rig) settle() {
	r.t.Helper()
	kit.Wait(context.Background())
	s, err := r.read(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	r.state.Keyring = ""
	r.apply(s)
	kit.Wait(context.Background())
}

func (r *rig) resize(w, h float32) {
	r.window.Resize(fyne.NewSize(w, h))
	r.settle()
}

// press is a shortcut; the test driver knows none.
func (r *rig) press(key fyne.KeyName) {
	r.t.Helper()
	for _, s := range r.bindings() {
		if s.key == key && s.mod == fyne.KeyModifierShortcutDefault {
			s.act()
			kit.Wait(context.Background())
			return
		}
	}
	r.t.Fatalf("nothing is bound to %q", key)
}

// look writes a picture of the window where PINTRAY_LOOKS names a folder.
func (r *rig) look(name string) {
	r.t.Helper()
	dir := os.Getenv("PINTRAY_LOOKS")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, r.window.Canvas().Capture()); err != nil {
		r.t.Fatal(err)
	}
}

func TestWindow_EveryPageOpens(t *testing.T) {
	r := open(t, 400, 300)
	for _, look := range []kit.Look{kit.LookLight, kit.LookDark} {
		r.setLook(look)
		for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 900, Height: 600}} {
			r.resize(size.Width, size.Height)
			for _, p := range pages() {
				r.Show(p)
				kit.Wait(context.Background())
				if r.Page() != p || !r.nav.entries[p].Active() {
					t.Errorf("page = %q, want %q and its entry marked", r.Page(), p)
				}
				r.look("window-" + string(p) + "-" + string(look) + map[bool]string{true: "-small"}[size.Width < 1000])
			}
		}
	}
}

func TestWindow_PaintsBeforeTheKeyringAnswers(t *testing.T) {
	r := open(t, 20)
	r.keys.waits = make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { r.followKeyring(ctx) })
	again := New(r.app, r.d) // would hang here
	again.appear()
	if got := again.state.Keyring; got != kit.KeyringAsking {
		t.Errorf("keyring = %q, want %q", got, kit.KeyringAsking)
	}
	again.end()
	cancel()
	following.Wait()
}

func TestNav_BadgesSayWhatHealthSays(t *testing.T) {
	r := open(t, 40)
	if got, want := r.nav.entries[Items].Label(), "Items, 40"; got != want {
		t.Errorf("items entry = %q, want %q", got, want)
	}
	s := r.state
	s.Health.NeedsYou = []store.Need{{Code: "auth", Account: 1}, {Code: "failed", Account: 1}}
	r.nav.show(s)
	if got, want := r.nav.entries[Activity].Label(), "Activity, 2"; got != want {
		t.Errorf("activity entry = %q, want %q", got, want)
	}
}

func TestShortcuts_LeadToPagesAndTheSearch(t *testing.T) {
	r := open(t, 10)
	r.state = kit.Snapshot{} // nothing to read: the test driver has no UI thread to keep readings off this one
	r.press(fyne.Key4)
	if r.Page() != Services {
		t.Errorf("page = %q after Ctrl+4, want %q", r.Page(), Services)
	}
	r.press(fyne.KeyF)
	if r.Page() != Items || r.window.Canvas().Focused() == nil {
		t.Errorf("page = %q after Ctrl+F, want the search of %q", r.Page(), Items)
	}
}

func TestShortcuts_ASheetKeepsThemOut(t *testing.T) {
	r := open(t, 10)
	r.press(fyne.KeyN)
	if r.sheet == nil || r.sheet.Closed() {
		t.Fatal("Ctrl+N opened no sheet")
	}
	r.press(fyne.Key3)
	if r.Page() != Items {
		t.Errorf("page = %q below a sheet, want %q", r.Page(), Items)
	}
	kit.Escape(r.window.Canvas())
	if !r.sheet.Closed() {
		t.Error("Escape left the sheet open")
	}
}

func TestRaise_OpensTheAddSheetWithWhatWasGiven(t *testing.T) {
	r := open(t, 10)
	const id = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	r.Raise([]string{"ipfs://" + id})
	kit.Wait(context.Background())
	if r.sheet == nil || r.sheet.Closed() {
		t.Fatal("no sheet")
	}
	r.look("window-raised")
}

func TestRaise_OfAStartWaitsUntilItIsKnownWhichServicesThereAre(t *testing.T) {
	r := open(t, 10)
	r.state = kit.Snapshot{}
	r.Raise([]string{"bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"})
	kit.Wait(context.Background())
	if r.sheet != nil {
		t.Fatal("the sheet knows no place to keep it")
	}
	r.settle()
	if r.sheet == nil || r.sheet.Closed() {
		t.Fatal("no sheet")
	}
	if _, ids := r.sheet.Holds(); ids != 1 {
		t.Errorf("the sheet holds %d IDs, want one", ids)
	}
}

func TestRaise_TakesFilesIDsAndLinksApart(t *testing.T) {
	r := open(t, 10)
	const id = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	path := filepath.Join(t.TempDir(), "a picture.png")
	if err := os.WriteFile(path, []byte("picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Raise([]string{"file://" + filepath.ToSlash(path), id})
	kit.Wait(context.Background())
	if r.sheet == nil || r.sheet.Closed() {
		t.Fatal("no sheet")
	}
	if files, ids := r.sheet.Holds(); files != 1 || ids != 1 {
		t.Errorf("the sheet holds %d files and %d IDs, want one of each", files, ids)
	}
	r.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI(path), storage.NewFileURI(filepath.Dir(path))})
	kit.Wait(context.Background())
	if files, ids := r.sheet.Holds(); files != 2 || ids != 1 {
		t.Errorf("after a drop it holds %d files and %d IDs, want 2 and 1", files, ids)
	}
	r.look("window-raised-files")
}

func TestDrop_OnTheFoldersIsOneToWatch(t *testing.T) {
	r := open(t, 10)
	r.Show(Folders)
	kit.Wait(context.Background())
	r.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI(t.TempDir())})
	kit.Wait(context.Background())
	if r.sheet != nil || r.window.Canvas().Overlays().Top() == nil {
		t.Error("a folder dropped on the page of the folders opened no wizard")
	}
	r.look("window-folders-drop")
	kit.Escape(r.window.Canvas())
	r.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI(t.TempDir()), storage.NewFileURI(t.TempDir())})
	kit.Wait(context.Background())
	if r.sheet == nil || r.sheet.Closed() {
		t.Error("two folders dropped there opened no add sheet")
	}
}

func TestClose_WithATrayAsksOnceThenHides(t *testing.T) {
	r := open(t, 10)
	r.tray = true
	r.closed()
	kit.Wait(context.Background())
	if r.window.Canvas().Overlays().Top() == nil || r.Hidden() {
		t.Fatal("the first close did not ask")
	}
	r.look("window-close")
	kit.Escape(r.window.Canvas())
	if err := r.engine.Set(context.Background(), settings.Close, settings.CloseTray); err != nil {
		t.Fatal(err)
	}
	r.closed()
	kit.Wait(context.Background())
	if !r.Hidden() {
		t.Error("close did not hide the window")
	}
	if got, err := r.reader.Setting(context.Background(), settings.Window); err != nil || got == "" {
		t.Errorf("the size was not kept: %q, %v", got, err)
	}
	r.Raise(nil)
	if r.Hidden() {
		t.Error("the window did not come back")
	}
}

func TestClose_WithoutATrayIsExplainedOnce(t *testing.T) {
	r := open(t, 10)
	r.closed()
	kit.Wait(context.Background())
	if r.quits || r.window.Canvas().Overlays().Top() == nil {
		t.Fatal("the window went without a word")
	}
	r.look("window-close-untrayed")
	if got, err := r.reader.Setting(context.Background(), settings.Told); err != nil || got != "1" {
		t.Errorf("it is asked again: %q, %v", got, err)
	}
	r.closed()
	kit.Wait(context.Background())
	if !r.quits {
		t.Error("closing again does not quit")
	}
}

func TestHide_NeverWithoutATray(t *testing.T) {
	r := open(t, 10)
	r.Hide()
	if r.Hidden() {
		t.Error("the window went where nobody can bring it back from")
	}
}

func TestStartOf(t *testing.T) {
	tests := []struct {
		name, window, look string
		want               fyne.Size
	}{
		{"nothing kept", "", "", firstSize},
		{"a size", "1000x700", "dark", fyne.NewSize(1000, 700)},
		{"too small", "10x10", "", leastSize},
		{"nonsense", "wide", "", firstSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := startOf(func(key string) string {
				return map[string]string{settings.Window: tt.window, settings.Look: tt.look}[key]
			})
			if got.size != tt.want || got.look != kit.Look(tt.look) {
				t.Errorf("got %+v, want size %v and look %q", got, tt.want, tt.look)
			}
		})
	}
}
