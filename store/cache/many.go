package cache

import (
	"context"
	"database/sql/driver"
	"strings"
)

// newRows are rows for one INSERT OR IGNORE.
//
// What may fail at one of several rows makes SQLite keep the old text of each
// page beside, in a file: so nothing may, and no row brings its own id.
type newRows struct {
	insert, row string
	n           int
	args        values
	made        string // lists key and id of the rows after an id
	key         func(i int) string
}

// insertMany makes rows and says which id each got, 0 where it was there
// already; last is the last id of the table before and after.
func (d *DB) insertMany(r newRows, last int64) (ids []int64, after int64, err error) {
	made, after, err := d.execMany(r)
	if err != nil {
		return nil, 0, err
	}
	ids = make([]int64, r.n)
	if made == int64(r.n) {
		for i := range ids {
			ids[i] = after - made + 1 + int64(i)
		}
		return ids, after, nil
	}
	rows, err := d.query(r.made, last)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	byKey := make(map[string]int64, made)
	for after = last; rows.Next(); {
		var key string
		var id int64
		if err := rows.Scan(&key, &id); err != nil {
			return nil, 0, err
		}
		byKey[key], after = id, max(after, id)
	}
	for i := range ids {
		ids[i] = byKey[r.key(i)]
		delete(byKey, r.key(i)) // where a key comes twice, the second was there already
	}
	return ids, after, rows.Err()
}

// values are what an INSERT of many rows is given: kept from one to the next, and
// in the form the driver takes. Past database/sql, since that copies each of them
// twice.
type values []driver.NamedValue

// with adds values, of the types of driver.Value.
func (v values) with(list ...any) values {
	for _, value := range list {
		v = append(v, driver.NamedValue{Ordinal: len(v) + 1, Value: value})
	}
	return v
}

// manyRows is a statement that inserts n rows.
type manyRows struct {
	insert string
	n      int
}

// execMany inserts the rows; last is the id of the last of those that were made.
func (d *DB) execMany(r newRows) (made, last int64, err error) {
	err = d.conn.Raw(func(conn any) error {
		s := d.many[manyRows{r.insert, r.n}]
		if s == nil {
			var err error
			s, err = conn.(driver.Conn).Prepare(r.insert + strings.Repeat(r.row+", ", r.n-1) + r.row)
			if err != nil {
				return err
			}
			d.many[manyRows{r.insert, r.n}] = s
		}
		res, err := s.(driver.StmtExecContext).ExecContext(context.Background(), r.args)
		if err != nil {
			return err
		}
		if made, err = res.RowsAffected(); err != nil {
			return err
		}
		last, err = res.LastInsertId()
		return err
	})
	clear(r.args)
	d.values = r.args[:0]
	return made, last, err
}
