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

	w, _, err := b.start(d)
	if err != nil {
		return err
	}
	defer w.Stop()
	stall, err := scroll(w)
	if err != nil {
		return err
	}
	b.figure("  wait for the UI thread while scrolling, p95", percentile(stall, 95), 33*time.Millisecond, fmt.Sprintf("longest of all %s", round(percentile(stall, 100))))
	return b.idle(ctx, w)
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

// idle: memory and processor time of a window nobody touches.
func (b *bench) idle(ctx context.Context, w *rig.Window) error {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return fmt.Errorf("memory and idle of the window: /proc: %w", rig.ErrMissing)
	}
	const settle, watch = 15 * time.Second, 20 * time.Second
	if err := wait(ctx, settle); err != nil {
		return err
	}
	before, err := cpu(w.PID())
	if err != nil {
		return err
	}
	if err := wait(ctx, watch); err != nil {
		return err
	}
	after, err := cpu(w.PID())
	if err != nil {
		return err
	}
	rss, err := resident(w.PID())
	if err != nil {
		return err
	}
	b.memory("  memory (RSS)", rss, 200e6, "")
	share := 100 * float64(after-before) / float64(watch)
	b.line("  idle, share of one core", fmt.Sprintf("%.2f %%", share), "< 1 %", "", share >= 1)
	return nil
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
