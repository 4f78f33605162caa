package store

import (
	"context"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Profile is what is known of an account's service; empty where nothing is.
func (r *Reader) Profile(ctx context.Context, account services.AccountID) (p services.Profile, err error) {
	err = r.view(ctx, "profile", func(q querier) error {
		p, err = ReadProfile(ctx, q, account)
		return err
	})
	return p, err
}

// ReadProfile reads it through any connection to cache.db.
func ReadProfile(ctx context.Context, q querier, account services.AccountID) (services.Profile, error) {
	list, err := queryAll(ctx, q, scanFinding, "SELECT fact, belief, evidence, at FROM facts WHERE account = ?", int64(account))
	p := make(services.Profile, len(list))
	for _, f := range list {
		p[f.Fact] = f
	}
	return p, err
}

func scanFinding(row Row) (services.Finding, error) {
	var f services.Finding
	var at int64
	err := row.Scan(&f.Fact, &f.Belief, &f.Evidence, &at)
	f.At = sqlite.Time(at)
	return f, err
}
