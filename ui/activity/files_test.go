package activity

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// toRead are operations of sources that are still to be read, two each,
// youngest first.
func toRead(sources int) []store.Operation {
	var ops []store.Operation
	for s := sources; s >= 1; s-- {
		for a := range 2 {
			ops = append(ops, store.Operation{
				ID: store.OperationID(10*s + a), Account: services.AccountID(a + 1), Kind: store.OpAdd, Source: store.SourceID(s), State: store.OpPreparing,
				Created: now.Add(-time.Minute), Pin: services.Pin{Name: string(rune('a'+s-1)) + ".png"},
			})
		}
	}
	return ops
}

func TestReadRows_OneLineAThingAndTheRestIsANumber(t *testing.T) {
	b := kit.NewBringing([]store.Progress{{Source: 2, Stage: store.Reading, Bytes: 40, TotalBytes: 100, Left: -1}},
		[]store.Source{{ID: 1, State: store.SourcePreparing, Reason: services.ReasonChanged}})
	got := readRows(toRead(9), b, now)
	if len(got) != 5 {
		t.Fatalf("%d lines, want 5: %+v", len(got), got)
	}
	if w := got[0]; w.name != "b.png" || w.what != "Preparing…" || w.since != "40 %" || w.mark != kit.Fetching || len(w.ops) != 2 {
		t.Errorf("what is read: %+v", w)
	}
	if w := got[1]; w.name != "a.png" || w.what != "Still being written" || w.hint == "" {
		t.Errorf("what is still being written: %+v", w)
	}
	if w := got[4]; w.name != "5 more" || len(w.ops) != 10 || !w.cancel {
		t.Errorf("the rest: %+v", w)
	}
}

func TestWorkRows_SayHowFarAPinIs(t *testing.T) {
	c := services.WireCID("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")
	accounts := map[services.AccountID]store.AccountState{7: {Account: services.Account{ID: 7, Name: "Filebase"}}}
	pins := []store.Pin{{Account: 7, PinStatus: services.PinStatus{Status: services.Queued, Created: now, Pin: services.Pin{CID: c, Name: "a.png"}}}}
	b := kit.NewBringing([]store.Progress{{Source: 1, CID: c, Account: 7, Stage: store.Giving, Peers: 1, Bytes: 62, TotalBytes: 100, Left: 4 * time.Minute}}, nil)
	got := workRows(nil, pins, accounts, b, now)
	if len(got) != 1 || got[0].what != "Filebase is fetching" || got[0].since != "62 % · 4 min left" || got[0].mark != kit.Fetching {
		t.Errorf("got %+v", got)
	}
}

func TestStuckRows_OneLineAThingThatCannotBeRead(t *testing.T) {
	ops := toRead(1)
	for i := range ops {
		ops[i].State, ops[i].LastCode, ops[i].LastText = store.OpStuck, services.CodeSource, services.ReasonVanished
	}
	got := stuckRows(ops, nil, kit.Bringing{})
	if len(got) != 1 || len(got[0].ids) != 2 || got[0].source != 1 || got[0].what != "Not there any more" || got[0].giveUp() != actRemove {
		t.Errorf("got %+v", got)
	}
}

func TestStuckRows_NameTheFileOfAFolderThatCannotBeRead(t *testing.T) {
	ops := toRead(1)
	for i := range ops {
		ops[i].State, ops[i].LastCode, ops[i].LastText = store.OpStuck, services.CodeSource, services.ReasonUnreadable
	}
	b := kit.NewBringing(nil, []store.Source{{
		ID: 1, Path: "/home/mara/Art", State: store.SourceStuck, Reason: services.ReasonUnreadable, Unread: "/home/mara/Art/raw/secret",
	}})
	got := stuckRows(ops, nil, b)
	if want := "raw/secret in it: Can't be read: no permission, or the disk failed"; len(got) != 1 || got[0].what != want {
		t.Errorf("got %+v, want %q", got, want)
	}
}

func TestCollapse_MakesOneLineOfABatch(t *testing.T) {
	line := func(what, name string, ago time.Duration) past {
		return past{what: what, name: name, at: now.Add(-ago)}
	}
	list := []past{
		line("Sent to Filebase", "e", 0), line("Sent to Filebase", "d", 1), line("Sent to Filebase", "c", 2), line("Sent to Filebase", "b", 3),
		line("Sent to Filebase", "a", time.Hour), line("Sent to Pinata", "x", 2*time.Hour), line("Sent to Pinata", "y", 2*time.Hour),
	}
	got := collapse(list)
	if len(got) != 4 || got[0].name != "4 items, b to e" || got[1].name != "a" || got[3].name != "y" {
		t.Errorf("got %+v", got)
	}
}

func TestOnce_TheOnlyFileThatCannotBeReadIsItsCard(t *testing.T) {
	unread := func(sources int) []stuck {
		ops := toRead(sources)
		for i := range ops {
			ops[i].State, ops[i].LastCode, ops[i].LastText = store.OpStuck, services.CodeSource, services.ReasonLocked
		}
		return stuckRows(ops, nil, kit.Bringing{})
	}
	cards := func() []need {
		return needs([]store.Need{{Code: "source", Count: 1, Details: services.ReasonLocked}}, nil, now)
	}
	c := cards()
	left := once(c, unread(1))
	if len(left) != 0 || c[0].title != "a.png can't be read" || c[0].primary != actReread || c[0].second != actRemove || len(c[0].ids) != 2 {
		t.Errorf("it is said twice, or not by its name: %+v, %+v", c, left)
	}
	if left := once(cards(), unread(2)); len(left) != 2 {
		t.Errorf("of two files %d are listed", len(left))
	}
	if left := once(nil, unread(1)); len(left) != 1 {
		t.Error("a file without a card is not said at all")
	}
}

func TestNeeds_AFileThatCannotBeReadSaysWhyAndWhatHelps(t *testing.T) {
	got := needOf(store.Need{Code: "source", Count: 2, Details: services.ReasonLocked}, store.AccountState{}, now)
	if got.title != "2 files can't be read" || got.text != "In use by another program. Close it there and try again." || got.primary != actReread {
		t.Errorf("got %+v", got)
	}
}
