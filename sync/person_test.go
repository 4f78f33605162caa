package sync_test

import (
	"context"
	"sync"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
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
