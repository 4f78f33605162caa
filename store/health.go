package store

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

const (
	// errorLasts is how long a failure of an account must have lasted before it
	// counts, so that a short outage never flashes red.
	errorLasts = 60 * time.Second
	// unreachableLasts is the same for one that may be the network's fault.
	unreachableLasts = 24 * time.Hour
	// silentLasts is when one that does not answer may have closed for good
	// (quirk 45).
	silentLasts = 7 * 24 * time.Hour
)

// Silent reports whether it is a service that has not answered for a week: it may
// have closed, and what it kept should be kept elsewhere.
func (n Need) Silent(now time.Time) bool {
	return n.Code == string(services.CodeUnreachable) && !n.Since.IsZero() && now.Sub(n.Since) >= silentLasts
}

// standing is how one account counts in Health.
type standing int

const (
	standsWell standing = iota
	standsAway          // nobody answers, or nothing that can be used
	standsBad           // refused, unpaid, no key, no pinning service: someone must act
)

// facts are all that Health.State is made of.
type facts struct {
	accounts []standing // of those that are not paused
	needs    int
	paused   bool
	working  bool
}

// state is the precedence: problem, needs-you, paused, offline, working, fine.
func (f facts) state() HealthState {
	all := func(s standing) bool {
		return len(f.accounts) > 0 && !slices.ContainsFunc(f.accounts, func(a standing) bool { return a != s })
	}
	switch {
	case all(standsBad):
		return Problem
	case f.needs > 0:
		return Attend
	case f.paused:
		return Paused
	case all(standsAway):
		return Offline
	case f.working:
		return Busy
	default:
		return Fine
	}
}

// stands judges an account's last failure.
func (a AccountState) stands(now time.Time) standing {
	if a.Err == nil {
		return standsWell
	}
	switch a.Err.Code {
	case services.CodeUnreachable, services.CodeTimeout, services.CodeServer, services.CodeDecode, services.CodeInvalid, services.CodeNotFound:
		return standsAway
	case services.CodeAuth, services.CodePlan, services.CodeKeyring, services.CodeNotAPI, services.CodeTLS:
		if now.Sub(a.ErrSince) >= errorLasts {
			return standsBad
		}
	}
	return standsWell
}

// need is what the account's failure asks of the person, ok false for nothing.
func (a AccountState) need(now time.Time) (n Need, ok bool) {
	if a.Err == nil {
		return Need{}, false
	}
	n = Need{Code: string(a.Err.Code), Account: a.ID, Count: a.Pins(), Details: a.Err.Details, Since: a.ErrSince}
	switch a.stands(now) {
	case standsBad:
		return n, true
	case standsAway:
		n.Code = string(services.CodeUnreachable)
		return n, now.Sub(a.ErrSince) >= unreachableLasts
	default:
		return n, false
	}
}

// Health is how things stand at now.
func (r *Reader) Health(ctx context.Context, now time.Time) (h Health, err error) {
	err = r.view(ctx, "health", func(q querier) error {
		h, err = health(ctx, q, now)
		return err
	})
	return h, err
}

func health(ctx context.Context, q querier, now time.Time) (Health, error) {
	var h Health
	accounts, err := accountStates(ctx, q)
	if err != nil {
		return h, err
	}
	counts, err := itemCounts(ctx, q, 0)
	if err != nil {
		return h, err
	}
	h.Items, h.Safe, h.Working = counts.All, counts.Safe, counts.Working
	if err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM operations WHERE "+OperationOpen).Scan(&h.OpenOperations); err != nil {
		return h, err
	}
	paused, err := ReadSetting(ctx, q, SettingPaused)
	if err != nil {
		return h, err
	}
	f := facts{working: h.Working > 0 || h.OpenOperations > 0}
	f.paused, h.PausedUntil = pausedAt(paused, now)
	for _, a := range accounts {
		f.working = f.working || a.Reading
		if !a.Local() {
			if h.Accounts++; h.Accounts == 1 || a.CheckedAt.Before(h.CheckedAt) {
				h.CheckedAt = a.CheckedAt
			}
		}
		if n, ok := a.need(now); ok {
			h.NeedsYou = append(h.NeedsYou, n)
		}
		if !a.Paused && !a.Local() { // it stands well when the network is away
			f.accounts = append(f.accounts, a.stands(now))
		}
	}
	needs, err := needs(ctx, q)
	if err != nil {
		return h, err
	}
	h.NeedsYou = append(h.NeedsYou, stillMissing(ofTheirOwn(needs, h.NeedsYou), accounts)...)
	folders, err := folderNeeds(ctx, q)
	if err != nil {
		return h, err
	}
	h.NeedsYou = append(h.NeedsYou, folders...)
	f.needs = len(h.NeedsYou)
	h.State = f.state()
	return h, nil
}

// ofTheirOwn leaves out the operations that are stuck for what their account itself
// needs the person for: that is one cause.
func ofTheirOwn(needs, ofAccounts []Need) []Need {
	return slices.DeleteFunc(needs, func(n Need) bool {
		return n.Cause != "" && slices.ContainsFunc(ofAccounts, func(a Need) bool { return a.Account == n.Account && a.Code == string(n.Cause) })
	})
}

// stillMissing has a mass disappearance count what is still missing of it: some may
// have been seen again.
func stillMissing(needs []Need, accounts []AccountState) []Need {
	for i, n := range needs {
		for _, a := range accounts {
			if n.Code == "mass-change" && n.Account == a.ID && a.Missing > 0 {
				needs[i].Count = a.Missing
			}
		}
	}
	return needs
}

// pausedAt reads the setting: until is zero where only the person ends it.
func pausedAt(setting string, now time.Time) (paused bool, until time.Time) {
	if setting == UntilResume {
		return true, time.Time{}
	}
	until, err := time.Parse(time.RFC3339, setting)
	if err != nil || !until.After(now) {
		return false, time.Time{}
	}
	return true, until
}

// needs are those of pins, operations and observations, one per cause and
// account. What services say of stuck operations is no cause by itself: it may
// name each one's content.
func needs(ctx context.Context, q querier) ([]Need, error) {
	return queryAll(ctx, q, func(r Row) (Need, error) {
		var n Need
		var since int64
		err := r.Scan(&n.Code, &n.Account, &n.Cause, &n.Kind, &n.Count, &n.Details, &since)
		n.Since = sqlite.Time(since)
		return n, err
	}, `
		SELECT 'failed', c.account, '', '', c.n, '', 0
		FROM pin_counts c JOIN accounts a ON a.id = c.account WHERE c.status = 4 AND c.n > 0
		UNION ALL
		SELECT 'stuck', account, last_code, CASE WHEN MIN(kind) = MAX(kind) THEN MIN(kind) ELSE '' END, COUNT(*),
			CASE WHEN MIN(last_text) = MAX(last_text) THEN MIN(last_text) ELSE '' END, MIN(created)
		FROM operations WHERE state = 'stuck' AND last_code <> 'source' AND `+OperationOpen+`
		GROUP BY account, last_code, last_text = 'not-renamed'
		UNION ALL
		SELECT 'source', 0, '', '', COUNT(*), reason, MIN(created)
		FROM sources WHERE state = 'stuck' AND `+SourceOpen+` HAVING COUNT(*) > 0
		UNION ALL
		SELECT kind, account, '', '', SUM(MAX(count, 1)), name, MIN(at)
		FROM observations WHERE resolved = 0 AND kind IN ('lost', 'mass-change') GROUP BY kind, account`)
}
