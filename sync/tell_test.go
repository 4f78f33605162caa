package sync_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func TestCancel_OfManyIsOneTransaction(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{}))
		ids := r.addMany(a, 0, 200)
		r.reopen() // which empties the log of the file
		before := commits(t, filepath.Join(r.dir, store.UserFile))
		if err := r.Cancel(context.Background(), ids); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			r.wantOp(id, store.OpCancelled)
		}
		if n := commits(t, filepath.Join(r.dir, store.UserFile)) - before; n > 1 {
			t.Errorf("%d transactions for %d operations", n, len(ids))
		}
	})
}

// addMany asks for n pins and returns their operations.
func (r *rig) addMany(a services.Account, from, n int) []store.OperationID {
	r.t.Helper()
	var pins []services.Pin
	for i := range n {
		pins = append(pins, services.Pin{CID: content(from + i)})
	}
	got, err := r.Add(context.Background(), pinsync.AddRequest{Pins: pins, Accounts: []services.AccountID{a.ID}})
	if err != nil {
		r.t.Fatal(err)
	}
	var ids []store.OperationID
	for _, op := range got.Operations {
		ids = append(ids, op.ID)
	}
	return ids
}

// commits counts the transactions in the log of a database that was not begun
// anew since: a frame that ends one says how large the database is then.
func commits(t *testing.T, path string) int {
	t.Helper()
	log, err := os.ReadFile(path + "-wal")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	const header, frame = 32, 24
	if len(log) < header {
		return 0
	}
	n, page := 0, int(binary.BigEndian.Uint32(log[8:]))
	for f := range slices.Chunk(log[header:], frame+page) {
		if len(f) > frame && binary.BigEndian.Uint32(f[4:]) != 0 {
			n++
		}
	}
	return n
}

func TestTell_OneThatIsClosedOrUnknownKeepsNoOtherFromIt(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{}))
		closed := r.add(a, content(1), "").ID
		if err := r.Cancel(context.Background(), []store.OperationID{closed}); err != nil {
			t.Fatal(err)
		}
		open := r.add(a, content(2), "").ID
		for _, c := range []struct {
			other store.OperationID
			want  services.Code
		}{{closed, services.CodeUsage}, {99, services.CodeNotFound}} {
			err := r.Retry(context.Background(), []store.OperationID{c.other, open, open})
			if services.CodeOf(err) != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
		}
		if err := r.Cancel(context.Background(), []store.OperationID{closed, open}); services.CodeOf(err) != services.CodeUsage {
			t.Errorf("got %v", err)
		}
		r.wantOp(open, store.OpCancelled)
	})
}
