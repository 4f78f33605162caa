package sync_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	pinsync "github.com/pintray/pintray/sync"
)

// heavy is a large account whose service lists everything, whatever CID is asked
// for (quirk 11), and takes its time for each page. The first answer to each add
// never comes.
type heavy struct {
	*demo.Service
	page time.Duration

	mu    sync.Mutex
	lists int
	heard map[string]bool
}

func (s *heavy) List(ctx context.Context, q services.Query) (services.Page, error) {
	s.mu.Lock()
	s.lists++
	s.mu.Unlock()
	time.Sleep(s.page)
	q.CIDs = nil
	return s.Service.List(ctx, q)
}

// called is how many list calls were made.
func (s *heavy) called() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists
}

func (s *heavy) Add(ctx context.Context, pin services.Pin) (services.PinStatus, error) {
	s.mu.Lock()
	again := s.heard[pin.Meta["op"]]
	s.heard[pin.Meta["op"]] = true
	s.mu.Unlock()
	if !again {
		time.Sleep(2 * time.Minute)
		return services.PinStatus{}, &services.Error{Code: services.CodeTimeout}
	}
	return s.Service.Add(ctx, pin)
}

// Looks for what may have arrived, each of which reads the whole account, share
// their walks: they take no more of the time than there is for them, and keep
// nothing else from being sent.
func TestLooks_ShareTheirWalksWhereEachReadsTheWholeAccount(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		const n = 20
		svc := &heavy{Service: demo.New(demo.Options{Pins: 120, MaxLimit: 30}), page: 40 * time.Second, heard: map[string]bool{}}
		a := r.connect("one", svc)
		r.sync()
		walk := svc.called()
		var pins []services.Pin
		for i := range n {
			pins = append(pins, services.Pin{CID: content(i), Name: "photo"})
		}
		if _, err := r.Add(context.Background(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}}); err != nil {
			t.Fatal(err)
		}
		r.run()
		hours := 0
		for open := n; open > 0 && hours < 10; hours++ {
			pass(time.Hour)
			ops, err := r.user.OpenOperations(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			open = len(ops)
		}
		pass(2 * time.Hour) // the late looks
		if hours > 4 {
			t.Errorf("%d adds took %d hours", n, hours)
		}
		if calls := svc.called() - walk; calls > 60*walk {
			t.Errorf("%d list calls, as many as %d whole checks", calls, calls/walk)
		}
		if kept := len(svc.Snapshot()); kept != 120+n {
			t.Errorf("%d pins", kept-120)
		}
	})
}
