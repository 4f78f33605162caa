package add_test

import (
	"context"
	"crypto/sha256"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/kit"
)

const (
	one   = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	two   = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKSgbw"
	folds = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
)

// engine takes everything and remembers it.
type engine struct {
	request   pinsync.AddRequest
	imported  pinsync.ImportRequest
	plans     map[store.Path]ingest.Plan // what is made up of a path; else it is a file of 1 MB
	wait      chan struct{}              // Inspect waits for it, where there is one
	inspected int
	cancelled []store.OperationID
	set       map[string]string
	refuse    map[store.Path]*services.Error // what Import does not take
	err       error
}

func (e *engine) Add(_ context.Context, r pinsync.AddRequest) (pinsync.Accepted, error) {
	e.request = r
	var a pinsync.Accepted
	for _, p := range r.Pins {
		for _, id := range r.Accounts {
			a.Operations = append(a.Operations, store.Operation{ID: store.OperationID(len(a.Operations) + 1), Account: id, Pin: p})
		}
	}
	return a, e.err
}

func (e *engine) Import(_ context.Context, r pinsync.ImportRequest) (pinsync.Accepted, error) {
	e.imported = r
	var a pinsync.Accepted
	for i, path := range r.Paths {
		if no := e.refuse[path]; no != nil {
			a.Refused = append(a.Refused, pinsync.Refusal{Path: path, Err: no})
			continue
		}
		for _, id := range r.Accounts {
			a.Operations = append(a.Operations, store.Operation{ID: store.OperationID(100 + len(a.Operations)), Account: id, Source: store.SourceID(i + 1)})
		}
	}
	return a, e.err
}

func (e *engine) Inspect(ctx context.Context, r pinsync.ImportRequest) ([]ingest.Plan, error) {
	if e.wait != nil {
		select {
		case <-e.wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	e.inspected++
	var out []ingest.Plan
	for _, p := range r.Paths {
		plan, ok := e.plans[p]
		if !ok {
			plan = ingest.Plan{Files: 1, Size: 1e6}
		}
		plan.Path, plan.Name = p, filepath.Base(string(p))
		out = append(out, plan)
	}
	return out, nil
}

func (e *engine) Cancel(_ context.Context, ids []store.OperationID) error {
	e.cancelled = ids
	return nil
}

func (e *engine) Set(_ context.Context, key, value string) error {
	e.set[key] = value
	return nil
}

type settings string

func (s settings) Setting(context.Context, string) (string, error) { return string(s), nil }

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local)

func snapshot() kit.Snapshot {
	a := func(id services.AccountID, name string) store.AccountState {
		return store.AccountState{
			Account:   services.Account{ID: id, Name: name, Endpoint: "https://pins.example", Key: "keyring:x"},
			CheckedAt: now.Add(-3 * time.Minute), Latency: 400 * time.Millisecond,
		}
	}
	x, y, z, here := a(1, "Pinata"), a(2, "Filebase"), a(3, "My cluster"), a(4, "This computer")
	x.Template, here.Endpoint = "pinata", services.LocalEndpoint
	y.LimitedUntil = now.Add(5 * time.Minute)
	z.Err, z.ErrSince = &services.Error{Code: services.CodeAuth}, now.Add(-time.Hour)
	return kit.Snapshot{Accounts: []store.AccountState{here, x, y, z}, At: now}
}

type rig struct {
	*add.Sheet
	engine *engine
	window fyne.Window
}

func open(t *testing.T, look kit.Look, w, h float32, remembered, text string) *rig {
	t.Helper()
	t.Cleanup(kit.Hold())
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(look))
	r := &rig{engine: &engine{set: map[string]string{}}, window: test.NewTempWindow(t, nil)}
	r.window.SetPadded(false)
	toasts := kit.NewToasts()
	t.Cleanup(toasts.Clear) // or its timer goes off in another test
	r.window.SetContent(kit.Stack(kit.NewSurface(kit.Bg, kit.Clear, 0, nil), toasts))
	r.window.Resize(fyne.NewSize(w, h))
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); kit.Wait(context.Background()) })
	state := snapshot()
	r.Sheet = add.Open(add.Deps{
		Context: ctx, Window: r.window, Reader: settings(remembered), Engine: r.engine, State: func() kit.Snapshot { return state },
		Show: func() {}, Connect: func() {}, NewKey: func(services.AccountID) {},
	})
	if text != "" {
		r.Fill(text)
	}
	kit.Wait(context.Background())
	return r
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

func TestLooks(t *testing.T) {
	mixed := strings.Join([]string{one, two, "ipfs://" + folds + "/a/b.png", "ipns://example.net", one[:30], two}, "\n")
	open(t, kit.LookLight, 1280, 800, "1,2", mixed).look(t, "add-mixed-light")
	open(t, kit.LookDark, 900, 600, "", one).look(t, "add-one-dark-small")
	open(t, kit.LookDark, 900, 600, "", "").look(t, "add-empty-dark-small")
}

func TestSheet_AThousandIDsStayFluid(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		text.WriteString(madeUp(i) + "\n")
	}
	r := open(t, kit.LookDark, 1280, 800, "1,2", "")
	r.Fill(text.String())
	// A text field lays out all it holds at each key; a list draws what shows.
	if typed, listed := held(r.window.Canvas().Overlays().Top()); typed != "" || listed != 1000 {
		t.Fatalf("%d bytes are in text fields and %d lines in the list", len(typed), listed)
	}
	test.Type(r.window.Canvas().Focused(), "xyz")
	if typed, listed := held(r.window.Canvas().Overlays().Top()); typed != "xyz" || listed != 1000 {
		t.Errorf("after three keys %d bytes are in text fields and %d lines in the list", len(typed), listed)
	}
	r.look(t, "add-thousand-dark")
}

// held is what all text fields hold, and how many lines all lists have.
func held(o fyne.CanvasObject) (typed string, listed int) {
	switch o := o.(type) {
	case *kit.Field:
		typed = o.Text()
	case *kit.List:
		listed = o.Len()
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, c := range children {
		moreTyped, moreListed := held(c)
		typed, listed = typed+moreTyped, listed+moreListed
	}
	return typed, listed
}

// madeUp is a CID that names nothing.
func madeUp(i int) string {
	sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
	h, err := multihash.Encode(sum[:], multihash.SHA2_256)
	if err != nil {
		panic(err)
	}
	return cid.NewCidV1(cid.Raw, h).String()
}

func TestSend_AddsToTheChosenPlacesAndCanBeTakenBack(t *testing.T) {
	r := open(t, kit.LookDark, 1280, 800, "1,2", one+"\n"+two)
	b := primary(r.window.Canvas().Overlays().Top(), "Keep online")
	if b == nil {
		t.Fatal("no button")
	}
	test.Tap(b)
	kit.Wait(context.Background())
	if got := r.engine.request; len(got.Pins) != 2 || len(got.Accounts) != 2 || got.Hold != 6*time.Second {
		t.Fatalf("request %+v", got)
	}
	if !r.Closed() {
		t.Error("the sheet stayed open")
	}
	r.look(t, "add-sent")
}

func primary(o fyne.CanvasObject, words string) *kit.Button {
	if b, ok := o.(*kit.Button); ok && b.Label() == words {
		return b
	}
	var children []fyne.CanvasObject
	switch x := o.(type) {
	case *fyne.Container:
		children = x.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(x).Objects()
	}
	for _, c := range children {
		if b := primary(c, words); b != nil {
			return b
		}
	}
	return nil
}
