package store

import (
	"database/sql"
	"encoding/json"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// FolderColumns are what ScanFolder reads.
const FolderColumns = `id, path, rule, on_change, profile, include, ignore, text_lists, accounts, created,
	state, reason, waiting, waiting_bytes, paused_until, scanned_at, changed_at, polled, settling`

// ScanFolder reads FolderColumns, and what follows them into more.
func ScanFolder(row Row, more ...any) (Folder, error) {
	var f Folder
	var path []byte
	var include, ignore sql.NullString
	var accounts string
	var created, paused, scanned, changed int64
	dest := append([]any{
		&f.ID, &path, &f.Rule, &f.OnChange, &f.Profile, &include, &ignore, &f.TextLists, &accounts, &created,
		&f.State, &f.Reason, &f.Waiting, &f.WaitingBytes, &paused, &scanned, &changed, &f.PollReason, &f.Settling,
	}, more...)
	err := row.Scan(dest...)
	f.Path, f.Polled = Path(path), f.PollReason != ""
	f.Include, f.Ignore = sqlite.FromJSON[[]string](include), sqlite.FromJSON[[]string](ignore)
	_ = json.Unmarshal([]byte(accounts), &f.Accounts) // text that is none is empty
	f.Created, f.PausedUntil = sqlite.Time(created), sqlite.Time(paused)
	f.ScannedAt, f.ChangedAt = sqlite.Time(scanned), sqlite.Time(changed)
	return f, err
}
