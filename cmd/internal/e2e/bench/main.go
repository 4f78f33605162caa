// Command bench measures the figures Pintray is judged by and prints each beside
// its target. Everything runs here, on loopback and on made-up pins; references
// that were not measured in the same run are marked "from notes". Figures of one
// machine do not travel: compare within one run.
//
//	go run ./cmd/internal/e2e/bench [-quick] [-only PART]    with PINTRAY_BIN naming the binaries
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

func main() {
	if len(os.Args) == 3 && children[os.Args[1]] != nil {
		if err := children[os.Args[1]](context.Background(), os.Args[2]); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", os.Args[1], err)
			os.Exit(1)
		}
		return
	}
	quick := flag.Bool("quick", false, "a tenth of everything, to see that it runs")
	only := flag.String("only", "", "one part: shell, listing, window, million, adding, import, giving or storm (window needs listing, and does it)")
	flag.Parse()
	if err := run(context.Background(), *quick, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	home   string
	pins   int // the smaller list
	many   int // the larger one
	missed int // figures over their target
}

func run(ctx context.Context, quick bool, only string) error {
	home, err := os.MkdirTemp("", "pintray-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	if err := rig.Home(home); err != nil {
		return err
	}
	b := &bench{home: home, pins: 100_000, many: 1_000_000}
	if quick {
		b.pins, b.many = 10_000, 100_000
	}
	fmt.Printf("%d cores, %s/%s, %s\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Printf("%-58s %14s   %-14s %s\n", "what", "measured", "target", "reference")
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"shell", b.shell}, {"listing", b.listing}, {"window", b.window}, {"million", b.million}, {"adding", b.adding}, {"import", b.importing}, {"giving", b.giving}, {"storm", b.storm}} {
		if only != "" && only != part.name && (only != "window" || part.name != "listing") {
			continue
		}
		if err := part.run(ctx); err != nil {
			if !errors.Is(err, rig.ErrMissing) {
				return err
			}
			fmt.Println("not run:", err)
		}
	}
	if b.missed > 0 {
		return fmt.Errorf("%d figures miss their target", b.missed)
	}
	return nil
}

// ctl is the shell on a data folder of the bench.
func (b *bench) ctl(data string) rig.Ctl {
	return rig.Ctl{Data: filepath.Join(b.home, data), Env: rig.Env(b.home)}
}

// figure prints a duration beside its target; a target of 0 has none.
func (b *bench) figure(what string, got, target time.Duration, reference string) {
	b.line(what, round(got), limit(round, target), reference, target > 0 && got > target)
}

// memory prints a size beside its target.
func (b *bench) memory(what string, got, target int64, reference string) {
	mb := func(n int64) string { return fmt.Sprintf("%d MB", n/1e6) }
	b.line(what, mb(got), limit(mb, target), reference, target > 0 && got > target)
}

func (b *bench) line(what, got, target, reference string, missed bool) {
	mark := ""
	if missed {
		b.missed++
		mark = "MISSED"
	}
	fmt.Printf("%-58s %14s   %-14s %s\n", what, got, target, joined(mark, reference))
}

func limit[T ~int64](show func(T) string, target T) string {
	if target == 0 {
		return "-"
	}
	return "< " + show(target)
}

func joined(mark, reference string) string {
	if mark != "" && reference != "" {
		return mark + "; " + reference
	}
	return mark + reference
}

// round shows three digits of a duration.
func round(d time.Duration) string {
	unit := time.Nanosecond
	for unit*1000 <= d {
		unit *= 10
	}
	return d.Round(unit).String()
}

// median runs f n times after one that does not count.
func median(n int, f func() (time.Duration, error)) (time.Duration, error) {
	times, err := repeat(n, f)
	return percentile(times, 50), err
}

func repeat(n int, f func() (time.Duration, error)) ([]time.Duration, error) {
	if _, err := f(); err != nil {
		return nil, err
	}
	times := make([]time.Duration, 0, n)
	for range n {
		d, err := f()
		if err != nil {
			return nil, err
		}
		times = append(times, d)
	}
	return times, nil
}

// percentile is the p-th of times; 0 where there are none.
func percentile(times []time.Duration, p int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(times))
	return s[min(len(s)-1, len(s)*p/100)]
}
