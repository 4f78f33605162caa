package cache

import (
	"context"
	"maps"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// SetProfile writes down what is known of the account's service. A fact that
// profile does not hold is forgotten. Nothing is written, and no change posted,
// where it is known already.
func (d *DB) SetProfile(ctx context.Context, account services.AccountID, profile services.Profile) error {
	known, err := d.Profile(ctx, account)
	if err != nil || maps.Equal(known, profile) {
		return err
	}
	return d.write(ctx, "profile", func(w *write) error {
		if err := w.d.exec("DELETE FROM facts WHERE account = ?", int64(account)); err != nil {
			return err
		}
		for _, f := range profile {
			if err := w.d.exec("INSERT INTO facts (account, fact, belief, evidence, at) VALUES (?, ?, ?, ?, ?)",
				int64(account), string(f.Fact), int(f.Belief), f.Evidence, sqlite.Micros(f.At)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Profile is what SetProfile wrote, with Finding.At in microseconds.
func (d *DB) Profile(ctx context.Context, account services.AccountID) (services.Profile, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := store.ReadProfile(ctx, &d.readers, account)
	return p, d.fail("profile", err)
}
