package handover

import "time"

// span is over how many seconds a meter looks back.
const span = 5

// meter is how fast something goes. The zero meter is ready.
type meter struct {
	first   int64 // the second of the first bytes since it stood still
	seconds [span + 1]struct{ at, n int64 }
}

func (m *meter) add(now time.Time, n int) {
	at := now.Unix()
	if last := m.latest(); last == 0 || at-last > span {
		m.first = at
	}
	s := &m.seconds[at%(span+1)]
	if s.at != at {
		s.at, s.n = at, 0
	}
	s.n += int64(n)
}

func (m *meter) latest() int64 {
	var last int64
	for _, s := range m.seconds {
		last = max(last, s.at)
	}
	return last
}

// perSecond is the mean of the last seconds, the running one included.
func (m *meter) perSecond(now time.Time) float64 {
	at := now.Unix()
	var sum int64
	for _, s := range m.seconds {
		if s.at > at-span && s.at <= at {
			sum += s.n
		}
	}
	begun := max(m.first, at-span+1)
	passed := now.Sub(time.Unix(begun, 0)).Seconds()
	return float64(sum) / max(passed, 1)
}
