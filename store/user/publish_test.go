package user_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// publishOne publishes a version of one file at accounts 1 and 2.
func publishOne(t *testing.T, db *user.DB, stamp string, ends ...user.FolderItem) user.FolderItem {
	t.Helper()
	item := user.FolderItem{Rel: "text", Stamp: stamp, Name: "text", Size: -1}
	var adds []store.Operation
	for _, account := range []services.AccountID{1, 2} {
		o := op(account, "", "")
		o.State = store.OpPreparing
		adds = append(adds, o)
	}
	if _, err := db.Publish(t.Context(), user.Publication{Folder: 7, At: time.Now(), Versions: []user.Version{{
		Source: &store.Source{Path: "/art/text", Folder: 7, Rel: "text"},
		Items:  []user.NewItem{{FolderItem: item, Adds: adds}}, Ends: ends, Release: true,
	}}}); err != nil {
		t.Fatal(err)
	}
	items, err := db.ItemsAt(t.Context(), 7, "text")
	if err != nil || len(items) != 1 {
		t.Fatalf("got %+v, %v", items, err)
	}
	return items[0]
}

// sent has the add of a version at an account be on its way.
func sent(t *testing.T, db *user.DB, item user.FolderItem, account services.AccountID) {
	t.Helper()
	pin, ok, err := db.PinOf(t.Context(), item.ID, account)
	if err != nil || !ok {
		t.Fatalf("no pin: %v", err)
	}
	o, _, err := db.Operation(t.Context(), pin.Operation)
	if err != nil {
		t.Fatal(err)
	}
	from := o.State
	o.State, o.SentAt = store.OpSent, time.Now()
	update(t, db, o, from)
}

func TestPublish_WhoWaitedForAVersionThatWasNotSentEverywhereWaitsForTheNext(t *testing.T) {
	db := open(t, t.TempDir())
	first := publishOne(t, db, "1")
	sent(t, db, first, 1)
	sent(t, db, first, 2)
	second := publishOne(t, db, "2", first)
	sent(t, db, second, 1) // and at 2 it never is
	third := publishOne(t, db, "3", second)
	for account, want := range map[services.AccountID]int64{1: second.ID, 2: third.ID} {
		if pin, ok, err := db.PinOf(t.Context(), first.ID, account); err != nil || !ok || pin.Release != want {
			t.Errorf("at %d: %+v, %v, %v; want it to wait for %d", account, pin, ok, err, want)
		}
	}
}

func TestMoveSource_SaysNothingOfAFileThatWasMovedMeanwhile(t *testing.T) {
	db := open(t, t.TempDir())
	item := publishOne(t, db, "1")
	before, _, err := db.Source(t.Context(), item.Source)
	if err != nil {
		t.Fatal(err)
	}
	item.Rel, item.Name = "in/text", "text"
	if _, err := db.Publish(t.Context(), user.Publication{
		Folder: 7, At: time.Now(), Renames: []user.Rename{{Item: item, Path: "/art/in/text"}},
	}); err != nil {
		t.Fatal(err)
	}
	stuck := before
	stuck.State, stuck.Reason = store.SourceStuck, services.ReasonVanished
	if _, ok := move(t, db, stuck, store.SourcePreparing, nil); ok {
		t.Error("what was not found at the old path is given up")
	}
	due, _, err := db.DueSources(t.Context(), time.Now(), 2)
	if err != nil || len(due) != 1 || due[0].Path != "/art/in/text" {
		t.Fatalf("to be read: %+v, %v", due, err)
	}
	now := due[0]
	now.State = store.SourceReady
	if _, ok := move(t, db, now, store.SourcePreparing, nil); !ok {
		t.Error("not moved")
	}
}
