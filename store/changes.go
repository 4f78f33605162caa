package store

import "sync"

// Changes tells whoever shows something that something was committed. Notices
// carry nothing and merge: a subscriber that is slow misses none, it just
// reads once for many. The zero value is ready.
type Changes struct {
	mu   sync.Mutex
	subs map[chan struct{}]struct{}
}

// Post says that something was committed. It never blocks.
func (c *Changes) Post() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.subs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// Subscribe returns a channel with one notice already in it, and what ends the
// subscription.
func (c *Changes) Subscribe() (notices <-chan struct{}, cancel func()) {
	ch := make(chan struct{}, 1)
	ch <- struct{}{}
	if c == nil {
		return ch, func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs == nil {
		c.subs = make(map[chan struct{}]struct{})
	}
	c.subs[ch] = struct{}{}
	return ch, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.subs, ch)
	}
}
