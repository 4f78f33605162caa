package sync_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func TestDelete_GoesByRequestIDAndWhatThePersonSaw(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.work()
		id := r.op(op.ID).RequestID
		for _, c := range []struct {
			ref  pinsync.PinRef
			want string
		}{
			{pinsync.PinRef{Account: a.ID, RequestID: id, CID: content(2), Name: "first"}, "changed"},
			{pinsync.PinRef{Account: a.ID, RequestID: id, CID: content(1), Name: "other"}, "changed"},
			{pinsync.PinRef{Account: a.ID, CID: content(1), Name: "first"}, "empty-id"},
			{pinsync.PinRef{Account: 99, RequestID: id}, "unknown-account"},
		} {
			got, err := r.Delete(context.Background(), []pinsync.PinRef{c.ref}, 0)
			if err != nil || len(got.Refused) != 1 || got.Refused[0].Err.Reason != c.want {
				t.Errorf("%+v: got %+v, %v, want %q", c.ref, got, err, c.want)
			}
		}
		got, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, RequestID: id, CID: content(1), Name: "first"}}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if left := svc.Snapshot(); len(left) != 0 {
			t.Errorf("the service has %+v", left)
		}
		if left := r.pins(a); len(left) != 0 {
			t.Errorf("the list has %q", left)
		}
	})
}

func TestDelete_OfAnUnsentAddCancelsBoth(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		got, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, CID: content(1)}}, 0)
		if err != nil || len(got.Operations) != 1 || got.Operations[0].ID != op.ID {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		r.wantOp(op.ID, store.OpCancelled)
		if svc.Calls() != 0 {
			t.Errorf("%d calls", svc.Calls())
		}
	})
}

func TestRename_ReplacesAndReadsBack(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		old := r.op(add.ID).RequestID
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: old, CID: content(1), Name: "first"}, "second")
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		if op := r.wantOp(got.Operations[0].ID, store.OpDone); op.RequestID == old {
			t.Errorf("still the requestid %s", old)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("got %q", got)
		}
		if res := r.sync(); res[0].Changed+res[0].Added+res[0].Removed != 0 {
			t.Errorf("a check afterwards found %+v", res[0])
		}
	})
}

func TestRename_NeverReplacesOrDeletesWhereTheRequestIDIsTheCID(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var ops []string
		svc := demo.New(demo.Options{RequestIDIsCID: true, Before: func(c demo.Call) error {
			ops = append(ops, c.Op)
			return nil
		}})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		id := r.op(add.ID).RequestID
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: id, CID: content(1), Name: "first"}, "second")
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if slices.Contains(ops, "delete") || slices.Contains(ops, "replace") {
			t.Errorf("calls were %q", ops)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("got %q", got)
		}
	})
}

// stubborn takes a new name and keeps the old one (quirk 19).
type stubborn struct{ services.Service }

func (s stubborn) Replace(ctx context.Context, id string, _ services.Pin) (services.PinStatus, error) {
	return s.Get(ctx, id)
}

func TestRename_SaysSoWhereTheNameDidNotStick(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", stubborn{demo.New(demo.Options{})})
		r.believe(a, services.FactReplace)
		add := r.add(a, content(1), "first")
		r.work()
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastText != "not-renamed" {
			t.Errorf("got %q", op.LastText)
		}
	})
}

func TestRename_AnswerLostIsFoundUnderItsNewRequestID(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		replaces := 0
		svc := demo.New(demo.Options{After: func(c demo.Call, err error) error {
			if c.Op == "replace" {
				if replaces++; replaces == 1 {
					return &services.Error{Code: services.CodeTimeout}
				}
			}
			return err
		}})
		a := r.connect("one", svc)
		r.believe(a, services.FactReplace)
		add := r.add(a, content(1), "first")
		r.work()
		old := r.op(add.ID).RequestID
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: old}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(time.Minute)
		op := r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); replaces != 1 || len(all) != 1 || all[0].Pin.Name != "second" || all[0].RequestID != op.RequestID {
			t.Errorf("%d replaces, the service has %+v", replaces, all)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"second pinned"}) {
			t.Errorf("got %q", got)
		}
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
	})
}

// halfway replaces by deleting, and then fails (quirk 18).
type halfway struct{ *demo.Service }

func (h halfway) Replace(ctx context.Context, id string, _ services.Pin) (services.PinStatus, error) {
	if err := h.Delete(ctx, id); err != nil {
		return services.PinStatus{}, err
	}
	return services.PinStatus{}, &services.Error{Code: services.CodeServer, HTTP: 500}
}

func TestRename_AHalfReplaceIsMadeWhole(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", halfway{svc})
		r.believe(a, services.FactReplace)
		asked, err := r.Add(context.Background(), pinsync.AddRequest{
			Pins: []services.Pin{{CID: content(1), Name: "first", Meta: map[string]string{"of": "mine"}}}, Accounts: []services.AccountID{a.ID},
		})
		if err != nil {
			t.Fatal(err)
		}
		add := asked.Operations[0]
		r.work()
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(5 * time.Minute) // nobody said what came of it: it is looked for first
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" || all[0].Pin.CID.Key != content(1).Key || all[0].Pin.Meta["of"] != "mine" {
			t.Errorf("the service has %+v", all)
		}
	})
}

// laggard replaces without saying so, and lists what is new a minute later.
type laggard struct{ *demo.Service }

func (l laggard) Replace(ctx context.Context, id string, pin services.Pin) (services.PinStatus, error) {
	if _, err := l.Service.Replace(ctx, id, pin); err != nil {
		return services.PinStatus{}, err
	}
	return services.PinStatus{}, &services.Error{Code: services.CodeTimeout}
}

func (l laggard) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := l.Service.List(ctx, q)
	page.Results = slices.DeleteFunc(page.Results, func(p services.PinStatus) bool { return time.Since(p.Created) < time.Minute })
	page.Count = int64(len(page.Results))
	return page, err
}

func TestRename_WhoseAnswerIsLostIsNotAskedForAgainWhileTheListLags(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", laggard{svc})
		r.believe(a, services.FactReplace)
		add := r.add(a, content(1), "first")
		r.work()
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(5 * time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Name != "second" {
			t.Errorf("the service has %+v", all)
		}
		if p := r.profile(a); p.Disproved(services.FactManyIDs) {
			t.Errorf("learnt of a replace that it keeps no two: %+v", p)
		}
	})
}

func TestRename_OfAPinThatIsGoneBringsNothingBack(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		id := r.op(add.ID).RequestID
		if err := svc.Delete(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: id}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.run()
		pass(time.Minute)
		if op := r.wantOp(got.Operations[0].ID, store.OpStuck); op.LastCode != services.CodeNotFound {
			t.Errorf("got %q", op.LastCode)
		}
		if len(svc.Snapshot()) != 0 {
			t.Error("it was brought back")
		}
	})
}

func TestDelete_AnswerLostIsDoneAndNobodysLoss(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		lose := true
		svc := demo.New(demo.Options{Pins: 3, After: func(c demo.Call, err error) error {
			if c.Op == "delete" && lose {
				lose = false
				return &services.Error{Code: services.CodeTimeout}
			}
			return err
		}})
		a := r.connect("one", svc)
		r.run()
		pass(time.Second)
		got, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, RequestID: svc.Snapshot()[0].RequestID}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if n := len(r.pins(a)); n != 2 {
			t.Errorf("%d pins", n)
		}
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestDelete_IsWithdrawnByAnAddOfTheSame(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 1})
		a := r.connect("one", svc)
		r.sync()
		pin := svc.Snapshot()[0]
		got, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, RequestID: pin.RequestID}}, 6*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		back, err := r.Add(context.Background(), pinsync.AddRequest{Pins: []services.Pin{{CID: pin.Pin.CID}}, Accounts: []services.AccountID{a.ID}})
		if err != nil || len(back.Refused) != 1 || back.Refused[0].Err.Reason != "already-kept" {
			t.Fatalf("got %+v, %v", back, err)
		}
		pass(time.Minute)
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpCancelled)
		if len(svc.Snapshot()) != 1 {
			t.Error("it was deleted")
		}
	})
}
