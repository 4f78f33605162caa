package boot

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestKeep_AFailedEngineBeginsAnewUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var runs atomic.Int32
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			keep(ctx, func(ctx context.Context) error {
				if runs.Add(1) < 3 {
					return errors.New("the disk is full")
				}
				<-ctx.Done()
				return nil
			}, slog.New(slog.DiscardHandler))
		}()
		time.Sleep(2*againTime - time.Second)
		synctest.Wait()
		if n := runs.Load(); n != 2 {
			t.Errorf("%d runs, want a rest between them", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := runs.Load(); n != 3 {
			t.Errorf("%d runs, want 3", n)
		}
		cancel()
		<-ended
	})
}
