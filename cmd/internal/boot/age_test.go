package boot_test

import (
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

func madeCID(t *testing.T) services.CID {
	t.Helper()
	c, err := services.ParseCID(made)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// oldFolder makes a data folder whose one account was read through so long ago.
func oldFolder(t *testing.T, ago time.Duration) string {
	t.Helper()
	dir := t.TempDir()
	pin := services.Pin{CID: madeCID(t)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	u, err := user.Open(t.Context(), dir, nil)
	must(err)
	id, err := u.AddAccount(t.Context(), services.Account{Name: "a", Endpoint: "https://a.example"})
	must(err)
	must(u.Close())
	c, _, err := cache.Open(t.Context(), dir, nil)
	must(err)
	p, err := c.Begin(t.Context(), id)
	must(err)
	at := time.Now().Add(-ago)
	_, err = p.Put(t.Context(), []services.PinStatus{{RequestID: "r", Status: services.Pinned, Pin: pin}}, at, 1)
	must(err)
	_, err = p.Finish(t.Context(), true, at)
	must(err)
	must(c.Close())
	return dir
}

func TestRead_WhatNobodyCheckedForADayIsNotSafe(t *testing.T) {
	for ago, want := range map[time.Duration]int64{10 * 24 * time.Hour: 0, time.Hour: 1} {
		a, err := boot.Open(t.Context(), boot.Options{Dir: oldFolder(t, ago), Mode: boot.Read})
		if err != nil {
			t.Fatal(err)
		}
		h, err := a.Reader.Health(t.Context(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		it, _, err := a.Reader.ItemByCID(t.Context(), madeCID(t))
		if err != nil {
			t.Fatal(err)
		}
		if h.Items != 1 || h.Safe != want || int64(it.Copies) != want || it.Marks[0].Stale != (want == 0) {
			t.Errorf("checked %s ago: %d of %d safe, %+v", ago, h.Safe, h.Items, it)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRead_WhatIsNotFreshIsLeftToWhoOwnsTheFolder(t *testing.T) {
	dir := oldFolder(t, 10*24*time.Hour)
	owner, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close() }()
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Read})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	list, err := a.Reader.Accounts(t.Context())
	if err != nil || !slices.ContainsFunc(list, func(s store.AccountState) bool { return s.Name == "a" && s.Aged(time.Now()) }) {
		t.Errorf("got %+v, %v", list, err)
	}
}
