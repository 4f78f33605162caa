package cache

import (
	"context"
	"encoding/json"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// CopyCounts is how an account stands to what another keeps, by CID.
type CopyCounts struct {
	Pins   int64 // that were chosen
	Failed int64 // of which the account itself could not keep this many
	There  int64 // the other keeps this many of the rest, those set aside not among them,
	Asked  int64 // was asked for this many,
	New    int64 // and has nothing of these
	// Size is how large the new ones are, Unsized of how many nobody knows it.
	Size, Unsized int64
}

// copySource are the pins of an account (?1) that are chosen by CID key (?2, JSON,
// or NULL for all), one of each CID: the one that is best kept. The + leaves the
// index to the order, so that a page is not sorted out of all of them.
const copySource = `+p.account = ?1 AND (?2 IS NULL OR p.cid_key IN (SELECT value FROM json_each(?2)))
	AND p.cid_key <> '' AND NOT EXISTS (SELECT 1 FROM pins b WHERE b.cid_key = p.cid_key AND b.account = p.account
		AND (b.status = 4, b.id) < (p.status = 4, p.id))`

// What the other account (?3) has of a pin's CID, and was asked for.
const (
	copyThere = `EXISTS (SELECT 1 FROM pins t WHERE t.cid_key = p.cid_key AND t.account = ?3 AND t.status <> 4 AND t.missing < 2)`
	copyAsked = `EXISTS (SELECT 1 FROM pending o WHERE o.cid_key = p.cid_key AND o.account = ?3 AND o.kind = 'add')`
)

// CopyPlan counts what of the pins of from, or of those with the CIDs, to does
// not keep and was not asked for. No CIDs is all.
func (d *DB) CopyPlan(ctx context.Context, from, to services.AccountID, cids []services.CID) (c CopyCounts, err error) {
	if err := ctx.Err(); err != nil {
		return c, err
	}
	err = d.readers.QueryRow(`
		WITH chosen AS (
			SELECT p.cid_key, p.status = 4 AS failed,
				`+copyThere+` AS there, `+copyAsked+` AS asked,
				COALESCE((SELECT size FROM items i WHERE i.cid_key = p.cid_key), -1) AS size
			FROM pins p WHERE `+copySource+`)
		SELECT COUNT(*), COALESCE(SUM(failed), 0), COALESCE(SUM(NOT failed AND there), 0),
			COALESCE(SUM(NOT failed AND NOT there AND asked), 0),
			COALESCE(SUM(NOT failed AND NOT there AND NOT asked), 0),
			COALESCE(SUM(MAX(size, 0)) FILTER (WHERE NOT failed AND NOT there AND NOT asked), 0),
			COALESCE(SUM(size < 0) FILTER (WHERE NOT failed AND NOT there AND NOT asked), 0)
		FROM chosen`, int64(from), keysOf(cids), int64(to)).
		Scan(&c.Pins, &c.Failed, &c.There, &c.Asked, &c.New, &c.Size, &c.Unsized)
	return c, d.fail("copy", err)
}

// CopyPlace is how far CopyPage has come. The zero one is the beginning.
type CopyPlace struct{ created, id int64 }

// CopyPage lists up to n pins of from that CopyPlan counts as new, one of each
// CID and oldest first, behind a place, which it moves.
func (d *DB) CopyPage(ctx context.Context, from, to services.AccountID, cids []services.CID, at *CopyPlace, n int) ([]store.Pin, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := d.readers.Query("SELECT "+store.PinColumns+", p.created, p.id FROM "+store.PinTables+" WHERE "+copySource+`
		AND p.status <> 4 AND (p.created, p.id) > (?4, ?5) AND NOT `+copyThere+` AND NOT `+copyAsked+`
		ORDER BY p.created, p.id LIMIT ?6`,
		int64(from), keysOf(cids), int64(to), at.created, at.id, n)
	if err != nil {
		return nil, d.fail("copy", err)
	}
	list, err := store.ScanAll(rows, func(r store.Row) (store.Pin, error) { return store.ScanPin(r, &at.created, &at.id) })
	return list, d.fail("copy", err)
}

// keysOf is the CIDs as JSON, nil for none.
func keysOf(cids []services.CID) any {
	if len(cids) == 0 {
		return nil
	}
	keys := make([]string, len(cids))
	for i, c := range cids {
		keys[i] = c.Key
	}
	text, err := json.Marshal(keys)
	if err != nil {
		panic("bug: " + err.Error()) // texts always marshal
	}
	return string(text)
}
