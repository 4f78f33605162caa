package store

import (
	"context"
	"database/sql"
	"errors"
)

// Source reads one source; ok is false where there is none.
func (r *Reader) Source(ctx context.Context, id SourceID) (s Source, ok bool, err error) {
	s, err = ScanSource(r.db.QueryRowContext(ctx, "SELECT "+SourceColumns+" FROM sources WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Source{}, false, nil
	}
	return s, err == nil, r.fail(ctx, "source", err)
}

// ItemBySource finds the row of what is still being read.
func (r *Reader) ItemBySource(ctx context.Context, id SourceID) (it Item, ok bool, err error) {
	return r.oneItem(ctx, "i.cid_key = ?", id.Key())
}

// Unread is, of the sources that cannot be read because of a file in them, that
// file (Source.Unread).
func (r *Reader) Unread(ctx context.Context) (map[SourceID]string, error) {
	list, err := queryAll(ctx, r.db, ScanSource, "SELECT "+SourceColumns+" FROM sources WHERE unread <> '' AND "+SourceOpen)
	files := make(map[SourceID]string, len(list))
	for _, s := range list {
		files[s.ID] = s.Unread
	}
	return files, r.fail(ctx, "sources", err)
}

// OpenSources lists the sources that are not released yet, oldest first.
func (r *Reader) OpenSources(ctx context.Context) ([]Source, error) {
	list, err := queryAll(ctx, r.db, ScanSource, "SELECT "+SourceColumns+" FROM sources WHERE "+SourceOpen+" ORDER BY id")
	return list, r.fail(ctx, "sources", err)
}
