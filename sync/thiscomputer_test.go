package sync_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

func TestThisComputer_IsPausedAndRenamedButNeverForgotten(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		id, err := r.user.AddAccount(ctx, services.Account{Name: "This computer", Endpoint: services.LocalEndpoint, Key: services.KeyNone})
		if err != nil {
			t.Fatal(err)
		}
		var e *services.Error
		if err := r.ForgetAccount(ctx, id); !errors.As(err, &e) || e.Code != services.CodeUsage || e.Reason != "this-computer" {
			t.Errorf("forgotten: %v", err)
		}
		err = r.EditAccount(ctx, services.Account{ID: id, Name: "Laptop", Endpoint: "https://elsewhere.example", Paused: true})
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.user.Accounts(ctx)
		if err != nil || len(list) != 1 || list[0].Name != "Laptop" || !list[0].Paused || !list[0].Local() {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}

// here is this computer as a service whose fetches all fail once they do.
type here struct {
	*demo.Service
	fails atomic.Bool
}

func (h *here) said(pin services.PinStatus) services.PinStatus {
	if h.fails.Load() {
		pin.Status, pin.Info = services.Failed, map[string]string{"status_details": "nobody-has-it"}
	}
	return pin
}

func (h *here) Get(ctx context.Context, id string) (services.PinStatus, error) {
	pin, err := h.Service.Get(ctx, id)
	return h.said(pin), err
}

func (h *here) List(ctx context.Context, q services.Query) (services.Page, error) {
	q.Status = services.AllStatuses()
	page, err := h.Service.List(ctx, q)
	for i, pin := range page.Results {
		page.Results[i] = h.said(pin)
	}
	return page, err
}

// fetchesHere makes the account that is this computer.
func (r *rig) fetchesHere() (services.Account, *here) {
	r.t.Helper()
	h := &here{Service: demo.New(demo.Options{Queued: 30 * 24 * time.Hour})}
	r.mu.Lock()
	r.svcs[services.LocalEndpoint] = h
	r.mu.Unlock()
	a := services.Account{Name: "This computer", Endpoint: services.LocalEndpoint, Key: services.KeyNone}
	var err error
	if a.ID, err = r.user.AddAccount(context.Background(), a); err != nil {
		r.t.Fatal(err)
	}
	return a, h
}

func TestThisComputer_AFetchThatFailedIsSeenAtOnce(t *testing.T) {
	for name, pins := range map[string]int{"one": 1, "many": 20} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				a, h := r.fetchesHere()
				r.run()
				var want []string
				for i := range pins {
					r.add(a, content(i), "it")
					want = append(want, "it failed")
				}
				pass(3 * time.Hour) // it is asked for every five minutes by now
				h.fails.Store(true)
				r.local.moved <- struct{}{}
				pass(2 * time.Second)
				if got := r.pins(a); !slices.Equal(got, want) {
					t.Errorf("two seconds after they failed: %v", got)
				}
				reader := r.reader()
				defer reader.Close()
				it, ok, err := reader.ItemByCID(context.Background(), content(0))
				if err != nil || !ok || len(it.Marks) != 1 || it.Marks[0].Details != "nobody-has-it" {
					t.Errorf("its row: %+v, %v, %v", it, ok, err)
				}
			})
		})
	}
}

// What is told before the answer to the add was written down is not lost.
func TestThisComputer_AFetchThatFailsAtTheStartIsSeenAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a, h := r.fetchesHere()
		r.run()
		pass(time.Minute)
		h.fails.Store(true)
		op := r.add(a, content(0), "it")
		pass(2 * time.Second)
		r.wantOp(op.ID, store.OpDone)
		if got := r.pins(a); !slices.Equal(got, []string{"it failed"}) {
			t.Errorf("two seconds after it failed: %v", got)
		}
	})
}
