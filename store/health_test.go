package store

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

func TestHealthState_Precedence(t *testing.T) {
	well, away, bad := standsWell, standsAway, standsBad
	for _, c := range []struct {
		name string
		f    facts
		want HealthState
	}{
		{"no account", facts{}, Fine},
		{"no account, something to send", facts{working: true}, Busy},
		{"all well", facts{accounts: []standing{well, well}}, Fine},
		{"at work", facts{accounts: []standing{well}, working: true}, Busy},
		{"one away is not offline", facts{accounts: []standing{well, away}, working: true}, Busy},
		{"all away", facts{accounts: []standing{away, away}, working: true}, Offline},
		{"paused before offline", facts{accounts: []standing{away}, paused: true}, Paused},
		{"a need before a pause", facts{accounts: []standing{away}, paused: true, needs: 1}, Attend},
		{"one refused is a need", facts{accounts: []standing{well, bad}, needs: 1}, Attend},
		{"all refused", facts{accounts: []standing{bad, bad}, needs: 2, paused: true}, Problem},
		{"one away, one refused", facts{accounts: []standing{away, bad}, needs: 1}, Attend},
	} {
		if got := c.f.state(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNeed_WaitsUntilAFailureHasLasted(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		code services.Code
		ago  time.Duration
		want string
	}{
		{services.CodeAuth, 59 * time.Second, ""},
		{services.CodeAuth, time.Minute, "auth"},
		{services.CodePlan, time.Hour, "plan"},
		{services.CodeKeyring, time.Hour, "keyring"},
		{services.CodeNotAPI, time.Hour, "not-api"},
		{services.CodeTLS, time.Hour, "tls"},
		{services.CodeServer, 23 * time.Hour, ""},
		{services.CodeServer, 24 * time.Hour, "unreachable"},
		{services.CodeDecode, 24 * time.Hour, "unreachable"},
		{services.CodeInvalid, 24 * time.Hour, "unreachable"},
		{services.CodeNotFound, 24 * time.Hour, "unreachable"},
		{services.CodeLimited, 48 * time.Hour, ""},
		{services.CodeUnreachable, 23 * time.Hour, ""},
		{services.CodeUnreachable, 24 * time.Hour, "unreachable"},
		{services.CodeTimeout, 24 * time.Hour, "unreachable"},
	} {
		a := AccountState{Err: &services.Error{Code: c.code}, ErrSince: now.Add(-c.ago)}
		n, ok := a.need(now)
		if ok != (c.want != "") || ok && n.Code != c.want {
			t.Errorf("%s for %s: got %q, %v; want %q", c.code, c.ago, n.Code, ok, c.want)
		}
	}
}

func TestNeed_AServiceThatIsSilentForAWeekMayHaveClosed(t *testing.T) { // quirk 45
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	const week = 7 * 24 * time.Hour
	for _, c := range []struct {
		code services.Code
		ago  time.Duration
		want bool
	}{
		{services.CodeUnreachable, week - time.Second, false},
		{services.CodeUnreachable, week, true},
		{services.CodeTimeout, week, true},
		{services.CodeAuth, 2 * week, false},
	} {
		a := AccountState{Err: &services.Error{Code: c.code}, ErrSince: now.Add(-c.ago)}
		if n, _ := a.need(now); n.Silent(now) != c.want {
			t.Errorf("%s for %s: silent %v, want %v", c.code, c.ago, n.Silent(now), c.want)
		}
	}
}

func TestPausedAt_EndsByItself(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for setting, want := range map[string]bool{
		"": false, UntilResume: true, "2026-03-01T12:00:01Z": true, "2026-03-01T12:00:00Z": false, "nonsense": false,
	} {
		if got, _ := pausedAt(setting, now); got != want {
			t.Errorf("%q: got %v, want %v", setting, got, want)
		}
	}
}

func TestSummary_OneBadgeOfAllMarks(t *testing.T) {
	pinned := Mark{Account: 1, Pins: 1, Status: services.Pinned}
	stale := Mark{Account: 2, Pins: 1, Status: services.Pinned, Stale: true}
	for _, c := range []struct {
		name           string
		marks          []Mark
		state          ItemState
		copies, places int
	}{
		{"nothing", nil, Unchecked, 0, 0},
		{"pinned", []Mark{pinned}, Safe, 1, 1},
		{"only stale", []Mark{stale}, Unchecked, 0, 1},
		{"one fresh is enough", []Mark{pinned, stale}, Safe, 1, 2},
		{"still at work elsewhere", []Mark{pinned, {Account: 2, Pins: 1, Status: services.Queued}}, Working, 1, 2},
		{"an add is a place", []Mark{{Account: 2, Pending: OpAdd}}, Working, 0, 1},
		{"a delete is none", []Mark{{Account: 2, Pending: OpDelete}}, Working, 0, 0},
		{"failed", []Mark{pinned, {Account: 2, Pins: 1, Status: services.Failed}}, NeedsYou, 1, 2},
		{"stuck before at work", []Mark{{Account: 2, Pending: OpAdd, Stuck: true}, {Account: 3, Pending: OpAdd}}, NeedsYou, 0, 2},
	} {
		state, copies, places := Summary(c.marks)
		if state != c.state || copies != c.copies || places != c.places {
			t.Errorf("%s: got %v, %d, %d; want %v, %d, %d", c.name, state, copies, places, c.state, c.copies, c.places)
		}
	}
}

func TestMarks_TheBestPinOfAnAccountCounts(t *testing.T) {
	marks := Marks([]SeenPin{
		{Account: 2, Status: services.Failed, Details: "no provider"},
		{Account: 1, Status: services.Failed, Details: "no room"},
		{Account: 2, Status: services.Pinned, Stale: true},
		{Account: 2, Status: services.Pinned},
	}, []PendingOp{{Account: 1, Kind: OpDelete}, {Account: 1, Kind: OpAdd, Stuck: true}})
	if len(marks) != 2 || marks[0].Account != 1 || marks[0].Details != "no room" || marks[0].Pending != OpAdd || !marks[0].Stuck {
		t.Errorf("got %+v", marks)
	}
	if m := marks[1]; m.Status != services.Pinned || m.Stale || m.Pins != 3 || m.Details != "" {
		t.Errorf("got %+v", m)
	}
}
