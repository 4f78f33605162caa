package sync_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
)

// connectUpload connects a service that takes CARs.
func (r *rig) connectUpload(name string, u *uploader, svc services.Service) services.Account {
	r.t.Helper()
	r.mu.Lock()
	r.ups["http://127.0.0.1/"+name] = u
	r.mu.Unlock()
	return r.connect(name, svc)
}

func TestUpload_OneThatPinsIsFoundAndNotAskedForAgain(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: demo.New(demo.Options{})}
		u := &uploader{svc: svc.Service, pins: true}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(15 * time.Second)
		if op := r.wantOp(op.ID, store.OpDone); op.RequestID == "" || op.AlreadyKept {
			t.Errorf("got %+v", op)
		}
		if got := u.taken(); got[helloCID.Key] < 5 || len(svc.origins()) != 0 || r.giver.offers != 0 {
			t.Errorf("uploaded %v, asked %d times, offered %d", got, len(svc.origins()), r.giver.offers)
		}
		if r.giver.spent < int64(len("hello")) {
			t.Errorf("an upload is under the limit of all that is given; it asked for %d bytes", r.giver.spent)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"hello.txt pinned"}) {
			t.Errorf("at a: %v", got)
		}
		pass(time.Minute)
		r.wantSource(op.Source, store.SourceReleased)
	})
}

func TestUpload_OneThatOnlyTakesTheContentIsAskedForThePinAfterwards(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &named{Service: demo.New(demo.Options{})}
		u := &uploader{svc: svc.Service}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(10 * time.Second)
		r.wantOp(op.ID, store.OpAmbiguous)
		pass(4 * time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if got := svc.origins(); len(got) != 1 || len(got[0]) != 0 {
			t.Errorf("asked with %q, want once without origins", got)
		}
		if got := u.taken(); len(got) != 1 {
			t.Errorf("uploaded %v", got)
		}
	})
}

func TestUpload_NoSuchCallFallsBackToGiving(t *testing.T) {
	for name, reason := range map[string]string{"no upload": handover.ReasonNoUpload, "another CID": handover.ReasonOtherCID} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &named{Service: slow()}
				u := &uploader{err: &services.Error{Code: services.CodeInvalid, Reason: reason}}
				a := r.connectUpload("a", u, svc)
				r.run()
				pass(time.Second)
				op := r.bring(r.file("hello.txt", "hello"), a)[0]
				pass(3 * time.Second)
				r.wantOp(op.ID, store.OpDone)
				if got := svc.origins(); len(got) != 1 || len(got[0]) != 2 || len(r.giver.live()) != 1 {
					t.Errorf("asked with %q, given %+v", got, r.giver.live())
				}
			})
		})
	}
}

func TestUpload_HoldsUpNothingElseAndIsOneAtATime(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		u := &uploader{svc: svc, pins: true, hold: make(chan struct{})}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		var ops []store.Operation
		for i := range 5 {
			ops = append(ops, r.bring(r.file(fmt.Sprint(i), fmt.Sprint("content ", i)), a)...)
		}
		pass(2 * time.Second)
		other := r.add(a, content(99), "something else")
		pass(2 * time.Second)
		r.wantOp(other.ID, store.OpDone)
		for _, op := range ops {
			r.wantOp(op.ID, store.OpSent)
		}
		progress, err := r.Progress(context.Background())
		if err != nil || len(progress) != 1 || progress[0].Stage != store.Uploading || progress[0].TotalBytes == 0 || progress[0].Bytes != progress[0].TotalBytes {
			t.Errorf("progress: %+v, %v", progress, err)
		}
		close(u.hold)
		pass(time.Minute)
		for _, op := range ops {
			r.wantOp(op.ID, store.OpDone)
		}
		if u.most != 1 {
			t.Errorf("%d uploads at once", u.most)
		}
	})
}

func TestUpload_BrokenOffByARestartBeginsAgain(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		u := &uploader{svc: svc, pins: true, hold: make(chan struct{})}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpSent)
		copied := r.copyFolder() // the power goes
		r.stop()
		r.close()
		r.dir = copied
		r.open()
		close(u.hold)
		r.run()
		pass(15 * time.Second)
		r.wantOp(op.ID, store.OpDone)
	})
}

func TestUpload_CancelledOrPausedEndsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		u := &uploader{svc: svc, pins: true, hold: make(chan struct{})}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		one := r.bring(r.file("one", "one"), a)[0]
		two := r.bring(r.file("two", "two"), a)[0]
		pass(2 * time.Second)
		if err := r.Cancel(context.Background(), []store.OperationID{one.ID}); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		progress, err := r.Progress(context.Background())
		if err != nil || len(progress) != 1 || progress[0].Source != two.Source {
			t.Errorf("after the first was cancelled: %+v, %v", progress, err)
		}
		if err := r.Pause(context.Background(), time.Now().Add(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if progress, err := r.Progress(context.Background()); err != nil || len(progress) != 0 {
			t.Errorf("while paused: %+v, %v", progress, err)
		}
		close(u.hold)
		pass(20 * time.Minute)
		r.wantOp(one.ID, store.OpCancelled)
		r.wantOp(two.ID, store.OpDone)
		if got := u.taken(); len(got) != 1 {
			t.Errorf("uploaded %v", got)
		}
	})
}

func TestUpload_RefusedNeedsThePerson(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		u := &uploader{err: &services.Error{Code: services.CodePlan, HTTP: 402, Details: "no room"}}
		a := r.connectUpload("a", u, svc)
		r.run()
		pass(time.Second)
		op := r.bring(r.file("hello.txt", "hello"), a)[0]
		pass(2 * time.Second)
		if op := r.wantOp(op.ID, store.OpStuck); op.LastText != "no room" {
			t.Errorf("got %+v", op)
		}
		u.err, u.svc, u.pins = nil, svc, true
		if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		pass(15 * time.Second)
		r.wantOp(op.ID, store.OpDone)
	})
}

func TestUpload_WorksWithoutRun(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connectUpload("a", &uploader{svc: svc, pins: true}, svc)
		got, err := r.Import(context.Background(), pinsync.ImportRequest{
			Paths: []store.Path{r.file("hello.txt", "hello")}, Accounts: []services.AccountID{a.ID}, Name: "a name",
		})
		if err != nil {
			t.Fatal(err)
		}
		ops, err := r.Wait(context.Background(), []store.OperationID{got.Operations[0].ID}, true)
		if err != nil || len(ops) != 1 || ops[0].State != store.OpDone {
			t.Errorf("got %+v, %v", ops, err)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"a name pinned"}) {
			t.Errorf("at a: %v", got)
		}
	})
}
