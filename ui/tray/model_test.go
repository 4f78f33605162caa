package tray_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/tray"
)

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local)

func accounts() []store.AccountState {
	return []store.AccountState{{Account: services.Account{ID: 1, Name: "Pinata"}}, {Account: services.Account{ID: 2, Name: "Box"}}}
}

func need(code string, account services.AccountID, count int64, age time.Duration) store.Need {
	return store.Need{Code: code, Account: account, Count: count, Since: now.Add(-age)}
}

func TestModel_SaysTheStateInIconAndFirstLine(t *testing.T) {
	test.NewTempApp(t)
	checked := now.Add(-3 * time.Minute)
	for _, tc := range []struct {
		name string
		h    store.Health
		icon store.HealthState
		info string
	}{
		{"all safe", store.Health{State: store.Fine, Items: 412, Safe: 412, Accounts: 2, CheckedAt: checked}, store.Fine, "All safe – 412 items, 2 services"},
		{"not all confirmed", store.Health{State: store.Fine, Items: 412, Safe: 400, Accounts: 1}, store.Fine, "400 of 412 items safe, 1 service"},
		{"working", store.Health{State: store.Busy, Items: 12, Working: 1, Accounts: 1}, store.Busy, "Working on 1 item, 1 service"},
		{"paused", store.Health{State: store.Paused, Accounts: 1}, store.Paused, "Paused"},
		{"paused for a while", store.Health{State: store.Paused, Accounts: 1, PausedUntil: now.Add(30 * time.Minute)}, store.Paused, "Paused until 14:30"},
		{"offline", store.Health{State: store.Offline, Items: 3, Accounts: 1}, store.Offline, "No internet – 3 items as last seen"},
		{"no service", store.Health{State: store.Fine}, store.Fine, "No storage service connected yet"},
		{"needs you", store.Health{State: store.Attend, Items: 5, Safe: 4, Accounts: 1, NeedsYou: []store.Need{need("auth", 1, 4, time.Hour)}}, store.Attend, "Needs you – 4 of 5 items safe"},
		{"problem", store.Health{State: store.Problem, Items: 5, Safe: 0, Accounts: 1, NeedsYou: []store.Need{need("lost", 1, 4, time.Hour)}}, store.Problem, "Problem – 0 of 5 items safe"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := tray.New(tray.Facts{Health: tc.h, Accounts: accounts(), Now: now})
			if m.Icon != tc.icon || m.Info != tc.info {
				t.Errorf("got %s %q, want %s %q", m.Icon, m.Info, tc.icon, tc.info)
			}
		})
	}
}

func TestModel_StaysCalmForTheFirstMinute(t *testing.T) {
	test.NewTempApp(t)
	h := store.Health{State: store.Problem, Accounts: 1, Items: 5, Safe: 5, NeedsYou: []store.Need{need("auth", 1, 0, 59*time.Second)}}
	if m := tray.New(tray.Facts{Health: h, Now: now}); m.Icon != store.Fine {
		t.Errorf("after 59 s the icon is %s", m.Icon)
	}
	if m := tray.New(tray.Facts{Health: h, Now: now.Add(time.Second)}); m.Icon != store.Problem {
		t.Errorf("after 60 s the icon is %s", m.Icon)
	}
	h.Working = 2
	if m := tray.New(tray.Facts{Health: h, Now: now}); m.Icon != store.Busy {
		t.Errorf("with work to do the icon is %s", m.Icon)
	}
}

func TestModel_NamesTheFirstCause(t *testing.T) {
	test.NewTempApp(t)
	for _, tc := range []struct {
		needs []store.Need
		want  string
	}{
		{nil, "Nothing needs you"},
		{[]store.Need{need("auth", 1, 41, time.Hour)}, "Needs you: Pinata doesn't accept your access key"},
		{[]store.Need{need("failed", 2, 3, time.Hour), need("plan", 1, 1, 0)}, "Needs you (2): Box couldn't keep 3 items"},
		{[]store.Need{need("keyring", 0, 0, time.Hour)}, "Needs you: the system's password store is locked"},
		{[]store.Need{need("something-new", 9, 1, time.Hour)}, "Needs you: 1 thing at a service waits for you"},
	} {
		m := tray.New(tray.Facts{Health: store.Health{State: store.Attend, NeedsYou: tc.needs}, Accounts: accounts(), Now: now})
		if m.NeedsYou.Text != tc.want || m.NeedsYou.Dead != (tc.needs == nil) {
			t.Errorf("got %+v, want %q", m.NeedsYou, tc.want)
		}
	}
}

func TestModel_RecentHasItsFiveSlotsAlways(t *testing.T) {
	test.NewTempApp(t)
	c := services.WireCID("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")
	other := services.WireCID("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")
	add := func(c services.CID, name string) store.Operation {
		return store.Operation{Kind: store.OpAdd, State: store.OpDone, Pin: services.Pin{CID: c, Name: name}}
	}
	ops := []store.Operation{
		add(c, strings.Repeat("long ", 20)+"\u202e"), add(c, "again"),
		{Kind: store.OpDelete, Pin: services.Pin{CID: other}},
		add(other, ""),
	}
	m := tray.New(tray.Facts{Recent: ops, Now: now})
	if got := []rune(m.Recent[0].Text); len(got) != 40 || got[39] != '…' {
		t.Errorf("a long name became %q", string(got))
	}
	if m.Recent[0].CID != c || m.Recent[1].CID != other {
		t.Errorf("got %v and %v", m.Recent[0].CID, m.Recent[1].CID)
	}
	if !strings.Contains(m.Recent[1].Text, other.Short()) {
		t.Errorf("a nameless item became %q", m.Recent[1].Text)
	}
	for _, r := range m.Recent[2:] {
		if !r.Dead || r.Text == "" {
			t.Errorf("an empty slot is %+v", r)
		}
	}
}

func TestModel_IsTheSameWhileNothingChanged(t *testing.T) {
	test.NewTempApp(t)
	f := tray.Facts{Health: store.Health{State: store.Fine, Items: 2, Safe: 2, Accounts: 1, CheckedAt: now.Add(-time.Minute)}, Now: now}
	before := tray.New(f)
	f.Now = now.Add(40 * time.Minute)
	if after := tray.New(f); after != before {
		t.Errorf("time alone changed the menu: %+v, was %+v", after, before)
	}
}

func TestPause_EndsWhenItsLineSays(t *testing.T) {
	for choice, want := range []time.Time{
		now.Add(30 * time.Minute), now.Add(2 * time.Hour), time.Date(2026, 11, 23, 8, 0, 0, 0, time.Local), {},
	} {
		if got := tray.Pause(choice, now); !got.Equal(want) {
			t.Errorf("choice %d: got %v, want %v", choice, got, want)
		}
	}
}
