package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// shell: how long a call takes that does next to nothing.
func (b *bench) shell(ctx context.Context) error {
	took, err := median(11, func() (time.Duration, error) { return call(ctx, b.ctl("none"), "version") })
	if err != nil {
		return err
	}
	b.figure("pintrayctl version", took, 150*time.Millisecond, "")
	return nil
}

// call runs a call that has to succeed.
func call(ctx context.Context, c rig.Ctl, args ...string) (time.Duration, error) {
	a, err := c.Run(ctx, "", args...)
	if err == nil && a.Status != 0 {
		err = fmt.Errorf("pintrayctl %s: status %d: %s", strings.Join(args, " "), a.Status, a.Err)
	}
	return a.Took, err
}

// service starts a made-up service over HTTP.
func (b *bench) service(pins int, latency time.Duration) (*rig.Process, string, error) {
	path, err := rig.Binary("pintrayctl")
	if err != nil {
		return nil, "", err
	}
	cmd := exec.Command(path, "demo", "--listen", "127.0.0.1:0", "--pins", strconv.Itoa(pins), "--latency", latency.String())
	cmd.Env = rig.Env(b.home)
	var url string
	p, err := rig.StartLines(cmd, time.Minute, func(line string) bool {
		i := strings.Index(line, "http://")
		if i >= 0 {
			url = strings.Fields(line[i:])[0]
		}
		return i >= 0
	})
	return p, url, err
}

// filled is how a made-up service was read into a data folder.
type filled struct {
	first, again rig.Answer
	requests     [2]int
}

// fill reads a made-up service into a data folder, twice. beside is called while
// the service still runs.
func (b *bench) fill(ctx context.Context, data string, pins int, latency time.Duration, beside func(url string) error) (f filled, err error) {
	p, url, err := b.service(pins, latency)
	if err != nil {
		return f, err
	}
	defer p.Stop()
	c := b.ctl(data)
	if _, err := call(ctx, c, "accounts", "add", "service", "--url", url, "--no-check"); err != nil {
		return f, err
	}
	for i, a := range []*rig.Answer{&f.first, &f.again} {
		if *a, err = c.Run(ctx, "", "--json", "sync", "--full", "--account", "service"); err != nil {
			return f, err
		}
		var s struct {
			Pins     int64 `json:"pins"`
			Requests int   `json:"requests"`
			Complete bool  `json:"complete"`
		}
		if err := json.Unmarshal([]byte(a.Out), &s); err != nil || a.Status != 0 || s.Pins != int64(pins) || !s.Complete {
			return f, fmt.Errorf("of %d pins the sync says %s%s", pins, a.Out, a.Err)
		}
		f.requests[i] = s.Requests
	}
	return f, beside(url)
}

// listing: a whole account over HTTP into the searchable cache, and calls on it.
func (b *bench) listing(ctx context.Context) error {
	var quick rig.Answer
	var other others
	f, err := b.fill(ctx, "small", b.pins, 50*time.Millisecond, func(url string) (err error) {
		if quick, err = b.ctl("small").Run(ctx, "", "sync", "--account", "service"); err != nil {
			return err
		}
		other, err = walkLikeOthers(ctx, url)
		return err
	})
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("list %d pins at 50 ms a request, complete (%d requests)", b.pins, f.requests[0]), f.first.Took, 5*time.Second,
		"into the searchable cache; from notes: ipfs pin remote ls 557.6 s, and it lost pins")
	other.print(b)
	b.figure(fmt.Sprintf("  pin by pin again, nothing changed (%d requests)", f.requests[1]), f.again.Took, 0, "")
	b.figure("  sync again, nothing changed", quick.Took, 500*time.Millisecond, "")
	took, err := median(11, func() (time.Duration, error) { return call(ctx, b.ctl("small"), "ls", "--limit", "20") })
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("pintrayctl ls --limit 20 at %d pins", b.pins), took, 150*time.Millisecond, "")
	return b.pages(ctx, "small", b.pins)
}

// million: the large list.
func (b *bench) million(ctx context.Context) error {
	f, err := b.fill(ctx, "large", b.many, 0, func(string) error { return nil })
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("list %d pins without latency, complete", b.many), f.first.Took, 90*time.Second, "")
	b.memory("  peak memory", f.first.PeakRSS, 200e6, "")
	b.figure("  pin by pin again, nothing changed", f.again.Took, 0, "")
	b.memory("  peak memory", f.again.PeakRSS, 200e6, "")
	// Before the pages: on Linux the peak of a process begins with that of the one
	// that started it, and theirs is the bench's own.
	for _, args := range [][]string{{"ls", "--json"}, {"export", "--format", "csv"}} {
		a, err := b.ctl("large").Discard(ctx, args...)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("pintrayctl %s of %d pins", strings.Join(args, " "), b.many)
		b.figure(what, a.Took, 0, "")
		b.memory("  peak memory", a.PeakRSS, 100e6, "")
	}
	return b.pages(ctx, "large", b.many)
}
