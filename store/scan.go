package store

import (
	"database/sql"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// Row is a *sql.Row or a *sql.Rows. It and what reads from it are shared with
// the writers (store/user, store/cache), so that a row is read in one way only.
type Row interface{ Scan(dest ...any) error }

// AccountColumns are what ScanAccount reads.
const AccountColumns = "id, name, endpoint, template, user, key, paused, created"

// ScanAccount reads AccountColumns, and what follows them into more.
func ScanAccount(row Row, more ...any) (services.Account, error) {
	var a services.Account
	var created int64
	dest := append([]any{&a.ID, &a.Name, &a.Endpoint, &a.Template, &a.User, &a.Key, &a.Paused, &created}, more...)
	err := row.Scan(dest...)
	a.Created = sqlite.Time(created)
	return a, err
}

// OperationColumns are what ScanOperation reads.
const OperationColumns = `id, key, account, kind, cid, cid_key, name, origins, meta, requestid, state,
	already_kept, adopted, attempts, created, sent_at, next_at, done_at, last_code, last_text, source, made, was, posts`

// OperationOpen is true of the rows of operations that are open; partial
// indexes are made over exactly this text.
const OperationOpen = "state NOT IN ('done', 'cancelled')"

// ScanOperation reads OperationColumns.
func ScanOperation(row Row) (Operation, error) {
	var o Operation
	var cidText, cidKey, was string
	var origins, meta sql.NullString
	var created, sent, next, done int64
	err := row.Scan(&o.ID, &o.Key, &o.Account, &o.Kind, &cidText, &cidKey, &o.Pin.Name, &origins, &meta,
		&o.RequestID, &o.State, &o.AlreadyKept, &o.Adopted, &o.Attempts, &created, &sent, &next, &done,
		&o.LastCode, &o.LastText, &o.Source, &o.Made, &was, &o.Posts)
	o.Pin.CID = scanCID(cidText, cidKey)
	if was != "" {
		o.Was = services.WireCID(was)
	}
	o.Pin.Origins = sqlite.FromJSON[[]string](origins)
	o.Pin.Meta = sqlite.FromJSON[map[string]string](meta)
	o.Created, o.SentAt, o.NextAt, o.DoneAt = sqlite.Time(created), sqlite.Time(sent), sqlite.Time(next), sqlite.Time(done)
	return o, err
}

// SourceColumns are what ScanSource reads.
const SourceColumns = `id, path, profile, car, ignore, hidden, state, cid, cid_key, name, size, files, left_out,
	created, next_at, reason, unread, folder, rel`

// SourceOpen is true of the rows of sources that something still needs; a
// partial index is made over exactly this text.
const SourceOpen = "state <> 'released'"

// ScanSource reads SourceColumns.
func ScanSource(row Row) (Source, error) {
	var s Source
	var path, rel []byte
	var cidText, cidKey string
	var ignore sql.NullString
	var created, next int64
	err := row.Scan(&s.ID, &path, &s.Profile, &s.CAR, &ignore, &s.Hidden, &s.State, &cidText, &cidKey, &s.Name,
		&s.Size, &s.Files, &s.Left, &created, &next, &s.Reason, &s.Unread, &s.Folder, &rel)
	s.Path, s.Rel = Path(path), Path(rel)
	s.CID = scanCID(cidText, cidKey)
	s.Ignore = sqlite.FromJSON[[]string](ignore)
	s.Created, s.NextAt = sqlite.Time(created), sqlite.Time(next)
	return s, err
}

// PinColumns are what ScanPin reads, of pins and accounts joined (PinTables).
const PinColumns = `p.account, p.requestid, p.cid, p.cid_key, p.status, p.name, p.created, p.meta, p.info,
	CASE WHEN p.missing THEN p.seen_at ELSE MAX(p.seen_at, a.checked_at) END, p.missing = 2`

// PinTables are the tables PinColumns are of; CROSS keeps pins first, so that
// its order and indexes decide.
const PinTables = "pins p CROSS JOIN places a ON a.account = p.account"

// ScanPin reads PinColumns, and what follows them into more.
func ScanPin(row Row, more ...any) (Pin, error) {
	var p Pin
	var cidText, cidKey string
	var created, seen int64
	var meta, info sql.NullString
	dest := append([]any{&p.Account, &p.RequestID, &cidText, &cidKey, &p.Status, &p.Pin.Name, &created, &meta, &info, &seen, &p.Aside}, more...)
	err := row.Scan(dest...)
	p.Pin.CID = scanCID(cidText, cidKey)
	p.Created, p.SeenAt = sqlite.Time(created), sqlite.Time(seen)
	p.Pin.Meta = sqlite.FromJSON[map[string]string](meta)
	p.Info = sqlite.FromJSON[map[string]string](info)
	return p, err
}

// ScanAll reads every row with read and closes rows.
func ScanAll[T any](rows *sql.Rows, read func(Row) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }()
	var list []T
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// scanCID puts the two columns of a CID together; a text that is its own key
// is kept once.
func scanCID(text, key string) services.CID {
	if text == "" {
		text = key
	}
	return services.CID{Text: text, Key: key}
}
