package kit

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

const (
	// awake is how long the UI thread runs as Fyne made it after an event: what
	// somebody does is rarely one alone.
	awake = 2 * time.Second
	// stillAtMost is how long it stands still at once: so late comes what reaches
	// Fyne's loop neither as an event of the window system nor through OnUI (a line
	// of the tray's menu, the system's change of colours).
	stillAtMost = 500 * time.Millisecond
	// coarse is how early a system may come back from waiting so long.
	coarse = 20 * time.Millisecond
)

// OnUI runs f on the UI thread, soon, after what was asked for before; from any
// goroutine. Nothing else here calls fyne.Do: that would wait where the UI
// thread stands still.
func OnUI(f func()) {
	resting.ask()
	fyne.Do(func() { resting.take(); f() })
}

// AwaitUI is OnUI, and waits until f has run; false where ctx ended first, and
// f has not run or its end was not seen.
func AwaitUI(ctx context.Context, f func()) bool {
	done := make(chan struct{})
	OnUI(func() {
		defer close(done)
		if ctx.Err() == nil {
			f()
		}
	})
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// Rest lets the UI thread stand still while nothing happens. Fyne's loop turns
// sixty times a second, come what may, and each turn asks the window system for
// news. wait has to wait for its next event, at most so long, take in what came
// and return; wake ends that from any goroutine. Call it once, before the app
// runs.
func Rest(wait func(atMost time.Duration), wake func()) {
	resting.begin(wait, wake)
	turn := fyne.NewAnimation(time.Hour, func(float32) { resting.turn() }) // Fyne's only call at each turn
	turn.RepeatCount = fyne.AnimationRepeatForever
	turn.Start()
}

var resting rest

// rest is what the UI thread does while nothing happens.
//
// It stands still in a function of the loop's queue, not in the turn itself,
// which is between taking in events and drawing what they changed. Only the loop
// runs that queue, so wait is never called once the window system is let go of,
// and wake only while wait runs.
type rest struct {
	wait func(time.Duration)
	wake func()
	do   func(func()) // fyne.Do

	mu    sync.Mutex
	asked bool      // stand is in the queue
	queue int       // functions of OnUI that are there too
	fresh bool      // one has run since the last turn: what it changed is to be drawn
	until time.Time // an event came: no standing still before
	still bool      // in wait
}

func (r *rest) begin(wait func(time.Duration), wake func()) {
	r.wait, r.wake, r.do = wait, wake, fyne.Do
	r.until = time.Now().Add(awake)
}

// turn is one turn of the loop, before it draws.
func (r *rest) turn() {
	r.mu.Lock()
	ask := !r.asked && !r.fresh && !time.Now().Before(r.until)
	r.asked, r.fresh = r.asked || ask, false
	r.mu.Unlock()
	if ask {
		r.do(r.stand)
	}
}

// stand stands still until something happens, but not for long: the loop has
// its turn in between.
func (r *rest) stand() {
	r.mu.Lock()
	r.asked = false
	r.still = !r.fresh && r.queue == 0 && !time.Now().Before(r.until)
	still := r.still
	r.mu.Unlock()
	if !still {
		return
	}
	began := time.Now()
	r.wait(stillAtMost)
	r.mu.Lock()
	defer r.mu.Unlock()
	woken := !r.still
	r.still = false
	if now := time.Now(); !woken && now.Sub(began) < stillAtMost-coarse {
		r.until = now.Add(awake)
	}
}

// ask wakes the UI thread for a function that comes into the queue, take is that
// function when it runs.
func (r *rest) ask() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue++
	if r.still {
		r.still = false
		r.wake()
	}
}

func (r *rest) take() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue--
	r.fresh = true
}
