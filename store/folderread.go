package store

import "context"

// Folders lists the watched folders by path, with how they are doing.
func (r *Reader) Folders(ctx context.Context) (list []Folder, err error) {
	err = r.view(ctx, "folders", func(q querier) error {
		list, err = queryAll(ctx, q, func(row Row) (Folder, error) { return ScanFolder(row) },
			"SELECT "+FolderColumns+" FROM folders ORDER BY path")
		if err != nil {
			return err
		}
		for i := range list {
			err := q.QueryRowContext(ctx, `
				SELECT COUNT(*), COALESCE(SUM(i.state = ?), 0) FROM folder_items f
				LEFT JOIN cache.items i ON i.cid_key = f.cid_key AND f.cid_key <> ''
				WHERE f.folder = ? AND f.ended = 0`, Safe, list[i].ID).Scan(&list[i].Items, &list[i].Safe)
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
