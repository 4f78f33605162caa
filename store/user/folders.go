package user

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Folder is a watched folder with what only the engine needs of it.
type Folder struct {
	store.Folder
	Consented time.Time // when the person said yes to what the dry run showed
	Approved  int64     // how many files gone at once the person knows of
	Dev, Ino  uint64    // what stands at Path; Ino 0: whatever stands there
}

const folderColumns = store.FolderColumns + ", consented, approved, dev, ino"

func scanFolder(row store.Row) (Folder, error) {
	var f Folder
	var consented, dev, ino int64
	folder, err := store.ScanFolder(row, &consented, &f.Approved, &dev, &ino)
	f.Folder, f.Consented, f.Dev, f.Ino = folder, sqlite.Time(consented), uint64(dev), uint64(ino)
	return f, err
}

// Dir is the folder the database is in.
func (d *DB) Dir() string { return d.dir }

// Folders lists the watched folders by path.
func (d *DB) Folders(ctx context.Context) ([]Folder, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT "+folderColumns+" FROM folders ORDER BY path")
	if err != nil {
		return nil, sqlite.Error("folders", err)
	}
	list, err := store.ScanAll(rows, scanFolder)
	return list, sqlite.Error("folders", err)
}

// Folder reads one; an unknown one is CodeUsage, Reason "unknown-folder".
func (d *DB) Folder(ctx context.Context, id store.FolderID) (Folder, error) {
	f, err := scanFolder(d.db.QueryRowContext(ctx, "SELECT "+folderColumns+" FROM folders WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return f, unknownFolder()
	}
	return f, sqlite.Error("folder", err)
}

func unknownFolder() error {
	return &services.Error{Code: services.CodeUsage, Op: "watch", Reason: "unknown-folder", NotSent: true}
}

// AddFolder stores a new folder and the files in it, in one transaction, and
// returns it with ID and Created filled in. One whose path is watched already is
// CodeUsage, Reason "watched".
func (d *DB) AddFolder(ctx context.Context, f Folder, files []IndexFile) (Folder, error) {
	if f.Created.IsZero() {
		f.Created = time.UnixMicro(time.Now().UnixMicro()).UTC()
	}
	err := d.write(ctx, "watch", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			INSERT INTO folders (path, rule, on_change, profile, include, ignore, text_lists, accounts, created, consented,
				state, reason, waiting, waiting_bytes, paused_until, scanned_at, changed_at, polled, approved, settling, dev, ino)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, '', 0, 0, ?, ?)`,
			[]byte(f.Path), string(f.Rule), string(f.OnChange), string(f.Profile), sqlite.JSON(f.Include), sqlite.JSON(f.Ignore),
			f.TextLists, accountsJSON(f.Accounts), sqlite.Micros(f.Created), sqlite.Micros(f.Consented), string(f.State),
			int64(f.Dev), int64(f.Ino))
		if sqlite.IsConstraint(err) {
			return &services.Error{Code: services.CodeUsage, Op: "watch", Reason: "watched", NotSent: true}
		}
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		if err != nil {
			return err
		}
		f.ID = store.FolderID(id)
		return putFiles(ctx, tx, f.ID, files)
	})
	return f, err
}

func accountsJSON(ids []services.AccountID) string {
	text, err := json.Marshal(ids)
	if err != nil {
		panic("bug: " + err.Error()) // numbers always marshal
	}
	return string(text)
}

// EditFolder stores the rules of a folder (Rule, OnChange, Profile, Include,
// Ignore, TextLists, Accounts, Consented), forgets files that they leave out,
// and notes those that they do not any more.
func (d *DB) EditFolder(ctx context.Context, f Folder, out []store.Path, in []IndexFile) error {
	return d.write(ctx, "watch", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			UPDATE folders SET rule = ?, on_change = ?, profile = ?, include = ?, ignore = ?, text_lists = ?, accounts = ?,
				consented = ? WHERE id = ?`,
			string(f.Rule), string(f.OnChange), string(f.Profile), sqlite.JSON(f.Include), sqlite.JSON(f.Ignore), f.TextLists,
			accountsJSON(f.Accounts), sqlite.Micros(f.Consented), f.ID)
		if err := oneFolder(res, err); err != nil {
			return err
		}
		if err := forgetFiles(ctx, tx, f.ID, out); err != nil {
			return err
		}
		return putFiles(ctx, tx, f.ID, in)
	})
}

func oneFolder(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return unknownFolder()
}

// ChangeFolder lets change alter how a folder is doing (State, Reason, Waiting,
// WaitingBytes, PausedUntil, ScannedAt, ChangedAt, PollReason, Approved,
// Settling, Dev, Ino), in one transaction; nothing is written where it alters
// nothing.
func (d *DB) ChangeFolder(ctx context.Context, id store.FolderID, change func(f *Folder)) error {
	now, err := d.Folder(ctx, id)
	if err != nil {
		return err
	}
	if after := now; !alters(&after, now, change) {
		return nil
	}
	return d.write(ctx, "watch", func(tx *sql.Tx) error {
		return changeFolder(ctx, tx, id, change)
	})
}

func changeFolder(ctx context.Context, tx *sql.Tx, id store.FolderID, change func(f *Folder)) error {
	f, err := scanFolder(tx.QueryRowContext(ctx, "SELECT "+folderColumns+" FROM folders WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return unknownFolder()
	}
	if err != nil {
		return err
	}
	change(&f)
	return putState(ctx, tx, f)
}

// alters calls change, and reports whether it changed what is stored.
func alters(f *Folder, was Folder, change func(f *Folder)) bool {
	change(f)
	f.Include, f.Ignore, f.Accounts = nil, nil, nil
	was.Include, was.Ignore, was.Accounts = nil, nil, nil
	return !same(*f, was)
}

func same(f, g Folder) bool {
	return f.State == g.State && f.Reason == g.Reason && f.Waiting == g.Waiting && f.WaitingBytes == g.WaitingBytes &&
		f.PausedUntil.Equal(g.PausedUntil) && f.ScannedAt.Equal(g.ScannedAt) && f.ChangedAt.Equal(g.ChangedAt) &&
		f.PollReason == g.PollReason && f.Approved == g.Approved && f.Settling == g.Settling && f.Dev == g.Dev && f.Ino == g.Ino
}

func putState(ctx context.Context, tx *sql.Tx, f Folder) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE folders SET state = ?, reason = ?, waiting = ?, waiting_bytes = ?, paused_until = ?, scanned_at = ?,
			changed_at = ?, polled = ?, approved = ?, settling = ?, dev = ?, ino = ? WHERE id = ?`,
		string(f.State), f.Reason, f.Waiting, f.WaitingBytes, sqlite.Micros(f.PausedUntil), sqlite.Micros(f.ScannedAt),
		sqlite.Micros(f.ChangedAt), f.PollReason, f.Approved, f.Settling, int64(f.Dev), int64(f.Ino), f.ID)
	return err
}

// ForgetFolder forgets a folder, its index and what it published; what was asked
// for goes on. Forgetting an unknown one does nothing.
func (d *DB) ForgetFolder(ctx context.Context, id store.FolderID) error {
	return d.write(ctx, "watch", func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM folder_pins WHERE item IN (SELECT id FROM folder_items WHERE folder = ?)",
			"DELETE FROM folder_items WHERE folder = ?",
			"DELETE FROM folders WHERE id = ?", // and its index
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return nil
	})
}
