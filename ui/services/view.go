package services

import (
	"context"
	"iter"
	"log/slog"
	"net/url"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// Engine is what this screen asks for.
type Engine interface {
	Test(ctx context.Context, a pinsync.NewAccount) (pinsync.Check, error)
	Connect(ctx context.Context, a pinsync.NewAccount) (services.Account, error)
	EditAccount(ctx context.Context, a services.Account) error
	NewKey(ctx context.Context, id services.AccountID, key services.Secret) error
	ForgetAccount(ctx context.Context, id services.AccountID) error
	Refresh(ctx context.Context, ids []services.AccountID) error
	PlanCopy(ctx context.Context, r pinsync.CopyRequest) (pinsync.CopyPlan, error)
	Copy(ctx context.Context, r pinsync.CopyRequest) (pinsync.Copied, error)
	AcceptGone(ctx context.Context, account services.AccountID) error
	CheckAccount(ctx context.Context, id services.AccountID) (pinsync.Check, error)
	Unlock(ctx context.Context) error
}

// Reader is what this screen reads beside the snapshot.
type Reader interface {
	Item(ctx context.Context, id store.ItemID) (store.Item, bool, error)
	EachItem(ctx context.Context, f store.Filter, limit int) iter.Seq2[store.Item, error]
	EachPin(ctx context.Context, f store.PinFilter) iter.Seq2[store.Pin, error]
	Profile(ctx context.Context, account services.AccountID) (services.Profile, error)
}

// Deps is what the screen needs. All but Log and Space are required.
type Deps struct {
	Context context.Context // the life of the window
	Window  fyne.Window
	Reader  Reader
	Engine  Engine
	Log     *slog.Logger
	// State is the newest snapshot; it is called on the UI thread.
	State func() kit.Snapshot
	// ShowItems leads to the list of what an account keeps.
	ShowItems func(services.AccountID)
	OpenURL   func(*url.URL) error
	// Space is how many bytes this computer uses for what it keeps; it is called
	// off the UI thread.
	Space func(ctx context.Context) (int64, error)
}

// View is the screen.
type View struct {
	d       Deps
	content fyne.CanvasObject
	scroll  *kit.Scroll
	grid    *fyne.Container
	invite  fyne.CanvasObject
	tail    *kit.Tail
	cards   map[services.AccountID]*cardView
	order   []services.AccountID
	used    int64 // bytes on this computer, negative while unknown
	asking  bool  // for them
}

// New makes the screen; it reads nothing before Refresh.
func New(d Deps) *View {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	v := &View{d: d, cards: map[services.AccountID]*cardView{}, tail: kit.NewTail(), used: -1}
	v.invite = invite(templateNames(services.Templates()), v.Connect)
	v.grid = kit.Grid(16, 340, v.invite)
	v.scroll = kit.NewScroll(kit.Inset(24, 24, 24, 24, v.grid))
	head := kit.PageHead(kit.T("services.title"), kit.T("services.sub"),
		kit.NewButton(kit.T("services.check.all"), kit.Secondary, "refresh", func() { v.check(0) }))
	v.content = kit.VBox(0, head, kit.Fill(v.scroll), v.tail.Object())
	return v
}

// Content is what to put into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Refresh shows the newest snapshot.
func (v *View) Refresh() {
	v.again()
	v.measure()
}

func (v *View) again() {
	s := v.d.State()
	v.show(rows(s.Accounts, s.Keyring, s.At).using(v.used))
}

// measure asks what this computer uses, where it keeps something.
func (v *View) measure() {
	here := slices.ContainsFunc(v.d.State().Accounts, func(a store.AccountState) bool { return a.Local() })
	if v.d.Space == nil || !here || v.asking {
		return
	}
	v.asking = true
	kit.Go(v.d.Context, v.d.Space, func(used int64, err error) {
		v.asking = false
		if err == nil && used != v.used {
			v.used = used
			v.again()
		}
	})
}

func (v *View) show(p page) {
	var order []services.AccountID
	objects := make([]fyne.CanvasObject, 0, len(p.cards)+1)
	for _, c := range p.cards {
		one, ok := v.cards[c.id]
		if !ok {
			one = newCardView(v.act)
			v.cards[c.id] = one
		}
		one.show(c)
		order = append(order, c.id)
		objects = append(objects, one.card)
	}
	v.grid.Objects = append(objects, v.invite)
	for id := range v.cards {
		if !slices.Contains(order, id) {
			delete(v.cards, id)
		}
	}
	v.order = order
	v.grid.Refresh()
	v.scroll.Layout()
	v.showTail(p)
}

func (v *View) showTail(p page) {
	var parts []kit.TailPart
	for i, t := range p.tail {
		parts = append(parts, kit.TailPart{Text: t, Role: kit.Ink3})
		if i == 0 && p.needs != "" {
			parts = append(parts, kit.TailPart{Text: p.needs, Role: kit.Warn})
		}
	}
	v.tail.Set(parts...)
}
