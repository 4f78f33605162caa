package main

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestReadingText_SaysHowFarEachServiceIs(t *testing.T) {
	now := time.Date(2026, 5, 1, 14, 0, 0, 0, time.Local)
	named := func(name string) services.Account { return services.Account{Name: name} }
	list := []store.AccountState{
		{Account: named("idle")},
		{Account: named("old"), Reading: true, Seen: 2000, Expected: 5000},
		{Account: named("odd"), Reading: true, Seen: 1},
		{Account: named("busy"), LimitedUntil: now.Add(5 * time.Minute)},
	}
	got := readingText(list, 3400*time.Millisecond, now)
	if want := "asking the services (3s); old: 2000 of 5000 pins, odd: 1 pin, busy wants us to wait until 14:05:00"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := readingText(nil, time.Second, now); got != "asking the services (1s)" {
		t.Errorf("got %q", got)
	}
}
