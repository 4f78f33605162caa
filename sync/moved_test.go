package sync_test

import (
	"context"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// refTo names the pin an operation led to.
func refTo(a services.Account, op store.Operation) []pinsync.PinRef {
	return []pinsync.PinRef{{Account: a.ID, RequestID: op.RequestID, CID: op.Pin.CID, Name: op.Pin.Name}}
}

func TestCopiedData_LooksBeforeItSendsWhatTheOtherCopyMayHaveSent(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		adds := 0
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op == "add" {
				adds++
			}
			return nil
		}})
		a := r.connect("one", svc)
		kept := r.add(a, content(2), "kept")
		r.work()
		waiting := r.add(a, content(1), "first")
		del, err := r.Delete(context.Background(), refTo(a, r.op(kept.ID)), 0)
		if err != nil || len(del.Operations) != 1 {
			t.Fatalf("got %+v, %v", del, err)
		}
		r.close()
		copyOf := r.copyFolder()
		r.open()
		if err := r.Cancel(context.Background(), []store.OperationID{del.Operations[0].ID}); err != nil {
			t.Fatal(err)
		}
		r.work() // this copy sends it
		r.wantOp(waiting.ID, store.OpDone)
		r.close()
		r.dir = copyOf
		r.open()
		r.run()
		pass(10 * time.Minute)
		r.wantOp(waiting.ID, store.OpDone)
		if op := r.wantOp(del.Operations[0].ID, store.OpStuck); op.LastText != "moved" {
			t.Errorf("the delete says %q", op.LastText)
		}
		if n := len(svc.Snapshot()); n != 2 || adds != 2 {
			t.Errorf("the service has %d pins of 2 after %d adds", n, adds)
		}
	})
}

func TestCopiedData_LooksBeforeItSendsWhatWasRefusedBefore(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		full, adds := true, 0
		svc := demo.New(demo.Options{Before: func(c demo.Call) error {
			if c.Op != "add" {
				return nil
			}
			if full {
				return &services.Error{Code: services.CodePlan, HTTP: 402}
			}
			adds++
			return nil
		}})
		a := r.connect("one", svc)
		op := r.add(a, content(1), "first")
		r.work()
		r.wantOp(op.ID, store.OpStuck)
		r.close()
		copyOf := r.copyFolder()
		full = false
		for range 2 { // this copy sends it, the other finds it
			r.open()
			r.work()
			if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
				t.Fatal(err)
			}
			r.work()
			r.wantOp(op.ID, store.OpDone)
			r.close()
			r.dir = copyOf
		}
		r.open()
		if n := len(svc.Snapshot()); n != 1 || adds != 1 {
			t.Errorf("the service has %d pins after %d adds", n, adds)
		}
	})
}
