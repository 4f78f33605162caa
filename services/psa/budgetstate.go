package psa

import (
	"slices"
	"time"
)

// BudgetState is what a Budget has to hand on to the next process: services
// count on while nobody here does.
type BudgetState struct {
	Lists BucketState `json:"lists,omitzero"`
	Calls BucketState `json:"calls,omitzero"`
}

// BucketState is that of one kind of call. The zero one knows nothing.
type BucketState struct {
	Ended   []time.Time `json:"ended,omitempty"`  // calls of the last minute, youngest last
	Closed  time.Time   `json:"closed,omitzero"`  // no call before
	Rate    float64     `json:"rate,omitempty"`   // calls a minute
	Top     float64     `json:"top,omitempty"`    // it grows up to this
	Refused time.Time   `json:"refused,omitzero"` // when it was halved last
	Grown   time.Time   `json:"grown,omitzero"`   // when it grew last
	Left    int         `json:"left,omitempty"`   // calls left until Resets
	Resets  time.Time   `json:"resets,omitzero"`
}

// IsZero reports whether there is nothing to hand on.
func (s BudgetState) IsZero() bool { return s.Lists.IsZero() && s.Calls.IsZero() }

// IsZero reports whether there is nothing to hand on.
func (s BucketState) IsZero() bool {
	return len(s.Ended) == 0 && s.Closed.IsZero() && s.Rate == 0 && s.Resets.IsZero()
}

// State is what still counts now.
func (b *Budget) State() BudgetState {
	now := time.Now()
	return BudgetState{b.lists.state(now), b.calls.state(now)}
}

// Resume goes on from what an earlier budget of the same account knew. It is to
// be called before the first call.
func (b *Budget) Resume(s BudgetState) {
	now := time.Now()
	b.lists.resume(s.Lists, now)
	b.calls.resume(s.Calls, now)
}

func (k *bucket) state(now time.Time) BucketState {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.growLocked(now)
	var s BucketState
	if k.boundLocked() > 0 {
		i, _ := slices.BinarySearchFunc(k.ended, now.Add(-minute), time.Time.Compare)
		s.Ended = slices.Clone(k.ended[i:])
	}
	if k.closed.After(now) {
		s.Closed = k.closed
	}
	if k.resets.After(now) {
		s.Left, s.Resets = max(0, k.left), k.resets
	}
	if k.rate > 0 {
		s.Rate, s.Top, s.Refused, s.Grown = k.rate, k.top, k.refused, k.grown
	}
	return s
}

// resume believes no time that the clock, set back since, has yet to reach.
func (k *bucket) resume(s BucketState, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = slices.DeleteFunc(slices.Clone(s.Ended), now.Before)
	if last := now.Add(maxWait); !s.Closed.After(last) && !s.Resets.After(last.Add(time.Second)) {
		k.closed, k.left, k.resets = s.Closed, s.Left, s.Resets
	}
	if s.Rate > 0 && !s.Refused.After(now) && !s.Grown.After(now) {
		k.rate, k.top, k.refused, k.grown = s.Rate, s.Top, s.Refused, s.Grown
	}
}
