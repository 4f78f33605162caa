package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pintray/pintray/services"
)

// Latest is the number of the last migration in files.
func Latest(files fs.FS) int { return len(scripts(files)) }

// scripts reads the migrations in order. A gap is our own bug.
func scripts(files fs.FS) []string {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic("bug: " + err.Error())
	}
	list := make([]string, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			panic("bug: migration " + name + " is not number " + strconv.Itoa(i+1))
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic("bug: " + err.Error())
		}
		list = append(list, string(text))
	}
	return list
}

// migrate checks whose file it is and runs what is missing, one transaction a
// step.
func migrate(ctx context.Context, db *sql.DB, f File) error {
	id, version, err := Identity(ctx, db, "main")
	if err != nil {
		return err
	}
	list := scripts(f.Migrations)
	switch {
	case id == f.ID && version > len(list):
		return storage(Newer, fmt.Sprintf("schema %d, this program knows %d", version, len(list)))
	case id == f.ID && version > 0:
	case id == 0 && version == 0 && blank(ctx, db):
	default:
		return storage(Damaged, fmt.Sprintf("application id %#x, schema %d", id, version))
	}
	if version > 0 && version < len(list) && f.BeforeMigration != nil {
		if err := f.BeforeMigration(ctx, db, version); err != nil {
			return err
		}
	}
	for n := version; n < len(list); n++ {
		err := InTx(ctx, db, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, fmt.Sprintf("%s;\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;",
				list[n], f.ID, n+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", n+1, err)
		}
	}
	return nil
}

// Identity reads what kind of file an open one is and its schema's number.
func Identity(ctx context.Context, db *sql.DB, schema string) (id, version int, err error) {
	if err := db.QueryRowContext(ctx, "PRAGMA "+schema+".application_id").Scan(&id); err != nil {
		return 0, 0, err
	}
	err = db.QueryRowContext(ctx, "PRAGMA "+schema+".user_version").Scan(&version)
	return id, version, err
}

// blank reports whether the file holds no tables.
func blank(ctx context.Context, db *sql.DB) bool {
	var n int
	err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema").Scan(&n)
	return err == nil && n == 0
}

func storage(reason, details string) error {
	return &services.Error{Code: services.CodeStorage, Op: "open", Reason: reason, Details: details}
}
