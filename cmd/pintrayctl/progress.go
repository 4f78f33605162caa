package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

// progressLine is a line on stderr that follows a reading, nil where nobody
// would see it.
func (c *cli) progressLine() *progressLine {
	f, ok := c.errw.(*os.File)
	if !ok || c.quiet || !terminal(f) {
		return nil
	}
	return &progressLine{to: f, began: time.Now()}
}

type progressLine struct {
	to    *os.File
	began time.Time

	mu    sync.Mutex
	shown bool
}

// show replaces the line; it says nothing in the first second.
func (l *progressLine) show(p ingest.Progress) {
	took := time.Since(l.began)
	if took < time.Second {
		return
	}
	rate := float64(p.Bytes) / took.Seconds()
	text := fmt.Sprintf("%d files, %s, %s/s", p.Files, bytesText(p.Bytes), bytesText(int64(rate)))
	if p.TotalBytes > 0 && rate > 0 {
		left := time.Duration(float64(p.TotalBytes-p.Bytes) / rate * float64(time.Second))
		text = fmt.Sprintf("%d of %d files, %s of %s, %s/s, %s left", p.Files, p.TotalFiles,
			bytesText(p.Bytes), bytesText(p.TotalBytes), bytesText(int64(rate)), left.Round(time.Second))
	}
	l.write(text)
}

// write replaces the line.
func (l *progressLine) write(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shown = true
	fmt.Fprintf(l.to, "\r\x1b[K%s", text)
}

// clear takes the line away; the next write brings another.
func (l *progressLine) clear() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		l.shown = false
		fmt.Fprint(l.to, "\r\x1b[K")
	}
}

// follow writes what text says on stderr, where somebody sees it, once a second
// until stop is called.
func (c *cli) follow(ctx context.Context, text func(context.Context) string) (stop func()) {
	line := c.progressLine()
	if line == nil {
		return func() {}
	}
	c.line = line
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			line.write(text(ctx))
		}
	}()
	return func() {
		cancel()
		<-done
		line.clear()
		c.line = nil
	}
}

// watch shows how far files are, or how much is still to be sent.
func (c *cli) watch(ctx context.Context, app *boot.App) (stop func()) {
	return c.follow(ctx, func(ctx context.Context) string {
		if list, err := app.Engine.Progress(ctx); err == nil && len(list) > 0 {
			return progressText(list)
		}
		if h, err := app.Reader.Health(ctx, time.Now()); err == nil && h.OpenOperations > 0 {
			return number(h.OpenOperations, "operation") + " to go"
		}
		return ""
	})
}

// watchReading shows how much of the services' lists was read.
func (c *cli) watchReading(ctx context.Context, app *boot.App) (stop func()) {
	began := time.Now()
	return c.follow(ctx, func(ctx context.Context) string {
		list, err := app.Reader.Accounts(ctx)
		if err != nil {
			return ""
		}
		return readingText(list, time.Since(began), time.Now())
	})
}

// readingText is one line of how far reading the services' lists has come.
func readingText(list []store.AccountState, took time.Duration, now time.Time) string {
	var parts []string
	for _, a := range list {
		name := services.Clean(a.Name)
		switch {
		case a.LimitedUntil.After(now):
			parts = append(parts, name+" wants us to wait until "+a.LimitedUntil.Local().Format("15:04:05"))
		case a.Reading && a.Expected > a.Seen:
			parts = append(parts, fmt.Sprintf("%s: %d of %s", name, a.Seen, number(a.Expected, "pin")))
		case a.Reading:
			parts = append(parts, name+": "+number(a.Seen, "pin"))
		}
	}
	text := fmt.Sprintf("asking the services (%s)", took.Round(time.Second))
	if len(parts) > 0 {
		text += "; " + strings.Join(parts, ", ")
	}
	return text
}

// progressText is one line of all that is under way.
func progressText(list []store.Progress) string {
	if len(list) == 0 {
		return ""
	}
	p := list[0]
	text := fmt.Sprintf("%s %s: %s", p.Stage, services.Clean(p.Name), bytesText(p.Bytes))
	if p.TotalBytes > 0 {
		text += " of " + bytesText(p.TotalBytes)
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %s/s", bytesText(int64(p.Rate)))
	}
	if p.Left > 0 {
		text += fmt.Sprintf(", %s left", p.Left.Round(time.Second))
	}
	if p.Trouble != "" {
		text += ", " + troubleText(p.Trouble)
	}
	if len(list) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(list)-1)
	}
	return text
}

func troubleText(trouble string) string {
	switch trouble {
	case "nobody-connects":
		return "nobody has come to fetch it"
	case "moved":
		return "the service was told this computer's old address: remove it there and add it again, or go back to that network"
	case "cannot-reach":
		return "the service's machines can't be reached"
	}
	return trouble
}
