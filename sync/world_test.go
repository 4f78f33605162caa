package sync

import (
	"testing"
	"time"
)

func TestSuspended_OnlyWhereTheWallClockRanAhead(t *testing.T) {
	for _, c := range []struct {
		wall, own time.Duration
		want      bool
	}{
		{5 * time.Second, 5 * time.Second, false},
		{2 * time.Hour, 5 * time.Second, true},
		{2 * time.Hour, 2 * time.Hour, false}, // only busy
		{30 * time.Second, 5 * time.Second, false},
		{-time.Hour, 5 * time.Second, false}, // the clock was set back
	} {
		if got := suspended(c.wall, c.own); got != c.want {
			t.Errorf("%v by the wall, %v by its own: got %v", c.wall, c.own, got)
		}
	}
}
