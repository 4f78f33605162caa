package items

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

const another = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"

func TestReplace_AsksEveryServiceForTheNewContentUnderTheOldName(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	s.replaceItem(1)
	s.settle()
	top := s.window.Canvas().Overlays().Top()
	if b := find(top, kit.T("items.replace.do")); b == nil || !b.Disabled() {
		t.Fatal("it can be asked for before a content is named")
	}
	for _, o := range test.LaidOutObjects(top) {
		if f, ok := o.(*kit.Field); ok {
			f.SetText("ipfs://" + another)
		}
	}
	s.settle()
	s.pressInSheet(kit.T("items.replace.do"))
	if len(s.engine.replaced) != 3 {
		t.Fatalf("asked for %+v, want three services", s.engine.replaced)
	}
	for _, r := range s.engine.replaced {
		if r.pin.CID.Text != another || r.pin.Name != r.was.Name || r.was.RequestID == "" || r.hold == 0 {
			t.Errorf("asked for %+v", r)
		}
	}
}

func TestReadNew_SaysWhatIsWrongWithIt(t *testing.T) {
	open(t, &memory{}, wide)
	was := services.CID{Text: another, Key: another}
	for text, want := range map[string]string{
		"":                         "",
		another:                    "That's what it is already.",
		"https://dweb.link/ipfs/x": "That's not a complete Content ID",
		"ipns://example.org":       "That's an IPNS name",
		another[:20]:               "That's not a complete Content ID",
	} {
		c, wrong := readNew(text, was)
		if !c.IsZero() || !strings.HasPrefix(wrong, want) || (want == "") != (wrong == "") {
			t.Errorf("%q gives %v, %q, want %q", text, c, wrong, want)
		}
	}
	if c, wrong := readNew("  "+another+"\n", cidOf(1)); c.Text != another || wrong != "" {
		t.Errorf("a good one gives %v, %q", c, wrong)
	}
}

func TestReplaced_TakesTheSafePinOfEachService(t *testing.T) {
	pin := func(a services.AccountID, id string, s services.Status) store.Pin {
		return store.Pin{Account: a, PinStatus: services.PinStatus{RequestID: id, Status: s}}
	}
	got := replaced([]store.Pin{
		pin(1, "a", services.Failed), pin(2, "b", services.Pinned), pin(1, "c", services.Pinned), pin(3, "d", services.Pinned),
	}, map[services.AccountID]bool{1: true, 2: true})
	if len(got) != 2 || got[0].RequestID != "c" || got[1].RequestID != "b" {
		t.Errorf("got %+v", got)
	}
}
