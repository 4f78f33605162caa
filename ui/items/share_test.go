package items

import (
	"testing"

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
