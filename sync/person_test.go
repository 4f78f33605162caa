package sync_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
)

func TestAdd_AskedForTwiceAtOnceIsOneOperation(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		var mu sync.Mutex
		asked := 0
		for n := range 10 {
			var all sync.WaitGroup
			begin := make(chan struct{})
			for range 8 {
				all.Go(func() {
					<-begin
					got, err := r.Add(context.Background(), pinsync.AddRequest{
						Pins: []services.Pin{{CID: content(n)}}, Accounts: []services.AccountID{a.ID},
					})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					asked += len(got.Operations)
				})
			}
			close(begin)
			all.Wait()
		}
		r.work()
		if n := len(svc.Snapshot()); asked != 10 || n != 10 {
			t.Errorf("%d operations and %d pins of 10 contents", asked, n)
		}
	})
}

func TestRetry_OfALostAddDoesNotShortenTheLooking(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var posts []time.Time
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "add" {
				posts = append(posts, time.Now())
				if len(posts) == 1 {
					return &services.Error{Code: services.CodeTimeout}
				}
			}
			return nil
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.run()
		for range 8 {
			pass(time.Second)
			if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
				t.Fatal(err)
			}
		}
		pass(10 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if len(posts) != 2 || posts[1].Sub(posts[0]) < 2*time.Minute {
			t.Errorf("posts at %v", posts)
		}
	})
}

func TestRename_ALookThatFailedDoesNotBringAPinBack(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		fail := false
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "get" && fail {
				fail = false
				return &services.Error{Code: services.CodeTimeout}
			}
			return nil
		}})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		id := r.op(add.ID).RequestID
		fail = true
		got, err := r.Rename(context.Background(), pinsync.PinRef{Account: a.ID, RequestID: id}, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		if err := svc.Delete(context.Background(), id); err != nil { // somebody else
			t.Fatal(err)
		}
		r.run()
		pass(10 * time.Minute)
		r.wantOp(got.Operations[0].ID, store.OpStuck)
		if all := svc.Snapshot(); len(all) != 0 {
			t.Errorf("brought back %+v", all)
		}
	})
}

func TestDelete_AskedForBehindARenameTakesWhatThatMade(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"}
		if _, err := r.Rename(context.Background(), ref, "second"); err != nil {
			t.Fatal(err)
		}
		got, err := r.Delete(context.Background(), []pinsync.PinRef{ref}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 0 {
			t.Errorf("the service still has %+v", all)
		}
		if left := r.pins(a); len(left) != 0 {
			t.Errorf("the list has %q", left)
		}
	})
}

func TestDelete_DoesNotWaitForARenameThatIsStuck(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("one", stubborn{svc})
		r.believe(a, services.FactReplace)
		add := r.add(a, content(1), "first")
		r.work()
		ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"}
		rename, err := r.Rename(context.Background(), ref, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		r.wantOp(rename.Operations[0].ID, store.OpStuck)
		got, err := r.Delete(context.Background(), []pinsync.PinRef{ref}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		r.work()
		r.wantOp(got.Operations[0].ID, store.OpDone)
		r.wantOp(rename.Operations[0].ID, store.OpCancelled)
		if all := svc.Snapshot(); len(all) != 0 {
			t.Errorf("the service still has %+v", all)
		}
	})
}

func TestRename_AnotherNameTakesThePlaceOfOneThatIsStuck(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", stubborn{demo.New(demo.Options{})})
		r.believe(a, services.FactReplace)
		add := r.add(a, content(1), "first")
		r.work()
		ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"}
		first, err := r.Rename(context.Background(), ref, "second")
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		second, err := r.Rename(context.Background(), ref, "third")
		if err != nil || len(second.Operations) != 1 {
			t.Fatalf("got %+v, %v", second, err)
		}
		r.wantOp(first.Operations[0].ID, store.OpCancelled)
	})
}

func TestAdd_OfWhatADeleteIsStuckOnMakesNoSecondPin(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "delete" {
				return &services.Error{Code: services.CodeAuth, HTTP: 403}
			}
			return nil
		}})
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		ref := pinsync.PinRef{Account: a.ID, RequestID: r.op(add.ID).RequestID, CID: content(1), Name: "first"}
		del, err := r.Delete(context.Background(), []pinsync.PinRef{ref}, 0)
		if err != nil {
			t.Fatal(err)
		}
		r.work()
		r.wantOp(del.Operations[0].ID, store.OpStuck)
		got, err := r.Add(context.Background(), pinsync.AddRequest{Pins: []services.Pin{{CID: content(1)}}, Accounts: []services.AccountID{a.ID}})
		if err != nil || len(got.Refused) != 1 || got.Refused[0].Err.Reason != "already-kept" {
			t.Errorf("got %+v, %v", got, err)
		}
		r.work()
		if n := len(svc.Snapshot()); n != 1 {
			t.Errorf("the service has %d pins", n)
		}
	})
}

func TestCancel_LeavesWhatMayHaveBeenThereBeforeTheFirstCheck(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		arrived, answer := make(chan struct{}), make(chan struct{})
		svc := demo.New(demo.Options{Pins: 1, RequestIDIsCID: true, After: func(c demo.Call, err error) error {
			if c.Op == "list" { // else it is seen before
				return &services.Error{Code: services.CodeInvalid, HTTP: 400}
			}
			if c.Op == "add" {
				close(arrived)
				<-answer
			}
			return err
		}})
		a := r.connect("one", svc)
		op := r.add(a, svc.Snapshot()[0].Pin.CID, "mine too")
		done := make(chan error)
		go func() { done <- r.Work(context.Background()) }()
		<-arrived
		if err := r.Cancel(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		close(answer)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		r.wantOp(op.ID, store.OpCancelled)
		if n := len(svc.Snapshot()); n != 1 {
			t.Errorf("the service has %d pins", n)
		}
	})
}

// reissuing gives a pin another requestid, and its old one is no more (quirk 21).
type reissuing struct {
	*demo.Service
	old string
}

func (s *reissuing) Get(ctx context.Context, id string) (services.PinStatus, error) {
	if id == s.old {
		return services.PinStatus{}, &services.Error{Code: services.CodeNotFound, HTTP: 404}
	}
	return s.Service.Get(ctx, id)
}

func (s *reissuing) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := s.Service.List(ctx, q)
	for i := range page.Results {
		if page.Results[i].RequestID == s.old {
			page.Results[i].RequestID = "another"
		}
	}
	return page, err
}

func TestPending_OneThatGotAnotherRequestIDIsNotLost(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &reissuing{Service: demo.New(demo.Options{Queued: time.Hour})}
		a := r.connect("one", svc)
		add := r.add(a, content(1), "first")
		r.work()
		svc.old = r.op(add.ID).RequestID
		r.run()
		pass(time.Minute)
		if seen := r.observations(); len(seen) != 0 {
			t.Errorf("observed %q", seen)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"first queued"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestAdd_OfARestoredFolderIsNotSentAgain(t *testing.T) {
	for _, dropsMeta := range []bool{false, true} {
		bubble(t, func(t *testing.T, r *rig) {
			posts := 0
			made := demo.New(demo.Options{After: func(c demo.Call, err error) error {
				if c.Op == "add" {
					posts++
				}
				return err
			}})
			a := r.connect("one", forgetful{made, dropsMeta})
			op := r.add(a, content(1), "first")
			before := filepath.Join(r.copyFolder(), user.File)
			r.work()
			r.wantOp(op.ID, store.OpDone)
			r.close()
			if err := os.Rename(before, filepath.Join(r.dir, user.File)); err != nil {
				t.Fatal(err)
			}
			for _, left := range []string{"-wal", "-shm"} {
				_ = os.Remove(filepath.Join(r.dir, user.File+left))
				_ = os.Rename(before+left, filepath.Join(r.dir, user.File+left))
			}
			r.open()
			r.wantOp(op.ID, store.OpWaiting)
			r.run()
			pass(10 * time.Minute)
			r.wantOp(op.ID, store.OpDone)
			if all := made.Snapshot(); posts != 1 || len(all) != 1 {
				t.Errorf("%d posts, %d pins", posts, len(all))
			}
		})
	}
}

// forgetful keeps no meta (quirk 33).
type forgetful struct {
	*demo.Service
	drop bool
}

func (f forgetful) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	if f.drop {
		p.Meta = nil
	}
	return f.Service.Add(ctx, p)
}

func TestForget_LeavesNothingToBeSent(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		for n := range 20 {
			a := r.connect(fmt.Sprint("service", n), demo.New(demo.Options{}))
			var all sync.WaitGroup
			begin := make(chan struct{})
			for i := range 4 {
				all.Go(func() {
					<-begin
					_, err := r.Add(context.Background(), pinsync.AddRequest{
						Pins: []services.Pin{{CID: content(i)}}, Accounts: []services.AccountID{a.ID},
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Go(func() {
				<-begin
				if err := r.ForgetAccount(context.Background(), a.ID); err != nil {
					t.Error(err)
				}
			})
			close(begin)
			all.Wait()
		}
		open, err := r.user.OpenOperations(context.Background())
		if err != nil || len(open) != 0 {
			t.Errorf("%d operations of forgotten accounts wait, %v", len(open), err)
		}
	})
}
