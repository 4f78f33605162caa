package cache

import (
	"context"
	"encoding/json"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Unpinned is which of an account's requestids name no pin that is pinned, as it
// was last seen: what is set aside is not.
func (d *DB) Unpinned(ctx context.Context, account services.AccountID, requestIDs []string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(requestIDs)
	if err != nil {
		panic("bug: " + err.Error()) // texts always marshal
	}
	rows, err := d.readers.Query(`SELECT j.value FROM json_each(?) j WHERE NOT EXISTS
		(SELECT 1 FROM pins WHERE account = ? AND requestid = j.value AND status = ? AND missing < 2)`, string(text), int64(account), int64(services.Pinned))
	if err != nil {
		return nil, d.fail("unpinned", err)
	}
	list, err := store.ScanAll(rows, func(r store.Row) (id string, err error) {
		err = r.Scan(&id)
		return id, err
	})
	return list, d.fail("unpinned", err)
}
