package cache_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
)

// counted is what a stretch has of one kind.
type counted struct{ stretch, account, state, one int }

// stretchesAgree compares stretches with a count of the items, and returns how
// many there are of an order at the most.
func stretchesAgree(t *testing.T, when, path string) int {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	bits := map[int]int{0: -1}
	each(t, db, "SELECT account, 1 << slot FROM places", func(scan func(...any)) {
		var account, bit int
		scan(&account, &bit)
		bits[account] = bit
	})
	most := 0
	for _, sort := range []string{"added", "name_key", "size", "copies"} {
		numbers, stretch := map[string]int{}, 0 // 0: from before all items
		got, want := map[counted]int{}, map[counted]int{}
		each(t, db, `SELECT DISTINCT key, id, 0 AS item, 0, 0, 0 FROM stretches WHERE sort = ? AND account = 0 AND id > 0
			UNION ALL SELECT `+sort+`, id, 1, state, copies = 1, mask FROM items ORDER BY 1, 2, 3`, func(scan func(...any)) {
			var key any
			var id, item, state, one, mask int
			scan(&key, &id, &item, &state, &one, &mask)
			if item == 0 {
				stretch++
				numbers[fmt.Sprint(key, id)] = stretch
				return
			}
			for account, bit := range bits {
				if account == 0 || mask&bit != 0 {
					want[counted{stretch, account, state, one}]++
				}
			}
		}, sort)
		each(t, db, "SELECT key, id, account, state, one, n FROM stretches WHERE sort = ?", func(scan func(...any)) {
			var key any
			var id, account, state, one, n int
			scan(&key, &id, &account, &state, &one, &n)
			got[counted{numbers[fmt.Sprint(key, id)], account, state, one}] += n
		}, sort)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s, by %s: %s", when, sort, d)
		}
		if len(got) > 0 {
			most = max(most, stretch+1)
		}
	}
	return most
}

// each reads the rows of a query.
func each(t *testing.T, db *sql.DB, query string, row func(scan func(...any)), args ...any) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		row(func(to ...any) {
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
		})
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// thing is the n-th pin, with what is random about it.
func thing(rnd *rand.Rand, n int) services.PinStatus {
	p := pinned(n)
	p.Pin.Name = fmt.Sprintf("%c %d", 'a'+rnd.IntN(5), rnd.IntN(1000))
	p.Info = map[string]string{"dag_size": fmt.Sprint(rnd.IntN(3) * rnd.IntN(1000))}
	p.Status = []services.Status{services.Pinned, services.Pinned, services.Failed, services.Queued}[rnd.IntN(4)]
	return p
}

// pass lists pins completely.
func pass(t *testing.T, db *cache.DB, account services.AccountID, at time.Time, pins []services.PinStatus, between func()) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := db.Begin(t.Context(), account)
	must(err)
	for page := range slices.Chunk(pins, 1000) {
		_, err := p.Put(t.Context(), page, at, int64(len(pins)))
		must(err)
	}
	between()
	_, err = p.Finish(t.Context(), true, at)
	must(err)
}

func TestStretches_AgreeWithTheItemsWhateverHappens(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, store.CacheFile)
	db := open(t, dir)
	rnd := rand.New(rand.NewPCG(1, 2))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var pins []services.PinStatus
	for n := range 13_000 {
		pins = append(pins, thing(rnd, n))
	}
	pass(t, db, 1, at, pins[:12_000], func() { stretchesAgree(t, "in a first load", path) })
	if n := stretchesAgree(t, "after a first load", path); n < 12 {
		t.Errorf("12,000 items are in %d stretches", n)
	}
	pass(t, db, 2, at, pins[8_000:], func() {})
	stretchesAgree(t, "with a second account", path)

	for range 5 {
		var page []services.PinStatus
		for range 300 {
			page = append(page, thing(rnd, rnd.IntN(14_000)))
		}
		_, err := db.Put(t.Context(), 1, at, page...)
		must(err)
	}
	stretchesAgree(t, "after changes", path)

	must(db.Close())
	db = open(t, dir)
	must(db.Restale(t.Context(), at.Add(48*time.Hour)))
	stretchesAgree(t, "when all have aged", path)

	var gone []string
	for n := range 9_000 {
		gone = append(gone, fmt.Sprintf("request-%d", n))
	}
	must(db.Remove(t.Context(), 1, gone...))
	stretchesAgree(t, "when most are gone", path)
	must(db.Forget(t.Context(), 2))
	stretchesAgree(t, "when an account is gone", path)
	must(db.Forget(t.Context(), 1))
	if n := stretchesAgree(t, "when all is gone", path); n != 0 {
		t.Errorf("there are %d stretches of nothing", n)
	}
}

func TestStretches_ALongTieIsCutToo(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	pins := make([]services.PinStatus, 9_500)
	for n := range pins {
		pins[n] = pinned(n)
		pins[n].Pin.Name, pins[n].Created = "", at
	}
	// In halves: the second meets stretches that are there.
	pass(t, db, 1, at, pins[:4_700], func() {})
	pass(t, db, 1, at, pins, func() {})
	if n := stretchesAgree(t, "a tie", filepath.Join(dir, store.CacheFile)); n < 3 {
		t.Errorf("9,500 items are in %d stretches", n)
	}
}
