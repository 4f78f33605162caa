package boot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

func TestKeep_AFailedEngineBeginsAnewUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		runs, ended := 0, make(chan struct{})
		go func() {
			defer close(ended)
			keep(ctx, func(ctx context.Context) error {
				if runs++; runs < 3 {
					return errors.New("the disk is full")
				}
				<-ctx.Done()
				return nil
			}, slog.New(slog.DiscardHandler))
		}()
		time.Sleep(2*againTime - time.Second)
		synctest.Wait()
		if runs != 2 {
			t.Errorf("%d runs, want a rest between them", runs)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if runs != 3 {
			t.Errorf("%d runs, want 3", runs)
		}
		cancel()
		<-ended
	})
}
