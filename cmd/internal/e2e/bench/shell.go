package main

import (
	"context"
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

// synced is a line of `sync --json`.
type synced struct {
	Pins     int64 `json:"pins"`
	Requests int   `json:"requests"`
	Complete bool  `json:"complete"`
}

// fill reads a made-up service into a data folder and says how long that took.
func (b *bench) fill(ctx context.Context, data string, pins int, latency time.Duration) (first, again time.Duration, requests int, err error) {
	p, url, err := b.service(pins, latency)
	if err != nil {
		return 0, 0, 0, err
	}
	defer p.Stop()
	c := b.ctl(data)
	if _, err := call(ctx, c, "accounts", "add", "service", "--url", url, "--no-check"); err != nil {
		return 0, 0, 0, err
	}
	var took [2]time.Duration
	for i := range took {
		began := time.Now()
		s, err := rig.JSON[synced](ctx, c, "", "sync", "--account", "service")
		took[i] = time.Since(began)
		if err != nil {
			return 0, 0, 0, err
		}
		if len(s) != 1 || s[0].Pins != int64(pins) || !s[0].Complete {
			return 0, 0, 0, fmt.Errorf("of %d pins the sync says %+v", pins, s)
		}
		requests = s[0].Requests
	}
	return took[0], took[1], requests, nil
}

// listing: a whole account over HTTP into the searchable cache, and calls on it.
func (b *bench) listing(ctx context.Context) error {
	first, again, requests, err := b.fill(ctx, "small", b.pins, 50*time.Millisecond)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("list %d pins at 50 ms a request, complete", b.pins)
	b.figure(what, first, 0, "from notes: serial walk 6.2 s, ipfs pin remote ls 557.6 s; < 5 s is a later goal")
	b.figure(fmt.Sprintf("  again, nothing changed (%d requests)", requests), again, 0, "at most 3 requests and 0.5 s is a later goal")
	took, err := median(11, func() (time.Duration, error) { return call(ctx, b.ctl("small"), "ls", "--limit", "20") })
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("pintrayctl ls --limit 20 at %d pins", b.pins), took, 150*time.Millisecond, "")
	return b.pages(ctx, "small", b.pins)
}

// million: the large list.
func (b *bench) million(ctx context.Context) error {
	first, _, _, err := b.fill(ctx, "large", b.many, 0)
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("list %d pins without latency, complete", b.many), first, 90*time.Second, "")
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
