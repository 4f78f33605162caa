package store

import (
	"context"

	"github.com/pintray/pintray/services"
)

// folderCounts are the items of a folder, and those that are safe: pinned at every
// service the folder keeps them on, as its manifest says, and at one at least. What
// else asks for the same content changes nothing of that.
const folderCounts = `
	SELECT COUNT(*), COALESCE(SUM(safe > 0), 0) FROM (
		SELECT (SELECT MIN(p.safe) FROM folder_pins p JOIN accounts a ON a.id = p.account AND a.endpoint <> ?
			WHERE p.item = f.id AND p.release = 0) AS safe
		FROM folder_items f WHERE f.folder = ? AND f.ended = 0)`

// Folders lists the watched folders by path, with how they are doing.
func (r *Reader) Folders(ctx context.Context) (list []Folder, err error) {
	err = r.view(ctx, "folders", func(q querier) error {
		list, err = queryAll(ctx, q, func(row Row) (Folder, error) { return ScanFolder(row) },
			"SELECT "+FolderColumns+" FROM folders ORDER BY path")
		if err != nil {
			return err
		}
		for i := range list {
			err := q.QueryRowContext(ctx, folderCounts, services.LocalEndpoint, list[i].ID).Scan(&list[i].Items, &list[i].Safe)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// folderNeeds is one per folder that waits for the person.
func folderNeeds(ctx context.Context, q querier) ([]Need, error) {
	return queryAll(ctx, q, func(row Row) (Need, error) {
		n := Need{Code: "folder"}
		var path []byte
		err := row.Scan(&n.Folder, &path, &n.Details, &n.Count)
		n.Path = Path(path)
		return n, err
	}, "SELECT id, path, reason, waiting FROM folders WHERE state = ? ORDER BY path", FolderWaits)
}
