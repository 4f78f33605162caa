package user_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func op(account services.AccountID, key, requestID string) store.Operation {
	return store.Operation{Account: account, Kind: store.OpAdd, RequestID: requestID, Pin: services.Pin{CID: services.CID{Text: key, Key: key}}}
}

// claim is the key of what can be claimed, "" for nothing.
func claim(t *testing.T, db *user.DB, account services.AccountID, now time.Time) string {
	t.Helper()
	o, _, err := db.Claim(t.Context(), account, now)
	if err != nil {
		t.Fatal(err)
	}
	return o.Pin.CID.Key
}

func update(t *testing.T, db *user.DB, o store.Operation, from store.State) bool {
	t.Helper()
	ok, err := db.Update(t.Context(), o, from)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestOperations_SurviveReopeningWordForWord(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	o := op(1, "cid", "req")
	o.Pin.Name, o.Pin.Origins, o.Pin.Meta = "Ünïcode", []string{"/ip4/1.2.3.4/tcp/1"}, map[string]string{"k": "v"}
	want := add(t, db, o, op(1, "other", ""))
	want[0].State, want[0].Attempts, want[0].SentAt = store.OpAmbiguous, 2, want[0].Created.Add(time.Second)
	want[0].LastCode, want[0].LastText, want[0].AlreadyKept, want[0].Adopted = services.CodeTimeout, "too slow", true, true
	if !update(t, db, want[0], store.OpWaiting) {
		t.Fatal("not updated")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, dir).OpenOperations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAddOperations_GivesEachAKeyOfItsOwn(t *testing.T) {
	list := add(t, open(t, t.TempDir()), op(1, "a", ""), op(1, "a", ""))
	if list[0].Key == "" || list[0].Key == list[1].Key || list[0].ID >= list[1].ID {
		t.Errorf("got %+v", list)
	}
	if list[0].State != store.OpWaiting || list[0].Created.IsZero() || list[0].NextAt != list[0].Created {
		t.Errorf("got %+v", list[0])
	}
}

func TestClaim_OldestDueThatOvertakesNoneOfItsPin(t *testing.T) {
	db := open(t, t.TempDir())
	ops := add(t, db, op(1, "a", ""), op(1, "a", ""), op(2, "b", ""), op(1, "c", "r"), op(1, "d", "r"), op(1, "e", ""))
	now := ops[0].Created
	if got := claim(t, db, 1, now.Add(-time.Second)); got != "" {
		t.Errorf("before it is due: got %q", got)
	}
	if got := claim(t, db, 1, now); got != "a" {
		t.Errorf("got %q, want the oldest", got)
	}
	// The first waits; the second is of the same content and must too.
	ops[0].NextAt = now.Add(time.Minute)
	update(t, db, ops[0], store.OpWaiting)
	if got := claim(t, db, 1, now); got != "c" {
		t.Errorf("got %q, want the next pin", got)
	}
	// So it is with one request, unless it is stuck: that may stay so.
	ops[3].NextAt = now.Add(2 * time.Minute)
	update(t, db, ops[3], store.OpWaiting)
	if got := claim(t, db, 1, now); got != "e" {
		t.Errorf("got %q, want what neither waits for", got)
	}
	ops[3].State = store.OpStuck
	update(t, db, ops[3], store.OpWaiting)
	if got := claim(t, db, 1, now); got != "d" {
		t.Errorf("got %q, want what no longer waits", got)
	}
	ops[4].State, ops[4].DoneAt = store.OpDone, now
	update(t, db, ops[4], store.OpWaiting)
	ops[5].State, ops[5].DoneAt = store.OpDone, now
	update(t, db, ops[5], store.OpWaiting)
	if got := claim(t, db, 1, now); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
	due, err := db.NextDue(t.Context(), 1)
	if err != nil || !due.Equal(now.Add(time.Minute)) {
		t.Errorf("next due: got %v, %v", due, err)
	}
	if due, err := db.NextDue(t.Context(), 9); err != nil || !due.IsZero() {
		t.Errorf("nothing is due: got %v, %v", due, err)
	}
}

func TestUpdate_LosesToWhoeverWasFirst(t *testing.T) {
	db := open(t, t.TempDir())
	o := add(t, db, op(1, "a", ""))[0]
	cancelled, sent := o, o
	cancelled.State, sent.State = store.OpCancelled, store.OpSent
	if !update(t, db, cancelled, store.OpWaiting) {
		t.Fatal("not cancelled")
	}
	if update(t, db, sent, store.OpWaiting) {
		t.Error("sent after it was cancelled")
	}
}

func TestRemoveAccount_CancelsWhatIsOpen(t *testing.T) {
	db := open(t, t.TempDir())
	id, err := db.AddAccount(t.Context(), services.Account{Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	o := add(t, db, op(id, "a", ""))[0]
	if err := db.RemoveAccount(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	got, ok, err := db.Operation(t.Context(), o.ID)
	if err != nil || !ok || got.State != store.OpCancelled || got.DoneAt.IsZero() {
		t.Errorf("got %+v, %v, %v", got, ok, err)
	}
	next, err := db.AddAccount(t.Context(), services.Account{Name: "a"})
	if err != nil || next == id {
		t.Errorf("id %d was used again (%d), %v", id, next, err)
	}
}

func TestPrune_KeepsOpenAndYoungOnes(t *testing.T) {
	db := open(t, t.TempDir())
	ops := add(t, db, op(1, "old", ""), op(1, "young", ""), op(1, "open", ""))
	now := ops[0].Created.Add(100 * 24 * time.Hour)
	for i, done := range []time.Time{ops[0].Created, now.Add(-time.Hour)} {
		ops[i].State, ops[i].DoneAt = store.OpDone, done
		update(t, db, ops[i], store.OpWaiting)
	}
	if err := db.Prune(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true, true} {
		if _, ok, err := db.Operation(t.Context(), ops[i].ID); ok != want || err != nil {
			t.Errorf("%s: kept %v, %v; want %v", ops[i].Pin.CID.Key, ok, err, want)
		}
	}
}

func BenchmarkAddOperations_1000(b *testing.B) {
	db := open(b, b.TempDir())
	ops := make([]store.Operation, 1000)
	for i := range ops {
		ops[i] = op(1, fmt.Sprint(i), "")
	}
	for b.Loop() {
		add(b, db, ops...)
	}
}
