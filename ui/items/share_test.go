package items

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestDetailsOf_OffersAWebLinkOnlyWhereAServiceKeepsIt(t *testing.T) {
	columns := columnsOf(withHere())
	here := store.Mark{Account: 4, Local: true, Status: services.Pinned}
	for name, c := range map[string]struct {
		item store.Item
		want bool
	}{
		"only here":           {store.Item{CID: cidOf(1), State: store.OnlyHere, Marks: []store.Mark{here}}, false},
		"still being fetched": {given(), false},
		"safe at a service":   {store.Item{CID: cidOf(1), State: store.Safe, Copies: 1, Places: 1, Marks: []store.Mark{here, {Account: 2, Status: services.Pinned}}}, true},
		"last seen safe":      {store.Item{CID: cidOf(1), State: store.Unchecked, Places: 1, Marks: []store.Mark{{Account: 2, Status: services.Pinned, Stale: true}}}, true},
	} {
		d := detailsOf(target{item: c.item}, nil, columns, kit.Bringing{}, now)
		if (d.web != "") != c.want || d.cid == "" {
			t.Errorf("%s: web link %q, ID %q", name, d.web, d.cid)
		}
	}
}

func TestDetailsOf_NobodyCanOpenWhatIsOnlyHere(t *testing.T) {
	i := store.Item{CID: cidOf(1), State: store.OnlyHere, Marks: []store.Mark{{Account: 4, Local: true, Status: services.Pinned}}}
	d := detailsOf(target{item: i}, nil, columnsOf(withHere()), kit.Bringing{}, now)
	if d.title != "Only on this computer" || d.say != "Nobody else can open it until a service keeps it." {
		t.Errorf("it says %q, %q", d.title, d.say)
	}
}

func TestPanel_ShowsNoWebLinkOfWhatIsOnlyHere(t *testing.T) {
	m := &memory{rows: []store.Item{{
		ID: 1, CID: cidOf(1), Name: "a.png", State: store.OnlyHere, Marks: []store.Mark{{Account: 4, Local: true, Status: services.Pinned}},
	}}}
	s := open(t, m, wide)
	s.panel.open(1)
	s.settle()
	if !s.panel.shared.Visible() || s.panel.online.Visible() || s.panel.qrBox.Visible() || s.panel.qr.Image != nil {
		t.Error("there is a web link or a QR code of what nobody can open, or no IPFS link")
	}
}

func TestLineOf_NothingIsSentToThisComputer(t *testing.T) {
	columns := columnsOf(withHere())
	i := store.Item{CID: cidOf(1), Name: "a.png", Added: now, Marks: []store.Mark{{Account: 4, Local: true, Pending: store.OpAdd}}}
	if l := lineOf(i, columns, kit.Bringing{}, now); l.text != "Getting it ready here" {
		t.Errorf("its line is %q", l.text)
	}
	d := detailsOf(target{item: i}, []store.Operation{{Account: 4, Kind: store.OpAdd, State: store.OpSent}}, columns, kit.Bringing{}, now)
	if p := d.places[len(d.places)-1]; p.sub != "Getting it ready here" {
		t.Errorf("its place says %q", p.sub)
	}
	if d.history[0].what != "Getting it ready here" {
		t.Errorf("its history says %q", d.history[0].what)
	}
}

// said is the toast on the screen.
func (s *screen) said() string {
	return s.window.Content().(*fyne.Container).Objects[1].(*kit.Toasts).Label()
}

func TestCopyLinks_OfWhatNoServiceKeepsCopiesTheIDAndSaysSo(t *testing.T) {
	m := &memory{rows: []store.Item{
		{ID: 1, CID: cidOf(1), Name: "a.png", State: store.OnlyHere, Marks: []store.Mark{{Account: 4, Local: true, Status: services.Pinned}}},
		{ID: 2, CID: cidOf(2), Name: "b.png", State: store.Safe, Copies: 1, Places: 1},
	}}
	s := open(t, m, wide)
	for _, c := range []struct {
		ids        []store.ItemID
		text, said string
	}{
		{[]store.ItemID{1}, cidOf(1).Text, "Content ID copied: no service keeps it yet, so a web link wouldn't open"},
		{[]store.ItemID{2}, WebLink(cidOf(2)), "Link copied"},
		{[]store.ItemID{1, 2}, cidOf(1).Text + "\n" + WebLink(cidOf(2)), "Link copied. Of 1 no service keeps yet, the Content ID"},
	} {
		s.copyLinks(c.ids)
		s.settle()
		if got := fyne.CurrentApp().Clipboard().Content(); got != c.text {
			t.Errorf("%v: copied %q, want %q", c.ids, got, c.text)
		}
		if got := s.said(); got != c.said {
			t.Errorf("%v: said %q, want %q", c.ids, got, c.said)
		}
	}
}

func TestLink_OfWhatNoServiceKeepsIsItsID(t *testing.T) {
	here := store.Mark{Account: 4, Local: true, Status: services.Pinned}
	for name, c := range map[string]struct {
		marks []store.Mark
		want  string
	}{
		"nobody":         {nil, cidOf(1).Text},
		"only here":      {[]store.Mark{here}, cidOf(1).Text},
		"asked for":      {[]store.Mark{here, {Account: 1, Pending: store.OpAdd}}, cidOf(1).Text},
		"stuck":          {[]store.Mark{{Account: 1, Pending: store.OpAdd, Stuck: true}}, cidOf(1).Text},
		"pinned":         {[]store.Mark{here, {Account: 1, Status: services.Pinned}}, WebLink(cidOf(1))},
		"last seen safe": {[]store.Mark{{Account: 1, Status: services.Pinned, Stale: true}}, WebLink(cidOf(1))},
	} {
		if got := Link(store.Item{CID: cidOf(1), Marks: c.marks}); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestHappened_TellsWhatWasFoundFromWhatWasSent(t *testing.T) {
	columns := columnsOf(withHere())
	name := columns[0].name
	for want, o := range map[string]store.Operation{
		"Sent to " + name:                          {State: store.OpDone},
		name + " already kept it":                  {State: store.OpDone, AlreadyKept: true},
		"Found on " + name + ", kept under its ID": {State: store.OpDone, Adopted: true},
	} {
		o.Kind, o.Account = store.OpAdd, columns[0].account
		if got := happened(o, columns); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
