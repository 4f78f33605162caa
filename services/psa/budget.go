package psa

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// Budget keeps the calls of an account within what its service allows, in any
// minute one may cut out: lists and all other calls each have their own. It may
// be shared by several clients of one account. It learns: where the service
// refuses a call as one too many (429), the rate is halved, calls are spread
// evenly, and the rate grows again by a tenth per quiet minute, for an hour not
// as far as it was (but to ten a minute: a service may have been refusing
// others); what x-ratelimit headers say is left is not exceeded. nil
// is no bound, and learns nothing.
type Budget struct {
	lists, calls bucket
}

// NewBudget allows so many lists and so many other calls a minute; 0 is no
// bound until the service refuses one.
func NewBudget(lists, calls int) *Budget {
	b := new(Budget)
	b.lists.most, b.calls.most = lists, calls
	return b
}

// Delay is how long a call made now would wait for its turn: of "list" or of
// any other op.
func (b *Budget) Delay(op string) time.Duration {
	if b == nil {
		return 0
	}
	k := b.of(op)
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	at, _ := k.nextLocked(now)
	return at.Sub(now)
}

func (b *Budget) of(op string) *bucket {
	if op == "list" {
		return &b.lists
	}
	return &b.calls
}

// await returns when the call may be made; done is to be called with its answer,
// or the zero one where there is none. Where the turn comes later than ctx
// allows, whatever the calls under way bring, it fails at once with CodeLimited,
// Reason "budget", and the wait in RetryAfter.
func (b *Budget) await(ctx context.Context, op string) (done func(answer), err error) {
	if b == nil {
		return func(answer) {}, nil
	}
	k := b.of(op)
	for {
		now := time.Now()
		at, least, changed := k.take(now)
		if !at.After(now) {
			return func(a answer) { k.heard(now, a) }, nil
		}
		if deadline, ok := ctx.Deadline(); ok && deadline.Before(least) {
			return nil, &services.Error{
				Code: services.CodeLimited, Op: op, Reason: "budget", NotSent: true, RetryAfter: at.Sub(now),
			}
		}
		timer := time.NewTimer(at.Sub(now))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return nil, transportError(op, err, true)
		}
	}
}

// Figures of a bucket.
const (
	minute      = time.Minute
	growth      = 1.1       // of the rate, per quiet minute
	wary        = time.Hour // how long a refusal is remembered
	keptCalls   = 128       // whose times are kept where nothing bounds them
	leastRate   = 1.0       // calls a minute, however often the service refuses
	warily      = 0.9       // of a rate that was refused, to which it may grow again
	telling     = 10.0      // calls a minute: that fewer were refused says nothing of the rate
	unboundRate = 6000      // calls a minute from which a learnt bound is none
)

// bucket is the budget of one kind of call.
type bucket struct {
	most int // calls a minute that are known to be allowed, 0: no bound is known

	mu       sync.Mutex
	inFlight int
	ended    []time.Time // of the calls before, youngest last: they were taken no later
	began    time.Time   // of the youngest call

	rate    float64   // calls a minute while the service is not trusted with most, else 0
	top     float64   // rate grows up to this, 0: without end
	refused time.Time // the last time the rate was halved
	grown   time.Time // the last time it grew

	closed  time.Time // no call before
	left    int       // calls left until resets, by the service's word
	resets  time.Time
	changed chan struct{} // closed where waiting for the time told may be wrong
}

// take counts the call in where it may be made now; else at and least are those
// of nextLocked.
func (k *bucket) take(now time.Time) (at, least time.Time, changed <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.growLocked(now)
	if at, least = k.nextLocked(now); !at.After(now) {
		k.inFlight++
		k.left--
		k.began = now
		return at, least, nil
	}
	if k.changed == nil {
		k.changed = make(chan struct{})
	}
	return at, least, k.changed
}

// nextLocked is when the next call may be made, as things stand, and when it may
// be at the earliest, whatever the answers bring that are under way.
func (k *bucket) nextLocked(now time.Time) (at, least time.Time) {
	at = latest(now, k.closed)
	if k.rate > 0 {
		at = latest(at, k.began.Add(time.Duration(float64(minute)/k.rate)))
	}
	// A call in flight may be counted by the service at any moment until its
	// answer is here, and then for a minute.
	if bound := k.boundLocked(); bound > 0 {
		free := bound - k.inFlight
		switch {
		case free <= 0:
			at = latest(at, now.Add(minute))
		case len(k.ended) >= free:
			at = latest(at, k.ended[len(k.ended)-free].Add(minute))
		}
	}
	least = at
	if k.left <= 0 {
		at = latest(at, k.resets) // a past one bounds nothing
	}
	if k.inFlight == 0 {
		least = at // nobody will say that more is left
	}
	return at, least
}

// boundLocked is how many calls a minute may hold, 0 for any number.
func (k *bucket) boundLocked() int {
	if k.rate > 0 {
		return max(1, int(k.rate))
	}
	return k.most
}

func (k *bucket) growLocked(now time.Time) {
	if k.rate == 0 {
		return
	}
	if now.Sub(k.refused) >= wary {
		k.rate, k.top = 0, 0
		return
	}
	for ; now.Sub(k.grown) >= minute; k.grown = k.grown.Add(minute) {
		k.rate *= growth
	}
	if k.top > 0 {
		k.rate = min(k.rate, k.top)
	}
	if k.rate > unboundRate {
		k.rate = 0
	}
}

// heard counts a call out and learns from its answer.
func (k *bucket) heard(began time.Time, a answer) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.inFlight--
	k.ended = append(k.ended, now)
	if extra := len(k.ended) - max(k.most, keptCalls); extra > 0 {
		k.ended = slices.Delete(k.ended, 0, extra)
	}
	if a.status == http.StatusTooManyRequests {
		k.refusedLocked(now, began, retryAfter(a))
	} else if left, in, ok := remaining(a); ok {
		k.left, k.resets = left-k.inFlight, now.Add(in)
	}
	if k.changed != nil {
		close(k.changed)
		k.changed = nil
	}
}

// refusedLocked halves the rate, once for all calls that were under way
// together, and lets nothing through for as long as the service asks.
func (k *bucket) refusedLocked(now, began time.Time, wait time.Duration) {
	k.closed = latest(k.closed, now.Add(wait))
	if !began.After(k.refused) && !k.refused.IsZero() {
		return
	}
	rate, top := k.rate, max(k.rate*warily, telling)
	if rate == 0 {
		rate, top = k.suspectLocked(now)
	}
	if most := float64(k.most); most > 0 {
		rate, top = min(rate, most), min(top, most)
	}
	k.rate, k.top = max(rate/2, leastRate), top
	k.refused, k.grown = now, now
}

// suspectLocked is what rate a first refusal was of, and how far it may grow
// again. A minute of few calls of ours is no measure: others may have used it
// up, so what is known to be allowed is still thought to be nearly right.
func (k *bucket) suspectLocked(now time.Time) (rate, top float64) {
	used := k.lastMinuteLocked(now)
	rate = max(used, telling)
	switch {
	case k.most > 0:
		top = float64(k.most) * warily
	case used >= telling:
		top = used * warily
	}
	return rate, top
}

// lastMinuteLocked is how many calls there were in the last minute.
func (k *bucket) lastMinuteLocked(now time.Time) float64 {
	i, _ := slices.BinarySearchFunc(k.ended, now.Add(-minute), time.Time.Compare)
	n := float64(len(k.ended) - i)
	if took := now.Sub(k.ended[0]); i == 0 && len(k.ended) >= keptCalls && took > 0 {
		return n * float64(minute) / float64(took) // there were more than are kept
	}
	return n
}

// remaining is what a good answer says of the calls that are left, and in what
// time there are new ones. One that says only half of it says nothing.
func remaining(a answer) (left int, in time.Duration, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(a.header.Get("X-Ratelimit-Remaining")), 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1e6 {
		return 0, 0, false
	}
	if in = resetIn(a); in == 0 {
		return 0, 0, false
	}
	return int(n), in + time.Second, true // it may have cut off part of a second
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
