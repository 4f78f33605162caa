package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// The files of the data folder and the application_id each carries, by which
// one is told from any other SQLite file.
const (
	UserFile  = "user.db"
	CacheFile = "cache.db"

	UserID  = 0x50545531 // "PTU1"
	CacheID = 0x50544331 // "PTC1"
)

// UserSchema and CacheSchema are the schema numbers this program writes.
const (
	UserSchema  = 4
	CacheSchema = 6
)

// SettingPaused is the setting that says until when nothing is sent or checked:
// "" not paused, "until-resume", or a time in RFC 3339.
const (
	SettingPaused = "paused"
	UntilResume   = "until-resume"
)

// ReadSetting reads one setting of user.db; "" where it was never set.
func ReadSetting(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, key string) (string, error) {
	var value string
	err := db.QueryRowContext(ctx, "SELECT value FROM settings WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, sqlite.Error("setting", err)
}
