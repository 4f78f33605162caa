package services_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"image/png"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
	ui "github.com/pintray/pintray/ui/services"
)

// engine answers what it is told to and remembers what it was asked.
type engine struct {
	mu        sync.Mutex
	check     pinsync.Check
	err       error
	asked     []string
	connected pinsync.NewAccount
	edited    services.Account
	plan      pinsync.CopyPlan
	copied    pinsync.CopyRequest
}

func (e *engine) note(what string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, what)
	return e.err
}

func (e *engine) Test(context.Context, pinsync.NewAccount) (pinsync.Check, error) {
	return e.check, e.note("test")
}

func (e *engine) Connect(_ context.Context, a pinsync.NewAccount) (services.Account, error) {
	e.connected = a
	return services.Account{ID: 9, Name: a.Name}, e.note("connect")
}

func (e *engine) EditAccount(_ context.Context, a services.Account) error {
	e.edited = a
	return e.note("edit")
}

func (e *engine) NewKey(_ context.Context, _ services.AccountID, k services.Secret) error {
	return e.note("key " + k.Reveal())
}
func (e *engine) ForgetAccount(context.Context, services.AccountID) error { return e.note("forget") }
func (e *engine) Refresh(context.Context, []services.AccountID) error     { return e.note("refresh") }
func (e *engine) Unlock(context.Context) error                            { return e.note("unlock") }

func (e *engine) CheckAccount(context.Context, services.AccountID) (pinsync.Check, error) {
	return e.check, e.note("check")
}

func (e *engine) PlanCopy(_ context.Context, r pinsync.CopyRequest) (pinsync.CopyPlan, error) {
	e.copied = r
	return e.plan, e.err
}

func (e *engine) Copy(_ context.Context, r pinsync.CopyRequest) (pinsync.Copied, error) {
	e.copied = r
	return pinsync.Copied{Operations: make([]store.OperationID, e.plan.New)}, e.note("copy")
}

func (e *engine) AcceptGone(context.Context, services.AccountID) error { return e.note("gone") }

type reader struct{}

func (reader) Profile(context.Context, services.AccountID) (services.Profile, error) {
	return someProfile(), nil
}

func (reader) Item(context.Context, store.ItemID) (store.Item, bool, error) {
	return store.Item{}, false, nil
}

func (reader) EachItem(context.Context, store.Filter, int) iter.Seq2[store.Item, error] {
	return func(func(store.Item, error) bool) {}
}

func (reader) EachPin(context.Context, store.PinFilter) iter.Seq2[store.Pin, error] {
	return func(func(store.Pin, error) bool) {}
}

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local)

func accounts() []store.AccountState {
	made := func(id services.AccountID, name, template string, n int64) store.AccountState {
		return store.AccountState{
			Account:   services.Account{ID: id, Name: name, Template: template, Endpoint: "https://pins.example", Key: "keyring:x"},
			CheckedAt: now.Add(-3 * time.Minute), Counts: map[services.Status]int64{services.Pinned: n}, Latency: 400 * time.Millisecond,
		}
	}
	a, b, c, d := made(1, "Pinata", "pinata", 398), made(2, "Filebase", "filebase", 371), made(3, "My cluster", "ipfs-cluster", 214), made(4, "Third one", "4everland", 5000)
	b.LimitedUntil = now.Add(5 * time.Minute)
	c.Err, c.ErrSince = &services.Error{Code: services.CodeAuth}, now.Add(-time.Hour)
	d.Reading, d.Seen, d.Expected, d.CheckedAt = true, 1200, 5000, time.Time{}
	d.Counts = map[services.Status]int64{services.Pinned: 1190, services.Queued: 4, services.Failed: 6}
	return []store.AccountState{a, b, c, d}
}

type screen struct {
	*ui.View
	engine *engine
	window fyne.Window
	state  kit.Snapshot
	shown  services.AccountID
}

func open(t *testing.T, look kit.Look, w, h float32) *screen {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(look))
	s := &screen{engine: &engine{check: pinsync.Check{Pins: 214}}, state: kit.Snapshot{Accounts: accounts(), At: now}}
	s.window = test.NewTempWindow(t, nil)
	toasts := kit.NewToasts()
	t.Cleanup(toasts.Clear) // its timer would meet the next test
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); kit.Wait(context.Background()) })
	s.View = ui.New(ui.Deps{
		Context: ctx, Window: s.window, Reader: reader{}, Engine: s.engine, State: func() kit.Snapshot { return s.state },
		ShowItems: func(id services.AccountID) { s.shown = id }, OpenURL: func(*url.URL) error { return nil },
		Space: func(context.Context) (int64, error) { return 1.2e9, nil },
	})
	s.window.SetPadded(false)
	s.window.SetContent(kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), s.Content(), toasts))
	s.window.Resize(fyne.NewSize(w, h))
	s.Refresh()
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

func TestCard_SaysWhatThisComputerUses(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800)
	here := store.AccountState{Account: services.Account{ID: 8, Name: "This computer", Endpoint: services.LocalEndpoint}}
	s.state.Accounts = append(s.state.Accounts, here)
	s.Refresh()
	kit.Wait(context.Background())
	for _, o := range test.LaidOutObjects(s.Content()) {
		if text, ok := o.(*kit.Text); ok && text.Label() == "1.2 GB" {
			return
		}
	}
	t.Error("nothing says 1.2 GB")
}

func TestLooks(t *testing.T) {
	for _, size := range []struct {
		name string
		look kit.Look
		w, h float32
	}{{"light", kit.LookLight, 1064, 800}, {"dark-small", kit.LookDark, 844, 600}} {
		s := open(t, size.look, size.w, size.h)
		s.look(t, "services-"+size.name)
		s.Connect()
		s.look(t, "services-connect-"+size.name)
		kit.Escape(s.window.Canvas())
		s.NewKey(3)
		s.look(t, "services-key-"+size.name)
		kit.Escape(s.window.Canvas())
		s.Edit(3)
		s.look(t, "services-edit-"+size.name)
		kit.Escape(s.window.Canvas())
		s.Export(0)
		s.look(t, "services-export-"+size.name)
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

func (s *screen) press(t *testing.T, words string) {
	t.Helper()
	on := func(o fyne.CanvasObject) *kit.Button {
		return find(o, func(b *kit.Button) bool { return b.Label() == words })
	}
	b := on(s.window.Content())
	if top := s.window.Canvas().Overlays().Top(); top != nil {
		b = on(top)
	}
	if b == nil {
		t.Fatalf("there is no button %q", words)
	}
	test.Tap(b)
	kit.Wait(context.Background())
}

func TestConnect_TestsThenStoresTheKeyWithoutBearer(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.Connect()
	test.Type(s.window.Canvas().Focused(), "Bearer made-up-key")
	s.press(t, "Test")
	s.look(t, "services-connect-tested")
	s.press(t, "Connect")
	if got := s.engine.connected.Key.Reveal(); got != "made-up-key" {
		t.Errorf("key = %q", got)
	}
	if s.window.Canvas().Overlays().Top() != nil {
		t.Error("the sheet stayed open")
	}
}

func TestKey_OneThatEndsSoonSaysSoBeforeItIsStored(t *testing.T) {
	enc := base64.RawURLEncoding.EncodeToString
	key := enc([]byte("{}")) + "." + enc(fmt.Appendf(nil, `{"exp":%d}`, time.Now().Add(200*time.Hour).Unix())) + "." + enc([]byte("made up"))
	says := func(s *screen) bool {
		return find(s.window.Canvas().Overlays().Top(), func(p *kit.Para) bool { return strings.HasPrefix(p.Label(), "This key ends on ") }) != nil
	}
	s := open(t, kit.LookDark, 1064, 800)
	s.Connect()
	test.Type(s.window.Canvas().Focused(), key)
	s.look(t, "services-connect-ends")
	if !says(s) {
		t.Error("connecting does not say it")
	}
	s = open(t, kit.LookLight, 1064, 800)
	s.press(t, "Enter new key")
	test.Type(s.window.Canvas().Focused(), key)
	s.look(t, "services-key-ends")
	if !says(s) {
		t.Error("the sheet of a new key does not say it")
	}
}

func TestConnect_ARefusedKeyIsSaidAndNothingIsLost(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.engine.err = &services.Error{Code: services.CodeAuth, Op: "list"}
	s.Connect()
	test.Type(s.window.Canvas().Focused(), "wrong")
	s.press(t, "Connect")
	s.look(t, "services-connect-refused")
	if s.window.Canvas().Overlays().Top() == nil {
		t.Error("the sheet is gone, and what was typed with it")
	}
}

func TestNewKey_IsTestedByTheEngine(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.press(t, "Enter new key")
	test.Type(s.window.Canvas().Focused(), "another")
	s.press(t, "Use this key")
	if got := s.engine.asked; len(got) != 1 || got[0] != "key another" {
		t.Errorf("asked for %q", got)
	}
}

func TestConnect_TheResultShowsInASmallWindow(t *testing.T) {
	s := open(t, kit.LookLight, 844, 600)
	s.Connect()
	top := s.window.Canvas().Overlays().Top()
	cluster := find(top, func(o *kit.Option) bool { return o.Label() == "IPFS Cluster" })
	test.Tap(cluster)
	s.look(t, "services-connect-cluster-small")
	button := find(top, func(b *kit.Button) bool { return b.Label() == "Test" })
	at, scroll := fyne.CurrentApp().Driver().AbsolutePositionForObject(button), find(top, func(*kit.Scroll) bool { return true })
	if end := fyne.CurrentApp().Driver().AbsolutePositionForObject(scroll).Y + scroll.Size().Height; at.Y < end || at.Y+button.Size().Height > 600 {
		t.Errorf("the result's button is at %v, the form ends at %v", at, end)
	}
	if scroll.Size().Height < 200 {
		t.Errorf("%v are left of the form", scroll.Size().Height)
	}
}

func TestInvite_IsAButtonAllOver(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800)
	card := find(s.Content(), func(*kit.PressCard) bool { return true })
	test.TapAt(card, fyne.NewPos(5, card.Size().Height-5))
	if s.window.Canvas().Overlays().Top() == nil {
		t.Error("its corner does nothing")
	}
}
