package activity_test

import (
	"context"
	"fmt"
	"image/png"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/activity"
	"github.com/pintray/pintray/ui/kit"
)

const (
	one = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	two = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKSgbw"
)

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local)

type engine struct {
	asked []string
	err   error
}

func (e *engine) note(format string, args ...any) error {
	e.asked = append(e.asked, fmt.Sprintf(format, args...))
	return e.err
}
func (e *engine) Retry(_ context.Context, ids []store.OperationID) error {
	return e.note("retry %v", ids)
}
func (e *engine) Cancel(_ context.Context, ids []store.OperationID) error {
	return e.note("cancel %v", ids)
}
func (e *engine) Refresh(_ context.Context, ids []services.AccountID) error {
	return e.note("refresh %v", ids)
}
func (e *engine) Resolve(_ context.Context, ids []int64) error { return e.note("resolve %v", ids) }
func (e *engine) Unlock(context.Context) error                 { return e.note("unlock") }

// books is a reader over what a test wrote down.
type books struct {
	operations   []store.Operation
	observations []store.Observation
	pins         []store.Pin
	deeds        map[store.OperationID]store.FolderDeed
}

func (b *books) Operations(_ context.Context, f store.OperationFilter) ([]store.Operation, error) {
	var out []store.Operation
	for _, o := range b.operations {
		if f.Open && !o.State.Open() || f.Closed && o.State.Open() || f.Search != "" && o.Pin.Name != f.Search {
			continue
		}
		if out = append(out, o); len(out) == f.Limit {
			break
		}
	}
	return out, nil
}

func (b *books) Observations(context.Context, int) ([]store.Observation, error) {
	return b.observations, nil
}

func (b *books) EachPin(context.Context, store.PinFilter) iter.Seq2[store.Pin, error] {
	return func(yield func(store.Pin, error) bool) {
		for _, p := range b.pins {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (b *books) FolderDeeds(_ context.Context, ids []store.OperationID) (map[store.OperationID]store.FolderDeed, error) {
	return b.deeds, nil
}

func account(id services.AccountID, name, template string) store.AccountState {
	return store.AccountState{Account: services.Account{ID: id, Name: name, Template: template}, CheckedAt: now.Add(-3 * time.Minute)}
}

func someBooks() *books {
	op := func(id store.OperationID, s store.State, k store.OperationKind, name string, ago time.Duration) store.Operation {
		return store.Operation{ID: id, Account: 1, Kind: k, State: s, Pin: services.Pin{CID: services.WireCID(one), Name: name}, Created: now.Add(-ago), DoneAt: now.Add(-ago)}
	}
	stuck := op(7, store.OpStuck, store.OpAdd, "Zine 3, print edition.pdf", time.Hour)
	stuck.LastCode, stuck.LastText = services.CodeInvalid, "name too long"
	cancelled := op(9, store.OpCancelled, store.OpAdd, "Loop 07, seamless.mp4", 26*time.Hour)
	kept := op(8, store.OpDone, store.OpAdd, "山水画卷 · 草图.tif", 3*time.Hour)
	kept.AlreadyKept = true
	pin := func(s services.Status, name string, ago time.Duration) store.Pin {
		return store.Pin{Account: 2, PinStatus: services.PinStatus{Status: s, Created: now.Add(-ago), Pin: services.Pin{CID: services.WireCID(two), Name: name}}}
	}
	return &books{
		operations: []store.Operation{
			stuck, op(6, store.OpWaiting, store.OpAdd, "Portrait series No. 4.psd", 2*time.Minute), op(5, store.OpAmbiguous, store.OpDelete, "Old draft.md", 4*time.Minute),
			op(4, store.OpDone, store.OpAdd, "Dunes at dusk — final.tif", time.Hour), kept, op(3, store.OpDone, store.OpRename, "Harbour at night.wav", 5*time.Hour), cancelled,
		},
		observations: []store.Observation{{ID: 1, At: now.Add(-2 * time.Hour), Account: 2, Kind: "failed", CID: services.WireCID(two), Name: "Manifesto, second draft.md"}, {ID: 2, At: now.Add(-50 * time.Hour), Account: 2, Kind: "mass-change", Count: 312}, {ID: 3, At: now.Add(-51 * time.Hour), Account: 3, Kind: "mass-change", Count: 312}},
		pins:         []store.Pin{pin(services.Pinning, "Loop 07, seamless.mp4", 12*time.Minute), pin(services.Queued, "Harbour at night.wav", 3*time.Hour), pin(services.Queued, "", 30*time.Hour)},
	}
}

type rig struct {
	*activity.View
	engine *engine
	books  *books
	state  kit.Snapshot
	window fyne.Window
	showed store.Filter
	newKey services.AccountID
	gone   services.AccountID
	copied services.AccountID
	added  string
}

func open(t *testing.T, look kit.Look, w, h float32, b *books) *rig {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(look))
	r := &rig{engine: &engine{}, books: b, window: test.NewTempWindow(t, nil)}
	missing := account(3, "Third one", "own")
	missing.Missing = 312
	r.state = kit.Snapshot{At: now, Accounts: []store.AccountState{account(1, "My cluster", "ipfs-cluster"), account(2, "Filebase", "filebase"), missing}}
	r.state.Health = store.Health{Items: 412, Safe: 398, Working: 11, CheckedAt: now.Add(-3 * time.Minute)}
	toasts := kit.NewToasts()
	t.Cleanup(toasts.Clear) // its timer would meet the next test
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); kit.Wait(context.Background()) })
	r.View = activity.New(activity.Deps{
		Context: ctx, Window: r.window, Reader: b, Engine: r.engine, State: func() kit.Snapshot { return r.state },
		ShowItems: func(f store.Filter) { r.showed = f }, NewKey: func(id services.AccountID) { r.newKey = id }, Edit: func(services.AccountID) {},
		Gone:    func(id services.AccountID) { r.gone = id },
		Copy:    func(id services.AccountID) { r.copied = id },
		OpenURL: func(*url.URL) error { return nil }, Add: func(id string) { r.added = id },
	})
	r.window.SetPadded(false)
	r.window.SetContent(kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), r.Content(), toasts))
	r.window.Resize(fyne.NewSize(w, h))
	return r
}

// settle reads and waits until it is on the screen.
func (r *rig) settle() {
	r.Refresh()
	kit.Wait(context.Background())
}

// look writes a picture of the window where PINTRAY_LOOKS names a folder.
func (r *rig) look(t *testing.T, name string) {
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
	if err := png.Encode(f, r.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

func someNeeds() []store.Need {
	return []store.Need{
		{Code: "auth", Account: 1, Count: 41}, {Code: "failed", Account: 2, Count: 3, Details: "no providers found"},
		{Code: "stuck", Account: 1, Count: 1}, {Code: "mass-change", Account: 2, Count: 312},
	}
}

func TestLooks(t *testing.T) {
	for _, size := range []struct {
		name string
		look kit.Look
		w, h float32
	}{{"dark", kit.LookDark, 1064, 800}, {"light-small", kit.LookLight, 844, 600}} {
		r := open(t, size.look, size.w, size.h, someBooks())
		r.settle()
		r.state.Health.NeedsYou = nil
		r.books.operations = slices.Delete(r.books.operations, 0, 1)
		r.settle()
		r.look(t, "activity-quiet-"+size.name)
		r.books.operations = someBooks().operations
		r.state.Health.NeedsYou = someNeeds()
		r.settle()
		r.look(t, "activity-needs-"+size.name)
		r.ShowWorking()
		kit.Wait(context.Background())
		r.look(t, "activity-working-"+size.name)
		r.ShowHistory()
		kit.Wait(context.Background())
		r.look(t, "activity-history-"+size.name)
	}
}

// buttons finds what can be pressed on the screen, by its words.
func buttons(o fyne.CanvasObject, found map[string]*kit.Button) map[string]*kit.Button {
	if !o.Visible() {
		return found
	}
	if b, ok := o.(*kit.Button); ok {
		found[b.Label()] = b
	}
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			buttons(c, found)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			buttons(c, found)
		}
	}
	return found
}

func (r *rig) press(t *testing.T, words string) {
	t.Helper()
	b, ok := buttons(r.Content(), map[string]*kit.Button{})[words]
	if !ok {
		t.Fatalf("there is no button %q", words)
	}
	test.Tap(b)
	kit.Wait(context.Background())
}

func TestNeeds_TheButtonDoesWhatItSays(t *testing.T) {
	tests := []struct {
		name, words string
		need        store.Need
		check       func(t *testing.T, r *rig)
	}{
		{"key refused", "Enter new key", store.Need{Code: "auth", Account: 1, Count: 41}, func(t *testing.T, r *rig) {
			if r.newKey != 1 {
				t.Errorf("asked for a key of %d, want 1", r.newKey)
			}
		}},
		{"couldn't keep", "Show items", store.Need{Code: "failed", Account: 2, Count: 3}, func(t *testing.T, r *rig) {
			if want := (store.Filter{Account: 2, State: store.NeedsYou}); r.showed != want {
				t.Errorf("showed %+v, want %+v", r.showed, want)
			}
		}},
		{"keyring", "Unlock", store.Need{Code: "keyring"}, asked("unlock")},
		{"disappeared", "It was me", store.Need{Code: "mass-change", Account: 2, Count: 312}, asked("resolve [2]")},
		{"missing", "Are they gone?", store.Need{Code: "mass-change", Account: 3, Count: 312}, func(t *testing.T, r *rig) {
			if r.gone != 3 {
				t.Errorf("asked about %d, want 3", r.gone)
			}
		}},
		{"missing, and which", "Show items", store.Need{Code: "mass-change", Account: 3, Count: 312}, func(t *testing.T, r *rig) {
			if want := (store.Filter{Account: 3, Missing: true}); r.showed != want {
				t.Errorf("showed %+v, want %+v", r.showed, want)
			}
		}},
		{"missing, and kept", "Keep showing", store.Need{Code: "mass-change", Account: 3, Count: 312}, asked("resolve [3]")},
		{"away", "Try now", store.Need{Code: "unreachable", Account: 2}, asked("refresh [2]")},
		{"away for a week", "Copy to…", store.Need{Code: "unreachable", Account: 2, Since: time.Now().Add(-8 * 24 * time.Hour)}, func(t *testing.T, r *rig) {
			if r.copied != 2 {
				t.Errorf("asked to copy from %d, want 2", r.copied)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := someBooks()
			b.operations = b.operations[1:] // nothing stuck
			r := open(t, kit.LookDark, 1064, 800, b)
			r.state.Health.NeedsYou = []store.Need{tt.need}
			r.settle()
			r.press(t, tt.words)
			tt.check(t, r)
		})
	}
}

func TestNotRenamed_IsDoneInPlaceOrLeft(t *testing.T) {
	b := someBooks()
	b.operations = append(b.operations[1:], store.Operation{ID: 8, Account: 2, Kind: store.OpRename, State: store.OpStuck, LastText: "not-renamed"})
	r := open(t, kit.LookDark, 1064, 800, b)
	r.state.Health.NeedsYou = []store.Need{{Code: "stuck", Account: 2, Count: 1, Details: "not-renamed"}}
	r.settle()
	r.press(t, "Rename in place")
	asked("retry [8]")(t, r)
	r.press(t, "Leave it")
	asked("cancel [8]")(t, r)
}

func asked(want string) func(*testing.T, *rig) {
	return func(t *testing.T, r *rig) {
		t.Helper()
		if !slices.Contains(r.engine.asked, want) {
			t.Errorf("asked the engine for %q, want %q", r.engine.asked, want)
		}
	}
}

func TestStuck_CanBeTakenBack(t *testing.T) {
	r := open(t, kit.LookDark, 1064, 800, someBooks())
	r.settle()
	r.press(t, "Take back")
	asked("cancel [7]")(t, r)
	r.press(t, "Try again")
	asked("retry [7]")(t, r)
}

func TestLost_IsListedAndCanBeKeptAgain(t *testing.T) {
	b := someBooks()
	lost := func(id int64, account services.AccountID, name string) store.Observation {
		return store.Observation{ID: id, At: now.Add(-time.Hour), Account: account, Kind: "lost", CID: services.WireCID(one), Name: name, Count: 1}
	}
	settled := lost(14, 2, "long ago.png")
	settled.Resolved = now
	b.observations = append(b.observations, lost(11, 2, "first.png"), lost(12, 2, "second.png"), lost(13, 1, "elsewhere.png"), settled)
	r := open(t, kit.LookDark, 1064, 800, b)
	r.state.Health.NeedsYou = []store.Need{{Code: "lost", Account: 2, Count: 2}}
	r.settle()
	r.press(t, "Show them")
	r.look(t, "activity-lost")
	lines := func() (names []string) {
		for _, o := range test.LaidOutObjects(r.Content()) {
			if l, ok := o.(*kit.LineRow); ok && l.Visible() && r.window.Canvas().Size().Height > 0 {
				names = append(names, l.Label())
			}
		}
		return names
	}
	if got, want := lines(), []string{"Disappeared from Filebase, first.png", "Disappeared from Filebase, second.png"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for _, o := range test.LaidOutObjects(r.Content()) {
		if l, ok := o.(*kit.LineRow); ok && l.Label() == "Disappeared from Filebase, second.png" {
			l.TappedSecondary(nil)
		}
	}
	menu := r.window.Canvas().Overlays().Top()
	for _, o := range test.LaidOutObjects(menu) {
		if item, ok := o.(fyne.Tappable); ok && fmt.Sprintf("%T", o) == "*widget.menuItem" {
			item.Tapped(nil)
			break
		}
	}
	if r.added != one {
		t.Errorf("to be kept again: %q", r.added)
	}
	for _, o := range test.LaidOutObjects(r.Content()) {
		if c, ok := o.(*kit.Chips); ok {
			c.OnChanged(0)
		}
	}
	kit.Wait(context.Background())
	if got := lines(); len(got) < 5 {
		t.Errorf("everything: %q", got)
	}
}
