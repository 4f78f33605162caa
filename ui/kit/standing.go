package kit

import (
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Remedy is the one step that would help an account.
type Remedy int

// The remedies.
const (
	NoRemedy Remedy = iota
	NewKey          // the key is refused or gone
	Unlock          // the keyring is locked
	Plans           // the plan is full or unpaid
	Resume          // the person paused it
	Address         // the address is no pinning service
	Answer          // whether what is missing there is really gone
)

// Standing is how an account is doing, in words.
type Standing struct {
	Icon string
	Role Role
	Line string // a few words: "OK, answers in 0.4 s"
	Say  string // one sentence: what it means, what is still safe
	// Remedy is what the person may do about it; Needs says that nobody else can.
	Remedy Remedy
	Needs  bool
}

// Patience is how long a failing account is not shown as failing: a short
// outage never flashes.
const Patience = time.Minute

// slowFrom is the answer time from which a service is called slow.
const slowFrom = 3 * time.Second

// StandingOf says how an account is doing. keyring is Engine.KeyringState: ""
// where keys can be read.
func StandingOf(a store.AccountState, keyring string, now time.Time) Standing {
	name := services.Clean(a.Name)
	switch {
	case a.Paused:
		return Standing{Icon: "pause", Role: Ink3, Line: T("services.state.paused"), Say: T("services.say.paused"), Remedy: Resume}
	case a.Key.Kind() == services.KeyInKeyring && keyring == "locked":
		return keyringStanding("locked")
	case a.LimitedUntil.After(now):
		return Standing{Icon: "clock", Role: Warn, Line: T("services.state.limited", "time", Clock(a.LimitedUntil, now)), Say: T("services.say.limited", "name", name)}
	case a.Err != nil:
		return failing(a, name, now)
	case a.Local():
		return Standing{Icon: "check", Role: Ink2, Line: T("services.state.local"), Say: T("services.say.local")}
	case a.Reading:
		return reading(a)
	case a.Missing > 0:
		return Standing{Icon: "warn", Role: Warn, Line: N("services.state.missing", a.Missing), Say: T("services.say.missing"), Remedy: Answer, Needs: true}
	case a.Incomplete:
		return Standing{Icon: "warn", Role: Warn, Line: T("services.state.incomplete"), Say: T("services.say.incomplete")}
	case a.CheckedAt.IsZero():
		return Standing{Icon: "clock", Role: Ink3, Line: T("services.state.unchecked"), Say: T("services.say.unchecked")}
	case a.Stale:
		return Standing{Icon: "clock", Role: Ink3, Line: T("services.state.stale", "ago", Ago(a.CheckedAt, now)), Say: T("services.say.stale")}
	case a.Latency >= slowFrom:
		return Standing{Icon: "clock", Role: Warn, Line: T("services.state.slow", "time", Seconds(a.Latency)), Say: T("services.say.slow")}
	}
	s := Standing{Icon: "check", Role: SafeInk, Line: T("services.state.fine"), Say: T("services.say.ok")}
	if a.Latency > 0 {
		s.Line = T("services.state.ok", "time", Seconds(a.Latency))
	}
	if a.Demo() {
		s.Say = T("services.say.demo")
	}
	return s
}

func failing(a store.AccountState, name string, now time.Time) Standing {
	switch a.Err.Code {
	case services.CodeAuth:
		if a.User != "" {
			return Standing{Icon: "key", Role: Bad, Line: T("services.state.password"), Say: T("services.say.password"), Remedy: NewKey, Needs: true}
		}
		return Standing{Icon: "key", Role: Bad, Line: T("services.state.auth"), Say: T("services.say.auth"), Remedy: NewKey, Needs: true}
	case services.CodePlan:
		return Standing{Icon: "warn", Role: Warn, Line: T("services.state.plan"), Say: T("services.say.plan", "name", name), Remedy: Plans, Needs: true}
	case services.CodeKeyring:
		return keyringStanding(a.Err.Reason)
	case services.CodeTLS:
		return Standing{Icon: "shield", Role: Bad, Line: T("services.state.tls"), Say: T("services.say.tls", "name", name), Remedy: Address, Needs: true}
	case services.CodeNotAPI:
		return Standing{Icon: "warn", Role: Bad, Line: T("services.state.notapi"), Say: T("services.say.notapi"), Remedy: Address, Needs: true}
	case services.CodeUnreachable, services.CodeTimeout, services.CodeServer, services.CodeLimited:
		if a.ErrSince.IsZero() || now.Sub(a.ErrSince) < Patience {
			return Standing{Icon: "clock", Role: Ink3, Line: T("services.state.trying"), Say: T("services.say.away")}
		}
		return Standing{Icon: "wifi", Role: Warn, Line: T("services.state.away", "time", Clock(a.ErrSince, now)), Say: T("services.say.away")}
	}
	s := Standing{Icon: "warn", Role: Warn, Line: T("services.state.trouble"), Say: T("services.say.trouble")}
	if a.Err.Details != "" {
		s.Say = T("services.say.trouble.said", "text", services.Clean(a.Err.Details))
	}
	return s
}

// keyringStanding tells a keyring that can be unlocked from a key that is gone.
func keyringStanding(reason string) Standing {
	switch reason {
	case "locked", "dismissed", "timeout":
		return Standing{Icon: "lock", Role: Warn, Line: T("services.state.keyring"), Say: T("services.say.keyring"), Remedy: Unlock, Needs: true}
	}
	return Standing{Icon: "key", Role: Warn, Line: T("services.state.nokey"), Say: T("services.say.nokey"), Remedy: NewKey, Needs: true}
}

func reading(a store.AccountState) Standing {
	s := Standing{Icon: "refresh", Role: Work, Say: T("services.say.reading")}
	s.Line = T("services.state.reading", "seen", Count(a.Seen))
	if a.Expected > a.Seen {
		s.Line = T("services.state.reading.of", "seen", Count(a.Seen), "expected", Count(a.Expected))
	}
	return s
}

// Seconds is a short length of time: "0.4 s".
func Seconds(d time.Duration) string {
	if d < 50*time.Millisecond {
		d = 50 * time.Millisecond
	}
	return T("services.seconds", "n", fmt.Sprintf("%.1f", d.Seconds()))
}
