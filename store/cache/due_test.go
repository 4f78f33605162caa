package cache

import (
	"testing"
	"time"
)

// TestDue is inside the package: when pages are written is seen from outside by
// how long a first load takes, and by nothing else.
func TestDue_NobodyWaitsForTheOther(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	written, writing := make(chan error, 1), make(chan error, 1)
	written <- nil
	for _, c := range []struct {
		name  string
		held  int
		after time.Duration
		flush chan error
		want  bool
	}{
		{"a little, at once", heldStep - 1, 0, nil, false},
		{"a little, for long", 1, heldTime, nil, true},
		{"enough, while nothing is being written", heldStep, 0, nil, true},
		{"enough, what was written is done", heldStep, 0, written, true},
		{"enough, while others are being written", heldStep, heldTime, writing, false},
		{"as much as may be, while others are being written", heldPins, 0, writing, true},
	} {
		p := &Pass{flushing: c.flush}
		p.held.pins, p.held.since = make([]pin, c.held), began
		if got := p.due(began.Add(c.after)); got != c.want {
			t.Errorf("%s: due %v", c.name, got)
		}
	}
}
