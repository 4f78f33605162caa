package user

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pintray/pintray/store/internal/sqlite"
)

// markFile stands beside user.db. Both hold the same random mark, which is
// another one after each opening and closing.
const markFile = File + ".mark"

// Moved reports whether this user.db is another than the one that was last open
// in its folder: an older copy put back, or a copy that lives on a second time,
// on another computer or in another folder. What it calls open may long be done
// by then, and is to be looked for before any of it is sent. It stays true over
// restarts until Settled.
//
// Told are: a backup of ours, and any copy of user.db from before the last
// opening or closing, put back alone; a folder that was copied, by the number
// its user.db has in the file system; a folder on another computer, by a digest
// of that computer's id. Not told is what changes none of these: a file system
// or virtual machine that was rolled back as a whole. The folder a copy was
// taken from hears nothing of it. On a file system that gives numbers anew, as FAT,
// its place there counts instead, so that to rename the folder is a move too.
// Elsewhere a folder that was only renamed, a cache that
// was deleted and a stop at any moment are no move.
func (d *DB) Moved(ctx context.Context) (bool, error) {
	return d.moved.Load(), ctx.Err()
}

// Settled says that what was open is marked so: to be looked for, or for the person
// to say.
func (d *DB) Settled(ctx context.Context) error {
	if _, err := d.db.ExecContext(ctx, "UPDATE home SET moved = 0"); err != nil {
		return sqlite.Error("settle", err)
	}
	d.moved.Store(false)
	return nil
}

// home is the row of that name.
type home struct {
	mark    string
	machine string // "" unknown, as on systems that have no such thing
	file    string // "" unknown
	moved   bool
}

// arrive compares the file with what stands beside it, and marks both anew. What
// cannot be written, on a full disk, is left as it was: it is the same then.
func (d *DB) arrive(ctx context.Context) error {
	was, err := readHome(ctx, d.db)
	if err != nil {
		return err
	}
	marks, err := readMarks(d.dir)
	if err != nil {
		return err
	}
	if d.file, err = fileNumber(filepath.Join(d.dir, File)); err != nil {
		return err
	}
	d.moved.Store(was.moved ||
		!slices.Contains(marks, was.mark) && (was.mark != "" || len(marks) > 0) ||
		differ(was.machine, d.machine) || otherFile(was.file, d.file))
	return d.mark(ctx, was)
}

// leave marks both anew, so that a copy taken meanwhile is told from what
// became of it.
func (d *DB) leave(ctx context.Context) error {
	was, err := readHome(ctx, d.db)
	if err != nil {
		return err
	}
	return d.mark(ctx, was)
}

// placeMark begins what stands for a file by its place instead of its number.
const placeMark = "at "

// otherFile reports whether two files are known not to be the same; a number and a
// place say nothing of each other.
func otherFile(a, b string) bool {
	return differ(a, b) && strings.HasPrefix(a, placeMark) == strings.HasPrefix(b, placeMark)
}

// differ reports whether two known things are not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// mark gives the file and what stands beside it a new mark. In between the
// latter holds both: a stop there is no move.
func (d *DB) mark(ctx context.Context, was home) error {
	is := home{mark: rand.Text(), machine: d.machine, file: d.file, moved: d.moved.Load()}
	if err := writeMarks(d.dir, was.mark, is.mark); err != nil {
		return err
	}
	err := sqlite.InTx(ctx, d.db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM home"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO home (mark, machine, file, moved) VALUES (?, ?, ?, ?)", is.mark, is.machine, is.file, is.moved)
		return err
	})
	if err != nil {
		return err
	}
	return writeMarks(d.dir, is.mark)
}

func readHome(ctx context.Context, db *sql.DB) (h home, err error) {
	err = db.QueryRowContext(ctx, "SELECT mark, machine, file, moved FROM home").Scan(&h.mark, &h.machine, &h.file, &h.moved)
	if errors.Is(err, sql.ErrNoRows) {
		return home{}, nil // never opened since there are marks
	}
	return h, err
}

func readMarks(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, markFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(text)), err
}

// writeMarks puts the file in its place whole.
func writeMarks(dir string, marks ...string) error {
	path := filepath.Join(dir, markFile)
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, strings.Join(marks, "\n"))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// machine is a digest of this computer's id that tells nobody else which it is,
// "" where it has none.
func machine() string {
	id := machineID()
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("pintray user.db " + id))
	return hex.EncodeToString(sum[:16])
}
