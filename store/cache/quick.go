package cache

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Standing is how an account stands in the cache, for who decides how much of
// it is to be read.
type Standing struct {
	Pins       int64 // but those a complete listing did not see
	Unfinished int64 // queued, pinning, failed
	// Newest is the latest Created there ever was, by the service's clock.
	Newest time.Time
	// FullAt is the end of the last complete listing, CheckedAt that or a later
	// Vouch; both are zero before the first.
	FullAt, CheckedAt time.Time
	// Incomplete: the last listing could not be read to its end.
	Incomplete bool
}

// standing asks for it. It costs the same whatever the account holds.
const standing = `SELECT
	COALESCE((SELECT SUM(n) FROM pin_counts WHERE account = ?1), 0)
		- (SELECT COUNT(*) FROM pins WHERE account = ?1 AND missing > 0),
	COALESCE((SELECT SUM(n) FROM pin_counts WHERE account = ?1 AND status IN (1, 2, 4)), 0),
	COALESCE((SELECT latest FROM places WHERE account = ?1), 0),
	COALESCE((SELECT full_at FROM places WHERE account = ?1), 0),
	COALESCE((SELECT checked_at FROM places WHERE account = ?1), 0),
	COALESCE((SELECT incomplete FROM places WHERE account = ?1), 0)`

// Standing reads it.
func (d *DB) Standing(ctx context.Context, account services.AccountID) (s Standing, err error) {
	if err := ctx.Err(); err != nil {
		return s, err
	}
	var newest, full, checked int64
	err = d.readers.QueryRow(standing, int64(account)).
		Scan(&s.Pins, &s.Unfinished, &newest, &full, &checked, &s.Incomplete)
	s.Newest, s.FullAt, s.CheckedAt = sqlite.Time(newest), sqlite.Time(full), sqlite.Time(checked)
	return s, d.fail("standing", err)
}

// Look stores what a quick look saw, as Put does, but leaves rows alone that say
// what is known already: Vouch says that they were seen.
func (d *DB) Look(ctx context.Context, account services.AccountID, at time.Time, pins ...services.PinStatus) (PageResult, error) {
	var res PageResult
	d.mu.Lock()
	defer d.mu.Unlock()
	pins, err := d.news(account, pins, func(int64) {})
	if err != nil || len(pins) == 0 {
		return res, d.fail("look", err)
	}
	err = d.writeLocked(ctx, "look", func(w *write) (err error) {
		res, err = w.putPins(account, at, pins, false, nil)
		return err
	})
	return res, err
}

// Vouch makes the account as fresh as a complete listing that ended at would:
// a quick look proved that it would show nothing new. An account whose last
// listing was not complete is left alone.
func (d *DB) Vouch(ctx context.Context, account services.AccountID, at time.Time) error {
	err := d.write(ctx, "vouch", func(w *write) error {
		return w.d.exec("UPDATE places SET checked_at = MAX(checked_at, ?) WHERE account = ? AND full_at > 0 AND incomplete = 0",
			sqlite.Micros(at), int64(account))
	})
	if err != nil {
		return err
	}
	return d.restale(ctx, account, at)
}

// Unfinished lists the account's queued, pinning and failed pins, at most n of
// either kind, youngest first; failed ones only where they were not missing.
func (d *DB) Unfinished(ctx context.Context, account services.AccountID, n int) ([]store.Pin, error) {
	list, err := d.PendingPins(ctx, account, n)
	if err != nil {
		return nil, err
	}
	failed, err := d.readPins(ctx, "p.account = ? AND p.status = 4 AND p.missing = 0 ORDER BY p.created DESC LIMIT ?", account, n)
	return append(list, failed...), err
}
