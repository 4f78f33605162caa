package user

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// backups is how many dated copies are kept.
const backups = 3

// Backup writes a copy of the database beside it (user.db.bak-DATE), keeping
// the youngest three; it does nothing where today's is there.
func (d *DB) Backup(ctx context.Context, now time.Time) error {
	path := filepath.Join(d.dir, File+".bak-"+now.UTC().Format(time.DateOnly))
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := copyTo(ctx, d.db, path); err != nil {
		return sqlite.Error("backup", err)
	}
	old, err := dated(d.dir)
	if err != nil {
		return sqlite.Error("backup", err)
	}
	for _, path := range old[:max(0, len(old)-backups)] {
		if err := os.Remove(path); err != nil {
			return sqlite.Error("backup", err)
		}
	}
	return nil
}

// dated lists the dated copies, oldest first.
func dated(dir string) ([]string, error) {
	list, err := filepath.Glob(filepath.Join(dir, File+".bak-????-??-??"))
	slices.Sort(list)
	return list, err
}

// Youngest is the name of the youngest dated copy in dir, "" where there is none.
func Youngest(dir string) string {
	old, err := dated(dir)
	if err != nil || len(old) == 0 {
		return ""
	}
	return filepath.Base(old[len(old)-1])
}

// keepOld copies the file before its schema changes; that copy is never pruned.
func keepOld(ctx context.Context, db *sql.DB, dir string, version int) error {
	path := filepath.Join(dir, fmt.Sprintf("%s.before-schema-%d", File, version+1))
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return copyTo(ctx, db, path)
}

// copyTo writes a whole copy under another name first, so that path is either
// complete or not there.
func copyTo(ctx context.Context, db *sql.DB, path string) error {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // VACUUM INTO takes an empty file
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := vacuumInto(ctx, db, part); err != nil {
		_ = os.Remove(part)
		return err
	}
	return os.Rename(part, path)
}

// vacuumInto makes a copy that knows it is one, so that Moved is true of it
// wherever it is put. One of an older schema has no place for that.
func vacuumInto(ctx context.Context, db *sql.DB, path string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	var knows bool
	err = conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'home')").Scan(&knows)
	if err != nil || !knows {
		return err
	}
	if _, err := conn.ExecContext(ctx, "ATTACH ? AS copy", path); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "UPDATE copy.home SET moved = 1")
	// Not under ctx: the connection goes on without it.
	_, detached := conn.ExecContext(context.WithoutCancel(ctx), "DETACH copy")
	return errors.Join(err, detached)
}

// Emptied tells a user.db in dir that lost its content, an *services.Error of
// CodeStorage, Reason "damaged", from one never filled: the first is never silently
// begun anew.
func Emptied(dir string) error {
	info, err := os.Stat(filepath.Join(dir, File))
	if err != nil || info.Size() > 0 {
		return nil // a missing one is made, any other is looked into
	}
	if wal, err := os.Stat(filepath.Join(dir, File+"-wal")); err == nil && wal.Size() > 0 {
		return nil // never checkpointed: SQLite restores it
	}
	if Youngest(dir) == "" {
		return nil
	}
	return damaged(dir, "it is empty")
}

// refuseDamaged looks through the whole file, after a stop that closed it not.
func refuseDamaged(ctx context.Context, db *sql.DB, dir string) error {
	said, err := sqlite.QuickCheck(ctx, db)
	if err != nil || said == "" {
		return sqlite.Error("open", err)
	}
	return damaged(dir, said)
}

// damaged is what Open says of a file it leaves as it is.
func damaged(dir, said string) error {
	details := "user.db: " + said
	if copied := Youngest(dir); copied != "" {
		details += "; the youngest copy is " + copied
	}
	return &services.Error{Code: services.CodeStorage, Op: "open", Reason: sqlite.Damaged, Details: details}
}
