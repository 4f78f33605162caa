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

func TestAdd_IsSentAndListedWithoutRun(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.work()
		if done := r.wantOp(op.ID, store.OpDone); done.RequestID == "" || done.AlreadyKept || done.Adopted {
			t.Errorf("got %+v", done)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"first pinned"}) {
			t.Errorf("got %q", got)
		}
		if all := svc.Snapshot(); len(all) != 1 || all[0].Pin.Meta["op"] != op.Key {
			t.Errorf("the service has %+v", all)
		}
	})
}

func TestAdd_RefusesWhatIsKeptOrAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{}))
		op := r.add(a, content(1), "first")
		ask := func(id services.AccountID, c services.CID) string {
			got, err := r.Add(context.Background(), pinsync.AddRequest{Pins: []services.Pin{{CID: c}}, Accounts: []services.AccountID{id}})
			if err != nil || len(got.Refused) != 1 {
				t.Fatalf("got %+v, %v", got, err)
			}
			return got.Refused[0].Err.Reason
		}
		if got := ask(a.ID, content(1)); got != "already-asked" {
			t.Errorf("got %q", got)
		}
		r.work()
		r.wantOp(op.ID, store.OpDone)
		if got := ask(a.ID, content(1)); got != "already-kept" {
			t.Errorf("got %q", got)
		}
		if got := ask(99, content(1)); got != "unknown-account" {
			t.Errorf("got %q", got)
		}
		if got := ask(a.ID, services.WireCID("nonsense")); got != "not-a-cid" {
			t.Errorf("got %q", got)
		}
	})
}

func TestAdd_AnswerLostAfterItArrivedIsFoundNotDoubled(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		lose := true
		svc := demo.New(demo.Options{Lag: 20 * time.Second, After: func(c demo.Call, err error) error {
			if c.Op == "add" && lose {
				lose = false
				return &services.Error{Code: services.CodeTimeout}
			}
			return err
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.run()
		pass(time.Second)
		r.wantOp(op.ID, store.OpAmbiguous)
		pass(time.Minute)
		r.wantOp(op.ID, store.OpDone)
		pass(time.Hour)
		if all := svc.Snapshot(); len(all) != 1 {
			t.Errorf("the service has %d pins", len(all))
		}
	})
}

func TestAdd_AnotherPinOfTheContentIsNotTakenForOneThatLags(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		lose := false
		svc := demo.New(demo.Options{Lag: 20 * time.Second, After: func(c demo.Call, err error) error {
			if c.Op == "add" && lose {
				return &services.Error{Code: services.CodeTimeout}
			}
			return err
		}})
		theirs, err := svc.Add(context.Background(), services.Pin{CID: content(1), Name: "theirs"})
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		a := r.connect("one", svc)
		r.believe(a, services.FactManyIDs) // else it is looked for before
		lose = true
		op := r.add(a, content(1), "ours")
		for range 4 {
			r.work()
			pass(16 * time.Second)
		}
		if done := r.wantOp(op.ID, store.OpDone); done.Adopted || done.RequestID == theirs.RequestID {
			t.Errorf("got %+v", done)
		}
	})
}

func TestAdd_NotSentAtAllIsTriedAgainAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		tries := 0
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op != "add" {
				return nil
			}
			if tries++; tries < 4 {
				return unreachable()
			}
			return nil
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.run()
		pass(2 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if tries != 4 {
			t.Errorf("%d tries", tries)
		}
	})
}

func TestAdd_PostedAgainOnlyAfterTheLastLook(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var posts []time.Time
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "add" {
				posts = append(posts, time.Now())
				if len(posts) == 1 {
					return &services.Error{Code: services.CodeServer, HTTP: 500}
				}
			}
			return nil
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.run()
		pass(5 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if len(posts) != 2 || posts[1].Sub(posts[0]) < 155*time.Second {
			t.Errorf("posts at %v", posts)
		}
	})
}

func TestAdd_CrashBetweenSendingAndSettlingMakesOnePin(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		hang, stop := context.WithCancel(context.Background())
		defer stop()
		crash := true
		svc := demo.New(demo.Options{After: func(c demo.Call, err error) error {
			if c.Op == "add" && crash {
				<-hang.Done()
				return &services.Error{Code: services.CodeTimeout}
			}
			return err
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		ctx, kill := context.WithCancel(context.Background())
		died := make(chan struct{})
		go func() { _ = r.Work(ctx); close(died) }()
		pass(time.Second)
		r.wantOp(op.ID, store.OpSent)
		copyOf := r.copyFolder() // what a crash would leave
		crash = false
		kill()
		stop()
		<-died
		r.close()
		r.dir = copyOf
		r.open()
		r.wantOp(op.ID, store.OpSent)
		r.run()
		pass(time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 1 {
			t.Errorf("the service has %d pins", len(all))
		}
	})
}

func TestCancel_WithinTheHoldSendsNothing(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		r.run()
		pass(time.Second)
		got, err := r.Add(context.Background(), pinsync.AddRequest{
			Pins: []services.Pin{{CID: content(1)}}, Accounts: []services.AccountID{a.ID}, Hold: 6 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Second)
		if err := r.Cancel(context.Background(), []store.OperationID{got.Operations[0].ID}); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		r.wantOp(got.Operations[0].ID, store.OpCancelled)
		if len(svc.Snapshot()) != 0 {
			t.Error("it was sent")
		}
	})
}

func TestCancel_OfOneThatMayHaveArrivedTakesItAwayAgain(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Lag: 30 * time.Second, After: func(c demo.Call, err error) error {
			if c.Op == "add" {
				return &services.Error{Code: services.CodeTimeout}
			}
			return err
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.run()
		pass(time.Second)
		if err := r.Cancel(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Minute)
		r.wantOp(op.ID, store.OpCancelled)
		if all := svc.Snapshot(); len(all) != 0 {
			t.Errorf("the service has %+v", all)
		}
		if got := r.pins(a); len(got) != 0 {
			t.Errorf("the list has %q", got)
		}
	})
}

func TestAdd_RefusedKeySticksAllAndANewKeySendsThem(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		refuse := true
		posts := 0
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "add" {
				posts++
			}
			if refuse {
				return &services.Error{Code: services.CodeAuth, HTTP: 401}
			}
			return nil
		}})
		a := r.connect("one", svc)
		var ids []store.OperationID
		for i := range 20 {
			ids = append(ids, r.add(a, content(i), "").ID)
		}
		r.work()
		for _, id := range ids {
			if op := r.wantOp(id, store.OpStuck); op.LastCode != services.CodeAuth {
				t.Errorf("got %q", op.LastCode)
			}
		}
		if posts != 1 {
			t.Errorf("%d posts with a refused key", posts)
		}
		if s := r.state(a); s.Err == nil || s.Err.Code != services.CodeAuth {
			t.Errorf("the account says %v", s.Err)
		}
		refuse = false
		if err := r.NewKey(context.Background(), a.ID, services.NewSecret("made-up-2")); err != nil {
			t.Fatal(err)
		}
		r.work()
		for _, id := range ids {
			r.wantOp(id, store.OpDone)
		}
		if len(r.keys.gone) != 1 || r.keys.gone[0] != a.Key {
			t.Errorf("the keyring forgot %v", r.keys.gone)
		}
	})
}

func TestConnect_StoresNothingThatDoesNotWork(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.serve("shut", demo.New(demo.Options{Before: func(demo.Call) error { return &services.Error{Code: services.CodeAuth, HTTP: 401} }}))
		r.serve("open", demo.New(demo.Options{Pins: 7}))
		ask := func(n pinsync.NewAccount) services.Code {
			_, err := r.Connect(context.Background(), n)
			return services.CodeOf(err)
		}
		key := services.NewSecret("made-up")
		if got := ask(pinsync.NewAccount{Name: "a", Endpoint: "http://127.0.0.1/shut", Key: key}); got != services.CodeAuth {
			t.Errorf("got %q", got)
		}
		if got := ask(pinsync.NewAccount{Name: "a", Endpoint: "http://pins.example", Key: key}); got != services.CodeInvalid {
			t.Errorf("got %q", got)
		}
		if list, _ := r.user.Accounts(context.Background()); len(list) != 0 || r.keys.n != 0 {
			t.Errorf("stored %+v and %d keys", list, r.keys.n)
		}
		if got := ask(pinsync.NewAccount{Name: "a", Endpoint: "http://127.0.0.1/open/pins", Key: key}); got != "" {
			t.Errorf("got %q", got)
		}
		if got := ask(pinsync.NewAccount{Name: "A", Endpoint: "http://127.0.0.1/open", Key: key}); got != services.CodeUsage {
			t.Errorf("got %q", got)
		}
		if r.keys.n != 1 {
			t.Errorf("%d keys", r.keys.n)
		}
		check, err := r.Test(context.Background(), pinsync.NewAccount{Endpoint: "http://127.0.0.1/open", Source: services.KeyNone})
		if err != nil || check.Err != nil || check.Pins != 7 {
			t.Errorf("got %+v, %v", check, err)
		}
	})
}
