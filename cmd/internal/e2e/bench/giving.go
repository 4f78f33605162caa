package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/sync/handover/handovertest"
)

// giving: how fast a file goes to a service, over bitswap to another node and
// as a CAR beside a plain POST of the file. The side that gives is a process of
// its own, so that its memory can be told.
func (b *bench) giving(ctx context.Context) error {
	dir := filepath.Join(b.home, "giving")
	defer func() { _ = os.RemoveAll(dir) }()
	size := int64(1 << 30)
	if b.pins < 100_000 {
		size = 64 << 20
	}
	path := filepath.Join(dir, "large")
	if _, err := madeFiles(path, size, filepath.Join(dir, "small"), 0); err != nil {
		return err
	}
	c, err := startGiver(ctx, path)
	if err != nil {
		return err
	}
	defer c.stop()
	var fetched, carred, posted, hashed []time.Duration
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = fmt.Fprintf(w, `{"Root":{"Cid":{"/":%q},"PinErrorMsg":""}}`, c.root)
	}))
	defer server.Close()
	for round := range 4 {
		given, err := c.fetch(ctx)
		if err != nil {
			return err
		}
		car, err := c.ask("upload " + server.URL)
		if err != nil {
			return err
		}
		post, err := c.ask("post " + server.URL)
		if err != nil {
			return err
		}
		bound, err := c.ask("hash-and-post " + server.URL)
		if err != nil {
			return err
		}
		if round > 0 { // the first warms up
			fetched, carred = append(fetched, given), append(carred, car)
			posted, hashed = append(posted, post), append(hashed, bound)
		}
	}
	peak := c.stop()
	speed := func(d time.Duration) float64 { return float64(size) / 1e6 / d.Seconds() }
	perSecond := func(f float64) string { return fmt.Sprintf("%.0f MB/s", f) }
	given := speed(percentile(fetched, 50))
	b.line(fmt.Sprintf("giving %d MiB over bitswap, between two nodes", size>>20), perSecond(given), "> 100 MB/s",
		"from notes: 129-182 MB/s", given < 100)
	car, post, bound := speed(percentile(carred, 50)), speed(percentile(posted, 50)), speed(percentile(hashed, 50))
	b.line("CAR upload of the same", perSecond(car), "> "+perSecond(0.8*post),
		fmt.Sprintf("a plain POST of the file: %s; of what was hashed first, by a program that does nothing else: %s, %.2f x that of the plain one",
			perSecond(post), perSecond(bound), bound/post), car < 0.8*post)
	b.memory("  peak memory of the side that gives, and reads it first", peak, 0, "from notes: 66 MB")
	return nil
}

// child is the process that gives.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	root    string
	origins []string
	blocks  []cid.Cid
}

func startGiver(ctx context.Context, path string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.CommandContext(ctx, self, giverArg, path)}
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for c.out.Scan() {
		what, text, _ := strings.Cut(c.out.Text(), " ")
		switch what {
		case "root":
			c.root = text
		case "origin":
			c.origins = append(c.origins, text)
		case "block":
			b, err := cid.Decode(text)
			if err != nil {
				return nil, err
			}
			c.blocks = append(c.blocks, b)
		case "ready":
			return c, nil
		}
	}
	return nil, errors.Join(errors.New("the side that gives ended"), c.out.Err(), c.cmd.Wait())
}

// ask has the child do something and say how long it took.
func (c *child) ask(what string) (time.Duration, error) {
	if _, err := fmt.Fprintln(c.in, what); err != nil {
		return 0, err
	}
	if !c.out.Scan() {
		return 0, fmt.Errorf("%s: no answer: %w", what, errors.Join(c.out.Err(), c.cmd.Wait()))
	}
	return time.ParseDuration(c.out.Text())
}

// fetch takes every block on a machine of its own.
func (c *child) fetch(ctx context.Context) (time.Duration, error) {
	m, err := handovertest.New()
	if err != nil {
		return 0, err
	}
	defer m.Close()
	if err := m.Dial(ctx, c.origins); err != nil {
		return 0, err
	}
	began, n := time.Now(), 0
	for range m.Get(ctx, c.blocks) {
		n++
	}
	if n != len(c.blocks) {
		return 0, fmt.Errorf("got %d of %d blocks", n, len(c.blocks))
	}
	return time.Since(began), nil
}

// stop ends it and says how much memory it had at most, 0 if that is not known.
func (c *child) stop() int64 {
	peak := rig.PeakRSS(c.cmd.Process.Pid)
	_ = c.in.Close()
	_ = c.cmd.Wait() // the second time is an error of no meaning
	return peak
}
