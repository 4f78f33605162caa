package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// FolderDeed is what an add did for a watched folder.
type FolderDeed struct {
	Folder FolderID
	Path   Path // of the folder, "" where it is not watched any more
	// Safe is when the account was first seen to have the content pinned, zero
	// if it was not yet, or does not any more.
	Safe time.Time
}

// FolderDeeds says which of the operations a watched folder asked for.
func (r *Reader) FolderDeeds(ctx context.Context, ids []OperationID) (map[OperationID]FolderDeed, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		panic("bug: " + err.Error()) // numbers always marshal
	}
	type row struct {
		id OperationID
		FolderDeed
	}
	rows, err := queryAll(ctx, r.db, func(s Row) (row, error) {
		var d row
		var path []byte
		var safe int64
		err := s.Scan(&d.id, &d.Folder, &path, &safe)
		d.Path, d.Safe = Path(path), sqlite.Time(safe)
		return d, err
	}, `SELECT p.operation, i.folder, COALESCE(f.path, x''), MAX(p.safe, 0)
		FROM folder_pins p JOIN folder_items i ON i.id = p.item LEFT JOIN folders f ON f.id = i.folder
		WHERE p.operation IN (SELECT value FROM json_each(?))`, string(list))
	if err != nil {
		return nil, r.fail(ctx, "folder deeds", err)
	}
	deeds := make(map[OperationID]FolderDeed, len(rows))
	for _, d := range rows {
		deeds[d.id] = d.FolderDeed
	}
	return deeds, nil
}
