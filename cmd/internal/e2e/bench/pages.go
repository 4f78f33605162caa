package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// page is how many rows a window asks for at once.
const page = 60

// pages: any page of the list in every order and filter, and each keystroke of
// a search, as the window asks for them.
func (b *bench) pages(ctx context.Context, data string, pins int) (err error) {
	app, err := boot.Open(ctx, boot.Options{Dir: b.ctl(data).Data, Mode: boot.Read})
	if err != nil {
		return err
	}
	defer func() { err = first(err, app.Close()) }()
	opened, jumped, turned, err := turn(ctx, app.Reader)
	if err != nil {
		return err
	}
	b.figure(fmt.Sprintf("a page anywhere, any order and filter, %d pins, p95", pins), percentile(turned, 95), 5*time.Millisecond,
		fmt.Sprintf("median %s, longest %s; from notes: SQLite keyset 0.08 ms", round(percentile(turned, 50)), round(percentile(turned, 100))))
	b.figure("  opening the list with its count and first page, p95", percentile(opened, 95), 50*time.Millisecond, "")
	b.figure("  the first jump into the middle of it, p95", percentile(jumped, 95), 5*time.Millisecond, "nothing is known of the list but its counts")
	typed, err := keystrokes(ctx, app.Reader)
	if err != nil {
		return err
	}
	b.figure("  search, keystroke to rows, p95", percentile(typed, 95), 50*time.Millisecond, "")
	return nil
}

// turn opens every order and filter, jumps into the middle, and then reads pages
// all over.
func turn(ctx context.Context, r *store.Reader) (opened, jumped, turned []time.Duration, err error) {
	random := rand.New(rand.NewPCG(1, 2))
	var l *store.Listing
	rows := func(from int) (time.Duration, error) {
		began := time.Now()
		_, err := l.Rows(ctx, from, page)
		return time.Since(began), err
	}
	for _, sort := range []store.Sort{store.SortAdded, store.SortName, store.SortSize, store.SortCopies} {
		for _, state := range []store.ItemState{store.AnyState, store.Safe, store.Working, store.NeedsYou} {
			for _, reverse := range []bool{false, true} {
				began := time.Now()
				if l, err = r.Items(ctx, store.Filter{Sort: sort, State: state, Reverse: reverse}); err != nil {
					return nil, nil, nil, err
				}
				if _, err = rows(0); err != nil {
					return nil, nil, nil, err
				}
				opened = append(opened, time.Since(began))
				for _, from := range []int{l.Len() / 2, max(0, l.Len()/2-page-1)} { // from either end
					took, err := rows(from)
					if err != nil {
						return nil, nil, nil, err
					}
					jumped = append(jumped, took)
				}
				for range 20 {
					took, err := rows(random.IntN(max(1, l.Len()-page)))
					if err != nil {
						return nil, nil, nil, err
					}
					turned = append(turned, took)
				}
			}
		}
	}
	return opened, jumped, turned, nil
}

// keystrokes types searches letter by letter.
func keystrokes(ctx context.Context, r *store.Reader) ([]time.Duration, error) {
	var times []time.Duration
	for range 3 {
		for _, text := range []string{"sunset over", "podcast episode 7", "MÜNCHEN", "bafkrei", "zzzzzz"} {
			for n := 1; n <= len([]rune(text)); n++ {
				began := time.Now()
				l, err := r.Items(ctx, store.Filter{Search: string([]rune(text)[:n])})
				if err != nil {
					return nil, err
				}
				if _, err := l.Rows(ctx, 0, page); err != nil {
					return nil, err
				}
				times = append(times, time.Since(began))
			}
		}
	}
	return times, nil
}

// adding: how long until a thousand IDs are written down, whatever the service does.
func (b *bench) adding(ctx context.Context) (err error) {
	app, err := boot.Open(ctx, boot.Options{Dir: b.ctl("adding").Data, Mode: boot.Own})
	if err != nil {
		return err
	}
	defer func() { err = first(err, app.Close()) }()
	a, err := app.Engine.Connect(ctx, pinsync.NewAccount{Name: "far away", Endpoint: "http://127.0.0.1:1", Source: "none", NoCheck: true})
	if err != nil {
		return err
	}
	pins := make([]services.Pin, 1000)
	for i := range pins {
		pins[i] = services.Pin{CID: madeUp(i), Name: fmt.Sprintf("thing %d", i)}
	}
	began := time.Now()
	taken, err := app.Engine.Add(ctx, pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}})
	if err != nil {
		return err
	}
	if len(taken.Operations) != len(pins) {
		return fmt.Errorf("of %d IDs %d were taken", len(pins), len(taken.Operations))
	}
	b.figure("1,000 IDs in one add, durable", time.Since(began), 2*time.Second, "")
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
