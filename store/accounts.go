package store

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Accounts lists the accounts by name with how they are doing.
func (r *Reader) Accounts(ctx context.Context) (list []AccountState, err error) {
	err = r.view(ctx, "accounts", func(q querier) error {
		list, err = accountStates(ctx, q)
		return err
	})
	return list, err
}

// Aged reports whether what was fresh of the account no longer is at now, and the
// cache was not told: a running engine tells it every few minutes.
func (a AccountState) Aged(now time.Time) bool {
	return !a.Stale && !a.Reading && now.Sub(a.CheckedAt) > SafeFor
}

func accountStates(ctx context.Context, q querier) ([]AccountState, error) {
	list, err := queryAll(ctx, q, scanAccountState, "SELECT "+AccountColumns+`,
			err_code, err_op, err_reason, err_details, err_http, err_since, limited_until, latency,
			COALESCE(checked_at, 0), COALESCE(stale, 1), COALESCE(incomplete, 0), COALESCE(reading, 0),
			COALESCE(seen, 0), COALESCE(expected, 0),
			(SELECT COUNT(*) FROM pins WHERE pins.account = accounts.id AND missing > 0 AND missing = 2)
		FROM accounts LEFT JOIN places ON places.account = accounts.id ORDER BY name_key, id`)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, "SELECT account, status, n FROM pin_counts WHERE n > 0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var account, status, n int64
		if err := rows.Scan(&account, &status, &n); err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].ID == services.AccountID(account) {
				list[i].Counts[services.Status(status)] = n
			}
		}
	}
	return list, rows.Err()
}

func scanAccountState(row Row) (AccountState, error) {
	a := AccountState{Counts: make(map[services.Status]int64)}
	var e services.Error
	var since, limited, latency, checked int64
	account, err := ScanAccount(row, &e.Code, &e.Op, &e.Reason, &e.Details, &e.HTTP, &since, &limited, &latency,
		&checked, &a.Stale, &a.Incomplete, &a.Reading, &a.Seen, &a.Expected, &a.Missing)
	a.Account = account
	if e.Code != "" {
		a.Err, a.ErrSince = &e, sqlite.Time(since)
	}
	a.LimitedUntil, a.CheckedAt = sqlite.Time(limited), sqlite.Time(checked)
	a.Latency = time.Duration(latency) * time.Microsecond
	return a, err
}
