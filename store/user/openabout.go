package user

import (
	"context"
	"encoding/json"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// OpenAbout lists the account's open operations about any of the CIDs, oldest
// first: one question where OpenOf would ask thousands.
func (d *DB) OpenAbout(ctx context.Context, account services.AccountID, cids []services.CID) ([]store.Operation, error) {
	keys := make([]string, len(cids))
	for i, c := range cids {
		keys[i] = c.Key
	}
	text, err := json.Marshal(keys)
	if err != nil {
		panic("bug: " + err.Error()) // texts always marshal
	}
	return d.operations(ctx, "account = ? AND cid_key IN (SELECT value FROM json_each(?)) AND "+store.OperationOpen, account, string(text))
}
