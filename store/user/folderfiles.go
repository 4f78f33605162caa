package user

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Held says what is still to be done with a file of the index.
type Held int

const (
	Dealt   Held = iota // nothing: it is published, or need not be
	Waits               // the person is to say whether it may be published
	Publish             // it is to be published
)

// IndexFile is a file of a watched folder as the index knows it.
type IndexFile struct {
	store.FolderFile
	Held Held
	Gone time.Time // when it was seen to be gone, zero: it is there
}

const fileColumns = "rel, size, mtime, dev, ino, held, gone"

func scanFile(row store.Row) (IndexFile, error) {
	var f IndexFile
	var rel []byte
	var dev, ino, gone int64
	err := row.Scan(&rel, &f.Size, &f.MTime, &dev, &ino, &f.Held, &gone)
	f.Rel, f.Dev, f.Ino, f.Gone = store.Path(rel), uint64(dev), uint64(ino), sqlite.Time(gone)
	return f, err
}

// FolderFiles lists the index of a folder, by path: what is there.
func (d *DB) FolderFiles(ctx context.Context, id store.FolderID) ([]IndexFile, error) {
	return d.files(ctx, "folder = ? AND gone = 0 ORDER BY rel", id)
}

// HeldFiles lists at most n files of a folder that something is to be done with,
// by path; those that are gone are among them.
func (d *DB) HeldFiles(ctx context.Context, id store.FolderID, held Held, n int) ([]IndexFile, error) {
	// Equal to a constant as the index is made, so that it is used.
	return d.files(ctx, "folder = ? AND held <> 0 AND held = ? ORDER BY rel LIMIT ?", id, held, n)
}

// ItemFiles lists the files below a path of a folder that are there, and the one
// at it; of "" all.
func (d *DB) ItemFiles(ctx context.Context, id store.FolderID, item store.Path) ([]IndexFile, error) {
	if item == "" {
		return d.FolderFiles(ctx, id)
	}
	// Two ranges of the key: an OR would read the whole folder.
	at, err := d.files(ctx, "folder = ? AND gone = 0 AND rel = ?", id, []byte(item))
	if err != nil {
		return nil, err
	}
	in, err := d.files(ctx, "folder = ? AND gone = 0 AND rel > ? AND rel < ? ORDER BY rel",
		id, []byte(item+"/"), []byte(item+"0")) // 0 comes after /
	return append(at, in...), err
}

func (d *DB) files(ctx context.Context, where string, args ...any) ([]IndexFile, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+fileColumns+" FROM folder_files WHERE "+where, args...)
	if err != nil {
		return nil, sqlite.Error("index", err)
	}
	list, err := store.ScanAll(rows, scanFile)
	return list, sqlite.Error("index", err)
}

// goneFor is how long the index remembers what is gone.
const goneFor = 7 * 24 * time.Hour

// SeeFiles brings the index up to date in one transaction: files as they are
// now, and those that are gone. change is ChangeFolder's, in the same
// transaction.
func (d *DB) SeeFiles(ctx context.Context, id store.FolderID, files, gone []IndexFile, change func(f *Folder)) error {
	return d.write(ctx, "index", func(tx *sql.Tx) error {
		if err := changeFolder(ctx, tx, id, change); err != nil {
			return err
		}
		if err := putFiles(ctx, tx, id, files); err != nil {
			return err
		}
		update, err := tx.PrepareContext(ctx, "UPDATE folder_files SET gone = ?, held = ? WHERE folder = ? AND rel = ?")
		if err != nil {
			return err
		}
		defer func() { _ = update.Close() }()
		for _, f := range gone {
			if _, err := update.ExecContext(ctx, sqlite.Micros(f.Gone), int64(f.Held), id, []byte(f.Rel)); err != nil {
				return err
			}
		}
		if len(gone) == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM folder_files WHERE folder = ? AND gone <> 0 AND gone < ? AND held = 0",
			id, sqlite.Micros(time.Now().Add(-goneFor)))
		return err
	})
}

func putFiles(ctx context.Context, tx *sql.Tx, id store.FolderID, files []IndexFile) error {
	put, err := tx.PrepareContext(ctx, `
		INSERT INTO folder_files (folder, rel, size, mtime, dev, ino, gone, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (folder, rel) DO UPDATE SET size = excluded.size, mtime = excluded.mtime, dev = excluded.dev,
			ino = excluded.ino, gone = excluded.gone, held = excluded.held`)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	for _, f := range files {
		if _, err := put.ExecContext(ctx, id, []byte(f.Rel), f.Size, f.MTime, int64(f.Dev), int64(f.Ino),
			sqlite.Micros(f.Gone), int64(f.Held)); err != nil {
			return err
		}
	}
	return nil
}

func forgetFiles(ctx context.Context, tx *sql.Tx, id store.FolderID, rels []store.Path) error {
	for _, rel := range rels {
		if _, err := tx.ExecContext(ctx, "DELETE FROM folder_files WHERE folder = ? AND rel = ?", id, []byte(rel)); err != nil {
			return err
		}
	}
	return nil
}

// LetThrough has the files that wait for the person published, and returns how
// many those were.
func (d *DB) LetThrough(ctx context.Context, id store.FolderID) (n int64, err error) {
	err = d.write(ctx, "watch", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE folder_files SET held = 2 WHERE folder = ? AND held <> 0 AND held = 1", id)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

// Waiting is how many files of a folder wait for the person, and their bytes.
func (d *DB) Waiting(ctx context.Context, id store.FolderID) (files, bytes int64, err error) {
	err = d.db.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM folder_files
		WHERE folder = ? AND held <> 0 AND held = 1`, id).Scan(&files, &bytes)
	return files, bytes, sqlite.Error("index", err)
}
