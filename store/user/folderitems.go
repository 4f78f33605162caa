package user

import (
	"context"
	"database/sql"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// FolderItem is one version of what a watched folder published: a line of its
// manifest.
type FolderItem struct {
	ID     int64
	Folder store.FolderID
	// Rel is the path of the file or folder it is, "" for the whole folder; of
	// what a list names, that of the list.
	Rel    store.Path
	Stamp  string // of the files it was made of
	Source store.SourceID
	CID    services.CID // zero until it was read
	Name   string
	Size   int64 // -1 unknown
	Added  time.Time
	// Replaces is the version before it, 0 none; Ended is when another took its
	// place, zero: it is the one.
	Replaces int64
	Ended    time.Time
}

const itemColumns = "id, folder, rel, stamp, source, cid, cid_key, name, size, added, replaces, ended"

func scanItem(row store.Row) (FolderItem, error) {
	var i FolderItem
	var rel []byte
	var added, ended int64
	err := row.Scan(&i.ID, &i.Folder, &rel, &i.Stamp, &i.Source, &i.CID.Text, &i.CID.Key, &i.Name, &i.Size, &added,
		&i.Replaces, &ended)
	i.Rel, i.Added, i.Ended = store.Path(rel), sqlite.Time(added), sqlite.Time(ended)
	return i, err
}

// ItemsAt lists the versions at a path of a folder that no other has taken the
// place of: one, or what a list there names.
func (d *DB) ItemsAt(ctx context.Context, id store.FolderID, rel store.Path) ([]FolderItem, error) {
	return d.items(ctx, "folder = ? AND rel = ? AND ended = 0 ORDER BY id", id, []byte(rel))
}

// Look asks for an item by its path and by its stamp.
type Look struct {
	Rel   store.Path
	Stamp string
	// At are the living versions at the path, Same those of the stamp.
	At, Same []FolderItem
}

// LookUp answers looks. It is one turn at the database, whatever else is written
// meanwhile.
func (d *DB) LookUp(ctx context.Context, id store.FolderID, looks []Look) error {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return sqlite.Error("manifest", err)
	}
	defer func() { _ = conn.Close() }()
	for i := range looks {
		l := &looks[i]
		if l.At, err = itemsOn(ctx, conn, "folder = ? AND rel = ? AND ended = 0 ORDER BY id", id, []byte(l.Rel)); err != nil {
			return err
		}
		if l.Same, err = itemsOn(ctx, conn, "folder = ? AND stamp = ? AND ended = 0 ORDER BY id", id, l.Stamp); err != nil {
			return err
		}
	}
	return nil
}

// FolderItems lists every version of a folder, oldest first.
func (d *DB) FolderItems(ctx context.Context, id store.FolderID) ([]FolderItem, error) {
	return d.items(ctx, "folder = ? ORDER BY id", id)
}

func (d *DB) items(ctx context.Context, where string, args ...any) ([]FolderItem, error) {
	return itemsOn(ctx, d.db, where, args...)
}

func itemsOn(ctx context.Context, q interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, where string, args ...any) ([]FolderItem, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+itemColumns+" FROM folder_items WHERE "+where, args...)
	if err != nil {
		return nil, sqlite.Error("manifest", err)
	}
	list, err := store.ScanAll(rows, scanItem)
	return list, sqlite.Error("manifest", err)
}

// NewItem is a version to be, and its adds, one an account.
type NewItem struct {
	FolderItem
	Adds []store.Operation
}

// Version is what a change of a folder publishes: items that share a source, or
// need none.
type Version struct {
	Source *store.Source
	Items  []NewItem
	// Ends are the versions whose place they take. What of those was not sent yet
	// is cancelled: its bytes are no more.
	Ends []FolderItem
	// Release lets go of those once the first of Items is pinned in their place.
	Release bool
}

// Rename is an item that goes by another path from now on.
type Rename struct {
	Item FolderItem // as it is from now on
	Path store.Path // absolute
}

// Publication is what is done with files of the index, in one transaction.
type Publication struct {
	Folder   store.FolderID
	Files    []IndexFile // that are dealt with by it
	Versions []Version
	Renames  []Rename
	Again    []store.SourceID // to be read again where they could not be read
	At       time.Time
}

// Publish stores a publication: index, manifest, sources and operations. It
// returns the operations that were added, cancelled or renamed.
func (d *DB) Publish(ctx context.Context, p Publication) (moved []store.Operation, err error) {
	err = d.write(ctx, "publish", func(tx *sql.Tx) error {
		w := publisher{ctx: ctx, tx: tx, p: p}
		err := w.run()
		moved = w.moved
		return err
	})
	if err != nil {
		return nil, err
	}
	return moved, nil
}

// publisher carries out one publication.
type publisher struct {
	ctx   context.Context
	tx    *sql.Tx
	p     Publication
	moved []store.Operation
}

func (w *publisher) run() error {
	for _, r := range w.p.Renames {
		if err := w.rename(r); err != nil {
			return err
		}
	}
	for _, v := range w.p.Versions {
		if err := w.version(v); err != nil {
			return err
		}
	}
	for _, id := range w.p.Again {
		if err := w.exec(readAgain, id); err != nil {
			return err
		}
	}
	update, err := w.tx.PrepareContext(w.ctx, "UPDATE folder_files SET held = 0 WHERE folder = ? AND rel = ? AND held = 2")
	if err != nil {
		return err
	}
	defer func() { _ = update.Close() }()
	for _, f := range w.p.Files {
		if _, err := update.ExecContext(w.ctx, w.p.Folder, []byte(f.Rel)); err != nil {
			return err
		}
	}
	if len(w.p.Versions)+len(w.p.Renames) == 0 {
		return nil
	}
	return w.exec("UPDATE folders SET changed_at = ? WHERE id = ?", sqlite.Micros(w.p.At), w.p.Folder)
}

func (w *publisher) exec(query string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, query, args...)
	return err
}

// version adds a version and ends those before it.
func (w *publisher) version(v Version) error {
	source, ops, err := w.ask(v)
	if err != nil {
		return err
	}
	var first int64
	for i, item := range v.Items {
		item.Source = source
		item.Folder, item.Added = w.p.Folder, w.p.At
		for _, old := range v.Ends {
			item.Replaces = old.ID
		}
		if err := w.insert(&item.FolderItem); err != nil {
			return err
		}
		if i == 0 {
			first = item.ID
		}
		for range item.Adds {
			o := ops[0]
			ops = ops[1:]
			if err := w.exec(`INSERT INTO folder_pins (item, account, operation, name, requestid, ours, safe, release)
				VALUES (?, ?, ?, ?, '', 0, 0, 0)`, item.ID, o.Account, o.ID, o.Pin.Name); err != nil {
				return err
			}
		}
	}
	for _, old := range v.Ends {
		if err := w.end(old, first, v.Release); err != nil {
			return err
		}
	}
	return nil
}

// ask stores the source and all adds of a version.
func (w *publisher) ask(v Version) (store.SourceID, []store.Operation, error) {
	var asked []store.Operation
	for _, item := range v.Items {
		asked = append(asked, item.Adds...)
	}
	var source store.Source
	var err error
	if v.Source != nil {
		source, asked, err = addSourceFor(w.ctx, w.tx, *v.Source, asked)
	} else {
		asked, err = addOperations(w.ctx, w.tx, asked)
	}
	w.moved = append(w.moved, asked...)
	return source.ID, asked, err
}

func (w *publisher) insert(i *FolderItem) error {
	res, err := w.tx.ExecContext(w.ctx, `
		INSERT INTO folder_items (folder, rel, stamp, source, cid, cid_key, name, size, added, replaces, ended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		i.Folder, []byte(i.Rel), i.Stamp, i.Source, i.CID.Text, i.CID.Key, i.Name, i.Size, sqlite.Micros(i.Added), i.Replaces)
	if err != nil {
		return err
	}
	i.ID, err = res.LastInsertId()
	return err
}

// end ends a version in favour of another (0: of none). One of which nothing was
// sent yet has never been: who came before it comes before the other.
func (w *publisher) end(old FolderItem, by int64, release bool) error {
	cancelled, left, err := w.cancel(old.ID)
	if err != nil {
		return err
	}
	if left > 0 || cancelled == 0 {
		if err := w.exec("UPDATE folder_items SET ended = ? WHERE id = ?", sqlite.Micros(w.p.At), old.ID); err != nil {
			return err
		}
		// Where it was cancelled, who waited for it there waits for the other.
		if by != 0 {
			if err := w.exec(`UPDATE folder_pins SET release = ?1 WHERE release = ?2
				AND NOT EXISTS (SELECT 1 FROM folder_pins q WHERE q.item = ?2 AND q.account = folder_pins.account)`, by, old.ID); err != nil {
				return err
			}
		}
		if !release {
			return nil
		}
		return w.exec("UPDATE folder_pins SET release = ? WHERE item = ?", by, old.ID)
	}
	for _, statement := range []string{
		"UPDATE folder_items SET replaces = (SELECT replaces FROM folder_items WHERE id = ?1) WHERE replaces = ?1",
		"DELETE FROM folder_items WHERE id = ?1",
		// Bytes nobody waits for any more are not read.
		`UPDATE sources SET state = 'released' WHERE id = ?2 AND state IN ('preparing', 'stuck')
			AND NOT EXISTS (SELECT 1 FROM operations WHERE source = ?2 AND ` + store.OperationOpen + `)`,
	} {
		if err := w.exec(statement, old.ID, old.Source); err != nil {
			return err
		}
	}
	return w.exec("UPDATE folder_pins SET release = ? WHERE release = ?", by, old.ID)
}

// cancel takes back what was not sent yet of a version, and says how much is
// left of it.
func (w *publisher) cancel(item int64) (cancelled, left int, err error) {
	rows, err := w.tx.QueryContext(w.ctx, `
		UPDATE operations SET state = 'cancelled', done_at = ? WHERE sent_at = 0 AND state IN ('preparing', 'waiting', 'stuck')
			AND id IN (SELECT operation FROM folder_pins WHERE item = ?) RETURNING `+store.OperationColumns,
		sqlite.Micros(w.p.At), item)
	if err != nil {
		return 0, 0, err
	}
	ops, err := store.ScanAll(rows, store.ScanOperation)
	if err != nil {
		return 0, 0, err
	}
	w.moved = append(w.moved, ops...)
	for _, o := range ops {
		if err := w.exec("DELETE FROM folder_pins WHERE item = ? AND operation = ?", item, o.ID); err != nil {
			return 0, 0, err
		}
		asked, err := askRiders(w.ctx, w.tx, o)
		if err != nil {
			return 0, 0, err
		}
		w.moved = append(w.moved, asked...)
	}
	err = w.tx.QueryRowContext(w.ctx, "SELECT COUNT(*) FROM folder_pins WHERE item = ?", item).Scan(&left)
	return len(ops), left, err
}

// rename moves an item. What was not sent yet is asked for under its new name at
// once; what was follows when it is known what came of it.
func (w *publisher) rename(r Rename) error {
	i := r.Item
	if err := w.exec("UPDATE folder_items SET rel = ?, stamp = ?, name = ? WHERE id = ?", []byte(i.Rel), i.Stamp, i.Name, i.ID); err != nil {
		return err
	}
	if err := w.exec(`UPDATE sources SET path = ?, rel = ?, name = ?, next_at = 0,
			state = CASE state WHEN 'stuck' THEN 'preparing' ELSE state END
		WHERE id = ? AND state <> 'released'`, []byte(r.Path), []byte(i.Rel), i.Name, i.Source); err != nil {
		return err
	}
	if err := w.exec("UPDATE folder_pins SET name = '' WHERE item = ? AND name <> ?", i.ID, i.Name); err != nil {
		return err
	}
	rows, err := w.tx.QueryContext(w.ctx, `
		UPDATE operations SET name = ? WHERE sent_at = 0 AND state IN ('preparing', 'waiting')
			AND id IN (SELECT operation FROM folder_pins WHERE item = ?) RETURNING `+store.OperationColumns, i.Name, i.ID)
	if err != nil {
		return err
	}
	ops, err := store.ScanAll(rows, store.ScanOperation)
	if err != nil {
		return err
	}
	w.moved = append(w.moved, ops...)
	return nil
}

// EndItem ends a version whose file is gone before anything of it was sent: it
// has never been. One of which something was sent stays.
func (d *DB) EndItem(ctx context.Context, item FolderItem, at time.Time) (moved []store.Operation, err error) {
	err = d.write(ctx, "publish", func(tx *sql.Tx) error {
		w := publisher{ctx: ctx, tx: tx, p: Publication{Folder: item.Folder, At: at}}
		var sent int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM folder_pins p LEFT JOIN operations o ON o.id = p.operation
			WHERE p.item = ? AND (o.id IS NULL OR o.sent_at <> 0 OR o.state NOT IN ('preparing', 'waiting', 'stuck'))`, item.ID).Scan(&sent); err != nil || sent > 0 {
			return err
		}
		err := w.end(item, 0, false)
		moved = w.moved
		if err != nil {
			return err
		}
		return w.exec("UPDATE folder_items SET ended = 0 WHERE id = ?", item.Replaces) // it is the last there was
	})
	return moved, err
}
