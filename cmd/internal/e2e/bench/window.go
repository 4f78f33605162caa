package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// window: a start on the cached list, and what it costs to be open. The account
// is paused, so that no check of it is measured along.
func (b *bench) window(ctx context.Context) error {
	if _, err := call(ctx, b.ctl("small"), "accounts", "edit", "service", "--pause"); err != nil {
		return err
	}
	d, err := rig.StartDisplay(b.home, 1280, 800)
	if err != nil {
		return err
	}
	defer d.Stop()
	var starts []time.Duration
	for range 5 {
		w, took, err := b.start(d)
		if err != nil {
			return err
		}
		w.Stop()
		starts = append(starts, took)
	}
	b.figure(fmt.Sprintf("window, start to first rows, %d cached, median of 5", b.pins), percentile(starts, 50), 800*time.Millisecond, "from notes: Fyne's list alone 0.3-0.4 s")

	bare, err := b.open(ctx, func() (*rig.Window, error) { return rig.OpenBinary(d, "bare", rig.Env(b.home)) })
	if err != nil {
		return err
	}
	ours, err := b.open(ctx, func() (*rig.Window, error) { w, _, err := b.start(d); return w, err })
	if err != nil {
		return err
	}
	b.figure("  wait for the UI thread while scrolling, p95", percentile(ours.waits, 95), 33*time.Millisecond,
		fmt.Sprintf("longest %s; a bare list of labels %s", round(percentile(ours.waits, 100)), round(percentile(bare.waits, 95))))
	if ours.rss == 0 {
		return fmt.Errorf("memory and idle of the window: /proc: %w", rig.ErrMissing)
	}
	b.line("  processor time while scrolling, share of one core", percent(ours.busy), "-", "bare "+percent(bare.busy), false)
	b.memory("  memory (RSS)", ours.rss, 200e6, fmt.Sprintf("bare %d MB", bare.rss/1e6))
	b.line("  idle, share of one core", percent(ours.idle), "< 1 %", "bare "+percent(bare.idle), ours.idle >= 1)
	return nil
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", share) }

// cost is what it costs to be open.
type cost struct {
	waits      []time.Duration // for the UI thread, while scrolling
	busy, idle float64         // shares of one core in percent: while scrolling, and untouched
	rss        int64           // 0 where there is no /proc
}

// open opens a window and measures what it costs.
func (b *bench) open(ctx context.Context, start func() (*rig.Window, error)) (c cost, err error) {
	w, err := start()
	if err != nil {
		return cost{}, err
	}
	defer w.Stop()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		c.waits, err = scroll(w)
		return c, err
	}
	if c.busy, err = share(w.PID(), func() error { c.waits, err = scroll(w); return err }); err != nil {
		return cost{}, err
	}
	const settle, watch = 15 * time.Second, 20 * time.Second
	if err := wait(ctx, settle); err != nil {
		return cost{}, err
	}
	if c.idle, err = share(w.PID(), func() error { return wait(ctx, watch) }); err != nil {
		return cost{}, err
	}
	c.rss, err = resident(w.PID())
	return c, err
}

// share is the part of one core, in percent, that a process used during f.
func share(pid int, f func() error) (float64, error) {
	began := time.Now()
	before, err := cpu(pid)
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := cpu(pid)
	return 100 * float64(after-before) / float64(time.Since(began)), err
}

// start opens the window and waits for rows.
func (b *bench) start(d *rig.Display) (*rig.Window, time.Duration, error) {
	began := time.Now()
	w, err := rig.OpenWindow(d, rig.Env(b.home), "--data", b.ctl("small").Data)
	if err != nil {
		return nil, 0, err
	}
	_, err = w.Until(30*time.Second, "rows", func(s rig.Screen) bool {
		rows := 0
		for _, t := range s.Texts {
			if strings.HasPrefix(t.Label, "bafk") || strings.HasPrefix(t.Label, "bafy") {
				rows++
			}
		}
		return rows >= 5
	})
	took := time.Since(began)
	if err != nil {
		w.Stop()
		return nil, 0, err
	}
	return w, took, nil
}

// scroll turns the wheel over the list and asks the UI thread how long it takes
// to answer meanwhile.
func scroll(w *rig.Window) ([]time.Duration, error) {
	turned := make(chan error, 1)
	go func() {
		_, err := w.Display.Do("mousemove", "640", "400", "click", "--repeat", "200", "--delay", "25", "5")
		turned <- err
	}()
	var waits []time.Duration
	for {
		select {
		case err := <-turned:
			return waits, err
		case <-time.After(20 * time.Millisecond):
			began := time.Now()
			_, _ = w.Ask(map[string]any{"do": "nothing"}) // an answer that costs nothing, by way of the UI thread
			waits = append(waits, time.Since(began))
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// cpu is the processor time a process has used (proc(5): fields 14 and 15, in
// hundredths of a second).
func cpu(pid int) (time.Duration, error) {
	fields, err := proc(pid, "stat")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(fields, ") ")
	f := strings.Fields(after)
	if len(f) < 13 {
		return 0, fmt.Errorf("proc: stat of %d is %q", pid, fields)
	}
	var ticks int64
	for _, s := range f[11:13] {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// resident is the memory a process holds now.
func resident(pid int) (int64, error) {
	status, err := proc(pid, "status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(status) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.Fields(kb)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("proc: status of %d has no VmRSS", pid)
}

func proc(pid int, file string) (string, error) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file))
	return string(text), err
}
