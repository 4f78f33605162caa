package cache

import (
	"cmp"
	"context"
	"math/bits"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Pass is one full listing being written down. It is used by one goroutine and
// ended with Finish.
type Pass struct {
	d       *DB
	account services.AccountID
	number  int64
	first   bool
	pages   int
	lean    bool   // this pass has left indexes out
	held    held   // of a lean pass: pages not written yet
	seen    bitmap // ids of the pins it saw: remembered here, a page that changes nothing writes nothing
	removed int64  // DB.removed when it began: seen holds what was taken out since

	flushing chan error // of the pages that are being written; nil: none are
}

// Begin starts a pass over the account: a listing of all its pins. first is
// true where the account was never read to the end; then pages take the lean
// way (the first page is in the list at once, items and search of the rest
// follow in Finish or every few thousand pins).
func (d *DB) Begin(ctx context.Context, account services.AccountID) (*Pass, error) {
	p := &Pass{d: d, account: account}
	err := d.write(ctx, "begin", func(w *write) error {
		place, err := w.place(account)
		if err != nil {
			return err
		}
		p.number, p.removed = place.pass+1, d.removed
		err = w.d.row("SELECT checked_at = 0 FROM places WHERE account = ?", int64(account)).Scan(&p.first)
		if err != nil {
			return err
		}
		// What a first load brings was seen just now, so it is not stale.
		return w.d.exec("UPDATE places SET pass = ?1, reading = ?2, stale = stale AND NOT ?2, seen = 0, expected = 0 WHERE account = ?3",
			p.number, p.first, int64(account))
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// First reports whether the account was never read to the end before, so that
// nothing the pass finds is news.
func (p *Pass) First() bool { return p.first }

// Listed reports whether the account was ever read to its end.
func (d *DB) Listed(ctx context.Context, account services.AccountID) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	var listed bool
	err := d.readers.QueryRow("SELECT EXISTS (SELECT 1 FROM places WHERE account = ? AND checked_at > 0)", int64(account)).Scan(&listed)
	return listed, d.fail("listed", err)
}

// CheckedAt is the end of the account's last complete listing, or of the last quick
// look that vouched for it since; zero if there was none.
func (d *DB) CheckedAt(ctx context.Context, account services.AccountID) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	var at int64
	err := d.readers.QueryRow("SELECT COALESCE(MAX(checked_at), 0) FROM places WHERE account = ?", int64(account)).Scan(&at)
	return sqlite.Time(at), d.fail("checked", err)
}

// PageResult says what a page changed.
type PageResult struct {
	New, Changed int
	// WentFailed are pins that were not failed before and are now. A first load
	// has none: nothing was known before.
	WentFailed []store.Pin
}

// Put stores one page: one transaction, or none where it says what is known. A
// large first load holds pages back for up to a second and writes them together,
// beside whoever reads the next: an error of that comes with a later page or with
// Finish. expected is the service's own count (0 unknown), for the "1 200 of
// about 5 000" of the screen. The page is not to be changed afterwards.
func (p *Pass) Put(ctx context.Context, page []services.PinStatus, at time.Time, expected int64) (PageResult, error) {
	if !p.lean {
		return p.put(ctx, page, at, expected)
	}
	res := p.held.add(p.account, page, at, expected)
	if !p.due(at) {
		return res, nil
	}
	return res, p.flush(ctx)
}

func (p *Pass) put(ctx context.Context, page []services.PinStatus, at time.Time, expected int64) (PageResult, error) {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	if err := p.lighten(ctx, expected); err != nil {
		return PageResult{}, p.d.fail("put", err)
	}
	p.pages++
	if p.lean {
		return p.held.add(p.account, page, at, expected), nil
	}
	var saw []int64
	note := func(id int64) { saw = append(saw, id) }
	rest, err := p.d.news(p.account, page, note)
	if err != nil {
		return PageResult{}, p.d.fail("put", err)
	}
	var res PageResult
	if p.first || len(rest) > 0 {
		err = p.d.writeLocked(ctx, "put", func(w *write) (err error) {
			if res, err = w.putPins(p.account, at, rest, false, note); err != nil {
				return err
			}
			return p.progress(w, len(page), expected)
		})
	}
	if err != nil {
		return PageResult{}, err
	}
	for _, id := range saw {
		p.seen.add(id)
	}
	if p.first {
		res.WentFailed = nil
	}
	return res, nil
}

// progress notes how far a first load is.
func (p *Pass) progress(w *write, n int, expected int64) error {
	if !p.first {
		return nil
	}
	return w.d.exec("UPDATE places SET seen = seen + ?, expected = ? WHERE account = ?", n, expected, int64(p.account))
}

// Finish ends the pass. complete: the listing reached its end, so the account
// is checked as of at and fresh, and what the pass did not see is returned as
// missing; it stays in the list, not fresh, until Remove (the engine confirms
// first) or until it is seen again. Not complete: the account is marked
// Incomplete, nothing is missing, and nothing it was known to keep is less so.
func (p *Pass) Finish(ctx context.Context, complete bool, at time.Time) (missing []store.Pin, err error) {
	missing, err = p.finish(ctx, complete, at)
	if err != nil {
		return nil, err
	}
	return missing, p.d.restale(ctx, p.account, at)
}

func (p *Pass) finish(ctx context.Context, complete bool, at time.Time) (missing []store.Pin, err error) {
	err = cmp.Or(p.flush(ctx), p.flushed())
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	p.end()
	if err != nil {
		return nil, err
	}
	if err := p.d.build(ctx); err != nil {
		return nil, p.d.fail("finish", err)
	}
	err = p.d.writeLocked(ctx, "finish", func(w *write) (err error) {
		if !complete {
			return w.d.exec("UPDATE places SET incomplete = 1, reading = 0 WHERE account = ?", int64(p.account))
		}
		if missing, err = p.markMissing(w); err != nil {
			return err
		}
		return w.d.exec(`UPDATE places SET checked_at = MAX(checked_at, ?1), full_at = MAX(full_at, ?1), incomplete = 0, reading = 0
			WHERE account = ?2`, sqlite.Micros(at), int64(p.account))
	})
	return missing, err
}

// markMissing finds the pins that were there before the pass and that it did
// not see.
func (p *Pass) markMissing(w *write) ([]store.Pin, error) {
	var all int64
	if err := w.d.row("SELECT COALESCE(SUM(n), 0) FROM pin_counts WHERE account = ?", int64(p.account)).Scan(&all); err != nil {
		return nil, err
	}
	if p.removed == p.d.removed && p.seen.len() == all {
		return nil, nil // as nearly always: then none is looked at
	}
	rows, err := w.d.query("SELECT id FROM pins WHERE account = ? AND seen_pass < ?", int64(p.account), p.number)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var lost []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		if !p.seen.has(id) {
			lost = append(lost, id)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	missing := make([]store.Pin, 0, len(lost))
	for _, id := range lost {
		// The last time it was seen is the end of the last complete pass, if later
		// than its own: from now on that is only kept here.
		err := w.d.exec(`UPDATE pins SET missing = 1, seen_at = MAX(seen_at, (SELECT checked_at FROM places WHERE account = ?))
			WHERE id = ? AND missing = 0`, int64(p.account), id)
		if err != nil {
			return nil, err
		}
		var key string
		if err := w.d.row("SELECT cid_key FROM pins WHERE id = ?", id).Scan(&key); err != nil {
			return nil, err
		}
		w.touch(key, nil)
		pin, err := store.ScanPin(w.d.row("SELECT "+store.PinColumns+" FROM "+store.PinTables+" WHERE p.id = ?", id))
		if err != nil {
			return nil, err
		}
		missing = append(missing, pin)
	}
	return missing, nil
}

// bitmap is a set of row ids: a million take 128 KiB.
type bitmap []uint64

func (b *bitmap) add(id int64) {
	for int64(len(*b)) <= id/64 {
		*b = append(*b, make([]uint64, len(*b)+64)...)
	}
	(*b)[id/64] |= 1 << (id % 64)
}

func (b bitmap) len() (n int64) {
	for _, word := range b {
		n += int64(bits.OnesCount64(word))
	}
	return n
}

func (b bitmap) has(id int64) bool {
	return id/64 < int64(len(b)) && b[id/64]&(1<<(id%64)) != 0
}
